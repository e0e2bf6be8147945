"""Claim edits over the drafts: codes in force, add-on primaries, pairs, daily limits, modifiers (step 12 of 5.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from validator import distinct
from validator.edit_tables import NO_LIST, Edits, Limit, Primaries
from validator.findings import NeedsHuman, NotCoded
from validator.worksheet import Draft, Worksheet

PERFUSED = frozenset({"96409", "96413", "96416", "96420", "96422", "96423", "96425", "C8957", "G0498"})
LIMITS = {1: "edit.limit.line", 2: "edit.limit.policy", 3: "edit.limit.clinical", 0: "edit.limit.unstated"}
"""What each adjudication indicator (MAI) of a daily limit means, as a rule."""


def apply(sheet: Worksheet) -> None:
    """Run every edit of the setting and the day, each on what the one before left."""
    edits = sheet.context.edits
    _not_in_force(sheet, edits)
    _isolated_perfusion(sheet)
    _alone_with_g0498(sheet)
    _pairs_never_together(sheet, edits)
    drop_orphans(sheet, edits)
    distinct.mark(sheet, edits)
    _daily_limits(sheet, edits)


def _drop(sheet: Worksheet, draft: Draft, reason: str, rule: str, human: bool) -> None:
    sheet.drafts.remove(draft)
    if human:
        sheet.human.append(_human(draft, reason, rule))
        return
    for identity in draft.administrations or (None,):
        service = draft.services[0] if draft.services and identity is None else None
        sheet.never.append(
            NotCoded(administration=identity, service=service, subject=draft.code, reason=reason, rule=rule)
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


def _not_in_force(sheet: Worksheet, edits: Edits) -> None:
    code = sheet.context.rulebook.code
    for draft in tuple(sheet.drafts):
        if draft.kind != "drug" and code(draft.code, draft.day) is None:
            reason = f"{draft.code} is not a code of the rulebook on {draft.day}; not assessed"
            _drop(sheet, draft, f"{reason}{_before(sheet, draft)}", "edit.in-force", True)
        elif (exists := edits.exists(draft.code)) is False:
            quarter = edits.editions[-1].quarter
            reason = f"{draft.code} may not be billed on {draft.day} by the HCPCS file of {quarter}; not assessed"
            _drop(sheet, draft, reason, "edit.in-force", True)
        elif exists is None and draft.kind == "drug":
            _undated(sheet, draft)


def _undated(sheet: Worksheet, draft: Draft) -> None:
    """Drug codes come and go: one whose first day nobody recorded is not taken for older than the table it is from."""
    book = sheet.context.rulebook
    if draft.day >= book.drug_codes_since:
        return
    drug = book.drug_of_code(draft.code)
    if drug is not None and drug.since is None:
        reason = f"the first day of {draft.code} is not recorded; before {book.drug_codes_since} it is not assessed"
        _drop(sheet, draft, reason, "edit.drug-code-dated", True)


def _before(sheet: Worksheet, draft: Draft) -> str:
    """The code that the same service had before, which a person will look up; this rulebook does not judge by it."""
    record = sheet.context.rulebook.codes.get(draft.code)
    if record is None or not record.predecessor or draft.day >= record.since:
        return ""
    return f" (before {record.since} the service had the code {record.predecessor}, which is not in this rulebook)"


def _isolated_perfusion(sheet: Worksheet) -> None:
    if not [s for s in sheet.context.encounter.services if s.kind == "isolated_perfusion"]:
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


def _pairs_never_together(sheet: Worksheet, edits: Edits) -> None:
    """Indicator 0: the column-2 code is never reported with the column-1 code."""
    for draft, others in distinct.column_twos(sheet, edits):
        other = next((one for one in others if edits.indicator(one, draft.code) == 0), None)
        if other is not None:
            _drop(sheet, draft, f"never reported on the same day as {other}", "edit.pair", False)


def drop_orphans(sheet: Worksheet, edits: Edits) -> None:
    """An add-on without one of its primaries is not reported (5.2)."""
    changed = True
    while changed:
        changed = False
        for draft in [d for d in sheet.drafts if d.kind != "drug"]:
            primaries = _primaries_of(sheet, edits, draft)
            if primaries is None or _stands_beside(sheet, draft, primaries.codes):
                continue
            _drop(sheet, draft, _orphaned(draft.code, primaries), "edit.add-on-primary", True)
            changed = True


def _stands_beside(sheet: Worksheet, add_on: Draft, primaries: frozenset[str]) -> bool:
    for draft in sheet.drafts:
        if draft.code in primaries and (draft.visit is None or draft.visit == add_on.visit):
            return True
    return False


def _primaries_of(sheet: Worksheet, edits: Edits, draft: Draft) -> Primaries | None:
    """The primaries of an add-on: of the table in force, else (each payer's own list, no list) of the rulebook."""
    record = sheet.context.rulebook.codes.get(draft.code)
    if record is None or record.role != "add_on":
        return None
    listed = edits.primaries(draft.code)
    if listed is None or (listed.kind == NO_LIST and not listed.codes):
        return Primaries(frozenset(record.primaries), listed.kind if listed else 0) if record.primaries else None
    return listed


def _orphaned(code: str, primaries: Primaries) -> str:
    if not primaries.codes:
        return f"{code} has no primary code in the add-on table on this date"
    more = {2: ", or another of its payer's own list", 3: ", or another that its payer accepts"}
    return f"{code} needs one of {', '.join(sorted(primaries.codes))} beside it{more.get(primaries.kind, '')}"


def _daily_limits(sheet: Worksheet, edits: Edits) -> None:
    """More units than the published limit are flagged with what the limit means, never cut (ROUTE-8).

    An MAI of 1 counts each line by itself, every other the lines of a date together.
    """
    units: dict[tuple[str, date], int] = {}
    for draft in sheet.drafts:
        key = draft.code, draft.day
        units[key] = units.get(key, 0) + draft.units
    limits = {}
    for (code, _), counted in units.items():
        limit = edits.limit(code)
        if limit is not None and counted > limit.units:
            limits[code] = limit
    if not limits:
        return
    for number, draft in enumerate(sheet.drafts):
        limit = limits.get(draft.code)
        if limit is None:
            continue
        counted = draft.units if limit.mai == 1 else units[draft.code, draft.day]
        if counted > limit.units:
            sheet.drafts[number] = _flagged(sheet, edits, draft, limit, counted)


def _flagged(sheet: Worksheet, edits: Edits, draft: Draft, limit: Limit, counted: int) -> Draft:
    quarter = edits.editions[1].quarter
    inputs = {"units": counted, "limit": limit.units, "mai": limit.mai, "quarter": quarter}
    step = sheet.step(LIMITS[limit.mai], inputs)
    return replace(draft, flags=(*draft.flags, "mue_review"), steps=(*draft.steps, step))
