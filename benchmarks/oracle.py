"""Compare the validator with the brute-force oracle on many generated encounters.

    python benchmarks/oracle.py --count 20000 [--first 0] [--show 5]

Each is counted as it is, and without each route, line and name that decides. Exit code 1 when any encounter differs.
Deterministic: the encounters are numbered, `--first` is the first number.
"""

from __future__ import annotations

import sys
import time
from collections import Counter

from generated import chosen, difference, disagreement, encounter, expected_units, untold

from validator.facts import Encounter
from validator.loading import default_rulebook


def main() -> int:
    asked = chosen(__doc__)
    started = time.perf_counter()
    differing: list[str] = []
    lines: Counter[str] = Counter()
    units: Counter[str] = Counter()
    lacking = 0
    for seed in range(asked.first, asked.first + asked.count):
        expected = expected_units(Encounter.model_validate(encounter(seed)))
        lines.update(expected.keys())
        units.update(expected)
        if words := disagreement(seed):
            differing.append(words)
        for facts in untold(seed):
            lacking += 1
            if words := difference(seed, facts):
                differing.append(words)
    for words in differing[: asked.show]:
        print(words)
    print(f"encounters {asked.first}..{asked.first + asked.count - 1}, rulebook {default_rulebook().version}")
    print(f"expected lines {sum(lines.values())}, units {sum(units.values())}, codes {len(lines)}")
    print("  ".join(f"{code} {count}" for code, count in sorted(lines.items())))
    whole = asked.count + lacking
    print(f"agree {whole - len(differing)} of {whole}, of which {lacking} lack a fact; differ {len(differing)}")
    print(f"seconds {time.perf_counter() - started:.0f}")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
