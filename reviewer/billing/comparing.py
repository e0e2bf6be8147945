"""Billed lines against the supported code lines of a review, by date of service: what agrees and what does not.

Units of one code, date and modifiers are added up first. 59 and the X modifiers count as the same; JW units are
compared on their own; JZ has no units of its own. Nothing here knows of money.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from reviewer.billing.allotting import Charge, Support, allot, charges, supports
from reviewer.billing.modifiers import NOTHING_WASTED, WASTED, claims_more, difference, passed_over
from reviewer.billing.rows import Row
from reviewer.billing.scope import NOT_DOCUMENTED, Grounds, grounds, held_back, not_judged
from reviewer.review import Billed, Review
from validator.findings import CodeLine, MissingElement
from validator.rulebook import Rulebook

_OTHER_DATE = "another date of service than this encounter's"
_TAKEN_BACK = "charged and taken back"
_ABOUT_WASTE = "waste."
MATCH, OVER, UNDER = "match", "over", "under"
NOT_SUPPORTED, MISSING_CHARGE, NOT_ASSESSED = "not_supported", "missing_charge", "not_assessed"

Group = tuple[str, dt.date | None, bool]


def compared(review: Review, rows: tuple[Row, ...], rulebook: Rulebook) -> Review:
    """The review with every billed line compared, and every supported line that was not billed.

    Each row stands in exactly one entry of `billed`. `InputError` where charges taken back exceed what was charged.
    """
    billed = tuple(_compare(review, rows, rulebook))
    return review.model_copy(
        update={"billed": billed, "notes_on_scope": (*review.notes_on_scope, *_other_setting(review, rows))}
    )


def _other_setting(review: Review, rows: Iterable[Row]) -> Iterator[str]:
    """A sentence where a claim of one setting is compared with codes judged for the other."""
    settings = {row.setting for row in rows} - {"", review.encounter.setting}
    if settings:
        kind = "professional" if "physician" in settings else "institutional"
        yield f"billed lines are of a {kind} claim; the codes were judged for the setting {review.encounter.setting}"


def _compare(review: Review, rows: tuple[Row, ...], rulebook: Rulebook) -> Iterator[Billed]:
    days = _days(review)
    judged: list[Row] = []
    aside: list[Billed] = []
    for row in rows:
        why_not = row.why_not or _not_judged(row, days, review, rulebook)
        if why_not:
            aside.append(_not_assessed(row, why_not))
        else:
            judged.append(row)
    undated = {row.code for row in judged if row.date is None}
    undated |= {line.code for line in review.codes if not days} | {row.code for row in judged if not days}
    billed = _grouped(judged, undated)
    supported = _supported(review.codes, undated)
    for group in dict.fromkeys((*billed, *supported)):
        yield from _group(group, billed.get(group, []), supported.get(group, []), review)
    yield from aside


def _days(review: Review) -> frozenset[dt.date]:
    """The dates of service of the encounter; empty where the documents give none, so that no date is compared."""
    documented = review.facts.encounter.date_of_service.get()
    if documented is None:
        return frozenset()
    return frozenset({documented, *(line.date for line in review.codes)})


def _not_judged(row: Row, days: frozenset[dt.date], review: Review, rulebook: Rulebook) -> str:
    if days and row.date is not None and row.date not in days:
        return _OTHER_DATE
    return not_judged(row.code, row.date or review.encounter.date_of_service, review, rulebook)


def _not_assessed(row: Row, why_not: str) -> Billed:
    return Billed(
        code=row.code,
        units=row.units,
        outcome=NOT_ASSESSED,
        reason=why_not,
        modifiers=row.modifiers,
        date=row.date,
        lines=(row.line,),
    )


def _grouped(rows: Iterable[Row], undated: set[str]) -> dict[Group, list[Row]]:
    found: dict[Group, list[Row]] = {}
    for row in rows:
        day = None if row.code in undated else row.date
        found.setdefault((row.code, day, WASTED in row.modifiers), []).append(row)
    return found


def _supported(lines: Iterable[CodeLine], undated: set[str]) -> dict[Group, list[CodeLine]]:
    found: dict[Group, list[CodeLine]] = {}
    for line in lines:
        day = None if line.code in undated else line.date
        found.setdefault((line.code, day, WASTED in line.modifiers), []).append(line)
    return found


def _group(group: Group, rows: list[Row], lines: list[CodeLine], review: Review) -> Iterator[Billed]:
    code, day, waste = group
    billed, held = charges(rows, code, day, waste), supports(lines)
    untouched = allot(billed, held)
    for charge in billed:
        yield _charge(charge, bool(lines), review)
    for support in untouched:
        yield _not_billed(code, day, support)


def _not_billed(code: str, day: dt.date | None, support: Support) -> Billed:
    line = support.lines[0]
    return Billed(
        code=code,
        units=0,
        outcome=MISSING_CHARGE,
        reason=line.label,
        supported=support.left,
        supported_modifiers=tuple(dict.fromkeys(m for one in support.lines for m in one.modifiers)),
        date=day,
        rule=_rule(line),
    )


def _charge(charge: Charge, code_supported: bool, review: Review) -> Billed:
    outcome, reasons = _units(charge, code_supported)
    for key in charge.otherwise:
        reasons.append(difference(charge.key, key, charge.modifiers))
        outcome = _worse(outcome, OVER if claims_more(charge.key, key) else UNDER)
    outcome = _waste(charge, outcome, reasons, review)
    why = _why(charge, outcome, review)
    if why is not None:
        reasons.append(why.reason)
    reasons += _remarks(charge)
    return Billed(
        code=charge.code,
        units=charge.units,
        outcome=outcome,
        reason="; ".join(filter(None, reasons)),
        supported=charge.supported,
        modifiers=charge.modifiers,
        supported_modifiers=charge.supported_modifiers,
        date=charge.date,
        lines=tuple(row.line for row in charge.rows),
        rule=(why.rule if why else "") or (_rule(charge.support[0]) if charge.support else ""),
        missing=why.missing if why else (),
        missing_ids=why.missing_ids if why else (),
    )


def _units(charge: Charge, code_supported: bool) -> tuple[str, list[str]]:
    """The outcome of the units alone."""
    if charge.excess > 0:
        if charge.supported == 0 and not code_supported:
            return NOT_SUPPORTED, []
        said = f"{charge.supported} supported" if charge.supported else "what is supported is billed on another line"
        return OVER, [said]
    if charge.more:
        return UNDER, [f"{charge.supported} supported"]
    return MATCH, [_TAKEN_BACK] if not charge.units else []


def _worse(one: str, other: str) -> str:
    order = (MATCH, UNDER, OVER, NOT_SUPPORTED)
    return max(one, other, key=order.index)


def _waste(charge: Charge, outcome: str, reasons: list[str], review: Review) -> str:
    """JZ says that nothing was discarded: it needs what shows so, and it is asked for where the review gives it."""
    if charge.waste or outcome == NOT_SUPPORTED:
        return outcome
    says, supported = NOTHING_WASTED in charge.modifiers, NOTHING_WASTED in charge.supported_modifiers
    if supported and not says:
        reasons.append("modifier JZ is supported and not billed")
        return _worse(outcome, UNDER)
    if says and not supported and _waste_open(charge.code, review):
        reasons.append("modifier JZ is billed and not supported")
        return _worse(outcome, OVER)
    return outcome


def _waste_open(code: str, review: Review) -> bool:
    """Whether waste of the drug is documented, or what was discarded is not."""
    wasted = any(line.code == code and WASTED in line.modifiers for line in review.codes)
    return wasted or any(_asks_for_waste(gap, code) for gap in review.missing)


def _why(charge: Charge, outcome: str, review: Review) -> Grounds | None:
    """Why units are not supported, in the review's own words."""
    if outcome == NOT_SUPPORTED:
        return _waste_grounds(charge.code, review) if charge.waste else grounds(charge.code, review)
    if outcome == OVER and charge.excess > 0:
        held = held_back(charge.code, review)
        return held and held._replace(
            reason=f"{held.units} more would need: {', '.join(held.missing)}".replace("_", " ")
        )
    if outcome == OVER and NOTHING_WASTED in charge.modifiers:
        return _waste_grounds(charge.code, review)._replace(reason="")
    return None


def _waste_grounds(code: str, review: Review) -> Grounds:
    for gap in review.missing:
        if _asks_for_waste(gap, code):
            reason = f"not documented: {gap.element.replace('_', ' ')}"
            return Grounds(reason, gap.requirement, (gap.element,), (gap.id,))
    return Grounds(NOT_DOCUMENTED if not any(line.code == code for line in review.codes) else "no waste is documented")


def _asks_for_waste(gap: MissingElement, code: str) -> bool:
    return gap.requirement.startswith(_ABOUT_WASTE) and code in gap.affects


def _remarks(charge: Charge) -> list[str]:
    left = passed_over(charge.modifiers)
    return [f"not compared: modifier {', '.join(left)}"] if left else []


def _rule(line: CodeLine) -> str:
    """The rule that gave the line its code: the first of its steps."""
    return line.because[0].rule if line.because else ""
