"""What the program itself takes of a review with a model: everything but the endpoint, in processor time a note.

    python benchmarks/model_overhead.py [--rounds 5] [--stages]

The endpoint's recorded answers (tests/cassettes) come from memory, through the client and every check of a reply. The
figure is what both readers take beyond the patterns alone, of the quickest round, with notes never seen before.
Exit code 1 when it is not below 20 ms a note. `--stages` tells where the time goes (a profile, which is itself slow).
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import sys
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import httpx2  # noqa: E402
from llm_recording import FIXTURES, RECORDED, calls, cassettes, endpoint  # noqa: E402

from reviewer.extract.model.reading import read_with_model  # noqa: E402
from reviewer.llm import Chat  # noqa: E402
from reviewer.notes.note import Note  # noqa: E402
from reviewer.pipeline import review  # noqa: E402
from validator.loading import default_rulebook  # noqa: E402

WANTED_BELOW_MS = 20.0
_STAGES = {
    "one call: request, client, checks of the reply": ("chat.py", "complete"),
    "from the answer to wire facts": ("telling.py", "wire_of"),
    "pattern reader": ("patterns/__init__.py", "read"),
    "grounding, both readers": ("grounding/__init__.py", "ground"),
    "reconciling and judging": ("reconciling.py", "reconcile"),
    "validator": ("assessing.py", "validate"),
    "the whole review": ("pipeline.py", "review"),
}


class Recorded(NamedTuple):
    """One encounter and what the endpoint answered about it, ready to be sent back."""

    texts: tuple[str, ...]
    replies: tuple[httpx2.Response, ...]


def encounters() -> list[Recorded]:
    """Every recorded encounter."""
    found = []
    for name in cassettes(RECORDED):
        texts = tuple(path.read_text("utf-8") for path in sorted((FIXTURES / name).glob("*.txt")))
        replies = [call["response"]["json"] for call in calls(RECORDED / f"{name}.yaml")]
        found.append(Recorded(texts, tuple(httpx2.Response(200, json=reply) for reply in replies)))
    return found


class FromMemory:
    """A chat that is answered from memory, in the order of the recording."""

    def __init__(self) -> None:
        self._left: deque[httpx2.Response] = deque()
        transport = httpx2.MockTransport(lambda _: self._next())
        self.chat = Chat(endpoint(), http_client=httpx2.Client(transport=transport))

    def _next(self) -> httpx2.Response:
        reply = self._left.popleft()
        return httpx2.Response(reply.status_code, headers=reply.headers, content=reply.content)

    def load(self, replies: tuple[httpx2.Response, ...]) -> None:
        """What comes next."""
        self._left = deque(replies)


def notes_of(one: Recorded, number: int) -> tuple[Note, ...]:
    """The notes with an ending of their own: what was seen before is remembered, and must not be."""
    return tuple(Note(id=f"n{i}", text=f"{text}\n{'.' * number}\n") for i, text in enumerate(one.texts, 1))


def seconds(work: Callable[[Recorded, tuple[Note, ...]], object], visits: list[Recorded], rounds: range) -> float:
    """Least processor seconds of a pass over all encounters."""
    taken = []
    for number in rounds:
        fresh = [(one, notes_of(one, number)) for one in visits]
        started = time.process_time()
        for one, notes in fresh:
            work(one, notes)
        taken.append(time.process_time() - started)
    return min(taken)


def main() -> int:
    """Measure and print; 1 when the overhead is not below what is wanted."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--stages", action="store_true")
    given = options.parse_args()
    rulebook, visits, memory = default_rulebook(), encounters(), FromMemory()
    count = sum(len(one.texts) for one in visits)

    def alone(_: Recorded, notes: tuple[Note, ...]) -> object:
        return review(notes, rulebook=rulebook)

    def both(one: Recorded, notes: tuple[Note, ...]) -> object:
        memory.load(one.replies)
        return review(
            notes, rulebook=rulebook, extractor="both", model=lambda n, book: read_with_model(n, book, memory.chat)
        )

    both(visits[0], notes_of(visits[0], 0))  # what is loaded once
    # Notes of their own for each way: what one remembers must not help the other.
    patterns = 1000 * seconds(alone, visits, range(1, given.rounds + 1)) / count
    whole = 1000 * seconds(both, visits, range(given.rounds + 1, 2 * given.rounds + 1)) / count
    print(f"patterns alone          {patterns:6.2f} ms a note")
    print(f"both readers            {whole:6.2f} ms a note, {whole / patterns:.2f} times as long")
    print(f"beyond the patterns     {whole - patterns:6.2f} ms a note (wanted: below {WANTED_BELOW_MS:g})")
    print(f"{len(visits)} encounters, {count} notes, {sum(len(one.replies) for one in visits)} calls")
    if given.stages:
        _stages(both, visits, 2 * given.rounds + 1)
    return int(whole - patterns >= WANTED_BELOW_MS)


def _stages(work: Callable[[Recorded, tuple[Note, ...]], object], visits: list[Recorded], number: int) -> None:
    fresh = [(one, notes_of(one, number)) for one in visits]
    profile = cProfile.Profile()
    profile.enable()
    for one, notes in fresh:
        work(one, notes)
    profile.disable()
    rows = pstats.Stats(profile).get_stats_profile().func_profiles
    spent = {(row.file_name.replace("\\", "/"), name.split("(")[0]): row.cumtime for name, row in rows.items()}
    whole = next(time for (file, name), time in spent.items() if file.endswith("pipeline.py") and name == "review")
    for title, (file, name) in _STAGES.items():
        found = [time for (path, function), time in spent.items() if path.endswith(file) and function == name]
        print(f"  {title:48} {max(found, default=0) / whole:6.1%}")


if __name__ == "__main__":
    sys.exit(main())
