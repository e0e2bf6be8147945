"""From worksheets to the assessment: lines that every reading gives, put in order, with what is missing beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from validator.findings import CodeLine, MissingElement, NotSupported, Step, stated
from validator.rulebook import Rulebook
from validator.worksheet import Blocked, Draft

FAMILY_ORDER = ("chemotherapy", "pump", "intra_arterial", "therapeutic", "hydration", "injection")
_PLACE = {family: place for place, family in enumerate(FAMILY_ORDER)}
_KIND = {"administration": 0, "service": 1, "drug": 2}
Key = tuple[str, tuple[str, ...], date, str]


def aggregate(drafts: Iterable[Draft]) -> dict[Key, Draft]:
    """One draft for each code, modifiers, date and kind, units added up."""
    merged: dict[Key, Draft] = {}
    for draft in drafts:
        key = draft.code, draft.modifiers, draft.day, draft.kind
        held = merged.setdefault(key, draft)
        if held is draft:
            continue
        merged[key] = Draft(
            code=draft.code,
            units=held.units + draft.units,
            day=draft.day,
            kind=draft.kind,
            administrations=_joined(held.administrations, draft.administrations),
            services=_joined(held.services, draft.services),
            steps=_steps(held.steps, draft.steps),
            modifiers=draft.modifiers,
            flags=_joined(held.flags, draft.flags),
            visit=held.visit,
            group=held.group,
        )
    return merged


def _steps(one: tuple[Step, ...], other: tuple[Step, ...]) -> tuple[Step, ...]:
    """All of one, and of the other those that are not among them; compared by value, without pydantic's own check."""
    known = [step.__dict__ for step in one]
    return (*one, *[step for step in other if step.__dict__ not in known])


def _joined(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *other))) if other and one != other else one


def certain(sheets: list[dict[Key, Draft]]) -> dict[Key, Draft]:
    """The drafts that every reading gives, each with its smallest number of units (decision 2)."""
    first, *others = sheets
    if not others:
        return first
    kept: dict[Key, Draft] = {}
    for key, draft in first.items():
        candidates = [draft, *(sheet[key] for sheet in others if key in sheet)]
        if len(candidates) == len(sheets):
            kept[key] = min(candidates, key=lambda d: d.units)
    return kept


def units_by_code(drafts: dict[Key, Draft]) -> dict[str, int]:
    """Units of each code over all modifiers and dates."""
    units: dict[str, int] = {}
    for draft in drafts.values():
        units[draft.code] = units.get(draft.code, 0) + draft.units
    return units


def in_order(drafts: Iterable[Draft], rulebook: Rulebook) -> tuple[Draft, ...]:
    """Drafts in the order of a claim: administrations, other services, drugs."""
    keyed = [(_KIND[d.kind], _family(rulebook, d.code), d.code, d.day, d.modifiers, n, d) for n, d in enumerate(drafts)]
    keyed.sort()
    return tuple([one[-1] for one in keyed])


def lines(drafts: Iterable[Draft], missing: tuple[MissingElement, ...], rulebook: Rulebook) -> tuple[CodeLine, ...]:
    """Code lines, each with the ids of the missing elements that leave it standing but put it at risk."""
    risks: dict[str, list[tuple[str, str | None]]] = {}
    for element in missing:
        said = element.__dict__
        if said["effect"] == "at_risk":
            about = said["id"], said["administration"]
            for code in set(said["affects"]):
                if code in risks:
                    risks[code].append(about)
                else:
                    risks[code] = [about]
    return tuple([_line(draft, risks.get(draft.code, ()), rulebook) for draft in drafts])


def _line(draft: Draft, risks: Sequence[tuple[str, str | None]], rulebook: Rulebook) -> CodeLine:
    given = draft.administrations
    at_risk = [name for name, one in risks if one is None or not given or one in given] if risks else ()
    return stated(
        CodeLine,
        {
            "code": draft.code,
            "units": draft.units,
            "modifiers": draft.modifiers,
            "date": draft.day,
            "label": label(rulebook, draft.code),
            "kind": draft.kind,
            "flags": draft.flags,
            "administrations": given,
            "services": draft.services,
            "because": draft.steps,
            "at_risk": tuple(at_risk),
        },
    )


def _family(rulebook: Rulebook, code: str) -> int:
    record = rulebook.codes.get(code)
    return _PLACE.get(record.family if record else "", len(_PLACE))


def label(rulebook: Rulebook, code: str) -> str:
    """Our own words for a code, or the drug and its billing unit."""
    record = rulebook.codes.get(code)
    if record is not None:
        return record.label
    drug = rulebook.drug_of_code(code)
    return f"{drug.ingredient}, per {drug.unit_amount} {drug.unit}" if drug else code


def not_supported(
    blocked: Iterable[Blocked], missing: tuple[MissingElement, ...], rulebook: Rulebook
) -> tuple[NotSupported, ...]:
    """The blocked codes in words, each with its elements and the entries that ask for them."""
    found: dict[tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]], NotSupported] = {}
    for item in blocked:
        lacking = item.waits_for or item.administrations
        ids = tuple(
            m.id
            for m in missing
            if m.requirement in item.requirements
            and (m.administration is None or not lacking or m.administration in lacking)
        )
        elements = tuple(dict.fromkeys(rulebook.requirement(r).element for r in item.requirements))
        key = (item.code, item.administrations, item.services, item.requirements)
        found.setdefault(
            key,
            NotSupported(
                code=item.code,
                units=item.units,
                administrations=item.administrations,
                services=item.services,
                reason=item.reason,
                missing=elements,
                missing_ids=ids,
                rule=item.rule,
            ),
        )
    return tuple(found[key] for key in sorted(found))
