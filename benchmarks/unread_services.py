"""Hide each drug that earned a code under another name, and count what is told; list the alarms on notes as they are.

    python benchmarks/unread_services.py [--every 1] [--show 20]

Notes are those of the corpus and the fixtures, `--every` so many of them. Of a drug that was given more than once the
further givings are taken out of the facts as well, one by one. Exit code 1 when less than 98 of 100 hidden drugs are
told, or less than half of the further givings, or when more than 3 of 100 notes alarm. The net's cost is its share of
the processor time of reading and grounding the same notes.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests" / "reviewer"), str(ROOT / "tests"), str(ROOT)]

from unread.losing import (  # noqa: E402
    WAYS,
    Loss,
    encounters,
    is_seen,
    is_told,
    losses,
    second_givings,
)

from reviewer.extract.patterns import read  # noqa: E402
from reviewer.grounding import ground  # noqa: E402
from reviewer.language.unrecorded import recorded  # noqa: E402
from reviewer.notes.note import Note  # noqa: E402
from reviewer.pipeline import review  # noqa: E402
from reviewer.unread import traces  # noqa: E402
from validator.loading import default_rulebook  # noqa: E402

WANTED, ALLOWED, WANTED_AGAIN = 0.98, 0.03, 0.5
Every = list[tuple[str, tuple[Note, ...], str | None]]


def hidden(every: Every, show: int) -> float:
    """The share of hidden drugs that a review tells, printed by the way in which they were hidden."""
    rulebook = default_rulebook()
    tried: Counter[str] = Counter()
    by_net: Counter[str] = Counter()
    lost: list[Loss] = []
    for name, notes, setting in every:
        for loss in losses(name, notes, setting, rulebook):
            made = review(loss.notes, rulebook=rulebook, setting=loss.setting, explain=False)  # type: ignore[arg-type]
            tried[loss.how] += 1
            without = made.model_copy(update={"facts": made.facts.model_copy(update={"unread": ()})})
            if not is_told(loss, made):
                lost.append(loss)
            elif not is_told(loss, without):
                by_net[loss.how] += 1
    missed = Counter(loss.how for loss in lost)
    for how in WAYS:
        read_ones = tried[how] - by_net[how] - missed[how]
        print(
            f"{how:<34} {tried[how]:>5} hidden, {read_ones:>5} read, {by_net[how]:>4} in the net, {missed[how]:>3} lost"
        )
    for loss in lost[:show]:
        print(f"  {loss.encounter}: {loss.drug} as {', '.join(loss.hidden)} ({loss.how})")
    return 1 - len(lost) / max(1, tried.total())


def further(every: Every, show: int) -> float:
    """The share of second givings of a drug that the net tells where only the first has a fact."""
    rulebook = default_rulebook()
    every_one = [one for name, notes, _ in every for one in second_givings(name, notes, rulebook)]
    missed = [one for one in every_one if not is_seen(one, rulebook)]
    for one in missed[:show]:
        print(f"  {one.encounter}: a second giving of {one.drug}: {one.times[0].text!r}")
    return 1 - len(missed) / max(1, len(every_one))


def alarms(every: Every) -> float:
    """The share of notes that alarm, each printed, and what the net costs."""
    rulebook = default_rulebook()
    reading = netting = 0.0
    found = 0
    for name, notes, _ in every:
        kept = tuple(note.model_copy(update={"text": recorded(note.text)}) for note in notes)
        started = time.process_time()
        grounded = ground(read(kept, rulebook), kept, rulebook)
        between = time.process_time()
        shown = traces(grounded, rulebook)
        reading, netting = reading + between - started, netting + time.process_time() - between
        found += bool(shown)
        for trace in shown:
            print(f"  {name}: {trace.named or '(no name)'}: {trace.evidence[0].text!r}")
    print(f"{found} of {len(every)} encounters alarm; the net takes {netting / reading:.1%} of reading and grounding")
    return found / len(every)


def main() -> int:
    """Measure and print; 1 when too little is told, or too much."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--every", type=int, default=1)
    options.add_argument("--show", type=int, default=20)
    asked = options.parse_args()
    every = list(encounters())[:: asked.every]
    share = alarms(every)
    told = hidden(every, asked.show)
    again = further(every, asked.show)
    print(f"{told:.2%} of the hidden drugs are told, {again:.2%} of second givings")
    return int(told < WANTED or share > ALLOWED or again < WANTED_AGAIN)


if __name__ == "__main__":
    sys.exit(main())
