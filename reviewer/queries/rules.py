"""The linter's rules as dated, cited records: `data/lint_rules.toml`, read once and checked.

A record holds patterns over the writer's own words, or names a check of `checks.py`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from reviewer.language.lazy import Lazy

KINDS = (
    "leading",
    "wanted_answer",
    "leading_title",
    "yes_no",
    "options",
    "preticked",
    "money",
    "quality",
    "code",
    "purpose",
    "no_indicators",
    "prior_encounter",
    "alter",
    "not_done",
    "pressure",
    "sign_for_other",
    "copy",
)
_FILE = Path(__file__).parent / "data" / "lint_rules.toml"
_KEYS = {"id", "kind", "why", "instead", "from", "until", "cite", "patterns", "unless", "check", "quotes_too"}
_NAMED = re.compile(r"<([a-z_]+)>")


class Wordings:
    """Several expressions as the one that takes whichever matches first, told apart only where one of them matches.

    Hardly a sentence matches any: each by itself says so from its words, which all of them together do not have.
    """

    __slots__ = ("_each", "_joined")

    def __init__(self, patterns: Iterable[str]) -> None:
        self._each = tuple(Lazy(one, re.IGNORECASE) for one in patterns)
        self._joined = Lazy("|".join(one.pattern for one in self._each), re.IGNORECASE)

    def found(self, text: str) -> bool:
        """Whether any of them matches somewhere."""
        return any(one.search(text) for one in self._each)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """As `re.Pattern.finditer` of all of them joined."""
        return self._joined.finditer(text) if self.found(text) else iter(())


@dataclass(frozen=True, slots=True)
class LintSource:
    """A document that the linter's rules cite."""

    id: str
    title: str
    publisher: str
    note: str


@dataclass(frozen=True, slots=True)
class LintRule:
    """One thing that a query must not do, why, and how to say it neutrally.

    `pattern` runs over sentences; a match counts unless `unless` matches the same sentence. `check` names a
    structural check instead. In force from `since`, and before `until` when there is one.
    """

    id: str
    kind: str
    why: str
    instead: str
    since: date
    until: date | None
    cite: tuple[tuple[str, str], ...]
    pattern: Wordings | None
    unless: Wordings | None
    check: str
    quotes_too: bool

    def in_force(self, on: date | None) -> bool:
        """Whether the rule applies on a day; None is the newest state."""
        if on is None:
            return self.until is None
        return self.since <= on and (self.until is None or on < self.until)


@dataclass(frozen=True, slots=True)
class LintRules:
    """All rules, the words that several of them and the checks share, and their sources."""

    rules: tuple[LintRule, ...]
    words: Mapping[str, str]
    sources: Mapping[str, LintSource]

    def compiled(self, name: str) -> re.Pattern[str]:
        """A named set of words, ready to be searched for."""
        return _compiled(self.words[name])


@cache
def installed_lint_rules() -> LintRules:
    """The rules that ship with the program. Raises ValueError naming the record that is wrong."""
    return read_rules(tomllib.loads(_FILE.read_text("utf-8")))


def read_rules(data: Mapping[str, Any]) -> LintRules:
    """Rules from parsed TOML. Raises ValueError for unknown keys, kinds, words and sources, and for doubles."""
    words: dict[str, str] = {}
    for name, pattern in data["words"].items():
        words[name] = f"(?:{_expanded(pattern, words, name)})"
    sources = {one["id"]: LintSource(**one) for one in data["source"]}
    rules = tuple(_rule(record, words, sources) for record in data["rule"])
    ids = [rule.id for rule in rules]
    if doubled := sorted({one for one in ids if ids.count(one) > 1}):
        raise ValueError(f"lint rule `{doubled[0]}` is there twice")
    return LintRules(rules, words, sources)


def _rule(record: Mapping[str, Any], words: Mapping[str, str], sources: Mapping[str, LintSource]) -> LintRule:
    name = record["id"]
    if strange := sorted(set(record) - _KEYS):
        raise ValueError(f"lint rule `{name}`: unknown key `{strange[0]}`")
    if record["kind"] not in KINDS:
        raise ValueError(f"lint rule `{name}`: unknown kind")
    if ("patterns" in record) == ("check" in record):
        raise ValueError(f"lint rule `{name}`: give either patterns or a check")
    if not record["cite"] or (lost := [one["source"] for one in record["cite"] if one["source"] not in sources]):
        raise ValueError(f"lint rule `{name}`: {f'unknown source {lost[0]}' if record['cite'] else 'cites nothing'}")
    return LintRule(
        id=name,
        kind=record["kind"],
        why=record["why"],
        instead=record["instead"],
        since=record["from"],
        until=record.get("until"),
        cite=tuple((one["source"], one["at"]) for one in record["cite"]),
        pattern=_joined(record.get("patterns", []), words, name),
        unless=_joined(record.get("unless", []), words, name),
        check=record.get("check", ""),
        quotes_too=record.get("quotes_too", False),
    )


def _joined(patterns: list[str], words: Mapping[str, str], where: str) -> Wordings | None:
    return Wordings(_expanded(one, words, where) for one in patterns) if patterns else None


def _expanded(pattern: str, words: Mapping[str, str], where: str) -> str:
    """The pattern with named words filled in; a blank stands for any run of blanks."""

    def named(found: re.Match[str]) -> str:
        if found[1] not in words:
            raise ValueError(f"lint rule `{where}`: no words are called <{found[1]}>")
        return words[found[1]]

    return _NAMED.sub(named, pattern.replace(" ?", r"\s*").replace(" ", r"\s+"))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
