"""Let validator, brute-force oracle and proof checker judge the same generated encounters, and count where they differ.

    python benchmarks/proof_checker.py --count 20000 [--first 0] [--show 5]

The checker (`reviewer.verify.check.derivation`) gets the assessment as plain JSON values with the facts, as it stands
in a stored review. Exit code 1 when any of the three differs on any encounter. CPU seconds are those of each alone.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests" / "validator"), str(ROOT)]

from generate import encounter  # noqa: E402
from oracle import expected_units  # noqa: E402
from test_oracle import reported_units  # noqa: E402

from reviewer.verify.check import derivation  # noqa: E402
from reviewer.verify.records import Records  # noqa: E402
from validator import validate  # noqa: E402
from validator.facts import Encounter  # noqa: E402
from validator.findings import Assessment  # noqa: E402
from validator.loading import DATA, default_rulebook  # noqa: E402


def stored(assessment: Assessment, facts: Encounter) -> dict[str, Any]:
    """An assessment with its facts as JSON values."""
    values: dict[str, Any] = assessment.model_dump(mode="json")
    values["facts"] = facts.model_dump(mode="json", exclude_defaults=True)
    values["provenance"] = {"notes": [], "model": None}
    return values


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--count", type=int, default=20_000)
    arguments.add_argument("--first", type=int, default=0)
    arguments.add_argument("--show", type=int, default=5)
    chosen = arguments.parse_args()
    rulebook = default_rulebook()
    records = Records(DATA, rulebook.edits)
    spent = {"validator": 0.0, "oracle": 0.0, "checker": 0.0}
    lines, oracle_differs, checker_differs = 0, list[int](), list[int]()

    def timed(name: str, begun: float) -> None:
        spent[name] += time.process_time() - begun

    for seed in range(chosen.first, chosen.first + chosen.count):
        facts = Encounter.model_validate(encounter(seed))
        begun = time.process_time()
        assessment = validate(facts, rulebook)
        timed("validator", begun)
        begun = time.process_time()
        expected = expected_units(facts)
        timed("oracle", begun)
        review = stored(assessment, facts)
        begun = time.process_time()
        problems = derivation(review, records)
        timed("checker", begun)
        lines += len(assessment.codes)
        if reported_units(assessment) != expected:
            oracle_differs.append(seed)
        if problems:
            checker_differs.append(seed)
            if len(checker_differs) <= chosen.show:
                print(f"encounter {seed}: {problems[0].at}: {problems[0].what}")
    print(f"encounters {chosen.first}..{chosen.first + chosen.count - 1}, rulebook {rulebook.version}, lines {lines}")
    print(f"oracle differs on {len(oracle_differs)} {oracle_differs[: chosen.show]}")
    print(f"checker differs on {len(checker_differs)} {checker_differs[: chosen.show]}")
    print("CPU seconds: " + ", ".join(f"{name} {seconds:.1f}" for name, seconds in spent.items()))
    return 1 if oracle_differs or checker_differs else 0


if __name__ == "__main__":
    sys.exit(main())
