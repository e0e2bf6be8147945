"""The text report: the view laid out for a terminal, line by line, without a template engine to start first.

Every value passes through `wrapped`, which makes it visible, flat and at most `WIDTH` columns wide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from reviewer.report.evidence import Quoted
from reviewer.report.layout import WIDTH, wrapped
from reviewer.report.view import Disagreement, Line, Matter, Missing, Reason, Unsupported, View, Why

_BESIDE_CODE = " " * 18
_BELOW_CODE = " " * 11
T = TypeVar("T")


def text_page(view: View) -> str:
    """A view as a text page, with one line end at its end."""
    lines = list(_head(view))
    for title, body in _sections(view):
        if content := list(body):
            lines += ["", title, "", *content]
    return "\n".join([*lines, "", "SCOPE", "", *_scope(view)]).rstrip() + "\n"


def _head(view: View) -> Iterator[str]:
    yield wrapped(view.title)
    yield wrapped(" · ".join(view.subtitle))
    yield "=" * WIDTH
    if view.calm:
        yield wrapped(view.calm)
    for sentence in view.summary:
        yield wrapped(sentence, "- ")


def _sections(view: View) -> Iterator[tuple[str, Iterator[str]]]:
    """Every section's title and lines; one without lines does not appear."""
    yield "SUPPORTED BY THE DOCUMENTATION", _supported(view)
    yield "MISSING, BY WHO CAN FIX IT", _missing(view)
    yield "SUPPORTED BUT FOR A MISSING ELEMENT", _each(_unsupported, view.unsupported)
    yield "WHAT A MISSING ELEMENT WOULD CHANGE", _each(_matter, view.fixes)
    yield "WHAT HANGS ON AN UNKNOWN TIME", _each(_matter, view.hanging)
    yield "FOR A PERSON TO DECIDE", _each(_matter, view.humans)
    yield "GIVEN BUT NEVER CODED", _each(_matter, view.uncoded)
    yield "CLAIMED BY THE READER, NOT CARRIED BY THE NOTE", _each(_matter, view.ungrounded)
    yield "WHERE THE DOCUMENTS DISAGREE", _each(_conflict, view.conflicts)
    yield "WHERE THE TWO READERS DIFFER", _each(_matter, view.readers)
    yield "COMPARED WITH WHAT WAS BILLED", _charges(view)
    yield "POLICIES COMPARED", _contrasts(view)
    yield "REASONING", _apart(_each(_reason, why.reasons, _why(why)) for why in view.reasoning)


def _each(lay: Callable[[T], Iterator[str]], items: Iterable[T], title: str | None = None) -> Iterator[str]:
    if title is not None:
        yield title
    for item in items:
        yield from lay(item)


def _apart(groups: Iterable[Iterator[str]]) -> Iterator[str]:
    """The groups' lines with a blank line between groups."""
    for number, group in enumerate(groups):
        if number:
            yield ""
        yield from group


def _supported(view: View) -> Iterator[str]:
    lines = view.codes + view.drugs
    if lines and view.risks:
        yield wrapped(", ".join(risk.text for risk in view.risks), "  every line at risk, missing: ", "    ")
        yield ""
    yield from _each(_line, lines)


def _line(line: Line) -> Iterator[str]:
    units = f"x{line.units}"
    yield wrapped(line.label, f"  {line.coded:<9}{units:>5}  ", _BESIDE_CODE)
    for given in line.given:
        yield wrapped(given, _BESIDE_CODE)
    if line.date:
        yield wrapped(line.date, _BESIDE_CODE + "on ")
    for flag in line.flags:
        yield wrapped(flag, _BESIDE_CODE + "flag     ")
    if line.at_risk:
        yield wrapped(", ".join(risk.text for risk in line.at_risk), _BESIDE_CODE + "at risk  ")


def _missing(view: View) -> Iterator[str]:
    if view.missing and view.on_cures:
        yield wrapped(view.on_cures, "  ")
        yield ""
    yield from _apart(_each(_element, group.items, wrapped(group.title, "  ")) for group in view.missing)


def _element(item: Missing) -> Iterator[str]:
    subject = f" ({item.subject})" if item.subject else ""
    standing = f"; {item.standing}" if item.standing else ""
    yield wrapped(f"{item.element}{subject}: {item.tier}{standing}", "  - ")
    if item.decides:
        yield wrapped(item.cost, "    costs  ")
        yield wrapped(item.question, "    ask    ")
        if item.cure:
            yield wrapped(item.cure, "    cure   ")
    else:
        yield wrapped("; ".join(filter(None, (item.cost, item.cure))), "    costs  ")
        yield wrapped(item.question, "    ask    ")
    for words in item.words:
        yield wrapped(words.text, "    words  ")


def _unsupported(item: Unsupported) -> Iterator[str]:
    yield wrapped(f"{item.code} x{item.units}: {item.reason}", "  ", _BELOW_CODE)
    for given in item.given:
        yield wrapped(given, _BELOW_CODE)


def _matter(item: Matter) -> Iterator[str]:
    yield wrapped(f"{item.subject}: {item.reason}", "  - ")
    for given in item.given:
        yield wrapped(given, "    ")


def _conflict(item: Disagreement) -> Iterator[str]:
    yield wrapped(item.subject, "  - ")
    for reading in item.readings:
        yield wrapped(reading, "    reading  ")
    for note in item.quoted:
        yield wrapped(_quotes(note), "    words    ")
    if item.decides:
        yield wrapped(item.decides, "    decides  ")
    if item.question:
        yield wrapped(item.question, "    ask      ")


def _quotes(note: Quoted) -> str:
    return f"“{'”, “'.join(quote.text for quote in note.quotes)}” ({note.note_id})"


def _charges(view: View) -> Iterator[str]:
    if view.billed is not None:
        from reviewer.report import charges

        yield from charges.text(view.billed)


def _contrasts(view: View) -> Iterator[str]:
    if view.contrasts is not None:
        from reviewer.report import contrasts

        yield from contrasts.text(view.contrasts)


def _why(why: Why) -> str:
    return wrapped(f"{why.title}: {'; '.join(why.given) if why.given else why.label}", "  ", "    ")


def _reason(reason: Reason) -> Iterator[str]:
    inputs = f": {'; '.join(reason.inputs)}" if reason.inputs else ""
    yield wrapped(reason.says, "  - ")
    yield wrapped(f"{reason.rule} ({reason.version}){inputs}", "    rule     ")
    if reason.sources:
        yield wrapped("; ".join(reason.sources), "    source   ")
    for note in reason.quoted:
        yield wrapped(_quotes(note), "    words    ")
    if reason.entered:
        yield wrapped("; ".join(reason.entered), "    entered  by a person: ")


def _scope(view: View) -> Iterator[str]:
    for term, value in view.scope:
        yield wrapped(value, f"  {term:<17}")
    for source in view.sources:
        yield wrapped(f"{source.id} (sha256 {source.hash})", "  Document         ")
        for notice in source.notices:
            yield wrapped(notice, " " * 19)
    for sentence in view.not_assessed:
        yield wrapped(sentence, "  - ")
