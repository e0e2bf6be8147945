"""Does time grow with the length of a note, of its lines and of a model's answer, and not with their square?

    python benchmarks/growth.py

Each text is read short and several times as long, best of three by processor time, in one run; the figure is the
time of the long one per character over that of the short one. 1 is linear, TIMES would be quadratic; exit code 1
where a figure is above 1.7.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "reviewer")]

from fixture_files import notes_of  # noqa: E402
from injection.attacks import reply, reviewed  # noqa: E402

from reviewer import pipeline  # noqa: E402
from reviewer.extract.patterns.elements import read_elements  # noqa: E402
from reviewer.extract.patterns.visit_facts import read_visit_facts  # noqa: E402
from reviewer.language.unrecorded import unrecorded  # noqa: E402
from reviewer.notes.note import Note  # noqa: E402
from validator.loading import default_rulebook  # noqa: E402

WORST = 1.7
TIMES = 8
FLOOR = 0.01
"""Seconds below which a short text's own time is the cost of looking at the clock."""

NOTES = "\n".join(p.read_text(encoding="utf-8") for p in sorted((ROOT / "fixtures" / "encounters").glob("*/*.txt")))
WHOLE = {
    "lines of notes": NOTES,
    "notes in one line": " ".join(NOTES.split("\n")),
    "no end of a sentence": "ran quietly and rested in the chair ",
    "words that call for a look": "risk consent order dose port vitals ",
    "one long word": "_",
    "one long word of letters": "A",
    "words joined by hyphens": "gave-",
    "clocks": "09:05 ",
    "empty lines": "\n",
    "lines of one letter": "x\n",
    "doses": "0905 carboplatin 400 mg IVPB via port over 30 min, ",
}
TOPICS = (
    "consent order lot ndc allergy dx stage bsa cycle dr. md blood return labs bp no reaction tol vital signs teaching "
    "pump id wasted csf lp pleural lesion occlusion dwell ns fluids site returned artery cool s/p signed rn risk "
)
ELEMENTS = (
    *("a", "a-", "A. B. ", "Consent: ____ ", "signed ", "no consent order not ", "labs, ", "consent" + " " * 200),
    *("Jane Doe RN ", "03/04/2025 0900 ", "hives, rash and ", "[ ] "),
    "Dx stage III colon cancer, order Dr. Marsh verified, VSS, no s/s rxn, flushes easily, BP 120/80 ",
)
UNRECORDED = (
    *('{"a":', "<!--", "<script", "<note number=", "ignore the ", "user: a\nassistant: b\n", "EXAMPLE ONLY\n"),
    *("for training only ", 'read online "', "> ", ". ", "< >", "did ", "<a start=", "<a>"),
)

NAME = "96411-complete"


def seconds(run: Callable[[str], object], text: str) -> float:
    """The least of three; each text differs, so that nothing of the one before is remembered."""
    taken = []
    for number in range(3):
        given = f"{text}{' ' * number}"
        started = time.process_time()
        run(given)
        taken.append(time.process_time() - started)
    return min(taken)


def repeated(text: str, length: int) -> str:
    """The text again and again, up to the length."""
    return (text * (length // len(text) + 1))[:length]


def of_review(text: str) -> object:
    """The whole street, patterns only."""
    return pipeline.review((Note(id="n1", text=text),), rulebook=default_rulebook())


def of_elements(text: str) -> object:
    """The readers of documentation elements, every topic called for."""
    notes = (Note(id="n1", text=TOPICS + text),)
    return read_elements(notes), read_visit_facts(notes)


def of_answer(length: str) -> object:
    """Both readers, with as many entries in the model's answer as the text is long."""
    notes = notes_of(NAME)
    lines = [line for line in notes[0].text.splitlines() if line.strip()]
    drugs = ("Dacarbazine", "Doxorubicin", "ondansetron", "96413", "Rubex", "zorvilumab")
    entries = [
        [1 + i % 3, f"{i % 2400:04}", lines[i % len(lines)] + " x" * (i % 5), drugs[i % 6]] for i in range(len(length))
    ]
    return reviewed(notes, "both", reply(entries))


def growth(run: Callable[[str], object], text: str, short: int) -> float:
    """How much dearer a character is in the long text."""
    run(repeated(text, 500))
    few, many = seconds(run, repeated(text, short)), seconds(run, repeated(text, short * TIMES))
    return many / TIMES / max(few, FLOOR)


def main() -> int:
    """Print a figure for each text."""
    figures = {f"review: {name}": growth(of_review, text, 6_000) for name, text in WHOLE.items()}
    figures |= {f"elements: {text[:24]!r}": growth(of_elements, text, 12_000) for text in ELEMENTS}
    figures |= {f"no record: {text!r}": growth(unrecorded, text, 20_000) for text in UNRECORDED}
    figures["entries of an answer"] = growth(of_answer, "x", 500)
    for name, figure in figures.items():
        print(f"{figure:5.2f}  {name}")
    worst = max(figures.values())
    print(f"{worst:5.2f}  worst; at most {WORST}")
    return 0 if worst <= WORST else 1


if __name__ == "__main__":
    sys.exit(main())
