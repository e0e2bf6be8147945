"""Record anew what a model answers about the fixtures: the one command behind tests/cassettes.

    python tests/record.py --base-url http://127.0.0.1:8080/v1 --model NAME      everything that is recorded
    python tests/record.py rchop-four-notes --base-url ... --model ...           these encounters, also new ones
    python tests/record.py --made                                                only the replies written by hand

How to ask (mode, tokens, window) stands in tests/cassettes/endpoint.toml; the model's name is written there. Only
encounters of fixtures/ are ever sent. A key is taken from OPENAI_API_KEY. An old cassette stays until the new is whole.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

TESTS = Path(__file__).resolve().parent
sys.path[:0] = [str(TESTS.parent), str(TESTS)]

from llm_recording import FIXTURES, MADE, RECORDED, SETTINGS, cassettes, endpoint, read, tidy  # noqa: E402
from made_cassettes import MADE as CASES  # noqa: E402
from made_cassettes import made  # noqa: E402

from reviewer.errors import ReviewError  # noqa: E402
from reviewer.evaluate.cassettes import recording  # noqa: E402
from reviewer.llm import Chat, Endpoint  # noqa: E402

_SLOW = {"read_timeout": 900, "total_seconds": 3000}
_AGREEMENT = "notes of fixtures/ are invented"


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    if not options.made:
        names = options.names or list(cassettes(RECORDED)) or sorted(path.name for path in FIXTURES.iterdir())
        _choose_model(options.model, everything=set(names) >= set(cassettes(RECORDED)))
        key = os.environ.get("OPENAI_API_KEY")
        asked = endpoint(options.base_url, api_key=key, remote_ok=_AGREEMENT, **_SLOW)
        for number, name in enumerate(names, 1):
            _say(f"{number}/{len(names)} {name}: {record(name, asked, RECORDED)}")
    for name in CASES:
        made(name, MADE)
    _say(f"{len(CASES)} cassettes written by hand: {MADE.relative_to(TESTS.parent)}")


def record(name: str, asked: Endpoint, folder: Path) -> str:
    """Record one encounter into a folder and tell what it took. On an `EndpointError` the old cassette stays."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        with recording(Path(place), name):
            done = read(name, Chat(asked)).record
        new = Path(place) / f"{name}.yaml"
        tidy(new)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / new.name).write_text(new.read_text("utf-8"), "utf-8")
    ended = f", {done.failure}" if done.failure else ""
    tokens = f"{done.usage.prompt_tokens} + {done.usage.completion_tokens} tokens"
    return f"{done.usage.calls} calls, {tokens}, {time.monotonic() - began:.0f} s{ended}"


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="an encounter of fixtures/encounters")
    parser.add_argument("--base-url", help="the endpoint, such as http://127.0.0.1:8080/v1")
    parser.add_argument("--model", help="the model's name, as the endpoint knows it")
    parser.add_argument("--made", action="store_true", help="only write the cassettes under made/ anew; asks nobody")
    found = parser.parse_args(arguments)
    if not found.made and not (found.base_url and found.model):
        parser.error("--base-url and --model are needed")
    if unknown := [name for name in found.names if not (FIXTURES / name).is_dir()]:
        parser.error(f"no such encounter in fixtures/encounters: {', '.join(unknown)}")
    return found


def _choose_model(name: str, *, everything: bool) -> None:
    """Write down which model is recorded. The name is part of each request: one for all cassettes."""
    text = SETTINGS.read_text("utf-8")
    line = f'model = "{name}"'
    if line in text.splitlines():
        return
    if not everything:
        sys.exit(f"the other cassettes are of another model than {name}: record all of them")
    SETTINGS.write_text(re.sub(r"(?m)^model = .*$", lambda _: line, text, count=1), "utf-8")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        main()
    except ReviewError as problem:
        sys.exit(str(problem))
