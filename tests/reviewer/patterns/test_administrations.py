"""The reader against invented notes: which administrations it tells of, in the words of the table beside it.

Each case of the TOML files gives a note (or several) and the administrations in them as rows
`drug | dose | route | technique | start | stop | status`; "-" where the note does not say, and the
status `given` when it is left out.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from reviewer.extract.patterns import read
from reviewer.extract.wire import Said, WireAdministration, WireEncounter
from reviewer.language.clock import find_clocks, read_clock
from reviewer.language.quantity import read_quantity
from reviewer.language.vocabulary import (
    read_access_kind,
    read_pump_action,
    read_pump_kind,
    read_pump_owner,
    read_route,
    read_service_kind,
    read_status,
    read_technique,
)
from reviewer.notes.note import Note
from validator.loading import default_rulebook

HERE = Path(__file__).parent
CASES = [
    pytest.param(case, id=f"{path.stem}:{case['name']}")
    for path in sorted(HERE.glob("*.toml"))
    for case in tomllib.loads(path.read_text())["case"]
]


def notes_of(case: dict[str, Any]) -> tuple[Note, ...]:
    texts = case.get("notes") or [case["note"]]
    return tuple(Note(id=f"note{number}.txt", text=text) for number, text in enumerate(texts, 1))


def encounter_of(case: dict[str, Any]) -> WireEncounter:
    return read(notes_of(case), default_rulebook())


def ingredient(said: tuple[Said, ...]) -> str:
    found = {drug.ingredient for one in said for drug in default_rulebook().find_drug(one.text)[:1]}
    return found.pop() if len(found) == 1 else said[0].text.lower()


def clock(said: tuple[Said, ...]) -> str:
    found = list(dict.fromkeys(_clock(one) for one in said))
    return "/".join(found) or "-"


def _clock(said: Said) -> str:
    in_quote = [one.clock for one in find_clocks(said.quote) if said.quote[one.start :].startswith(said.text)]
    read_as = in_quote[0] if in_quote else read_clock(said.text)
    if read_as is None:
        return f"?{said.text}"
    hour, minute = divmod(read_as.minute, 60)
    return f"{hour:02}:{minute:02}" + ("+1" if read_as.next_day else "")


def dose(said: tuple[Said, ...]) -> str:
    found = list(dict.fromkeys(_dose(one.text) for one in said))
    return "/".join(found) or "-"


def _dose(text: str) -> str:
    quantity = read_quantity(text)
    return f"{quantity.amount.normalize():f} {quantity.unit}" if quantity else f"?{text}"


def term(said: tuple[Said, ...], reader: Any) -> str:
    return "/".join(dict.fromkeys(reader(one.text) or f"?{one.text}" for one in said)) or "-"


def status(one: WireAdministration) -> str:
    named = {read_status(said.text) for said in one.status} - {"given", None}
    return "/".join(sorted(str(name) for name in named)) or "given"


def row(one: WireAdministration) -> str:
    cells = [
        ingredient(one.drug),
        dose(one.dose),
        term(one.route, read_route),
        term(one.technique, read_technique),
        clock(one.start),
        clock(one.stop),
        status(one),
    ]
    return " | ".join(cells)


def expected(text: str) -> str:
    cells = [cell.strip() for cell in text.split("|")]
    found = default_rulebook().find_drug(cells[0])
    cells[0] = found[0].ingredient if found else cells[0].lower()
    cells += ["-"] * (6 - len(cells))
    cells[1] = _dose(cells[1]) if cells[1] != "-" else "-"
    return " | ".join([*cells[:6], cells[6] if len(cells) > 6 else "given"])


@pytest.mark.parametrize("case", CASES)
def test_administrations(case: dict[str, Any]) -> None:
    told = encounter_of(case)
    assert Counter(row(one) for one in told.administrations) == Counter(expected(text) for text in case["rows"])


@pytest.mark.parametrize(
    "case",
    [
        case
        for case in CASES
        if set(case.values[0])
        & {"pumps", "services", "visits", "mixed", "concurrent", "pauses", "wasted", "sites", "lesions"}
    ],
)
def test_what_surrounds_them(case: dict[str, Any]) -> None:
    told = encounter_of(case)
    names = {one.id: ingredient(one.drug) for one in told.administrations}
    if "services" in case:
        assert sorted(term(s.kind[:1], read_service_kind) for s in told.services) == sorted(case["services"])
    if "service_times" in case:
        assert [f"{clock(s.start)} - {clock(s.stop)}" for s in told.services] == case["service_times"]
    if "pumps" in case:
        rows = [
            " | ".join(
                (
                    term(p.kind, read_pump_kind),
                    term(p.action, read_pump_action),
                    term(p.owner, read_pump_owner),
                    p.planned[0].text if p.planned else "-",
                )
            )
            for p in told.pumps
        ]
        assert rows == case["pumps"]
    if "visits" in case:
        assert [one.visit or "-" for one in told.administrations] == case["visits"]
    if "mixed" in case:
        pairs = {frozenset((names[one.id], names[other])) for one in told.administrations for other in one.mixed_with}
        assert pairs == {frozenset(expected(name).split(" | ")[0] for name in pair) for pair in case["mixed"]}
    if "concurrent" in case:
        pairs = {
            frozenset((names[one.id], names[other])) for one in told.administrations for other in one.concurrent_with
        }
        assert pairs == {frozenset(expected(name).split(" | ")[0] for name in pair) for pair in case["concurrent"]}
    if "pauses" in case:
        rows = [
            f"{names[one.id]} | {clock((p.start,) if p.start else ())} | {clock((p.stop,) if p.stop else ())}"
            for one in told.administrations
            for p in one.pauses
        ]
        assert rows == case["pauses"]
    if "wasted" in case:
        assert [f"{names[one.id]} | {said.text}" for one in told.administrations for said in one.discarded] == case[
            "wasted"
        ]
    if "sites" in case:
        rows = [f"{names[one.id]} | {term(one.site[:1], read_access_kind)}" for one in told.administrations]
        assert rows == [
            f"{expected(text.split(' | ')[0]).split(' | ')[0]} | {text.split(' | ')[1]}" for text in case["sites"]
        ]
    if "lesions" in case:
        assert [said.text for one in told.administrations for said in one.lesions] == case["lesions"]


@pytest.mark.parametrize("case", CASES)
def test_every_quote_is_verbatim(case: dict[str, Any]) -> None:
    texts = {note.id: note.text for note in notes_of(case)}
    for one in encounter_of(case).administrations:
        for field in one.model_dump().values():
            for said in field if isinstance(field, (list, tuple)) else ():
                if isinstance(said, dict) and said.get("quote") is not None:
                    place = said["at"]
                    assert texts[said["note_id"]][place : place + len(said["quote"])] == said["quote"]
