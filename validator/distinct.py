"""Distinct services: modifier 59 on the column-2 code of a pair that may stand together (PTP-1, ROUTE-7)."""

from __future__ import annotations

from itertools import permutations

from validator.edit_tables import Edits
from validator.worksheet import Draft, Worksheet

DISTINCT = "59"


def mark(sheet: Worksheet, edits: Edits) -> None:
    """Mark what needs it beside the other codes, and of two initials on one date the column-2 one."""
    _pairs_with_modifier(sheet, edits)
    _mark_column_two(sheet, edits)


def column_twos(sheet: Worksheet, edits: Edits) -> list[tuple[Draft, list[str]]]:
    """The lines that are column 2 of a pair with another code of the sheet, each with those codes."""
    codes = {draft.code for draft in sheet.drafts}
    paired = [code for code in codes if not edits.column_ones(code).isdisjoint(codes)]
    if not paired:
        return []
    ones = {code: sorted((edits.column_ones(code) & codes) - {code}) for code in paired}
    return [(draft, ones[draft.code]) for draft in sheet.drafts if ones.get(draft.code)]


def _pairs_with_modifier(sheet: Worksheet, edits: Edits) -> None:
    """Indicator 1: separate drugs and separate records support the modifier on the column-2 code (PTP-1)."""
    for draft, others in column_twos(sheet, edits):
        if draft.kind == "drug" or (draft.modifiers and _parted(sheet, draft)):
            continue
        other = next((one for one in others if edits.indicator(one, draft.code) == 1), None)
        if other is not None:
            step = sheet.step("edit.distinct-service", {"with": other})
            draft.modifiers, draft.steps = (*draft.modifiers, DISTINCT), (*draft.steps, step)


def _parted(sheet: Worksheet, draft: Draft) -> bool:
    """Whether the line has a modifier already that parts a pair, by the official list of the day."""
    parting = sheet.context.param("edit.distinct-service", "modifiers").split()
    return any(modifier in parting for modifier in draft.modifiers)


def _mark_column_two(sheet: Worksheet, edits: Edits) -> None:
    """Of two initials on one date the pair's column-2 code is the marked one, whichever came second (PTP-1)."""
    initials = [d for d in sheet.drafts if d.group and _is_initial(sheet, d)]
    for marked, other in permutations(initials, 2):
        same = marked.group == other.group or DISTINCT not in marked.modifiers
        if not same and edits.indicator(marked.code, other.code) is not None:
            _move_mark(sheet, edits, marked.group, other.group)


def _move_mark(sheet: Worksheet, edits: Edits, marked: str, other: str) -> None:
    """Take the modifier off the lines of one access, where nothing else needs it, and put it on those of the other."""
    for draft in sheet.drafts:
        if draft.group == marked and not _needs_it_still(sheet, edits, draft, other):
            draft.modifiers = tuple(m for m in draft.modifiers if m != DISTINCT)
        elif draft.group == other and DISTINCT not in draft.modifiers:
            draft.modifiers = (*draft.modifiers, DISTINCT)


def _needs_it_still(sheet: Worksheet, edits: Edits, draft: Draft, marked: str) -> bool:
    """Whether a line needs the modifier although the access `marked` takes it from its own.

    So it does beside a code that has it in column 2, and beside its own code at a third access.
    """
    others = [d for d in sheet.drafts if d.group != draft.group]
    if any(edits.indicator(d.code, draft.code) == 1 for d in others):
        return True
    return any(d.code == draft.code and d.group != marked and DISTINCT not in d.modifiers for d in others)


def _is_initial(sheet: Worksheet, draft: Draft) -> bool:
    record = sheet.context.rulebook.codes.get(draft.code)
    return record is not None and record.role == "initial"
