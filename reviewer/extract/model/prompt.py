"""The prompt: its text, its version and its fingerprint. Fixed text first, the notes last and fenced."""

import hashlib
import json
import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, StrictUndefined, Template

from reviewer.errors import ConfigError
from reviewer.extract.model.answer import answer_schema

_SHIPPED = Path(__file__).resolve().parents[2] / "prompts"
_IN_TREE = Path(__file__).resolve().parents[3] / "prompts"
_TAG = "note"


class Prompt(NamedTuple):
    """A prompt as shipped. `fingerprint` covers both texts and the schema of the answer."""

    version: str
    fingerprint: str
    system: str
    user_template: str


@cache
def load_prompt() -> Prompt:
    """The shipped prompt. Raises `ConfigError` when its files are missing."""
    folder = _SHIPPED if _SHIPPED.is_dir() else _IN_TREE
    try:
        system = (folder / "system.md").read_text("utf-8")
        user = (folder / "user.md.j2").read_text("utf-8")
        meta = tomllib.loads((folder / "meta.toml").read_text("utf-8"))
    except OSError:
        raise ConfigError("the prompt files are missing from this installation: install it again") from None
    return Prompt(str(meta["version"]), fingerprint_of(system, user), system.strip(), user)


def fingerprint_of(system: str, user: str) -> str:
    """SHA-256 over both texts and the schema, first 16 hex digits; a test holds `meta.toml` to it."""
    schema = json.dumps(answer_schema(), separators=(",", ":"))
    return hashlib.sha256("\0".join((system, user, schema)).encode()).hexdigest()[:16]


def user_message(prompt: Prompt, texts: tuple[str, ...]) -> str:
    """The notes, numbered from 1, each between tags that stand in none of them."""
    tag = _TAG
    while any(f"<{tag}" in text or f"</{tag}" in text for text in texts):
        tag += "-text"
    return _template(prompt.user_template).render(tag=tag, notes=[text.strip() for text in texts]).strip()


@cache
def _template(source: str) -> Template:
    # The notes are plain text for a model: escaping would change the words it is to copy.
    return Environment(undefined=StrictUndefined, autoescape=False, trim_blocks=True).from_string(source)
