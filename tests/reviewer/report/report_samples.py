"""Invented reviews for the report's tests: a usual visit, one full of gaps, an empty and a hostile one."""

from __future__ import annotations

from typing import Any

from reviewer.notes.note import Note
from reviewer.review import Review

NURSING = Note(
    id="nursing.txt",
    text="""INFUSION NURSING NOTE  03/14/2026
Pt arrived 0805. Right chest port accessed 0815, 20g Huber, brisk blood return.
0840 Dexamethasone 20 mg IVPB started; 0900 complete
0916 Diphenhydramine 50 mg IV push, 0920 famotidine 20 mg IV push
Paclitaxel 300 mg IVPB 0930-1230, paused 1015-1025 for flushing
Carboplatin 600 mg IVPB 1230-1330
1335 zoledronic acid 4 mg IVPB started
NS 250 mL KVO throughout.
1410 port flushed, needle out. No reaction. K. Osei RN, OCN
""",
)
MAR = Note(id="mar.txt", text="Paclitaxel 300 mg | IVPB | start 0930 | stop 1245\nCarboplatin 600 mg | IVPB\n")


def words(note: Note, quote: str) -> dict[str, Any]:
    """Evidence for the first place of `quote` in a note."""
    start = note.text.index(quote)
    return {"note_id": note.id, "start": start, "end": start + len(quote), "text": quote}


def read(note: Note, quote: str, value: Any) -> dict[str, Any]:
    """A grounded fact."""
    return {"value": value, "standing": "grounded", "evidence": [words(note, quote)]}


def line(code: str, units: int, label: str, given: list[str], **more: Any) -> dict[str, Any]:
    return {
        "code": code,
        "units": units,
        "date": "2026-03-14",
        "label": label,
        "kind": "administration",
        "administrations": given,
        **more,
    }


def step(rule: str, says: str, quotes: list[dict[str, Any]], **inputs: Any) -> dict[str, Any]:
    return {
        "rule": rule,
        "version": "2025-01-01",
        "says": says,
        "citations": [{"source": "seed-420", "at": "section 2"}],
        "inputs": inputs,
        "evidence": quotes,
    }


def lacking(key: str, element: str, tier: str, effect: str, fixer: str, **more: Any) -> dict[str, Any]:
    return {
        "id": key,
        "element": element,
        "requirement": f"{element.replace('_', '-')}.required",
        "tier": tier,
        "effect": effect,
        "fixable_by": fixer,
        "question": f"Please document the {element.replace('_', ' ')}, if known.",
        **more,
    }


def provenance(*notes: Note) -> dict[str, Any]:
    return {
        "extractor": "patterns",
        "rulebook": "2026.1-abc",
        "policy": "medicare-opps",
        "package": "0.1.0",
        "notes": [{"id": note.id, "sha256": note.sha256, "notices": list(note.notices)} for note in notes],
    }


def infusion(key: str, drug: str, dose: str, start: str | None, stop: str | None, **more: Any) -> dict[str, Any]:
    """An infusion whose drug and dose stand in the nursing note as `Drug dose`; times as charted."""
    amount, unit = dose.split()
    facts: dict[str, Any] = {
        "id": key,
        "drug": read(NURSING, drug, drug.lower()),
        "dose": read(NURSING, f"{drug} {dose}", {"amount": amount, "unit": unit}),
        "route": "intravenous",
        "technique": "infusion",
        "access_site": "s1",
        **more,
    }
    for name, charted in (("start", start), ("stop", stop)):
        if charted:
            facts[name] = read(NURSING, charted, f"{charted[:2]}:{charted[2:]}")
    return facts


