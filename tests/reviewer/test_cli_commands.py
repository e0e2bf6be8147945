"""The other commands, the help, the light start, and what a defect of the program looks like."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

import jsonschema
import pytest

from reviewer import __version__, commands_review
from reviewer.cli import DEFECT, INTERRUPTED, main
from reviewer.commands_schema import schema_of
from validator.loading import default_rulebook

Say = Callable[..., str]


@pytest.fixture
def say(capfd: pytest.CaptureFixture[str]) -> Say:
    """Run a command that has to work; return its standard output."""

    def run(*arguments: str) -> str:
        code = main(arguments)
        out, err = capfd.readouterr()
        assert (code, err) == (0, "")
        return out

    return run


@pytest.mark.parametrize("name", ["facts", "assessment", "review"])
def test_a_printed_schema_is_a_valid_schema(say: Say, name: str) -> None:
    schema = json.loads(say("schema", name))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert not [key for key in schema["$defs"] if key.startswith("Fact_")]


FULL = {
    "encounter": {
        "date_of_service": "2026-03-14",
        "setting": "facility",
        "switches": {"strict_payment": True},
    },
    "access_sites": [{"id": "s1", "kind": "implanted_port", "location": "right chest"}],
    "administrations": [
        {
            "id": "a1",
            "drug": {"value": "paclitaxel", "standing": "entered", "by": "a coder"},
            "dose": {"amount": 300, "unit": "mg"},
            "discarded": "10 mg",
            "route": "intravenous",
            "technique": "infusion",
            "start": "09:10",
            "stop": None,
            "presence": True,
            "access_site": "s1",
        }
    ],
    "pumps": [{"id": "p1", "kind": "portable", "planned_hours": 46}],
    "services": [{"id": "v1", "kind": "port_flush"}],
    "documentation": {"informed_consent": False, "stage": "IIIC", "cycle_day": 1, "vital_signs": True},
}


def test_the_facts_schema_accepts_every_short_form() -> None:
    jsonschema.validate(FULL, schema_of("facts"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"encounters": {}},
        {"administrations": [{}]},
        {"administrations": [{"id": "a1", "route": "by mouth"}]},
        {"access_sites": [{"id": "s1", "kind": "elastomeric"}]},
        {"pumps": [{"id": "p1", "kind": "implanted_port"}]},
        {"services": [{"id": "v1", "kind": "parking"}]},
    ],
)
def test_the_facts_schema_refuses_what_the_reader_refuses(wrong: object) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, schema_of("facts"))


def test_rules_are_listed_and_every_one_can_be_shown(say: Say) -> None:
    listed = json.loads(say("rules", "list", "--format", "json"))["records"]
    rulebook = default_rulebook()
    assert {record["id"] for record in listed} == {*rulebook.rules} | {one.id for one in rulebook.requirements}
    for record in (listed[0], listed[-1]):
        shown = say("rules", "show", record["id"])
        assert record["id"] in shown
        assert "source: " in shown


def test_a_list_has_one_line_a_record_and_names_the_rulebook(say: Say) -> None:
    lines = say("rules", "list", "--kind", "policy").splitlines()
    assert [line.split()[1] for line in lines[:-1]] == list(default_rulebook().policies)
    assert default_rulebook().version in lines[-1]


def test_a_domain_rule_shows_what_carries_it_out(say: Say) -> None:
    rulebook = default_rulebook()
    domain = next(iter(rulebook.rules.values())).implements[0]
    shown = json.loads(say("rules", "show", domain, "--format", "json"))["records"]
    assert shown
    assert all(domain in record["implements"] for record in shown)


@pytest.mark.parametrize("command", ["review", "validate", "schema", "rules"])
def test_every_command_has_help(say: Say, command: str) -> None:
    assert command in say("--help")
    assert "Usage: reviewer" in say(command, "--help")


@pytest.mark.parametrize("asked", [(), ("rules",), ("model",), ("query",), ("queue",), ("ledger",), ("users",)])
def test_without_a_command_the_help_is_shown(say: Say, asked: tuple[str, ...]) -> None:
    assert say(*asked) == say(*asked, "--help")


@pytest.mark.parametrize(
    "group", [(), ("rules",), ("model",), ("query",), ("queue",), ("ledger",), ("users",)], ids="-".join
)
def test_no_line_of_a_list_of_commands_is_cut_off(say: Say, group: tuple[str, ...]) -> None:
    assert "..." not in say(*group, "--help").split("Commands:\n")[1]


@pytest.mark.parametrize(
    "command", ["review", "validate", "verify", "schema", "evaluate", "doctor", "ask", "serve", "purge"]
)
def test_the_help_of_a_command_ends_with_examples(say: Say, command: str) -> None:
    examples = say(command, "--help").split("Examples:\n")[1].splitlines()
    assert examples
    assert all(line.startswith(f"    reviewer {command}") for line in examples)


def test_the_module_of_the_command_line_runs_it_too() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "reviewer.cli", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"encounter-reviewer {__version__}\n"


def test_the_program_says_its_version(say: Say) -> None:
    assert say("--version") == f"encounter-reviewer {__version__}\n"


def test_every_command_is_offered_and_none_that_does_not_exist_yet(say: Say) -> None:
    lines = say("--help").split("Commands:\n")[1].splitlines()
    assert [line.split()[0] for line in lines] == [
        "review", "validate", "verify", "schema", "evaluate", "doctor", "ask", "serve", "purge",
        "rules", "model", "query", "queue", "ledger", "users",
    ]  # fmt: skip


def test_a_review_starts_without_what_it_does_not_need() -> None:
    code = (
        "import sys; from reviewer.cli import main; main(['review', '--sample', '--format', 'json']); "
        "print(' '.join(sorted(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"rich", "jinja2", "openai", "tenacity", "docx", "pypdf", "selectolax", "striprtf", "hypothesis"}
    assert heavy & set(done.stderr.split()) == set()
    assert json.loads(done.stdout)["codes"]


def test_a_defect_shows_where_it_is_and_nothing_of_the_note(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(_: object) -> None:
        raise KeyError("Patient Jane Doe")

    monkeypatch.setattr(commands_review, "_load", broken)
    assert main(["review", "--sample"]) == DEFECT
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith("reviewer: internal error (KeyError in reviewer/test_cli_commands.py line ")
    assert err.count("\n") == 1
    assert "Jane" not in err


def test_an_interruption_is_no_traceback(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(commands_review, "_load", interrupted)
    assert main(["review", "--sample"]) == INTERRUPTED
    assert capfd.readouterr() == ("", "")


def test_the_console_script_passes_the_exit_code_on() -> None:
    call = "import sys; from reviewer.cli import script; sys.argv[1:] = ['review', 'nowhere.txt']; script()"
    done = subprocess.run([sys.executable, "-c", call], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "reviewer: nowhere.txt: no such file\n"
