"""A folder of pages: one report an encounter, and a summary with plots. Nothing is loaded from anywhere."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from itertools import islice
from pathlib import Path

from reviewer.queue.out.encounters import Encounter
from reviewer.queue.out.plots import bars
from reviewer.queue.out.statistics import EFFECTS, Counting, Statistics, Stay
from reviewer.queue.rejudging import explained
from reviewer.queue.store.database import Store
from reviewer.report import render
from reviewer.review import Review
from validator.rulebook import Rulebook

REPORTS = "encounters"
MOST_BARS = 15
_LISTED = ("encounter_id", "state", "deadline", "worst_effect", "outcome", "date_of_service", "unit", "author")
_STYLE = (
    "body{font:15px/1.5 sans-serif;color:#1a2b3c;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%;font-size:14px;margin-bottom:1.5rem}"
    "th,td{text-align:left;padding:.25rem .6rem;"
    "border-bottom:1px solid #d5dde5}svg{max-width:100%;height:auto;margin:1rem 0}details{margin-bottom:1.5rem}"
)
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()


def write(folder: Path, store: Store, found: Iterable[Encounter], rulebook: Rulebook) -> int:
    """Write the pages into an empty folder; how many encounters."""
    (folder / REPORTS).mkdir()
    counting, listed = Counting(store), []
    for one in found:
        counting.add(one)
        name = ""
        if one.review_json is not None:
            name = f"{REPORTS}/{file_name(one.fields['encounter_id'])}"
            (folder / name).write_text(report(one, rulebook), encoding="utf-8")
        listed.append((one.fields, name))
    page = _page(counting.result(), listed)
    (folder / "index.html").write_text(page, encoding="utf-8")
    return len(listed)


def report(one: Encounter, rulebook: Rulebook) -> str:
    """An encounter's report as a page."""
    review = explained(Review.model_validate_json(one.review_json or ""), rulebook)
    return render(review, "html", one.notes, rulebook=rulebook)


def file_name(encounter_id: str) -> str:
    """A name that any file system takes and that no two encounters share."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "_", encounter_id)[:60].lstrip(".")
    return f"{plain}-{hashlib.sha256(encounter_id.encode()).hexdigest()[:10]}.html"


def _page(numbers: Statistics, listed: list[tuple[dict[str, object], str]]) -> str:
    head = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{_HASH}'\">"
        '<meta name="viewport" content="width=device-width"><title>Pre-bill queue</title>'
        f"<style>{_STYLE}</style></head><body><h1>Pre-bill queue</h1>"
    )
    return "\n".join([head, *_counts(numbers), *_plots(numbers), *_list(listed), "</body></html>", ""])


def _counts(numbers: Statistics) -> Iterator[str]:
    yield f"<p>{numbers.encounters:,} encounters.</p>"
    yield _table(("state", "encounters"), numbers.states.items())
    yield _table(("outcome", "encounters"), sorted(numbers.outcomes.items()))


def _plots(numbers: Statistics) -> Iterator[str]:
    yield "<h2>What is missing</h2>"
    yield "<p>Elements that block a code, lower it or put it at risk; advice is not counted.</p>"
    for title, counted in (
        ("Missing elements by unit", numbers.by_unit),
        ("Missing elements by author", numbers.by_author),
        ("Missing elements", numbers.by_element),
    ):
        rows = {name: [by_effect[effect] for effect in EFFECTS] for name, by_effect in counted.items()}
        effects = [effect.replace("_", " ") for effect in EFFECTS]
        yield bars(title, effects, dict(islice(rows.items(), MOST_BARS)), stacked=True, unit="")
        yield _behind(title, (title.rpartition(" ")[2], *effects), ((name, *values) for name, values in rows.items()))
    yield "<h2>Supported and billed</h2>"
    yield f"<p>{numbers.compared:,} encounters came with billed lines that were compared.</p>"
    codes = sorted(
        {*numbers.supported, *numbers.billed},
        key=lambda code: (-max(numbers.supported[code], numbers.billed[code]), code),
    )
    both = ("billed", "supported")
    for title, chosen in (
        ("Units of services by code", [code for code in codes if code[:1].isdigit()]),
        ("Units of drugs and others by code", [code for code in codes if not code[:1].isdigit()]),
    ):
        units = {code: [numbers.billed[code], numbers.supported[code]] for code in chosen}
        yield bars(title, both, dict(islice(units.items(), MOST_BARS)), stacked=False, unit="")
        yield _behind(title, ("code", *both), ((code, *values) for code, values in units.items()))
    yield "<h2>Time in state</h2>"
    yield from _stays("Days in a state, until it was left", numbers.stood)
    yield from _stays("Days in the present state, until now", numbers.stand)


def _stays(title: str, stays: Mapping[str, Stay]) -> Iterator[str]:
    parts = ("nine of ten", "median")
    rows = {state: [stay.ninetieth, stay.median] for state, stay in stays.items()}
    yield bars(title, parts, rows, stacked=False, unit=" d")
    told = ((state, stay.number, f"{stay.median:.1f}", f"{stay.ninetieth:.1f}") for state, stay in stays.items())
    yield _behind(title, ("state", "number", "median", "nine of ten"), told)


def _list(listed: list[tuple[dict[str, object], str]]) -> Iterator[str]:
    yield "<h2>Encounters</h2>"
    head = "".join(f"<th>{name.replace('_', ' ')}</th>" for name in _LISTED)
    yield f"<table><thead><tr>{head}</tr></thead><tbody>"
    for fields, name in listed:
        cells = [escape(str(fields[column] or "")) for column in _LISTED]
        if name:
            cells[0] = f'<a href="{escape(name)}">{cells[0]}</a>'
        yield f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
    yield "</tbody></table>"


def _behind(title: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    return f"<details><summary>{escape(title)}: the numbers</summary>{_table(columns, rows)}</details>"


def _table(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "".join(f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