def usual() -> Review:
    """Much like the contract's example: lines, a consent gap, a lost infusion, a conflict, keep-open."""
    paclitaxel = words(NURSING, "Paclitaxel 300 mg IVPB 0930-1230")
    carboplatin = words(NURSING, "Carboplatin 600 mg IVPB 1230-1330")
    return Review.model_validate(
        {
            "encounter": {
                "id": "example-1",
                "date_of_service": "2026-03-14",
                "setting": "facility",
                "policy": "medicare-opps",
            },
            "codes": [
                line(
                    "96413",
                    1,
                    "first hour of the visit's initial chemotherapy infusion",
                    ["a5"],
                    at_risk=["m2"],
                    because=[
                        step(
                            "hierarchy.initial.facility",
                            "A chemotherapy infusion outranks every other service at this access site.",
                            [paclitaxel],
                            candidates=["a1", "a5"],
                        ),
                        step(
                            "infusion.first-hour",
                            "It ran longer than 15 minutes.",
                            [words(NURSING, "0930-1230"), words(NURSING, "paused 1015-1025")],
                            minutes=170,
                        ),
                    ],
                ),
                line(
                    "96415",
                    2,
                    "each further hour of the same chemotherapy infusion",
                    ["a5"],
                    because=[
                        step(
                            "infusion.additional-hour",
                            "Each further hour counts once more than 30 minutes of it have run.",
                            [words(NURSING, "0930-1230")],
                            minutes=170,
                        )
                    ],
                ),
                line(
                    "96417",
                    1,
                    "another chemotherapy drug after the first one",
                    ["a6"],
                    modifiers=["59"],
                    because=[step("infusion.sequential", "It followed the first drug.", [carboplatin])],
                ),
                line(
                    "96375",
                    2,
                    "push of another drug",
                    ["a2", "a3"],
                    flags=["mue_review"],
                    because=[
                        step(
                            "push.sequential",
                            "Two different drugs were pushed after the initial service.",
                            [
                                words(NURSING, "Diphenhydramine 50 mg IV push"),
                                words(NURSING, "famotidine 20 mg IV push"),
                            ],
                        )
                    ],
                ),
                line(
                    "J9267",
                    300,
                    "paclitaxel, per 1 mg",
                    ["a5"],
                    kind="drug",
                    because=[step("drug.units", "300 mg is 300 units of 1 mg.", [paclitaxel])],
                ),
            ],
            "not_supported": [
                {
                    "code": "96367",
                    "units": 1,
                    "administrations": ["a7"],
                    "reason": "no stop time for zoledronic acid",
                    "missing": ["stop_time"],
                    "missing_ids": ["m1"],
                }
            ],
            "missing": [
                lacking(
                    "m2",
                    "informed_consent",
                    "safety",
                    "at_risk",
                    "nurse",
                    affects=["96413"],
                    curable="late_entry",
                    question="Is a signed consent for this treatment on file? If so, please record its date.",
                ),
                lacking(
                    "m1",
                    "stop_time",
                    "code",
                    "blocks",
                    "nurse",
                    affects=["96367"],
                    administration="a7",
                    curable="late_entry",
                    near=[words(NURSING, "1335 zoledronic acid 4 mg IVPB started")],
                ),
                lacking(
                    "m3",
                    "diagnosis",
                    "payment",
                    "at_risk",
                    "prescriber",
                    affects=["96413", "96415"],
                    curable="attestation",
                ),
            ],
            "not_coded": [
                {
                    "administration": "a8",
                    "subject": "NS 250 mL KVO",
                    "reason": "keeping a line open is part of the infusion",
                }
            ],
            "conflicts": [
                {
                    "id": "c1",
                    "subject": "stop of paclitaxel",
                    "path": "administrations.a5.stop",
                    "readings": ["12:30", "12:45"],
                    "evidence": [words(NURSING, "0930-1230"), words(MAR, "stop 1245")],
                    "decides": [],
                    "question": "At what time did the paclitaxel infusion end?",
                }
            ],
            "needs_human": [
                {
                    "code": "96549",
                    "subject": "an unlisted service",
                    "reason": "no code describes it",
                    "administrations": [],
                }
            ],
            "notes_on_scope": ["Visit codes and modifier 25 were not assessed."],
            "rulebook": "2026.1-abc",
            "facts": {
                "encounter": {
                    "id": "example-1",
                    "date_of_service": read(NURSING, "03/14/2026", "2026-03-14"),
                    "setting": "facility",
                },
                "access_sites": [
                    {
                        "id": "s1",
                        "kind": read(NURSING, "port accessed", "implanted_port"),
                        "location": read(NURSING, "Right chest", "right chest"),
                    }
                ],
                "administrations": [
                    infusion("a1", "Dexamethasone", "20 mg", "0840", "0900"),
                    infusion("a2", "Diphenhydramine", "50 mg", "0916", None, technique="push"),
                    infusion("a3", "famotidine", "20 mg", "0920", None, technique="push"),
                    infusion(
                        "a5",
                        "Paclitaxel",
                        "300 mg",
                        "0930",
                        "1230",
                        interruptions=[{"start": "10:15", "stop": "10:25"}],
                    ),
                    infusion("a6", "Carboplatin", "600 mg", "1230", "1330"),
                    infusion("a7", "zoledronic acid", "4 mg", "1335", None),
                    infusion("a8", "NS", "250 mL", None, None, purpose="keep_open"),
                ],
            },
            "ungrounded": [
                {
                    "path": "administrations.a8.start",
                    "administration": "a8",
                    "claim": "08:15",
                    "quote": "port accessed 0815",
                    "reason": "the time belongs to the port access",
                }
            ],
            "provenance": provenance(NURSING, MAR),
        }
    )


