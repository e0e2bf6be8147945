"""The policies that `--compare-policies` names."""

from __future__ import annotations

from reviewer.errors import UsageError, shown
from validator.rulebook import Rulebook

OPTION = "--compare-policies"


def chosen(text: str, rulebook: Rulebook) -> tuple[str, ...]:
    """The policy ids in `A,B[,C]`, in that order. `UsageError` for fewer than two, one twice, or an unknown one."""
    ids = tuple(part.strip() for part in text.split(",") if part.strip())
    if len(ids) < 2:
        raise UsageError(f"{OPTION}: name at least two policies, such as medicare-opps,commercial-facility")
    if len(set(ids)) < len(ids):
        raise UsageError(f"{OPTION}: the same policy stands there twice; name different ones")
    unknown = next((one for one in ids if one not in rulebook.policies), None)
    if unknown is not None:
        raise UsageError(f"{OPTION}: unknown policy `{shown(unknown)}`; known: {', '.join(rulebook.policies)}")
    return ids
