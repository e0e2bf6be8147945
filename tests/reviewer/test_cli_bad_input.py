"""What bad input gets: one clear line on standard error, exit 2, no traceback, nothing of the note."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reviewer.cli import main

NAME = "Jane Q. Testpatient"
NOTE = f"Patient {NAME}\n0910 Paclitaxel 300 mg IVPB started via port. 1214 complete. Date 03/14/2026\n"
FACTS = {"encounter": {"date_of_service": "2026-03-14"}, "administrations": [{"id": "a1", "drug": NAME}]}

Refused = Callable[..., str]


@pytest.fixture
def refused(capfd: pytest.CaptureFixture[str]) -> Refused:
    """Run a command that must be refused; return its one line."""

    def run(*arguments: object) -> str:
        code = main([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        assert (code, out) == (2, ""), err
        assert err.endswith("\n")
        assert err.count("\n") == 1
        assert err.startswith("reviewer: ")
        assert "Traceback" not in err
        assert NAME not in err
        assert "Testpatient" not in err
        return err

    return run


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.txt"
    path.write_text(NOTE, "utf-8")
    return path


def _facts(folder: Path, content: object) -> Path:
    path = folder / "facts.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return path


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (None, "no such file"),
        (b"", "empty"),
        (b" \r\n ", "empty"),
        (NOTE.encode() + b"\x00", "binary"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "binary"),
        (NOTE.encode() * 70_000, "at most 500,000"),
        (b"%PDF-1.7 " + NOTE.encode(), "cannot be read as .pdf"),
    ],
)
def test_an_unusable_note_is_named(refused: Refused, tmp_path: Path, raw: bytes | None, reason: str) -> None:
    path = tmp_path / "visit.txt"
    if raw is not None:
        path.write_bytes(raw)
    line = refused("review", path)
    assert "visit.txt" in line
    assert reason in line


def test_one_unusable_note_stops_the_encounter(refused: Refused, note: Path, tmp_path: Path) -> None:
    assert "missing.txt" in refused("review", note, tmp_path / "missing.txt")


def test_a_folder_without_notes_is_named(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "facts.json").write_text("{}")
    assert "no note files" in refused("review", tmp_path)


def test_a_note_that_may_not_be_read_is_named(refused: Refused, note: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Removing the permission would not do: the tests may run as a user who may read everything.
    open_ = Path.open

    def denied(path: Path, *rest: Any, **named: Any) -> Any:
        if path == note:
            raise PermissionError(13, "Permission denied")
        return open_(path, *rest, **named)

    monkeypatch.setattr(Path, "open", denied)
    assert "no permission" in refused("review", note)


@pytest.mark.parametrize("command", [("validate",), ("verify",), ("rules", "import")])
def test_what_is_missing_or_a_folder_is_told_alike_everywhere(
    refused: Refused, tmp_path: Path, command: tuple[str, ...]
) -> None:
    assert "nothing.here: no such file" in refused(*command, tmp_path / "nothing.here")
    assert "this is a folder; name a file" in refused(*command, tmp_path)


def test_the_text_of_a_note_as_argument_is_cut_short(refused: Refused) -> None:
    assert len(refused("review", "0910 Paclitaxel 300 mg\n" * 100)) < 200


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--date", "2026-02-30"], "--date: there is no such day"),
        (["--date", "14/03/2026"], "--date: expected YYYY-MM-DD"),
        (["--date", "20260314"], "--date: expected YYYY-MM-DD"),
        (["--policy", "nobody"], "--policy: unknown policy `nobody`; known: medicare-opps"),
        (
            ["--policy", "medicare-opps", "--setting", "physician"],
            "is for the setting facility, not physician",
        ),
        (["--policy", "commercial-physician", "--setting", "facility"], "for the setting physician"),
        (["--setting", "hospital"], "--setting"),
        (["--format", "pdf"], "--format"),
        (["--fail-on", "everything"], "--fail-on"),
        (["--extractor", "llm"], "--extractor llm: no model is configured"),
        (["--extractor", "both"], "--extractor both: no model is configured"),
        (["--switch", "strict_payment"], "--switch: expected KEY=VALUE"),
        (["--switch", "=true"], "--switch: expected KEY=VALUE"),
        (["--switch", "no_such_switch=true"], "--switch no_such_switch: unknown switch"),
        (["--switch", "strict_payment=maybe"], "--switch strict_payment must be"),
        (["--switch", "strict_payment=true", "--switch", "strict_payment=false"], "more than once"),
        (["--sample"], "--sample"),
        (["--no-such-option"], "--no-such-option"),
        (["--output", "no/such/folder/report.txt"], "folder does not exist"),
    ],
)
def test_a_wrong_option_is_named(refused: Refused, note: Path, options: list[str], says: str) -> None:
    assert says in refused("review", note, *options)


def test_the_output_may_not_be_a_folder_or_the_note(refused: Refused, note: Path, tmp_path: Path) -> None:
    assert "this is a folder" in refused("review", note, "--output", tmp_path)
    assert "would be overwritten" in refused("review", note, "--output", note)
    assert "would be overwritten" in refused("validate", _facts(tmp_path, FACTS), "--output", tmp_path / "facts.json")
    assert note.read_text("utf-8") == NOTE


def test_no_note_at_all_says_what_to_name(refused: Refused) -> None:
    assert "name the note files" in refused("review")


def test_an_unknown_command_is_named(refused: Refused) -> None:
    assert "surgeon" in refused("surgeon")


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("", "empty"),
        ("{", "line 1, column 2"),
        (f'{{"encounter": "{NAME}}}', "line 1"),
        ("[]", "top level"),
        ('"' + NAME + '"', "top level"),
        ('{"encounter": {}, "encounter": {}}', "the key encounter stands twice"),
        ('{"administrations": [{"id": "a1", "dose": NaN}]}', "number that JSON does not allow"),
        ("[" * 100_000, "nested too deeply"),
        ('{"encounter": {"id": "a\\ud800"}}', "half a character"),
        ('{"documentation": {"\\udc00": true}}', "half a character"),
        ({"encounters": []}, "encounters: unknown key"),
        ({NAME: 1}, "(a key that is no field name): unknown key"),
        ({"administrations": [{"drug": NAME}]}, "administrations.0.id: this key is required"),
        ({"administrations": [{"id": "a1", "route": NAME}]}, "administrations.0.route: should be"),
        ({"administrations": [{"id": "a1", "start": NAME}]}, "administrations.0.start: expected a time"),
        ({"administrations": [{"id": "a1", "start": "25:00"}]}, "administrations.0.start: expected a time"),
        ({"administrations": [{"id": "a1", "dose": NAME}]}, "administrations.0.dose: expected an amount"),
        ({"administrations": [{"id": "a1", "dose": {"amount": -5}}]}, "administrations.0.dose"),
        ({"administrations": {"id": "a1"}}, "administrations: should be a list"),
        ({"administrations": [{"id": NAME}, {"id": NAME}]}, "administrations: two entries share an id"),
        ({"encounter": {"date_of_service": "2026-02-30"}}, "encounter.date_of_service: not a date"),
        ({"encounter": {"date_of_service": NAME}}, "encounter.date_of_service: not a date"),
        ({"encounter": {"policy": NAME}}, "encounter.policy: unknown policy"),
        ({"encounter": {"switches": {"no_such_switch": 1}}}, "encounter.switches.no_such_switch: unknown"),
        ({"encounter": {"switches": {"strict_payment": NAME}}}, "encounter.switches.strict_payment must be"),
        ({"documentation": {"stage": {"x": NAME}}}, "documentation.stage"),
        (
            {"administrations": [{"id": "a1", "drug": {"value": NAME, "standing": "grounded"}}]},
            "administrations.0.drug",
        ),
    ],
)
def test_unusable_facts_are_named_by_their_path(refused: Refused, tmp_path: Path, content: object, place: str) -> None:
    line = refused("validate", _facts(tmp_path, content))
    assert "facts.json: " in line
    assert place in line


def test_facts_that_are_no_utf8_text_are_refused(refused: Refused, tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_bytes('{"id": "é"}'.encode("latin-1"))
    assert "not UTF-8" in refused("validate", path)


def test_missing_facts_and_wrong_policies_are_named(refused: Refused, tmp_path: Path) -> None:
    assert "missing.json: no such file" in refused("validate", tmp_path / "missing.json")
    assert "--policy: unknown policy ``; known: " in refused("validate", _facts(tmp_path, FACTS), "--policy", "")
    assert "--policy: unknown policy `nobody`; known: medicare-opps, " in refused(
        "validate", _facts(tmp_path, FACTS), "--policy", "nobody"
    )
    assert "unknown switch" in refused("validate", _facts(tmp_path, FACTS), "--switch", "nothing=1")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("policy = ", "not valid TOML"),
        ("colour = 'red'", "unknown key colour; known keys: setting, policy, extractor"),
        ("setting = 'hospital'", "setting should be facility or physician"),
        ("policy = 7", "policy should be text"),
    ],
)
def test_a_wrong_settings_file_is_named(
    refused: Refused, note: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, says: str
) -> None:
    (tmp_path / "settings.toml").write_text(content)
    monkeypatch.setenv("REVIEWER_HOME", str(tmp_path))
    line = refused("review", note)
    assert "settings.toml" in line
    assert says in line


def test_a_wrong_environment_variable_is_named(refused: Refused, note: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIEWER_SETTING", "hospital")
    assert "REVIEWER_SETTING should be facility or physician" in refused("review", note)


def test_rules_that_do_not_exist_are_named(refused: Refused) -> None:
    assert "no.such.rule" in refused("rules", "show", "no.such.rule")
    assert "known: " in refused("rules", "list", "--family", "no-such-family")
