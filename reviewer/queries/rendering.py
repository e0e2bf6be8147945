"""Drafted queries as text, Markdown, HTML and JSON. Every value of a note is made inert on its way out."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from jinja2 import Environment
from markupsafe import Markup

from reviewer.queries.documents import Drafts, QueryDocument
from reviewer.report.environments import Style, environment
from reviewer.report.words import FIXERS

Format = Literal["text", "markdown", "html", "json"]
_TEMPLATES = Path(__file__).parent / "templates"
_SUFFIX: dict[Style, str] = {"text": "txt", "markdown": "md", "html": "html"}


def render(drafts: Drafts, style: Format) -> str:
    """All documents, each on its own, and the list for the coder; as JSON, the published shape."""
    if style == "json":
        return drafts.model_dump_json(indent=2)
    page = _environment(style).get_template(f"queries.{_SUFFIX[style]}.j2")
    documents = [Markup(document(query, style)) for query in drafts.queries]
    return page.render(documents=documents, not_asked=drafts.not_asked).rstrip() + "\n"


def document(query: QueryDocument, style: Style) -> str:
    """One document, ready to be sent."""
    page = _environment(style).get_template(f"query.{_SUFFIX[style]}.j2")
    return page.render(query=query, role=FIXERS[query.to.role]).strip() + "\n"


@lru_cache(maxsize=3)
def _environment(style: Style) -> Environment:
    return environment(_TEMPLATES, style)
