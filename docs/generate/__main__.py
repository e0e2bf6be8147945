"""Write what is made from the rulebook: index of the cases, coverage, catalogue. python docs/generate [--check]"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "validator"), str(Path(__file__).parent)]

import coverage  # noqa: E402
import index  # noqa: E402
import site_pages  # noqa: E402


def pages() -> Iterator[tuple[Path, str]]:
    """Every generated page with its path; the index of the cases first, for the catalogue reads it."""
    yield ROOT / "reviewer" / "cards" / "data" / "index.json", index.text()
    yield ROOT / "docs" / "coverage.md", coverage.text()
    yield from site_pages.pages(ROOT / "docs" / "catalogue").items()


def out_of_date(write: bool) -> list[str]:
    """The pages that differ from what stands on disk, brought up to date when asked."""
    old = []
    for path, text in pages():
        if not path.exists() or path.read_text("utf-8") != text:
            old.append(path.relative_to(ROOT).as_posix())
            if write:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    return old


def main() -> int:
    """Write the pages, or with `--check` only say which are out of date; exit code 1 if there are."""
    checking = "--check" in sys.argv
    old = out_of_date(write=not checking)
    sys.stdout.writelines(f"{path}\n" for path in old)
    return 1 if old and checking else 0


if __name__ == "__main__":
    sys.exit(main())
