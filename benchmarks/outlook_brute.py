"""Compare the outlook on open times with the enumeration of timelines, on many generated encounters.

    python benchmarks/outlook_brute.py [--one 1000] [--two 50] [--more 1000] [--first 1000]

One open time: every 15th minute of its range and both sides of every threshold. Two: every pair of minutes of short
stays. Three and four: timelines at random, none of which may contradict what is certain or impossible. Exit code 1
when anything differs. Deterministic: encounters are numbered from `--first`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests" / "validator"), str(ROOT / "tests"), str(ROOT)]

from brute_timelines import close, gapped, held, sampled, units, written  # noqa: E402
from test_outlook_brute import differences  # noqa: E402

from validator.facts import Encounter  # noqa: E402
from validator.loading import default_rulebook  # noqa: E402
from validator.outlook import outlook  # noqa: E402

SAMPLES = 12


def contradicted(seed: int, count: int) -> tuple[int, list[str]]:
    """How many timelines were tried for one encounter, and which contradict its outlook."""
    facts = gapped(seed, count)
    if facts is None:
        return 0, []
    found = {one.code: one for one in outlook(Encounter.model_validate(facts), default_rulebook())}
    certain = Counter({code: one.certain for code, one in found.items() if one.certain})
    tried, bad = 0, []
    for timeline in sampled(facts, Random(seed), SAMPLES):
        full = units(written(facts, timeline))
        tried += 1
        over = {code: n for code, n in full.items() if code not in found or n > found[code].possible}
        if over or held(certain, full) != certain:
            bad.append(
                f"{count} open, seed {seed}: certain {dict(certain)}, over {over}, full {dict(full)}: {timeline}"
            )
    return tried, bad


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    for name, count in (("--one", 1_000), ("--two", 50), ("--more", 1_000), ("--first", 1_000)):
        arguments.add_argument(name, type=int, default=count)
    chosen = arguments.parse_args()
    started = time.process_time()
    words: list[str] = []
    told: Counter[str] = Counter()
    for seed in range(chosen.first, chosen.first + max(chosen.one, chosen.two)):
        for name, wanted, facts in (
            ("one", seed < chosen.first + chosen.one, gapped(seed, 1)),
            ("two", seed < chosen.first + chosen.two, close(seed)),
        ):
            if wanted and facts is not None:
                compared, differing = differences(facts, 15 if name == "one" else 1)
                told[name] += compared
                words += [f"{name}, seed {seed}: {differing}"] if differing else []
    for seed in range(chosen.first, chosen.first + chosen.more):
        for count in (3, 4):
            tried, bad = contradicted(seed, count)
            told[f"{count} open"] += tried > 0
            told[f"timelines with {count} open"] += tried
            words += bad
    for line in words[:5]:
        print(line)
    print(f"encounters from {chosen.first}, rulebook {default_rulebook().version}")
    print(f"one open time: {told['one']} compared with the enumeration; two: {told['two']}, every pair of minutes")
    for count in (3, 4):
        print(f"{count} open: {told[f'timelines with {count} open']} timelines of {told[f'{count} open']} encounters")
    print(f"differ or contradict: {len(words)}")
    print(f"CPU seconds {time.process_time() - started:.0f}")
    return 1 if words else 0


if __name__ == "__main__":
    sys.exit(main())
