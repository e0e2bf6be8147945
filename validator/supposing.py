"""What one encounter would support with facts put in its place; a time that two askers try is worked out once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from validator.assessing import validate
from validator.facts import Encounter
from validator.filling import filled
from validator.findings import Assessment
from validator.rulebook import Rulebook
from validator.tally import Line, Tally

Put = tuple[str, Any]
"""A dotted path and the value to enter there, as `filling.filled` takes them."""


class Supposed:
    """The units of an encounter's lines under what-ifs, as `validate` would report them; no reasons, no questions.

    `assessment` is that of the encounter, and `policy` the argument that `validate` had for it.
    """

    def __init__(
        self, encounter: Encounter, assessment: Assessment, rulebook: Rulebook, policy: str | None = None
    ) -> None:
        self._encounter, self._rulebook, self._policy = encounter, rulebook, policy
        pack = rulebook.policy_for(assessment.encounter.policy, None, None)
        pack = rulebook.with_switches(pack, encounter.encounter.switches)
        # Under `strict_payment` what else is missing takes lines away, so the whole answer is needed.
        self._whole = bool(pack.switches["strict_payment"])
        self.tally = Tally(rulebook, pack, assessment.encounter)
        self._known: dict[tuple[str, datetime], Counter[Line]] = {}

    def lines(self, puts: tuple[Put, ...]) -> Counter[Line] | None:
        """The units of each line with these facts entered; None where the encounter cannot hold one of them."""
        key = puts[0] if len(puts) == 1 and isinstance(puts[0][1], datetime) else None
        if key is not None and key in self._known:
            return self._known[key]
        try:
            encounter = self._with(puts)
        except (LookupError, ValueError):
            return None
        # Another date, setting or payer may mean another policy.
        whole = self._whole or any(path.startswith("encounter.") for path, _ in puts)
        counted = self._reported(encounter) if whole else self.tally.lines(encounter)
        if key is not None:
            self._known[key] = counted
        return counted

    def at(self, times: tuple[tuple[str, datetime], ...]) -> Counter[str]:
        """The units of each administration and service code with these times entered."""
        known = self._known.get(times[0]) if len(times) == 1 else None
        return self.units(self._with(times)) if known is None else _without_drugs(known)

    def units(self, encounter: Encounter) -> Counter[str]:
        """The units of each administration and service code of an encounter that differs in few facts from this one."""
        return _without_drugs(self._reported(encounter)) if self._whole else self.tally.units(encounter)

    def _with(self, puts: Iterable[Put]) -> Encounter:
        encounter = self._encounter
        for path, value in puts:
            encounter = filled(encounter, path, value)
        return encounter

    def _reported(self, encounter: Encounter) -> Counter[Line]:
        return reported(validate(encounter, self._rulebook, policy=self._policy))


def reported(assessment: Assessment) -> Counter[Line]:
    """The units of each line of an assessment."""
    counted: Counter[Line] = Counter()
    for line in assessment.codes:
        counted[Line(line.code, line.modifiers, line.kind)] += line.units
    return counted


def _without_drugs(lines: Counter[Line]) -> Counter[str]:
    units: Counter[str] = Counter()
    for line, count in lines.items():
        if line.kind != "drug":
            units[line.code] += count
    return units
