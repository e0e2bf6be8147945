"""`reviewer review` and `reviewer validate` from end to end, on the notes that ship with the package."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from reviewer import cli
from reviewer.cli import main
from reviewer.commands_schema import schema_of

SAMPLE = Path(cli.__file__).parent / "sample"
NURSING, PHYSICIAN = SAMPLE / "nursing.txt", SAMPLE / "physician.txt"

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """Run a command that is to say nothing on standard error."""

    def run(*arguments: object) -> tuple[int, str]:
        code = main([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        assert err == ""
        return code, out

    return run


def _units(review: dict[str, Any]) -> dict[str, int]:
    return {line["code"]: line["units"] for line in review["codes"] if line["kind"] == "administration"}


def _json(run: Run, *arguments: object) -> dict[str, Any]:
    code, out = run(*arguments, "--format", "json")
    assert code == 0
    made: dict[str, Any] = json.loads(out)
    return made


def test_the_sample_gives_what_its_notes_support(run: Run) -> None:
    review = _json(run, "review", "--sample")
    # Paclitaxel 0910-1214 is 184 minutes: the first hour and two more; ondansetron ran 18 minutes on its own;
    # two drugs were pushed. Carboplatin has no stop time, so its hours are only named.
    assert _units(review) == {"96413": 1, "96415": 2, "96367": 1, "96375": 2}
    assert ("96417", 1, ["stop_time"]) in [
        (line["code"], line["units"], line["missing"]) for line in review["not_supported"]
    ]
    assert {element["element"] for element in review["missing"] if element["tier"] == "code"} == {"stop_time"}


def test_the_stop_time_is_all_that_is_missing(run: Run, tmp_path: Path) -> None:
    text = NURSING.read_text("utf-8").replace("1305 Port", "1250 Carboplatin infusion complete.\n1305 Port")
    (tmp_path / "nursing.txt").write_text(text, "utf-8")
    review = _json(run, "review", tmp_path / "nursing.txt", PHYSICIAN)
    assert _units(review) == {"96413": 1, "96415": 2, "96417": 1, "96367": 1, "96375": 2}
    assert review["not_supported"] == []


def test_a_folder_the_files_and_standard_input_give_the_same_codes(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = (NURSING.read_text("utf-8") + PHYSICIAN.read_text("utf-8")).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(whole)))
    expected = _units(_json(run, "review", "--sample"))
    assert _units(_json(run, "review", SAMPLE)) == expected
    assert _units(_json(run, "review", NURSING, PHYSICIAN)) == expected
    assert _units(_json(run, "review", "-")) == expected


def test_the_same_notes_give_the_same_bytes(run: Run) -> None:
    for format_ in ("text", "markdown", "html", "json"):
        assert run("review", "--sample", "--format", format_) == run("review", "--sample", "--format", format_)


def test_the_json_is_what_its_schema_says(run: Run, tmp_path: Path) -> None:
    review = _json(run, "review", "--sample")
    jsonschema.validate(review, schema_of("review"))
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps(review["facts"]))
    jsonschema.validate(review["facts"], schema_of("facts"))
    jsonschema.validate(_json(run, "validate", facts), schema_of("assessment"))


def test_the_facts_of_a_review_judged_alone_give_the_same_lines(run: Run, tmp_path: Path) -> None:
    review = _json(run, "review", "--sample")
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps(review["facts"]))
    again = _json(run, "validate", facts)
    for part in ("encounter", "codes", "not_supported", "missing", "needs_human", "not_coded", "conflicts"):
        assert again[part] == review[part]


def test_flags_are_facts_that_a_person_entered(run: Run) -> None:
    review = _json(run, "review", "--sample", "--setting", "physician", "--date", "2026-04-01")
    facts = review["facts"]["encounter"]
    assert (facts["setting"]["value"], facts["setting"]["standing"]) == ("physician", "entered")
    assert (facts["date_of_service"]["value"], facts["date_of_service"]["standing"]) == (
        "2026-04-01",
        "entered",
    )
    assert {line["date"] for line in review["codes"]} == {"2026-04-01"}
    assert any("2026-03-14" in remark and "--date" in remark for remark in review["notes_on_scope"])


def test_a_date_that_the_notes_give_too_needs_no_remark(run: Run) -> None:
    review = _json(run, "review", "--sample", "--date", "2026-03-14")
    assert not any("--date" in remark for remark in review["notes_on_scope"])


def test_the_policy_is_the_flag_then_the_environment_then_the_file(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def policy(*flags: str) -> str:
        return str(_json(run, "review", "--sample", *flags)["encounter"]["policy"])

    assert policy() == "medicare-opps"
    (tmp_path / "settings.toml").write_text("policy = 'commercial-facility'")
    monkeypatch.setenv("REVIEWER_HOME", str(tmp_path))
    assert policy() == "commercial-facility"
    monkeypatch.setenv("REVIEWER_POLICY", "medicare-opps")
    assert policy() == "medicare-opps"
    assert policy("--policy", "medicare-physician") == "medicare-physician"


def test_a_setting_alone_chooses_the_policy_of_that_setting(run: Run) -> None:
    assert _json(run, "review", "--sample", "--setting", "physician")["encounter"]["policy"] == "commercial-physician"


def test_a_switch_reaches_the_rules(run: Run, tmp_path: Path) -> None:
    facts = tmp_path / "facts.json"
    drug = {
        "id": "a1",
        "drug": "ondansetron",
        "dose": "8 mg",
        "route": "intravenous",
        "technique": "infusion",
    }
    where = {"start": "09:00", "duration_minutes": 30, "access_site": "s1"}
    site = [{"id": "s1", "kind": "peripheral_iv"}]
    facts.write_text(json.dumps({"access_sites": site, "administrations": [{**drug, **where}]}))
    accepted = _json(run, "validate", facts, "--switch", "accept_stated_duration=true")
    refused = _json(run, "validate", facts, "--switch", "accept_stated_duration=false")
    assert _units(accepted) == {"96365": 1}
    assert _units(refused) == {}


@pytest.mark.parametrize(
    ("flags", "code"),
    [((), 0), (("--fail-on", "code"), 1), (("--fail-on", "safety", "--fail-on", "code"), 1)],
)
def test_only_fail_on_makes_a_finding_an_exit_code(run: Run, flags: tuple[str, ...], code: int) -> None:
    assert run("review", "--sample", *flags)[0] == code


def test_fail_on_counts_the_named_tier_alone(run: Run, tmp_path: Path) -> None:
    review = _json(run, "review", "--sample")
    open_tiers = {element["tier"] for element in review["missing"]}
    for tier in ("payment", "safety"):
        assert run("review", "--sample", "--fail-on", tier)[0] == int(tier in open_tiers)


def test_notes_of_two_patients_release_no_code(run: Run, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text(PHYSICIAN.read_text("utf-8").replace("Sample, Invented", "Someone, Else").replace("0000001", "7"))
    review = _json(run, "review", NURSING, other)
    assert review["codes"] == []
    assert {"96413", "96415", "96367", "96375"} <= {entry["code"] for entry in review["needs_human"]}


def test_a_note_without_any_drug_gets_a_calm_report(run: Run, tmp_path: Path) -> None:
    note = tmp_path / "phone.txt"
    note.write_text("Phone call 03/14/2026. Patient asks about parking. Advised to use lot B.\n")
    review = _json(run, "review", note)
    assert review["codes"] == review["not_supported"] == review["needs_human"] == []
    code, text = run("review", note, "--fail-on", "code")
    assert code == 0
    assert "administration" in text


def test_a_folder_names_what_it_did_not_read(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "nursing.txt").write_bytes(NURSING.read_bytes())
    (tmp_path / "scan.png").write_bytes(b"\x89PNG")
    assert main(["review", str(tmp_path), "--format", "json"]) == 0
    out, err = capfd.readouterr()
    assert json.loads(out)["codes"]
    assert err == "reviewer: not read, because these are no note files: scan.png\n"


def test_a_report_goes_to_the_named_file_and_nowhere_else(run: Run, tmp_path: Path) -> None:
    assert run("review", "--sample", "--format", "html", "--output", tmp_path / "visit.html") == (0, "")
    assert "96413" in (tmp_path / "visit.html").read_text("utf-8")


def test_facts_written_by_hand_are_judged_without_any_note(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = {"administrations": [{"id": "a1", "drug": "oxaliplatin", "route": "intravenous", "start": "09:00"}]}
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(facts).encode())))
    code, text = run("validate", "-", "--format", "markdown")
    assert code == 0
    assert "oxaliplatin" in text


def test_an_escaped_character_outside_the_first_plane_is_kept(run: Run, tmp_path: Path) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text('{"encounter": {"id": "visit \\ud83d\\ude00"}}')
    assert _json(run, "validate", facts)["encounter"]["id"] == "visit \U0001f600"


def test_a_notice_about_the_file_is_part_of_the_review(run: Run, tmp_path: Path) -> None:
    note = tmp_path / "nursing.txt"
    note.write_bytes(NURSING.read_text("utf-8").replace("1.70 m2", "1.70 m²").encode("cp1252"))
    record = _json(run, "review", note)["provenance"]["notes"][0]
    assert record["id"] == "nursing.txt"
    assert "Windows-1252" in record["notices"][0]
    assert len(record["sha256"]) == 64
