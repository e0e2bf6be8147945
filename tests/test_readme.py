"""The README shows what the program does today."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from reviewer.cli import _COMMANDS, _GROUPS, main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
CUT = "[...]"


def _block(language: str) -> list[str]:
    found = re.search(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert found
    return found[1].splitlines()


def _report(capfd: pytest.CaptureFixture[str]) -> list[str]:
    assert main(["review", "--sample"]) == 0
    return capfd.readouterr().out.splitlines()


def test_the_output_shown_is_the_output_made(capfd: pytest.CaptureFixture[str]) -> None:
    made = _report(capfd)
    at = 0
    parts = "\n".join([*_block("text"), ""]).split(f"\n{CUT}\n")
    assert len(parts) > 1
    for part in parts:
        lines = part.splitlines()
        start = next(i for i in range(at, len(made)) if made[i : i + len(lines)] == lines)
        at = start + len(lines)
    assert made[: len(parts[0].splitlines())] == parts[0].splitlines()


def test_the_first_screen_holds_two_commands_of_one_line_each() -> None:
    review, tests = _block("sh")
    assert shlex.split(review)[-3:] == [".venv/bin/reviewer", "review", "--sample"]
    assert shlex.split(tests)[-3:] == [".venv/bin/pytest", "-n", "auto"]
    assert README[: README.index("```text")].count("\n") < 25


def test_every_link_to_a_file_leads_to_one() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_option_named_exists(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["review", "--help"]) == main(["validate", "--help"]) == 0
    offered = set(re.findall(r"--[a-z-]+", capfd.readouterr().out))
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README))
    assert {"--setting", "--date", "--policy", "--fail-on"} <= named
    assert named - offered == set()


PAGES = ["README.md", "CONTRIBUTING.md", *sorted(str(page.relative_to(ROOT)) for page in (ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES)
def test_every_command_and_option_that_a_page_names_exists(page: str, capfd: pytest.CaptureFixture[str]) -> None:
    text = (ROOT / page).read_text("utf-8")
    for named in re.finditer(r"(?:^|[`$ (|])reviewer ([a-z]+)((?: [^`\n|;]*)?)", text, re.MULTILINE):
        command, rest = named[1], re.split(r"\s#", named[2])[0].split()
        if command not in _COMMANDS and command not in _GROUPS:
            continue  # a word of a sentence
        group = [rest[0]] if command in _GROUPS and rest and re.fullmatch(r"[a-z]+", rest[0]) else []
        assert main([command, *group, "--help"]) == 0, named[0]
        offered = set(re.findall(r"--[a-z-]+", capfd.readouterr().out))
        assert {one for one in rest if re.fullmatch(r"--[a-z-]+", one)} <= offered, named[0]


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_leads_to_a_file(page: str) -> None:
    links = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", (ROOT / page).read_text("utf-8"))
    assert [link for link in links if not (ROOT / page).parent.joinpath(link).exists()] == []
