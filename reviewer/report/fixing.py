"""What each missing element would change, as the report shows it: one entry for each way it could turn out."""

from __future__ import annotations

from itertools import groupby

from reviewer.report.view import Matter
from reviewer.review import Review

MOST = 6
"""Ways shown for one set of elements; the review JSON has them all."""


def changes(review: Review) -> tuple[Matter, ...]:
    """The fixes of a review, at most `MOST` for each set of elements."""
    shown: list[tuple[str, str]] = []
    for _, group in groupby(review.fixes, key=lambda fix: fix.needs):
        found = [(f"If {fix.when}", fix.says.removeprefix(f"If {fix.when}: ")) for fix in group]
        shown += found[:MOST]
        if len(found) > MOST:
            shown.append(("Beyond these", f"{len(found) - MOST} further outcomes, in the review as JSON"))
    return tuple(Matter(f"fix-{i}", when, then, (), ()) for i, (when, then) in enumerate(shown, 1))
