"""`reviewer evaluate` as it is typed: outputs, exit codes, and one line for what stops it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from reviewer.cli import main
from reviewer.errors import EndpointError

ENCOUNTERS = Path(__file__).parents[3] / "fixtures" / "encounters"
NAMES = ("dehydration-fluids", "repeat-push-in-office")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in NAMES:
        shutil.copytree(ENCOUNTERS / name, tmp_path / "encounters" / name)
    return tmp_path / "encounters"


def expect_otherwise(folder: Path, codes: str) -> None:
    """Expect other codes of the fluids, which are 96360 x1 and 96361 x2."""
    (folder / NAMES[0] / "expected.toml").write_text(f'setting = "facility"\ncodes = {codes}\n')


def test_a_folder_gives_a_table_junit_and_a_drawing(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    junit, plot = folder / "junit.xml", folder / "plot.svg"
    arguments = [str(folder), "--extractor", "patterns", "--junit", str(junit), "--plot", str(plot)]
    assert main(["evaluate", *arguments]) == 0
    told = capfd.readouterr()
    assert "exact code sets   2 of 2  100.0% (100-100)" in told.out
    assert "over-coded units  0 in 0 encounters" in told.out
    assert told.err == ""
    assert ElementTree.parse(junit).getroot().get("tests") == "2"
    assert ElementTree.parse(plot).getroot().tag.endswith("svg")


def test_json_is_alone_on_standard_output_and_the_same_every_time(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    outputs = []
    for _ in range(2):
        assert main(["evaluate", str(folder), "--format", "json", "--extractor", "patterns"]) == 0
        outputs.append(capfd.readouterr().out)
    assert outputs[0] == outputs[1]
    assert json.loads(outputs[0])["reader"]["extractor"] == "patterns"


@pytest.mark.parametrize(
    ("options", "codes", "exit_code"),
    [
        ([], '[["96360", 1]]', 0),
        (["--fail-under", "50"], '[["96360", 1]]', 0),
        (["--fail-under", "51"], '[["96360", 1]]', 1),
        (["--fail-under", "100"], '[["96360", 1], ["96361", 2]]', 0),
        (["--fail-on-over-coding"], '[["96360", 1], ["96361", 1]]', 1),
        (["--fail-on-over-coding"], '[["96360", 1], ["96361", 3]]', 0),
    ],
)
def test_a_caller_may_refuse_figures(folder: Path, options: list[str], codes: str, exit_code: int) -> None:
    expect_otherwise(folder, codes)
    assert main(["evaluate", str(folder), "--extractor", "patterns", *options]) == exit_code


def test_an_encounter_that_cannot_be_read_gives_exit_code_3(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from reviewer import pipeline

    review = pipeline.review

    def once(notes: Any, **options: Any) -> Any:
        if options["setting"] == "physician":
            raise EndpointError("the endpoint was not reached")
        return review(notes, **options)

    monkeypatch.setattr(pipeline, "review", once)
    assert main(["evaluate", str(folder), "--extractor", "patterns"]) == 3
    told = capfd.readouterr().out
    assert "exact code sets   1 of 2" in told
    assert "repeat-push-in-office: not read: the endpoint was not reached" in told
    assert main(["evaluate", str(folder), "--extractor", "patterns", "--fail-under", "60"]) == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere"], "nowhere: there is no such folder or file"),
        (["{folder}", "--fail-under", "101"], "--fail-under: a share in percent, from 0 to 100"),
        (["{folder}", "--replay", "nowhere"], "--replay nowhere: there is no such folder"),
        (["{folder}", "--extractor", "llm"], "--extractor llm: no model is configured"),
        (["{folder}", "--plot", "{folder}"], "this is a folder; name a file"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(
    folder: Path, arguments: list[str], says: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", *(one.format(folder=folder) for one in arguments)]) == 2
    told = capfd.readouterr()
    assert told.out == ""
    assert says in told.err
    assert told.err.count("\n") == 1


def test_a_share_of_codes_needs_expected_codes(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for name in NAMES:
        (folder / name / "expected.toml").unlink()
    assert main(["evaluate", str(folder), "--extractor", "patterns", "--fail-under", "90"]) == 2
    assert "--fail-under: no encounter here has codes to compare with" in capfd.readouterr().err
