"""What the notes show and no reader took: named to a person, and beside the code that it could take.

A trace earns nothing and withholds nothing. A drug that was given and not read could hold the initial code in place of
the one that has it, so that line carries a flag (docs/decisions/0016).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from validator.assembly import label
from validator.classify import OF_TABLE
from validator.events import Family
from validator.facts import Encounter, Standing, Trace
from validator.findings import NeedsHuman
from validator.rulebook import Rulebook
from validator.worksheet import Draft

RULE = "reading.unread"
FLAG = "unread_service"
HELD = "withheld-until-read"
_MAY_BE_FIRST = "a drug that the note tells times of, and that was not read as given, may be the first service instead"
_LOWER: dict[Family, tuple[str, ...]] = {
    "therapeutic": ("96374", "96360"),
    "hormonal": ("96374", "96360"),
    "blood": ("96360",),
    "hydration": (),
}
"""The initial codes that an infusion of a family would take the place of; of any other family, or of none, `_ANY`."""
_ANY = ("96409", "96365", "96374", "96360")


def open_traces(encounter: Encounter, rulebook: Rulebook) -> tuple[Trace, ...]:
    """The traces that nobody settled: by saying that nothing was given, or by entering the drug that was."""
    if not encounter.unread:
        return ()
    entered = [a.drug.value or "" for a in encounter.administrations if a.drug.standing is Standing.ENTERED]
    settled = {name.casefold() for name in entered}
    settled |= {drug.ingredient for name in entered for drug in rulebook.find_drug(name)}
    return tuple(
        trace
        for trace in encounter.unread
        if trace.given.standing is not Standing.DENIED
        and not settled & {name.casefold() for name in (trace.named, trace.may_be) if name}
    )


def for_a_person(traces: Iterable[Trace]) -> list[NeedsHuman]:
    """Each trace as a matter for a person, with the one thing to find out."""
    return [
        NeedsHuman(
            subject=trace.named or "a drug that is not named", reason=_reason(trace), near=trace.evidence, rule=RULE
        )
        for trace in traces
    ]


def _reason(trace: Trace) -> str:
    if trace.known:
        return "the note shows it given, and it was not read as given: whether, how and when is to be found out"
    if trace.may_be:
        return f"the note shows a drug given that is in no table; it may be {trace.may_be}: its name is to be found out"
    if trace.named:
        return "the note shows a drug given that is in no table and was not read: its name is to be found out"
    return "the note shows something given without its drug, and it was not read: which drug is to be found out"


def flagged(drafts: Iterable[Draft], traces: Iterable[Trace], rulebook: Rulebook) -> tuple[Draft, ...]:
    """The lines, with a flag on an initial one that a trace's drug could take the place of."""
    taken = {code for trace in traces for code in _outranked(trace, rulebook)}
    if not taken:
        return tuple(drafts)
    return tuple(replace(one, flags=(*one.flags, FLAG)) if one.code in taken else one for one in drafts)


def kept_back(
    drafts: Iterable[Draft], traces: Iterable[Trace], rulebook: Rulebook
) -> tuple[tuple[Draft, ...], list[NeedsHuman]]:
    """The lines without an initial one that a timed trace's drug would take the place of, and those for a person.

    The drug may have been infused, and the line be an add-on, or not, and it be the initial: neither is certain.
    """
    taken = {code for trace in traces if trace.timed and trace.known for code in _outranked(trace, rulebook)}
    kept: list[Draft] = []
    held: list[NeedsHuman] = []
    for one in drafts:
        if one.code not in taken:
            kept.append(one)
            continue
        held.append(
            NeedsHuman(
                code=one.code,
                subject=f"{label(rulebook, one.code)} (x{one.units})",
                reason=_MAY_BE_FIRST,
                administrations=one.administrations,
                services=one.services,
                rule=HELD,
            )
        )
    return tuple(kept), held


def _outranked(trace: Trace, rulebook: Rulebook) -> tuple[str, ...]:
    """The initial codes that a trace's drug would take, had it been infused."""
    if not trace.by_vein:
        return ()
    drugs = rulebook.find_drug(trace.may_be) if trace.known and trace.may_be else ()
    families = {OF_TABLE[drug.admin_class] for drug in drugs}
    if not families or not families <= _LOWER.keys():
        return _ANY
    return tuple(code for family in sorted(families) for code in _LOWER[family])
