"""The searchable catalogue: an index of all records and a page for each code that has a card or a case."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from reviewer.cards.records import cards, index
from reviewer.cards.text import claim, limits, pairs_of, quarter, unnamed
from reviewer.cards.view import sources, view
from validator.findings import Citation
from validator.loading import default_rulebook
from validator.rulebook import Rulebook

TEMPLATES = Path(__file__).parent / "templates"
PLAIN = ("style.css", "search.js")


def pages(folder: Path) -> dict[Path, str]:
    """Every page of the catalogue by its path under the folder."""
    book = default_rulebook()
    own = sorted(set(cards()) | {code for code in index().cases if code in book.codes})
    made = {folder / name: (TEMPLATES / name).read_text("utf-8") for name in PLAIN}
    made[folder / "index.html"] = _page(
        "index.html.j2", book, "", title="Rule catalogue", sections=_sections(book, own)
    )
    for code in own:
        made[folder / "codes" / f"{code}.html"] = _code(code, book, own)
    return made


def _page(template: str, book: Rulebook, up: str, **values: Any) -> str:
    loader = jinja2.FileSystemLoader(TEMPLATES)
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    return environment.get_template(template).render(rulebook=book, up=up, **values) + "\n"


def _code(code: str, book: Rulebook, own: list[str]) -> str:
    card = view(code, book, book.default_date)

    def links(codes: tuple[str, ...]) -> Markup:
        parts = [Markup('<a href="{0}.html">{0}</a>').format(c) if c in own else Markup(c) for c in codes]
        return Markup(", ").join(parts)

    return _page(
        "code.html.j2",
        book,
        "../",
        title=f"{code}: {card.record.label}",
        card=card,
        limits=limits(card),
        claim=claim(card),
        pairs_of=pairs_of(card),
        unnamed=unnamed,
        primaries_of=quarter(card.primaries_of),
        sources=sources(card),
        links=links,
    )


def _sections(book: Rulebook, own: list[str]) -> list[tuple[str, list[dict[str, Any]]]]:
    codes = [_entry(book, c.id, c.label, c.family, cite=c.cite, page=c.id in own) for c in book.codes.values()]
    rules = [
        _entry(
            book,
            r.id,
            v.says,
            r.family,
            r.implements,
            v.cite,
            f"from {v.since}{f' until {v.until}' if v.until else ''}",
        )
        for r in book.rules.values()
        for v in r.versions[-1:]
    ]
    asked = [
        _entry(book, r.id, r.question, f"{r.tier}, {r.effect}, {r.fixable_by}", r.implements, r.cite)
        for r in book.requirements
    ]
    switches = [
        _entry(book, s.name, f"{s.description} Default: {s.default}.", "policy switch", s.implements, s.cite)
        for s in book.switches.values()
    ]
    policies = [_entry(book, p.id, p.title, p.setting) for p in book.policies.values()]
    return [
        ("Codes", codes),
        ("Rules", rules),
        ("Documentation requirements", asked),
        ("Policy switches", switches),
        ("Policies", policies),
    ]


def _entry(
    book: Rulebook,
    id: str,  # noqa: A002  # the anchor of the entry
    says: str,
    kind: str,
    implements: tuple[str, ...] = (),
    cite: tuple[Citation, ...] = (),
    dates: str = "",
    page: bool = False,
) -> dict[str, Any]:
    named = [f"{book.sources[c.source].title}: {c.at}" for c in cite]
    return {
        "id": id,
        "says": unnamed(says),
        "kind": kind.replace("_", " "),
        "implements": implements,
        "sources": named,
        "dates": dates,
        "page": page,
    }
