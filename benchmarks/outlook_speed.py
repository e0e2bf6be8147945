"""How long the outlook on open times takes, in milliseconds and in calls of `validate` on the same encounter.

    python benchmarks/outlook_speed.py [--rounds 15]

Twelve administrations with one to four open times, in CPU time, so that other work on the machine counts little. Exit
code 1 when four open times take 50 ms or more. The ratio means the same on a slow and on a fast machine.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from validator import validate  # noqa: E402
from validator.facts import Encounter  # noqa: E402
from validator.loading import default_rulebook  # noqa: E402
from validator.outlook import outlook, outlook_of  # noqa: E402

WANTED_MS = 50.0
PATIENCE = 1_000  # of one review, as in reviewer/pipeline.py
GIVEN = (
    ("dexamethasone", "infusion", 480, 20),
    ("ondansetron", "infusion", 500, 16),
    ("diphenhydramine", "push", 517, 2),
    ("famotidine", "push", 520, 2),
    ("paclitaxel", "infusion", 525, 180),
    ("carboplatin", "infusion", 705, 45),
    ("leucovorin", "infusion", 705, 45),
    ("fluorouracil", "push", 751, 5),
    ("zoledronic acid", "infusion", 757, 16),
    ("magnesium sulfate", "infusion", 773, 60),
    ("normal saline", "infusion", 833, 61),
    ("ceftriaxone", "infusion", 894, 31),
)
OPEN = ((5, "stop"), (9, "stop"), (6, "start"), (11, "stop"))
"""Which times are taken away, in this order: of carboplatin, magnesium, leucovorin, ceftriaxone."""


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def facts(missing: int) -> Encounter:
    """Twelve administrations without the first `missing` of the open times."""
    given: list[dict[str, Any]] = []
    for number, (drug, technique, start, minutes) in enumerate(GIVEN):
        item = {"id": f"a{number + 1}", "drug": drug, "dose": "100 mg", "route": "intravenous", "technique": technique}
        item |= {"start": clock(start), "stop": clock(start + minutes), "access_site": "s1", "visit": "v1"}
        item["purpose"] = "hydration" if drug == "normal saline" else "treatment"
        given.append(item)
    for place, name in OPEN[:missing]:
        del given[place][name]
    return Encounter.model_validate(
        {
            "encounter": {"date_of_service": "2026-03-14", "setting": "facility", "payer": "medicare"},
            "access_sites": [{"id": "s1", "kind": "implanted_port", "location": "right chest"}],
            "visits": [{"id": "v1", "arrived": "07:45", "left": "16:00"}],
            "administrations": given,
            "documentation": {"signed_order": True, "diagnosis": "ovarian carcinoma", "hydration_reason": "vomiting"},
        }
    )


def milliseconds(work: Callable[[], object], rounds: int) -> float:
    """Median CPU milliseconds of one call."""
    work()
    found = []
    for _ in range(rounds):
        started = time.process_time()
        work()
        found.append((time.process_time() - started) * 1000)
    return statistics.median(found)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=15)
    rounds = arguments.parse_args().rounds
    rulebook = default_rulebook()
    four = 0.0
    for missing in range(5):
        encounter = facts(missing)
        once = milliseconds(lambda e=encounter: validate(e, rulebook), rounds * 4)
        took = milliseconds(lambda e=encounter: outlook(e, rulebook), rounds if missing != 2 else 3)
        exact = all(one.exact for one in outlook(encounter, rulebook))
        kind = "exact" if exact else "bounds"
        print(f"{missing} open: {took:8.2f} ms, {took / once:7.1f} calls of validate ({once:.2f} ms), {kind}")
        four = took
    encounter = facts(2)
    known = validate(encounter, rulebook)
    took = milliseconds(lambda: outlook_of(known, encounter, rulebook, PATIENCE), rounds)
    print(f"2 open: {took:8.2f} ms within the {PATIENCE} timelines of one review, bounds")
    print("reached" if four < WANTED_MS else "NOT reached", f"(four open times below {WANTED_MS:.0f} ms)")
    return 0 if four < WANTED_MS else 1


if __name__ == "__main__":
    sys.exit(main())
