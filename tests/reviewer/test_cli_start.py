"""How the installed command starts: alone with its own code, and without what it does not need."""

from __future__ import annotations

import subprocess
import sys
from importlib import metadata
from pathlib import Path

import reviewer

_START = "from reviewer.cli import script; script()"


def _review(path: Path, *, before: str = "", after: str = "") -> subprocess.CompletedProcess[str]:
    code = f"import sys; sys.path.append({str(path)!r}); sys.argv = ['reviewer', 'review', '--sample']\n{before}\n"
    code += f"try:\n    {_START}\nfinally:\n    {after or 'pass'}\n"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)


def _install_plugin(folder: Path) -> None:
    """A plugin for pydantic as another package would bring it: it tells as soon as it is loaded."""
    about = folder / "watcher-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: watcher\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[pydantic]\nwatcher = watcher:plugin\n")
    (folder / "watcher.py").write_text("import sys\nsys.stderr.write('plugin loaded')\nplugin = None\n")


def test_a_plugin_for_pydantic_is_not_shown_the_notes(tmp_path: Path) -> None:
    _install_plugin(tmp_path)
    plain = [sys.executable, "-c", f"import sys; sys.path.append({str(tmp_path)!r}); import validator"]
    found = subprocess.run(plain, capture_output=True, text=True, timeout=120, check=False)
    assert "plugin loaded" in found.stderr  # the plugin is one that pydantic does find
    done = _review(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_review_as_text_does_not_load_what_only_other_forms_need(tmp_path: Path) -> None:
    done = _review(tmp_path, after="sys.stderr.write(' '.join(sys.modules))")
    assert done.returncode == 0
    assert not {"importlib.metadata", "rich", "openai", "tenacity"} & set(done.stderr.split())


def test_the_version_in_a_review_is_that_of_the_installed_distribution() -> None:
    assert reviewer.__version__ == metadata.version("encounter-reviewer")
