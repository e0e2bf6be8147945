"""Let validator, brute-force oracle and proof checker judge the same generated encounters, and count where they differ.

    python benchmarks/proof_checker.py --count 20000 [--first 0] [--show 5]

The checker (`reviewer.verify.check.derivation`) gets the assessment as plain JSON values with the facts, as it stands
in a stored review. Exit code 1 when any of the three differs on any encounter. CPU seconds are those of each alone.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from generated import chosen, encounter, expected_units, reported_units

from reviewer.verify.check import derivation
from reviewer.verify.records import Records
from validator import validate
from validator.facts import Encounter
from validator.findings import Assessment
from validator.loading import DATA, default_rulebook


def stored(assessment: Assessment, facts: Encounter) -> dict[str, Any]:
    """An assessment with its facts as JSON values."""
    values: dict[str, Any] = assessment.model_dump(mode="json")
    values["facts"] = facts.model_dump(mode="json", exclude_defaults=True)
    values["provenance"] = {"notes": [], "model": None}
    return values


def main() -> int:
    asked = chosen(__doc__)
    rulebook = default_rulebook()
    records = Records(DATA, rulebook.edits)
    spent = {"validator": 0.0, "oracle": 0.0, "checker": 0.0}
    lines, oracle_differs, checker_differs = 0, list[int](), list[int]()

    def timed(name: str, begun: float) -> None:
        spent[name] += time.process_time() - begun

    for seed in range(asked.first, asked.first + asked.count):
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
            if len(checker_differs) <= asked.show:
                print(f"encounter {seed}: {problems[0].at}: {problems[0].what}")
    print(f"encounters {asked.first}..{asked.first + asked.count - 1}, rulebook {rulebook.version}, lines {lines}")
    print(f"oracle differs on {len(oracle_differs)} {oracle_differs[: asked.show]}")
    print(f"checker differs on {len(checker_differs)} {checker_differs[: asked.show]}")
    print("CPU seconds: " + ", ".join(f"{name} {seconds:.1f}" for name, seconds in spent.items()))
    return 1 if oracle_differs or checker_differs else 0


if __name__ == "__main__":
    sys.exit(main())
