"""Labelled encounters from folders and files, and one clear line for every slip in them."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from reviewer.errors import InputError
from reviewer.evaluate.cases import load_cases
from reviewer.evaluate.entries import labelled
from reviewer.evaluate.labels import ExpectedLine, Labels
from validator.facts import Quantity
from validator.loading import default_rulebook

ENCOUNTERS = Path(__file__).parents[3] / "fixtures" / "encounters"
LABELS = 'date_of_service = "2026-03-14"\n\n[[administration]]\ndrug = "paclitaxel"\ndose = "300 mg"\n'
SECRET = "Zanzibar"


def encounter(
    folder: Path, labels: str | None = LABELS, expected: str | None = None, note: str | None = "Note."
) -> Path:
    folder.mkdir(parents=True)
    for name, text in (("labels.toml", labels), ("expected.toml", expected), ("nursing.txt", note)):
        if text is not None:
            (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_every_invented_encounter_is_labelled_with_known_elements_and_values() -> None:
    cases = load_cases(ENCOUNTERS)
    assert len(cases) >= 90
    assert {path.parent.name for path in ENCOUNTERS.glob("*/expected.toml")} == {case.name for case in cases}
    known = default_rulebook().requirements
    elements = {requirement.element for requirement in known}
    for case in cases:
        assert case.labels is not None
        assert case.codes is not None
        assert case.notes
        said = case.labels.documentation
        assert {*said.said, *said.denied, *said.absent} <= elements, case.name
        assert labelled(case.labels, default_rulebook())


def test_a_folder_is_read_with_its_notes_labels_and_codes(tmp_path: Path) -> None:
    expected = 'title = "x"\nsetting = "physician"\npolicy = "commercial-physician"\ncodes = [["96413", 1, ["59"]]]\n'
    encounter(tmp_path / "b", expected=expected)
    encounter(tmp_path / "a")
    (tmp_path / "empty").mkdir()
    first, second = load_cases(tmp_path)
    assert (first.name, first.codes, first.setting) == ("a", None, None)
    assert (second.name, second.setting, second.policy) == ("b", "physician", "commercial-physician")
    assert second.codes == (ExpectedLine(code="96413", units=1, modifiers=("59",)),)
    assert second.labels is not None
    dose = second.labels.administration[0].dose
    assert dose is not None
    assert dose.either == ((Quantity(amount=Decimal(300), unit="mg"),),)
    assert [note.id for note in second.notes] == ["nursing.txt"]
    assert load_cases(tmp_path / "b") == (second,)


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        (LABELS + f'{SECRET} = "x"\n', r"visit/labels\.toml: administration\.1\.Zanzibar: unknown key"),
        (LABELS + f'route = "{SECRET}"\n', r"visit/labels\.toml: administration\.1\.route: should be"),
        (LABELS + f'start = "{SECRET}"\n', r"administration\.1\.start: expected a time such as 09:10"),
        (LABELS + "open = ['colour']\n", r"administration\.1\.open: names something that is no fact"),
        (LABELS + 'stop = { conflict = ["10:00", "x"] }\n', r"administration\.1\.stop: expected a time"),
        ("[documentation]\nsaid = ['stage']\nabsent = ['stage']\n", r"documentation: names an element twice"),
        (f"{SECRET} = [", r"visit/labels\.toml: not valid TOML in UTF-8"),
    ],
)
def test_a_slip_in_the_labels_is_one_line_that_names_the_place(tmp_path: Path, labels: str, says: str) -> None:
    encounter(tmp_path / "visit", labels)
    with pytest.raises(InputError, match=says) as problem:
        load_cases(tmp_path)
    assert "\n" not in str(problem.value)
    assert SECRET not in str(problem.value).replace("administration.1.Zanzibar", "")


def test_codes_must_be_there_and_count(tmp_path: Path) -> None:
    encounter(tmp_path / "visit", expected='setting = "facility"\n')
    with pytest.raises(InputError, match=r"visit/expected\.toml: codes: this key is required"):
        load_cases(tmp_path)
    (tmp_path / "visit" / "expected.toml").write_text('codes = [["96413", 0]]\n')
    with pytest.raises(InputError, match=r"visit/expected\.toml: codes\.1\.units: should be greater than"):
        load_cases(tmp_path)


def test_labels_without_notes_and_folders_without_labels_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such folder or file"):
        load_cases(tmp_path / "nowhere")
    encounter(tmp_path / "visits" / "visit", labels=None)
    with pytest.raises(InputError, match="no encounter found"):
        load_cases(tmp_path / "visits")
    encounter(tmp_path / "others" / "visit", note=None)
    with pytest.raises(InputError, match="visit: labels without notes"):
        load_cases(tmp_path / "others")


FACT = {
    "drug": "ondansetron + dexamethasone",
    "dose": "8 mg + 4 mg",
    "route": "IV",
    "technique": "infusion, one bag",
    "start": "10:00",
    "stop": "02:00+1",
    "access": "L forearm PIV (removed)",
    "class": "therapeutic",
    "relation": None,
    "duration_minutes": 15,
}


def example(tmp_path: Path, *facts: dict[str, Any], **more: Any) -> Path:
    row = {"id": "we-1", "note": "Note.", "setting": "either", "facts": facts, "expected_codes": [], **more}
    path = tmp_path / "examples.jsonl"
    path.write_text(json.dumps(row) + "\n\n", encoding="utf-8")
    return path


def test_a_line_of_examples_is_an_encounter(tmp_path: Path) -> None:
    transfusion = {"drug": "packed red cells", "technique": "transfusion", "dose": "1 unit", "route": "IV"}
    lines = [{"code": "96365", "units": 1, "modifiers": []}]
    optional = [{"code": "J2405", "units": 4, "modifiers": []}]
    path = example(tmp_path, FACT, transfusion, expected_codes=lines, optional_codes=optional)
    (case,) = load_cases(path)
    assert (case.name, case.setting, case.notes[0].text) == ("we-1", None, "Note.")
    assert case.codes == (ExpectedLine(code="96365", units=1),)
    assert case.optional_codes == (ExpectedLine(code="J2405", units=4),)
    expected = {
        "administration": [
            {
                "drug": drug,
                "dose": dose,
                "route": "intravenous",
                "technique": "infusion",
                "start": "10:00",
                "stop": "02:00",
                "site": "peripheral_iv",
                "location": "left forearm",
                "open": ["duration_minutes", "purpose", "presence", "discarded", "lesions"],
            }
            for drug, dose in (("ondansetron", "8 mg"), ("dexamethasone", "4 mg"))
        ],
        "service": [{"kind": "transfusion"}],
        "open": ["pump", "service"],
    }
    assert case.labels == Labels.model_validate(expected)


def test_what_loose_words_do_not_settle_is_open(tmp_path: Path) -> None:
    fact = {"drug": "bleomycin", "dose": "not charted", "route": "intrapleural", "technique": "instillation via tube"}
    (case,) = load_cases(example(tmp_path, fact))
    assert case.labels is not None
    (one,) = case.labels.administration
    assert (one.dose, one.technique, one.site) == (None, None, None)
    assert set(one.open) >= {"technique", "site", "location"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f'{{"id": "{SECRET}"', r"examples\.jsonl line 1: not valid JSON"),
        (f'{{"id": "{SECRET}"}}', "line 1: id and note are required"),
        (f'{{"id": "a", "note": "b", "facts": ["{SECRET}"]}}', "line 1: facts: should be a list of objects"),
        (f'{{"id": "a", "note": "b", "facts": [{{"route": "{SECRET}"}}]}}', r"facts: administration\.1"),
        (f'{{"id": "a", "note": "b", "expected_codes": [{{"code": "{SECRET}"}}]}}', "expected_codes: units: this key"),
        ("\n", "no encounter found"),
    ],
)
def test_a_slip_in_the_examples_is_one_line(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "examples.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=says) as problem:
        load_cases(path)
    assert SECRET not in str(problem.value)
