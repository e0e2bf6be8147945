"""Compare five ways from notes to codes, with the same model, on labelled encounters.

    python -m benchmarks.accuracy --only patterns
    python -m benchmarks.accuracy --base-url http://127.0.0.1:8080/v1 --model NAME --cases visits/ --limit 20
    python -m benchmarks.accuracy --replay tests/cassettes/encounters --base-url ... --limit 12 --one-note

`--cases` is what `reviewer evaluate` takes: a folder of encounters (default: the fixtures) or a JSON-lines file. With
`--replay` the readers `llm` and `both` take the model's replies from recordings, all readers keep to the encounters
that are recorded, and the model's settings are those of endpoint.toml beside the recordings; `direct` and
`langextract` are always asked live. `--limit N` gives those that are asked live N encounters, spread evenly. A run
that was cut goes on from its file of answers (`--answers`, which holds words of the notes). The reader langextract
needs `pip install -r benchmarks/accuracy/requirements.txt`.

The key is taken from OPENAI_API_KEY, and another host needs REVIEWER_REMOTE_OK, as for `reviewer review`. Exit code 0
when measured, 2 for wrong usage, 3 when the endpoint does not answer.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from benchmarks.accuracy import direct, with_langextract  # noqa: E402
from benchmarks.accuracy.answers import Answers, OutOfTimeError  # noqa: E402
from benchmarks.accuracy.readers import NAMES, Bench, Name  # noqa: E402
from benchmarks.accuracy.report import Run, as_json, as_markdown, machine, prices, put  # noqa: E402
from benchmarks.accuracy.scores import Row, score  # noqa: E402
from reviewer.errors import InputError, ReviewError, UsageError, shown  # noqa: E402
from reviewer.evaluate.cases import Case, load_cases  # noqa: E402
from reviewer.evaluate.recorded import NOWHERE, settings_beside, settings_from  # noqa: E402
from reviewer.extract.model.prompt import load_prompt  # noqa: E402
from reviewer.llm import Chat, Endpoint  # noqa: E402
from reviewer.settings import load_settings  # noqa: E402
from validator.loading import default_rulebook  # noqa: E402
from validator.rulebook import Rulebook  # noqa: E402

FIXTURES = ROOT / "fixtures" / "encounters"
RESULTS, PAGE = ROOT / "benchmarks" / "results", ROOT / "docs" / "accuracy.md"
ANSWERS = Path(tempfile.gettempdir()) / "reviewer-accuracy-answers.jsonl"
_PATIENT = {"read_timeout": 900.0, "total_seconds": 3000.0}
_ASKING: tuple[Name, ...] = ("llm", "both", "direct", "langextract")


def main(arguments: Sequence[str] | None = None, chat: Chat | None = None) -> str:
    """Run, and return the Markdown tables. `chat` is for tests. Raises `ReviewError`."""
    options = _options(arguments)
    chat = chat or _chat(options)
    listed = prices(options.price)
    page = put(PAGE.read_text("utf-8"), options.write, "") if options.write else ""
    rulebook = default_rulebook()
    bench = Bench(rulebook, chat, Answers(options.answers), options.replay)
    cases = [case for case in load_cases(options.cases) if bench.has(case)]
    if not cases:
        raise InputError(f"--replay {shown(options.replay)}: no encounter of --cases is recorded there")
    rows = _rows(options, cases, bench, rulebook)
    run = Run(
        name=options.write or options.cases.name,
        on=options.date,
        model=chat.endpoint.model if chat else "none",
        prompts=_prompts(options.only, rulebook),
        machine=machine(),
        encounters=len(cases),
    )
    tables = as_markdown(run, rows, listed)
    if options.write:
        (RESULTS / f"accuracy-{options.write}.json").write_text(as_json(run, rows), "utf-8")
        PAGE.write_text(put(page, options.write, tables), "utf-8")
    return tables


def _rows(options: argparse.Namespace, cases: Sequence[Case], bench: Bench, rulebook: Rulebook) -> list[Row]:
    """Every reader on its encounters: one reader after the other, for a server keeps the prompt it read last."""
    alone = [case for case in cases if len(case.notes) == 1] if options.one_note else cases
    rows: list[Row] = []
    ends = None if options.minutes is None else time.monotonic() + 60 * options.minutes
    for name in options.only:
        live = bench.is_live(name)
        chosen = spread(alone, options.limit) if live else cases
        for number, case in enumerate(chosen, 1):
            bench.answers.closed = ends is not None and time.monotonic() > ends
            try:
                row = score(case, name, bench, rulebook)
            except OutOfTimeError:
                _say(f"{name} {number}/{len(chosen)} {case.name}: out of time; run again to go on")
                continue
            rows.append(row)
            if live:
                _say(f"{name} {number}/{len(chosen)} {case.name}: {row.seconds or 0:.0f} s{_ended(row)}")
    return rows


def _ended(row: Row) -> str:
    return f", {row.failure}" if row.failure else ""


def spread(cases: Sequence[Case], count: int | None) -> list[Case]:
    """`count` of the cases at even distances, the first among them; all where there are no more."""
    if count is None or count >= len(cases):
        return list(cases)
    return [cases[number * len(cases) // count] for number in range(count)]


def _prompts(names: Sequence[Name], rulebook: Rulebook) -> dict[str, str]:
    prompt = load_prompt()
    told: tuple[tuple[tuple[Name, ...], str, Callable[[], str]], ...] = (
        (("llm", "both"), "reader", lambda: f"{prompt.version} ({prompt.fingerprint})"),
        (("direct",), "codes", lambda: direct.fingerprint(rulebook)),
        (("langextract",), "langextract", with_langextract.fingerprint),
    )
    return {title: version() for used, title, version in told if set(used) & set(names)}


def _chat(options: argparse.Namespace) -> Chat | None:
    if not set(_ASKING) & set(options.only):
        return None
    path = options.endpoint or (settings_beside(options.replay) if options.replay else None)
    asked = settings_from(path) if path else {}
    if options.model:
        asked["model"] = options.model
    live = options.replay is None or {"direct", "langextract"} & set(options.only)
    if not asked.get("model") or (live and not options.base_url):
        raise UsageError("name the model with --model and --base-url, or ask for --only patterns")
    if options.mode:
        asked["mode"] = options.mode
    settings = load_settings()
    return Chat(
        Endpoint.model_validate(
            {
                **_PATIENT,
                **asked,
                "base_url": options.base_url or NOWHERE,
                "api_key": settings.api_key,
                "remote_ok": settings.remote_ok,
            }
        )
    )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=Path, default=FIXTURES, help="labelled encounters (default: the fixtures)")
    parser.add_argument("--only", type=_names, default=NAMES, metavar="A,B", help=f"of {', '.join(NAMES)}")
    parser.add_argument("--base-url", help="address of the model's server, such as http://127.0.0.1:8080/v1")
    parser.add_argument("--model", help="name of the model on that server")
    parser.add_argument("--mode", choices=("json_schema", "tool", "json_object"), help="how the reply is held to form")
    parser.add_argument(
        "--endpoint", type=Path, metavar="FILE.toml", help="how to ask, by keys of reviewer.llm.Endpoint"
    )
    parser.add_argument("--replay", type=Path, metavar="DIR", help="recordings for llm and both")
    parser.add_argument("--limit", type=_count, metavar="N", help="encounters for each reader that is asked live")
    parser.add_argument("--one-note", action="store_true", help="ask live only about encounters of one note")
    parser.add_argument("--minutes", type=float, help="ask nothing new after so many minutes")
    parser.add_argument("--price", action="append", default=[], metavar="NAME=INPUT,OUTPUT", help="a further price")
    parser.add_argument("--answers", type=Path, default=ANSWERS, help="where answers are kept (default: %(default)s)")
    parser.add_argument("--date", type=date.fromisoformat, default=date.today(), help="the date to write down")
    parser.add_argument(
        "--write", metavar="NAME", help="write benchmarks/results/ and that section of docs/accuracy.md"
    )
    options = parser.parse_args(arguments)
    if options.replay is not None and not options.replay.is_dir():
        raise InputError(f"--replay {shown(options.replay)}: there is no such folder")
    return options


def _names(text: str) -> tuple[Name, ...]:
    wanted = text.split(",")
    if unknown := set(wanted) - set(NAMES):
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(NAMES)}")
    return tuple(name for name in NAMES if name in wanted)


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("a whole number from 1 on")
    return int(text)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def script() -> None:
    """The command: tables on standard output, progress and trouble on standard error."""
    try:
        print(main())
    except ReviewError as problem:
        _say(f"accuracy: {problem}")
        sys.exit(problem.exit_code)


if __name__ == "__main__":
    script()
