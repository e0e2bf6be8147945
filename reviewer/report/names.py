"""Titles of sources, codes and policies, from the rulebook. Without a rulebook, the ids stand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from reviewer.report.words import POLICIES
from validator.findings import Citation
from validator.rulebook import Rulebook


class Names:
    """Titles by id. Never fails: an id that the rulebook does not know is shown as it is."""

    def __init__(self, rulebook: Rulebook | None) -> None:
        self._rulebook = rulebook

    def citations(self, cited: Iterable[Citation]) -> tuple[str, ...]:
        """`Title · place`, each once, in order."""
        return tuple(dict.fromkeys(f"{self._source(item.source)} · {item.at}" for item in cited))

    def _source(self, key: str) -> str:
        source = self._rulebook.sources.get(key) if self._rulebook else None
        return source.title if source else key

    def code(self, key: str | None, on: date | None) -> str:
        """Our words for a code, or nothing."""
        if self._rulebook is None or key is None:
            return ""
        record = self._rulebook.code(key, on or self._rulebook.default_date)
        return record.label if record else ""

    def switch(self, key: str) -> str:
        """What a switch of the policies is about, and the conflicts of the register that it settles."""
        switch = self._rulebook.switches.get(key) if self._rulebook else None
        return f"{switch.description} ({', '.join(switch.implements)})" if switch else ""

    def policy(self, key: str) -> str:
        """A policy's title."""
        policy = self._rulebook.policies.get(key) if self._rulebook else None
        return policy.title if policy else POLICIES.get(key, "")

    def vintage(self) -> str:
        """Until when the rulebook was checked against its sources."""
        return f"checked through {self._rulebook.verified_through}" if self._rulebook else ""


def names(rulebook: Rulebook | None) -> Names:
    """Names from `rulebook`, or from the rulebook that ships with the program when none is given.

    A stored review must stay readable when that rulebook cannot be loaded; its ids then stand for themselves.
    """
    if rulebook is None:
        from validator.loading import RulebookError, default_rulebook

        try:
            rulebook = default_rulebook()
        except RulebookError:
            return Names(None)
    return Names(rulebook)
