"""The jinja2 environment of every page: each value is made visible, flat and escaped by default.

No template can forget to escape: `finalize` sees each value that is put out. `Laid` text keeps its line breaks in plain
text and HTML; markup that a template itself produced is put out as it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import jinja2
from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup

from reviewer.language import kept
from reviewer.report.layout import markdown
from reviewer.report.visible import Laid, flat

Style = Literal["text", "markdown", "html"]


class _Compiled(BytecodeCache):
    """Templates as the installed command keeps them, compiled, beside its expressions."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket where this very source was compiled before."""
        known = kept.known(_key(bucket))
        if known is not None:
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled for the next run."""
        kept.add(_key(bucket), bucket.bytecode_to_string())


def _key(bucket: Bucket) -> str:
    """A template by place and source, and what else its code depends on."""
    how = bucket.environment
    options = f"{how.autoescape} {how.trim_blocks} {how.lstrip_blocks}"
    return f"template {bucket.key} {bucket.checksum} {jinja2.__version__} {options}"


def environment(templates: Path, style: Style) -> Environment:
    """An environment over a folder of templates for one style."""
    return Environment(
        loader=FileSystemLoader(templates),
        undefined=StrictUndefined,
        autoescape=style == "html",
        finalize=_markdown if style == "markdown" else _plain,
        bytecode_cache=_Compiled(),
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _plain(value: Any) -> Any:
    return flat(value) if isinstance(value, str) and not isinstance(value, (Markup, Laid)) else value


def _markdown(value: Any) -> Any:
    return markdown(value) if isinstance(value, str) and not isinstance(value, Markup) else value
