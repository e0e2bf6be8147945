"""The built wheel, installed into an empty environment, does the main job."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def _run(arguments: list[str], folder: Path) -> str:
    # What a developer set would be found before the package that was installed.
    own = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(arguments, cwd=folder, env=own, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    _run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], ROOT)
    return next(folder.glob("encounter_reviewer-*.whl"))


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that holds this wheel alone.

    Its dependencies are looked up where the tests run, so that no network is needed; this project itself
    cannot come from there, because path files in a folder that a path file added are not followed.
    """
    folder = tmp_path_factory.mktemp("empty")
    venv.create(folder, with_pip=False)
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "--no-deps", "--no-index"]
    _run([*pip, "--disable-pip-version-check", str(wheel)], folder)
    packages = Path(_run([str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], folder).strip())
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return scripts


def test_the_wheel_holds_both_packages_their_data_and_the_prompts(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        inside = set(packed.namelist())
    kept = [
        path.relative_to(ROOT).as_posix()
        for name in ("validator", "reviewer")
        for path in (ROOT / name).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    assert len(kept) > 40
    assert set(kept) - inside == set()
    prompts = {
        f"reviewer/prompts/{path.relative_to(ROOT / 'prompts').as_posix()}" for path in (ROOT / "prompts").glob("*")
    }
    assert prompts
    assert prompts - inside == set()
    assert not [name for name in inside if name.startswith(("tests/", "fixtures/", "benchmarks/"))]


def test_the_installed_command_reviews_the_bundled_encounter_elsewhere(environment: Path, tmp_path: Path) -> None:
    out = _run([str(environment / "reviewer"), "review", "--sample", "--format", "json"], tmp_path)
    review = json.loads(out)
    assert "96413" in {line["code"] for line in review["codes"]}
    assert review["provenance"]["package"] != "unknown"


def test_the_installed_package_is_the_one_that_runs(environment: Path, tmp_path: Path) -> None:
    code = "import reviewer.cli, validator; print(reviewer.cli.__file__, validator.__file__, sep='\\n')"
    for place in _run([str(environment / "python"), "-c", code], tmp_path).split():
        assert Path(place).is_relative_to(environment.parent)


@pytest.mark.parametrize("format_", ["text", "markdown", "html"])
def test_the_installed_command_finds_its_templates(environment: Path, tmp_path: Path, format_: str) -> None:
    out = _run([str(environment / "reviewer"), "review", "--sample", "--format", format_], tmp_path)
    assert "96413" in out
