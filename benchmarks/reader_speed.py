"""How many notes a second are read, read and grounded, and reviewed, on one core, and the memory it takes.

    python benchmarks/reader_speed.py [--rounds 5] [--long]

The notes are those of the fixture encounters; figures are for 1,500 characters, whatever their lengths are, in
processor time of the quickest of the rounds. Exit code 1 when the reader alone stays below 100 such notes a second.
`--long` adds lines of how the time grows with the length of one note.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from reviewer import pipeline  # noqa: E402
from reviewer.extract.patterns import read  # noqa: E402
from reviewer.garbage import collect_seldom  # noqa: E402
from reviewer.grounding import ground  # noqa: E402
from reviewer.notes.note import Note  # noqa: E402
from reviewer.report import render  # noqa: E402
from validator.loading import default_rulebook  # noqa: E402

WANTED_PER_SECOND = 100
CHARACTERS = 1_500
LONG = (25_000, 50_000, 100_000, 200_000)
Notes = tuple[Note, ...]


def encounters() -> list[Notes]:
    """The notes of each fixture encounter."""
    folders = sorted((ROOT / "fixtures" / "encounters").iterdir())
    texts = [[path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))] for folder in folders]
    return [tuple(Note(id=f"n{i}", text=text) for i, text in enumerate(one)) for one in texts if one]


def seconds(work: Callable[[Notes], object], visits: list[Notes], rounds: int) -> float:
    """Least processor seconds of a pass over all visits. Notes are copied, as a page already cut is remembered."""
    taken: list[float] = []
    for number in range(rounds):
        fresh = [tuple(Note(id=n.id, text=f"{n.text}\n{'.' * number}\n") for n in notes) for notes in visits]
        started = time.process_time()
        for notes in fresh:
            work(notes)
        taken.append(time.process_time() - started)
    return min(taken)


def grown(visits: list[Notes]) -> None:
    """Print the seconds of one review for growing notes."""
    rulebook = default_rulebook()
    whole = "\n".join(note.text for notes in visits for note in notes)
    for length in LONG:
        text = (whole * (length // len(whole) + 1))[:length]
        for name, shape in (("lines", text), ("one line", text.replace("\n", " "))):
            started = time.process_time()
            pipeline.review((Note(id="n", text=shape),), rulebook=rulebook)
            print(f"{length:>9,} characters, {name}: {time.process_time() - started:.2f} s")


def main() -> int:
    """Measure and print; 1 when the reader is slower than wanted."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--long", action="store_true")
    given = options.parse_args()
    collect_seldom()  # as the program does
    rulebook, visits = default_rulebook(), encounters()

    def grounded(notes: Notes) -> object:
        return ground(read(notes, rulebook), notes, rulebook)

    def reported(notes: Notes) -> object:
        return render(pipeline.review(notes, rulebook=rulebook), "text", notes)

    characters = sum(len(note.text) for notes in visits for note in notes)
    stages: dict[str, Callable[[Notes], object]] = {
        "read": lambda notes: read(notes, rulebook),
        "read and ground": grounded,
        "read, ground and judge": lambda notes: pipeline.review(notes, rulebook=rulebook),
        "the same and a text report": reported,
    }
    speeds = {}
    notes = sum(len(one) for one in visits)
    for name, work in stages.items():
        spent = seconds(work, visits, given.rounds)
        speeds[name] = characters / CHARACTERS / spent
        each = spent / characters * CHARACTERS * 1000
        plain = f"as they are, {characters / notes:.0f} each: {notes / spent:.0f}"
        print(
            f"{name:28} {speeds[name]:7.0f} notes of {CHARACTERS:,} characters a second ({each:.2f} ms each; {plain})"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)
    print(f"{len(visits)} encounters, {characters:,} characters; peak memory {peak:.0f} MB")
    if given.long:
        grown(visits)
    return int(speeds["read"] < WANTED_PER_SECOND)


if __name__ == "__main__":
    sys.exit(main())