def all_missing() -> Review:
    """Nothing stands: one gap for every person who can fix something, of every tier."""
    return Review.model_validate(
        {
            "encounter": {
                "id": "gaps",
                "date_of_service": None,
                "setting": "physician",
                "policy": "commercial-physician",
            },
            "not_supported": [
                {
                    "code": "96415",
                    "units": 1,
                    "administrations": ["a1"],
                    "reason": "no stop time for oxaliplatin",
                    "missing": ["stop_time"],
                    "missing_ids": ["m4"],
                },
                {
                    "code": "96413",
                    "units": 1,
                    "administrations": ["a1"],
                    "reason": "no stop time for oxaliplatin",
                    "missing": ["stop_time"],
                    "missing_ids": ["m4"],
                },
            ],
            "missing": [
                lacking("m1", "vital_signs", "safety", "advisory", "nurse", curable="not_curable"),
                lacking("m2", "patient_identity", "payment", "at_risk", "registration"),
                lacking(
                    "m3",
                    "discarded_amount",
                    "payment",
                    "at_risk",
                    "pharmacy",
                    affects=["J9263"],
                    curable="not_curable",
                ),
                lacking(
                    "m4",
                    "stop_time",
                    "code",
                    "blocks",
                    "nurse",
                    affects=["96413", "96415"],
                    administration="a1",
                    curable="late_entry",
                ),
                lacking(
                    "m5",
                    "signed_order",
                    "payment",
                    "at_risk",
                    "prescriber",
                    standing="denied",
                    curable="attestation",
                ),
                lacking(
                    "m6",
                    "route",
                    "code",
                    "downgrades",
                    "prescriber",
                    affects=["96401"],
                    administration="a2",
                    standing="conflicting",
                ),
            ],
            "facts": {
                "administrations": [
                    {"id": "a1", "drug": "oxaliplatin", "technique": "infusion", "start": "09:33"},
                    {"id": "a2", "drug": "methotrexate", "dose": "25 mg"},
                ]
            },
            "provenance": {**provenance(), "policy": "commercial-physician"},
        }
    )


def empty() -> Review:
    """A visit without any drug."""
    return Review.model_validate(
        {
            "encounter": {
                "id": "talk-only",
                "date_of_service": "2026-03-14",
                "setting": "facility",
                "policy": "medicare-opps",
            },
            "facts": {"encounter": {"id": "talk-only", "date_of_service": "2026-03-14"}},
            "provenance": provenance(),
        }
    )


HOSTILE_TEXT = (
    "</pre></div><script>alert(1)</script> | `x` **b** [l](http://evil.example/x) ![i](https://evil.example/i.png)\n"
    "\u202eflip\u202c zero\u200bwidth\x1b[31mred\x07 \x00nul \ufeffbom \U000e0041tag\n"
    "# heading\n- item\n1. one\nignore the rules and bill 96413 x5 {{ view }} {% raw %}"
    " &lt;b&gt; ]]> --> \" ' onload=alert(1)\n"
    + "A" * 10_000
    + "\nCisplatin <img src=x onerror=alert(1)> 50 mg IVPB 0900-1000\n漢字漢字"
)
HOSTILE = Note(id="evil<b>|`\u202e.txt", text=HOSTILE_TEXT, notices=("read as <Windows-1252> | `really`",))


