"""The jinja2 environment of every page: each value is made visible, flat and escaped by default.

No template can forget to escape: `finalize` sees each value that is put out. `Laid` text keeps its line breaks in plain
text and HTML; markup that a template itself produced is put out as it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reviewer.report.layout import markdown
from reviewer.report.visible import Laid, flat

Style = Literal["text", "markdown", "html"]


def environment(templates: Path, style: Style) -> Environment:
    """An environment over a folder of templates for one style."""
    return Environment(
        loader=FileSystemLoader(templates),
        undefined=StrictUndefined,
        autoescape=style == "html",
        finalize=_markdown if style == "markdown" else _plain,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _plain(value: Any) -> Any:
    return flat(value) if isinstance(value, str) and not isinstance(value, (Markup, Laid)) else value


def _markdown(value: Any) -> Any:
    return markdown(value) if isinstance(value, str) and not isinstance(value, Markup) else value
