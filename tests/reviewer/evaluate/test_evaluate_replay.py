"""`reviewer evaluate --replay`: it asks as the recordings were made, whatever else is configured."""

from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path

import pytest

from reviewer.cli import main

ROOT = Path(__file__).parents[3]
ENCOUNTERS, CASSETTES = ROOT / "fixtures" / "encounters", ROOT / "tests" / "cassettes"
RECORDED, NOT_RECORDED = "iron-without-stop-time", "unknown-drug"


@pytest.fixture
def visits(tmp_path: Path) -> Path:
    for name in (RECORDED, NOT_RECORDED):
        shutil.copytree(ENCOUNTERS / name, tmp_path / "visits" / name)
    return tmp_path / "visits"


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    folder = tmp_path / "recordings"
    folder.mkdir()
    shutil.copy(CASSETTES / "encounters" / f"{RECORDED}.yaml", folder)
    shutil.copy(CASSETTES / "endpoint.toml", folder)
    return folder


def test_with_nothing_configured_the_recordings_answer(
    visits: Path, sockets_refused: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    replay = ["--replay", str(CASSETTES / "encounters")]
    assert main(["evaluate", str(visits), *replay, "--extractor", "both"]) == 0
    told = capfd.readouterr().out
    assert "1 encounters read by: both; 0 could not be read" in told
    assert "1 more are not recorded and were left out" in told
    assert "exact code sets   1 of 1" in told
    assert "model: 1 calls, " in told
    assert sockets_refused == []


def test_settings_in_the_folder_itself_win_over_those_above_and_auto_means_both(
    visits: Path, recordings: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (recordings.parent / "endpoint.toml").write_text('model = "another"\n', "utf-8")
    assert main(["evaluate", str(visits), "--replay", str(recordings), "--format", "json"]) == 0
    told = json.loads(capfd.readouterr().out)
    assert told["reader"]["extractor"] == "both"
    assert told["not_recorded"] == 1
    assert told["usage"]["calls"] == 1


def test_the_environment_changes_nothing(
    visits: Path, recordings: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name, value in (
        ("REVIEWER_MODEL", "another"),
        ("OPENAI_BASE_URL", "https://elsewhere.invalid/v1"),
        ("REVIEWER_MODE", "tool"),
        ("REVIEWER_MAX_OUTPUT_TOKENS", "77"),
        ("REVIEWER_TEMPERATURE", "1"),
    ):
        monkeypatch.setenv(name, value)
    assert main(["evaluate", str(visits), "--replay", str(recordings), "--extractor", "llm"]) == 0
    assert "0 could not be read" in capfd.readouterr().out


@pytest.mark.parametrize(
    "options",
    [["--model", "qwen2.5-coder-1.5b-instruct"], ["--mode", "json_schema"], ["--base-url", "http://localhost:1/v1"]],
)
def test_an_option_that_agrees_or_does_not_matter_is_accepted(
    visits: Path, recordings: Path, options: list[str]
) -> None:
    assert main(["evaluate", str(visits), "--replay", str(recordings), *options]) == 0


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--model", "another"], "--model another: the recordings are of qwen2.5-coder-1.5b-instruct"),
        (["--mode", "tool"], "--mode tool: the recordings are of json_schema"),
        (["--model-file", "default"], "--replay runs no model: leave out --model-file"),
        (["--extractor", "patterns"], "--replay answers the calls of a model: use it with --extractor both or llm"),
    ],
)
def test_an_option_that_contradicts_the_recordings_is_one_line_and_exit_code_2(
    visits: Path, recordings: Path, options: list[str], says: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(visits), "--replay", str(recordings), *options]) == 2
    told = capfd.readouterr()
    assert told.out == ""
    assert says in told.err
    assert told.err.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('model = "m"\nmax_output_tokens = 0\n', "recordings/endpoint.toml: max_output_tokens: "),
        ('model = "m"\ntokens = 5\n', "endpoint.toml: tokens: unknown key"),
        ('mode = "tool"\n', "endpoint.toml: model: this key is required"),
        ("model = \n", "endpoint.toml: not valid TOML in UTF-8"),
    ],
)
def test_a_slip_in_the_settings_is_told_with_its_place(
    visits: Path,
    recordings: Path,
    text: str,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    (recordings / "endpoint.toml").write_text(text, "utf-8")
    monkeypatch.chdir(recordings.parent)
    assert main(["evaluate", str(visits), "--replay", "recordings"]) == 2
    assert says in capfd.readouterr().err


def test_without_settings_beside_the_recordings_the_options_say_how_to_ask(
    visits: Path, recordings: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (recordings / "endpoint.toml").unlink()
    replay = ["evaluate", str(visits), "--replay", str(recordings)]
    assert main(replay) == 2
    assert "no endpoint.toml beside the recordings: name their model" in capfd.readouterr().err
    monkeypatch.setenv("REVIEWER_MAX_OUTPUT_TOKENS", "1300")
    monkeypatch.setenv("REVIEWER_WINDOW", "6000")
    monkeypatch.setenv("REVIEWER_NOTES", "apart")
    assert main([*replay, "--model", "qwen2.5-coder-1.5b-instruct", "--base-url", "http://127.0.0.1:9/v1"]) == 0


def test_where_nothing_is_recorded_nothing_is_measured(
    visits: Path, recordings: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (recordings / f"{RECORDED}.yaml").unlink()
    assert main(["evaluate", str(visits), "--replay", str(recordings)]) == 2
    assert "no encounter of DIR is recorded there" in capfd.readouterr().err


def test_without_the_recorder_it_says_what_to_install(
    visits: Path, recordings: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert main(["evaluate", str(visits), "--replay", str(recordings)]) == 2
    assert "--replay needs vcrpy: pip install 'encounter-reviewer[evaluate]'" in capfd.readouterr().err