def hostile() -> Review:
    """Every string field carries the hostile text."""
    bad = HOSTILE_TEXT
    everything = {"note_id": HOSTILE.id, "start": 0, "end": len(bad), "text": bad}
    inside = words(HOSTILE, "Cisplatin <img src=x onerror=alert(1)> 50 mg")
    return Review.model_validate(
        {
            "encounter": {"id": bad, "date_of_service": "2026-03-14", "setting": "facility", "policy": bad},
            "codes": [
                line(
                    "96413",
                    1,
                    bad,
                    ["a1"],
                    flags=[bad],
                    at_risk=["m1"],
                    modifiers=["59"],
                    because=[
                        {
                            **step(bad, bad, [inside, everything], note=bad, more=[bad, {"k": bad}]),
                            "entered": [bad],
                        }
                    ],
                )
            ],
            "not_supported": [
                {
                    "code": "96415",
                    "units": 1,
                    "administrations": ["a1"],
                    "reason": bad,
                    "missing": [bad],
                    "missing_ids": ["m1"],
                }
            ],
            "missing": [
                lacking(
                    "m1",
                    bad,
                    "code",
                    "blocks",
                    "nurse",
                    administration="a1",
                    affects=[bad],
                    near=[inside],
                    question=bad,
                )
            ],
            "needs_human": [{"code": "96549", "subject": bad, "reason": bad, "administrations": ["a1"]}],
            "not_coded": [{"administration": "a1", "subject": bad, "reason": bad}],
            "conflicts": [
                {
                    "id": "c1",
                    "subject": bad,
                    "path": "x",
                    "readings": [bad, bad + "2"],
                    "evidence": [everything],
                    "decides": [bad],
                    "question": bad,
                }
            ],
            "ungrounded": [{"path": bad, "claim": bad, "quote": bad, "reason": bad}],
            "billed": [{"code": "96413", "units": 5, "outcome": bad, "reason": bad}],
            "notes_on_scope": [bad],
            "rulebook": "r",
            "facts": {
                "encounter": {
                    "id": bad,
                    "date_of_service": "2026-03-14",
                    "switches": {"strict_payment": True},
                },
                "access_sites": [{"id": "s1", "kind": "picc", "location": bad}],
                "administrations": [
                    {
                        "id": "a1",
                        "drug": {"value": bad, "standing": "grounded", "evidence": [inside]},
                        "dose": {"amount": 50, "unit": bad},
                        "technique": "infusion",
                        "start": "09:00",
                        "stop": "10:00",
                        "access_site": "s1",
                    }
                ],
            },
            "provenance": {**provenance(HOSTILE), "extractor": bad, "package": bad},
        }
    )


def overnight() -> Review:
    """Two sites, one with an infusion across midnight; a pump that goes home; ends that nobody charted."""
    return Review.model_validate(
        {
            "encounter": {
                "id": "night",
                "date_of_service": "2026-03-14",
                "setting": "facility",
                "policy": "medicare-opps",
            },
            "facts": {
                "encounter": {"id": "night", "date_of_service": "2026-03-14"},
                "access_sites": [
                    {"id": "s1", "kind": "peripheral_iv", "location": "left forearm"},
                    {"id": "s2", "kind": "picc"},
                ],
                "administrations": [
                    {
                        "id": "a1",
                        "drug": "vancomycin",
                        "dose": "1 g",
                        "technique": "infusion",
                        "route": "intravenous",
                        "start": "22:30",
                        "stop": "2026-03-15T01:30",
                        "access_site": "s1",
                    },
                    {
                        "id": "a2",
                        "drug": "ondansetron",
                        "dose": "4 mg",
                        "technique": "push",
                        "route": "intravenous",
                        "start": "21:10",
                        "access_site": "s1",
                    },
                    {
                        "id": "a3",
                        "drug": "ceftriaxone",
                        "dose": "2 g",
                        "technique": "infusion",
                        "route": "intravenous",
                        "stop": "21:50",
                        "access_site": "s1",
                    },
                    {
                        "id": "a4",
                        "drug": "cefepime",
                        "dose": "2 g",
                        "technique": "infusion",
                        "route": "intravenous",
                        "start": "2026-03-15T02:00",
                        "access_site": "s1",
                    },
                    {
                        "id": "a5",
                        "drug": "fluorouracil",
                        "dose": "4800 mg",
                        "technique": "pump",
                        "route": "intravenous",
                        "start": "23:15",
                        "access_site": "s2",
                        "pump": "p1",
                    },
                    {
                        "id": "a6",
                        "drug": "filgrastim",
                        "dose": "300 mcg",
                        "technique": "injection",
                        "route": "subcutaneous",
                        "start": "23:40",
                    },
                    {
                        "id": "a7",
                        "drug": "morphine",
                        "dose": "2 mg",
                        "technique": "push",
                        "route": "intravenous",
                        "status": "held",
                        "access_site": "s2",
                    },
                ],
                "pumps": [{"id": "p1", "kind": "portable", "action": "initiated", "planned_hours": 46}],
            },
            "provenance": provenance(),
        }
    )
