"""Claim edits over the drafts: codes in force, add-on primaries, pairs, daily limits, modifiers (step 12 of 5.4)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from validator.findings import NeedsHuman, NotCoded
from validator.worksheet import Draft, Worksheet

PERFUSED = frozenset({"96409", "96413", "96416", "96420", "96422", "96423", "96425", "C8957", "G0498"})
DISTINCT = "59"


def apply(sheet: Worksheet) -> None:
    """Run every edit, each on what the one before left."""
    _not_in_force(sheet)
    _isolated_perfusion(sheet)
    _alone_with_g0498(sheet)
    _pairs_never_together(sheet)
    _orphans(sheet)
    _pairs_with_modifier(sheet)
    _mark_column_two(sheet)
    _daily_limits(sheet)


def _drop(sheet: Worksheet, draft: Draft, reason: str, rule: str, human: bool) -> None:
    sheet.drafts.remove(draft)
    if human:
        sheet.human.append(_human(draft, reason, rule))
        return
    subject = f"{draft.code}"
    for identity in draft.administrations or (None,):
        service = draft.services[0] if draft.services and identity is None else None
        sheet.never.append(
            NotCoded(administration=identity, service=service, subject=subject, reason=reason, rule=rule)
        )


def _human(draft: Draft, reason: str, rule: str) -> NeedsHuman:
    return NeedsHuman(
        code=draft.code,
        subject=draft.code,
        reason=reason,
        administrations=draft.administrations,
        services=draft.services,
        rule=rule,
    )


def _not_in_force(sheet: Worksheet) -> None:
    for draft in list(sheet.drafts):
        record = sheet.context.rulebook.code(draft.code, draft.day)
        if record is None and draft.kind != "drug":
            _drop(
                sheet,
                draft,
                f"{draft.code} is not a code of the rulebook on {draft.day}; not assessed",
                "edit.in-force",
                True,
            )


def _isolated_perfusion(sheet: Worksheet) -> None:
    if not any(s.kind == "isolated_perfusion" for s in sheet.context.encounter.services):
        return
    for draft in list(sheet.drafts):
        if draft.code in PERFUSED:
            _drop(
                sheet,
                draft,
                "given with an isolated perfusion, which includes it unless it was a distinct session",
                "perfusion.isolated",
                True,
            )


def _alone_with_g0498(sheet: Worksheet) -> None:
    if sheet.context.switches.g0498_with_other_chemo != "deny" or not any(d.code == "G0498" for d in sheet.drafts):
        return
    for draft in list(sheet.drafts):
        record = sheet.context.rulebook.codes.get(draft.code)
        if record is not None and record.family == "chemotherapy" and draft.code != "G0498":
            _drop(
                sheet,
                draft,
                "this policy reports no other chemotherapy beside a community pump start",
                "pump.community-code",
                True,
            )


def _pairs_never_together(sheet: Worksheet) -> None:
    """Indicator 0: the column-2 code is never reported with the column-1 code."""
    codes = {d.code for d in sheet.drafts}
    for draft in list(sheet.drafts):
        for other in sorted(_beside(sheet, draft, codes)):
            pair = sheet.context.rulebook.pairs[other, draft.code]
            if pair.indicator(sheet.context.setting) == 0 and draft in sheet.drafts:
                _drop(sheet, draft, f"never reported on the same day as {other}", "edit.pair", False)


def _beside(sheet: Worksheet, draft: Draft, codes: set[str]) -> frozenset[str]:
    """The other codes of the sheet that are column 1 of a pair with this one."""
    return (sheet.context.rulebook.column_ones(draft.code) & codes) - {draft.code}


def _orphans(sheet: Worksheet) -> None:
    """An add-on without one of its primaries is not reported (5.2)."""
    changed = True
    while changed:
        changed = False
        for draft in list(sheet.drafts):
            record = sheet.context.rulebook.codes.get(draft.code)
            if record is None or record.role != "add_on" or not record.primaries:
                continue
            if not any(d.code in record.primaries and d.visit in (draft.visit, None) for d in sheet.drafts):
                reason = f"{draft.code} needs one of {', '.join(record.primaries)} beside it"
                _drop(sheet, draft, reason, "edit.add-on-primary", True)
                changed = True


def _pairs_with_modifier(sheet: Worksheet) -> None:
    """Indicator 1: separate drugs and separate records support the modifier on the column-2 code (PTP-1)."""
    codes = {d.code for d in sheet.drafts}
    for draft in sheet.drafts:
        if draft.modifiers or draft.kind == "drug":
            continue
        for other in sorted(_beside(sheet, draft, codes)):
            if sheet.context.rulebook.pairs[other, draft.code].indicator(sheet.context.setting) != 1:
                continue
            step = sheet.step("edit.distinct-service", {"with": other})
            draft.modifiers, draft.steps = (DISTINCT,), (*draft.steps, step)
            break


def _mark_column_two(sheet: Worksheet) -> None:
    """Of two initials on one date the pair's column-2 code is the marked one, whichever came second (PTP-1)."""
    initials = [d for d in sheet.drafts if d.group and _is_initial(sheet, d)]
    for marked in initials:
        for other in initials:
            pair = sheet.context.rulebook.pairs.get((marked.code, other.code))
            if marked.group == other.group or DISTINCT not in marked.modifiers or pair is None:
                continue
            for draft in sheet.drafts:
                if draft.group == marked.group:
                    draft.modifiers = tuple(m for m in draft.modifiers if m != DISTINCT)
                elif draft.group == other.group and DISTINCT not in draft.modifiers:
                    draft.modifiers = (*draft.modifiers, DISTINCT)


def _is_initial(sheet: Worksheet, draft: Draft) -> bool:
    record = sheet.context.rulebook.codes.get(draft.code)
    return record is not None and record.role == "initial"


def _daily_limits(sheet: Worksheet) -> None:
    """More units on one date than the published limit are flagged, never cut (ROUTE-8)."""
    units: Counter[tuple[str, object]] = Counter()
    for draft in sheet.drafts:
        units[draft.code, draft.day] += draft.units
    for number, draft in enumerate(sheet.drafts):
        record = sheet.context.rulebook.codes.get(draft.code)
        if record is None:
            continue
        limit = record.mue_facility if sheet.context.facility else record.mue_practitioner
        if limit is not None and units[draft.code, draft.day] > limit:
            sheet.drafts[number] = replace(draft, flags=(*draft.flags, "mue_review"))
