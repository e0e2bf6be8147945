"""Compare the validator with the brute-force oracle on many generated encounters.

    python benchmarks/oracle.py --count 20000 [--first 0] [--show 5]

Exit code 1 when any encounter differs. Deterministic: the encounters are numbered, `--first` is the first number.
"""

from __future__ import annotations

import sys
import time
from collections import Counter

from generated import chosen, disagreement, encounter, expected_units

from validator.facts import Encounter
from validator.loading import default_rulebook


def main() -> int:
    asked = chosen(__doc__)
    started = time.perf_counter()
    differing: list[str] = []
    lines: Counter[str] = Counter()
    units: Counter[str] = Counter()
    for seed in range(asked.first, asked.first + asked.count):
        expected = expected_units(Encounter.model_validate(encounter(seed)))
        lines.update(expected.keys())
        units.update(expected)
        if words := disagreement(seed):
            differing.append(words)
    for words in differing[: asked.show]:
        print(words)
    print(f"encounters {asked.first}..{asked.first + asked.count - 1}, rulebook {default_rulebook().version}")
    print(f"expected lines {sum(lines.values())}, units {sum(units.values())}, codes {len(lines)}")
    print("  ".join(f"{code} {count}" for code, count in sorted(lines.items())))
    print(f"agree {asked.count - len(differing)} of {asked.count}; differ {len(differing)}")
    print(f"seconds {time.perf_counter() - started:.0f}")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
