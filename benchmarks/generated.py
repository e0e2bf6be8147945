"""What the comparisons over generated encounters share: the tests' generator and oracle, and their arguments.

The encounters are numbered and the same on every machine; `--first` is the first number.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests" / "validator"), str(ROOT / "tests"), str(ROOT)]

from generate import encounter, untold  # noqa: E402
from oracle import expected_units  # noqa: E402
from test_oracle import difference, disagreement, reported_units  # noqa: E402

__all__ = ["chosen", "difference", "disagreement", "encounter", "expected_units", "reported_units", "untold"]


def chosen(purpose: str | None) -> argparse.Namespace:
    """`count` encounters from number `first` on, and how many differences to `show`; `purpose` is the script's own."""
    arguments = argparse.ArgumentParser(description=purpose, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--count", type=int, default=20_000)
    arguments.add_argument("--first", type=int, default=0)
    arguments.add_argument("--show", type=int, default=5)
    return arguments.parse_args()
