"""The checks that records of the linter name instead of patterns."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from reviewer.queries.rules import LintRules
from reviewer.queries.sentences import changed_entries, closed_questions, new_conditions, own_opinions
from reviewer.queries.structure import (
    Place,
    earlier_encounters,
    incomplete_options,
    leading_titles,
    missing_indicators,
    ticked_options,
)
from reviewer.queries.text import Query

CHECKS: dict[str, Callable[[Query, LintRules], Iterator[Place]]] = {
    "title": leading_titles,
    "yes_no": closed_questions,
    "options": incomplete_options,
    "preticked": ticked_options,
    "indicators": missing_indicators,
    "earlier_encounter": earlier_encounters,
    "change": changed_entries,
    "opinion": own_opinions,
    "new_condition": new_conditions,
}
"""By the name in a record's `check`."""
