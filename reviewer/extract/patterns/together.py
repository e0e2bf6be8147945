"""Drugs told to have run beside another, in its time."""

from __future__ import annotations

from itertools import pairwise

from reviewer.extract.patterns.drafts import Draft
from reviewer.extract.patterns.page import Page
from reviewer.extract.patterns.segments import Statement
from reviewer.extract.patterns.subjects import Subject
from reviewer.language.companions import at_the_same_time, ran_beside
from reviewer.language.cues import cue


def run_beside(page: Page, statement: Statement, named: list[Subject], made: list[Draft]) -> None:
    """Give the time of the drug that another ran beside to that other ("LV 730 mg with irinotecan 0935-1110")."""
    if len(made) != len(named):
        return
    for (one, other), (draft, beside) in zip(pairwise(named), pairwise(made), strict=True):
        told = [said for said in beside.told.get("start", []) if said.at is not None and said.at >= statement.start]
        if not told or draft.has("start") or draft.fate not in ("given", "spoken_of") or beside.fate != "given":
            continue
        if not draft.has("dose") or cue(page.text, draft.place, draft.place + 1) != "none":
            continue
        if not ran_beside(page.text, one.zone.drug_end, other.zone.drug_start, other.zone.drug_end):
            continue
        draft.fate = "given"
        for name in ("start", "stop"):
            draft.told[name] = [s for s in beside.told.get(name, []) if s.at is not None and s.at >= statement.start]
        draft.start, draft.stop = beside.start, beside.stop


def run_at_the_same_time(page: Page, statement: Statement, named: list[Subject], made: list[Draft]) -> None:
    """Give the times of a drug to the one told behind it "over the same minutes"."""
    if len(made) != len(named):
        return
    for (_, other), (before, draft) in zip(pairwise(named), pairwise(made), strict=True):
        if (
            draft.has("start")
            or draft.has("stop")
            or draft.fate not in ("given", "spoken_of")
            or before.fate != "given"
        ):
            continue
        told = [said for said in before.told.get("start", []) if said.at is not None and said.at >= statement.start]
        if not told or not draft.has("dose") or cue(page.text, draft.place, draft.place + 1) != "none":
            continue
        if not at_the_same_time(page.text, other.zone.drug_end, other.zone.end):
            continue
        draft.fate, draft.start, draft.stop = "given", before.start, before.stop
        for name in ("start", "stop"):
            draft.told[name] = list(before.told.get(name, []))
