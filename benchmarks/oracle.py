"""Compare the validator with the brute-force oracle on many generated encounters.

    python benchmarks/oracle.py --count 20000 [--first 0] [--show 5]

Exit code 1 when any encounter differs. Deterministic: the encounters are numbered, `--first` is the first number.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests" / "validator"), str(ROOT)]

from generate import encounter  # noqa: E402
from oracle import expected_units  # noqa: E402
from test_oracle import disagreement  # noqa: E402

from validator.facts import Encounter  # noqa: E402
from validator.loading import default_rulebook  # noqa: E402


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--count", type=int, default=20_000)
    arguments.add_argument("--first", type=int, default=0)
    arguments.add_argument("--show", type=int, default=5)
    chosen = arguments.parse_args()
    started = time.perf_counter()
    differing: list[str] = []
    lines: Counter[str] = Counter()
    units: Counter[str] = Counter()
    for seed in range(chosen.first, chosen.first + chosen.count):
        expected = expected_units(Encounter.model_validate(encounter(seed)))
        lines.update(expected.keys())
        units.update(expected)
        if words := disagreement(seed):
            differing.append(words)
    for words in differing[: chosen.show]:
        print(words)
    print(f"encounters {chosen.first}..{chosen.first + chosen.count - 1}, rulebook {default_rulebook().version}")
    print(f"expected lines {sum(lines.values())}, units {sum(units.values())}, codes {len(lines)}")
    print("  ".join(f"{code} {count}" for code, count in sorted(lines.items())))
    print(f"agree {chosen.count - len(differing)} of {chosen.count}; differ {len(differing)}")
    print(f"seconds {time.perf_counter() - started:.0f}")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
