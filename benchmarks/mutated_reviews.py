"""Change one field of a stored review at a time, and count what sees it: derivation, reading again, or the signature.

    python benchmarks/mutated_reviews.py [--each 3]

`--each` is how many mutations are made of every kind of field and every way to change it, over all fixtures. Every
digest that a mutation touches is computed again. Exit code 1 when one is seen by nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests" / "reviewer" / "verify"), str(ROOT / "tests" / "reviewer"), str(ROOT)]

import test_verify_mutations as mutations  # noqa: E402

WAYS = ("derived", "read again", "signature", "")


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--each", type=int, default=3)
    mutations.OF_EACH_KIND = arguments.parse_args().each
    by_section: dict[str, Counter[str]] = {}
    only_signed: Counter[str] = Counter()
    every = mutations.caught()
    for one in every:
        by_section.setdefault(one.mutation.kind.split(".")[0], Counter())[one.by] += 1
        if one.by in ("signature", ""):
            only_signed[f"{one.mutation.what} {one.mutation.kind}"] += 1
    total = Counter(one.by for one in every)
    kinds = len({one.mutation.kind for one in every})
    print(f"{len(every)} mutations of {kinds} kinds of fields in {len(mutations.NAMES)} reviews")
    print(f"{'section':<16}{'all':>7}" + "".join(f"{way or 'nothing':>12}" for way in WAYS))
    for section, counts in sorted(by_section.items()):
        print(f"{section:<16}{sum(counts.values()):>7}" + "".join(f"{counts[way]:>12}" for way in WAYS))
    print(f"{'together':<16}{len(every):>7}" + "".join(f"{total[way]:>12}" for way in WAYS))
    print("seen by the signature alone:")
    for kind, count in sorted(only_signed.items()):
        print(f"  {count:>4} {kind}")
    return 1 if total[""] else 0


if __name__ == "__main__":
    sys.exit(main())
