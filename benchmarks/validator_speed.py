"""How fast facts JSON becomes assessment JSON, as a figure that means the same on a slow and on a fast machine.

    python benchmarks/validator_speed.py [--seconds 3]

Prints encounters a second for one core with 8 administrations, the same relative to a fixed loop of plain Python
timed in the same run (so that a log from another machine can be compared), and how much longer ten times the
administrations take (at most 12 times). Exit code 1 when a figure is missed: 1,000 encounters a second, 12 times.
Processor time is counted, so that what else runs on the machine matters less.
"""

from __future__ import annotations

import argparse
import json
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

WANTED_PER_SECOND = 1_000
WANTED_RATIO = 12.0
DRUGS = (
    ("dexamethasone", "20 mg", "infusion", 20),
    ("ondansetron", "16 mg", "infusion", 15),
    ("diphenhydramine", "50 mg", "push", 2),
    ("famotidine", "20 mg", "push", 2),
    ("paclitaxel", "300 mg", "infusion", 180),
    ("carboplatin", "560 mg", "infusion", 30),
    ("zoledronic acid", "4 mg", "infusion", 16),
    ("normal saline", "500 mL", "infusion", 60),
)


def clock(minute: int) -> str:
    return f"2026-03-{14 + minute // 1440}T{minute % 1440 // 60:02}:{minute % 60:02}"


def facts(courses: int) -> bytes:
    """A visit with 8 administrations for each course, one after the other, as facts JSON."""
    given: list[dict[str, Any]] = []
    minute = 480
    for number in range(courses):
        for drug, dose, technique, length in DRUGS:
            given.append(
                {
                    "id": f"a{len(given) + 1}",
                    "drug": drug,
                    "dose": dose,
                    "route": "intravenous",
                    "technique": technique,
                    "start": clock(minute),
                    "stop": clock(minute + length),
                    "access_site": "s1",
                    "purpose": "hydration" if drug == "normal saline" else "treatment",
                }
            )
            minute += length + (number % 3)
    encounter = {"date_of_service": "2026-03-14", "setting": "facility", "payer": "medicare"}
    documented = {"signed_order": True, "diagnosis": "ovarian carcinoma", "hydration_reason": "vomiting"}
    site = {"id": "s1", "kind": "implanted_port", "location": "right chest"}
    whole = {"encounter": encounter, "access_sites": [site], "administrations": given, "documentation": documented}
    return json.dumps(whole).encode()


def assess(text: bytes) -> str:
    return validate(Encounter.model_validate_json(text), default_rulebook()).model_dump_json()


def plain_work() -> int:
    """A fixed amount of ordinary Python: what the machine does in this time is the yardstick."""
    total = 0
    for number in range(20_000):
        total += len(str(number)) * (number % 7)
    return total


def seconds_each(work: Callable[[], object], budget: float) -> float:
    """Least seconds of processor time of one call, over rounds that fill the budget: what else runs only adds to it."""
    rounds: list[float] = []
    stop = time.process_time() + budget
    while time.process_time() < stop or len(rounds) < 5:
        started = time.process_time()
        for _ in range(20):
            work()
        rounds.append((time.process_time() - started) / 20)
    return min(rounds)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--seconds", type=float, default=3.0)
    budget = arguments.parse_args().seconds
    small, large = facts(1), facts(10)
    lines = len(json.loads(assess(small))["codes"])
    yardstick = seconds_each(plain_work, budget)
    eight, eighty = (seconds_each(lambda text=text: assess(text), budget) for text in (small, large))
    ratio = eighty / eight
    print(f"8 administrations, {lines} lines: {1 / eight:,.0f} encounters a second ({eight * 1000:.3f} ms each)")
    print(f"one encounter costs {eight / yardstick:.2f} of the yardstick loop ({yardstick * 1000:.3f} ms here)")
    print(f"80 administrations: {eighty * 1000:.2f} ms, {ratio:.1f} times as long (at most {WANTED_RATIO:.0f})")
    reached = 1 / eight >= WANTED_PER_SECOND and ratio <= WANTED_RATIO
    print("reached" if reached else "NOT reached")
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
