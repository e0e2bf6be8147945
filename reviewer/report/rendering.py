"""The jinja2 environments of Markdown and HTML, each making every value visible, flat and escaped by default.

No template can forget to escape: `finalize` sees each value that is put out. Only `Laid` text (laid out before)
and markup that jinja2 itself produced keep their line breaks.
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reviewer.report.layout import markdown
from reviewer.report.view import View
from reviewer.report.visible import Laid, flat

TEMPLATES = Path(__file__).parent / "templates"
Page = Literal["markdown", "html"]
_NAMES: dict[Page, str] = {"markdown": "report.md.j2", "html": "report.html.j2"}


def page(view: View, style: Page) -> str:
    """A view laid out as a page in one style, with one line end at its end."""
    return _environment(style).get_template(_NAMES[style]).render(view=view).rstrip() + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, (Markup, Laid)) or not isinstance(value, str):
        return value
    return flat(value)


def _markdown(value: Any) -> Any:
    return markdown(value) if isinstance(value, str) else value


@lru_cache(maxsize=2)
def _environment(style: Page) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=style == "html",
        finalize=_markdown if style == "markdown" else _plain,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    if style == "html":
        sheet, script = _inline("report.css"), _inline("report.js")
        environment.globals.update(sheet=sheet, script=script, sheet_hash=_hash(sheet), script_hash=_hash(script))
    return environment


def _inline(name: str) -> Markup:
    return Markup((TEMPLATES / name).read_text(encoding="utf-8"))


def _hash(text: str) -> str:
    """The content security policy's name for an inline block."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
