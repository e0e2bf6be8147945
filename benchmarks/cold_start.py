"""Cold start of `reviewer review` on the bundled notes, above the start of Python with pydantic alone.

    python benchmarks/cold_start.py [--runs 10] [--format text]

Prints medians over the runs, taken in turn so that a busy machine burdens both alike, and the least processor
seconds, which others burden less. The figure to keep: at most 0.3 s above the baseline. Byte code has to be kept (no
PYTHONDONTWRITEBYTECODE), as an installed program has it; expressions are kept with it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

BASELINE = [sys.executable, "-c", "from pydantic import BaseModel"]
ALLOWED = 0.3


def seconds(command: list[str]) -> tuple[float, float]:
    """Wall time and processor time of one run of a command that has to succeed."""
    start, before = time.perf_counter(), os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - start, spent


def main() -> int:
    """Measure and print; 1 when the start is slower than allowed."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=10)
    options.add_argument("--format", default="text", choices=["text", "markdown", "html", "json"])
    given = options.parse_args()
    command = [
        str(Path(sys.executable).with_name("reviewer")),
        "review",
        "--sample",
        "--format",
        given.format,
    ]
    seconds(BASELINE), seconds(command)  # fill the disk cache and write the byte code
    pairs = [(seconds(BASELINE), seconds(command)) for _ in range(given.runs)]
    baseline = statistics.median(one[0] for one, _ in pairs)
    review = statistics.median(other[0] for _, other in pairs)
    above = review - baseline
    print(f"baseline {baseline:.3f} s, review {review:.3f} s, above {above:.3f} s, {given.runs} runs")
    least, most = min(one[1] for one, _ in pairs), min(other[1] for _, other in pairs)
    print(f"least processor time: baseline {least:.2f} s, review {most:.2f} s, above {most - least:.2f} s")
    return int(above > ALLOWED)


if __name__ == "__main__":
    sys.exit(main())
