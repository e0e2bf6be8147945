"""Reports as pages: text for a terminal, Markdown and HTML."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup

from reviewer.report.environments import Style, environment
from reviewer.report.layout import WIDTH, wrapped
from reviewer.report.view import View

TEMPLATES = Path(__file__).parent / "templates"
_NAMES: dict[Style, str] = {"text": "report.txt.j2", "markdown": "report.md.j2", "html": "report.html.j2"}


def page(view: View, style: Style) -> str:
    """A view laid out as a page in one style, with one line end at its end."""
    return _environment(style).get_template(_NAMES[style]).render(view=view).rstrip() + "\n"


@lru_cache(maxsize=3)
def _environment(style: Style) -> Environment:
    made = environment(TEMPLATES, style)
    if style == "text":
        made.filters["wrapped"] = wrapped
        made.globals["width"] = WIDTH
    if style == "html":
        sheet, script = _inline("report.css"), _inline("report.js")
        made.globals.update(sheet=sheet, script=script, sheet_hash=_hash(sheet), script_hash=_hash(script))
    return made


def _inline(name: str) -> Markup:
    return Markup((TEMPLATES / name).read_text(encoding="utf-8"))


def _hash(text: str) -> str:
    """The content security policy's name for an inline block."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
