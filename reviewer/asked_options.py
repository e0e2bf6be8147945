"""The options `--billed`, `--claim` and `--compare-policies`: what is compared with a review once it is made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from reviewer.errors import UsageError

if TYPE_CHECKING:
    from reviewer.billing.rows import Row
    from reviewer.review import Review
    from validator.rulebook import Rulebook

BilledOption = Annotated[
    Path | None,
    typer.Option("--billed", metavar="FILE", help="Compare with billed lines: CSV, JSON or X12 837."),
]
ClaimOption = Annotated[
    str | None, typer.Option("--claim", metavar="ID", help="The claim to take where the billed file has several.")
]
CompareOption = Annotated[
    str | None,
    typer.Option("--compare-policies", metavar="A,B", help="Judge the same facts by these policies and say why."),
]
BILLED = "billed"
_MORE_THAN_SUPPORTED = frozenset({"over", "not_supported"})


class Asked(NamedTuple):
    """What to compare, read and checked before any note is."""

    rows: tuple[Row, ...] | None
    policies: tuple[str, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of a review that this fills."""
        return (*(("billed",) if self.rows is not None else ()), *(("comparison",) if self.policies else ()))

    def of(self, review: Review, rulebook: Rulebook) -> Review:
        """The review with the comparisons that were asked for."""
        if self.rows is not None:
            from reviewer import billing

            review = billing.compared(review, self.rows, rulebook)
        if self.policies:
            from reviewer import comparing

            review = comparing.compared(review, rulebook, self.policies)
        return review


def asked_for(billed: Path | None, claim: str | None, compare: str | None, fail_on_billed: bool) -> Asked:
    """Read what the options name. Raises `UsageError` and `InputError`, which name option, file and row."""
    if billed is None and claim is not None:
        raise UsageError("--claim chooses among the claims of --billed FILE; give that too")
    if billed is None and fail_on_billed:
        raise UsageError("--fail-on billed needs --billed FILE")
    rows: tuple[Row, ...] | None = None
    policies: tuple[str, ...] = ()
    if compare is not None:
        from reviewer.commands_rules import installed_rulebook
        from reviewer.comparing import chosen

        policies = chosen(compare, installed_rulebook())
    if billed is not None:
        from reviewer.billing import load_billed

        rows = load_billed(billed, claim)
    return Asked(rows, policies)


def billed_too_much(review: Review) -> bool:
    """Whether more is billed than the documentation supports; less, or a missing charge, does not count."""
    return any(line.outcome in _MORE_THAN_SUPPORTED for line in review.billed)
