"""The jinja2 environment of the pages: every value escaped and made visible, own files under names with a hash."""

from __future__ import annotations

import gzip
import hashlib
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup, escape

from reviewer.report.environments import environment
from reviewer.report.visible import Laid, visible
from reviewer.report.words import element, spaced

_HERE = Path(__file__).parent
STATIC = _HERE / "static"
_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
_HASH_LENGTH = 12


@cache
def assets() -> dict[str, tuple[str, bytes]]:
    """Files for the browser by the name they are served under: media type and content."""
    found = {}
    for path in sorted(STATIC.iterdir()):
        if path.suffix in _TYPES:
            content = path.read_bytes()
            digest = hashlib.sha256(content).hexdigest()[:_HASH_LENGTH]
            found[f"{path.stem}.{digest}{path.suffix}"] = (_TYPES[path.suffix], content)
    return found


@cache
def packed(name: str) -> bytes:
    """A file for the browser as gzip, always the same bytes. Pages are never packed: their size would tell secrets."""
    return gzip.compress(assets()[name][1], mtime=0)


@cache
def asset(name: str) -> str:
    """The address of a file for the browser."""
    stem, _, suffix = name.rpartition(".")
    served = next(key for key in assets() if key.startswith(f"{stem}.") and key.endswith(f".{suffix}"))
    return f"/static/{served}"


def rendered(template: str, **values: Any) -> str:
    """A template of this application with its values."""
    return _environment().get_template(template).render(**values)


def typed(text: str) -> Markup:
    """Text as it was typed, for the inside of a form field; escaped, nothing else changed."""
    return Markup("\n") + escape(text)


def laid(text: str) -> Laid:
    """Text with its own line breaks, every hidden character visible."""
    return Laid(visible(text))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = environment(_HERE / "templates", "html")
    made.filters.update(laid=laid, spaced=spaced, element=element)
    made.globals.update(asset=asset, typed=typed)
    return made
