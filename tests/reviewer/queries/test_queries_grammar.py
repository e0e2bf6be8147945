"""What the linter reads off a sentence's grammar, whatever its words."""

from __future__ import annotations

import pytest

from reviewer.queries import grammar
from reviewer.queries.text import Query


@pytest.mark.parametrize(
    ("said", "about"),
    [
        ("I have gone through the MAR and the flowsheet.", "i"),
        ("Hi, this is Mo from the pharmacy.", "i"),
        ("This clarification becomes part of the record.", "clarification"),
        ("In responding to this query, your answer is your own.", "answer"),
        ("Any addition should carry its own date.", "addition"),
        ("The patient was short of breath.", None),
        ("It ran for an hour.", None),
    ],
)
def test_a_sentence_about_the_exchange_names_its_speaker(said: str, about: str | None) -> None:
    assert grammar.speaker(said) == about


@pytest.mark.parametrize(
    ("told", "said", "not_said"),
    [
        (grammar.supposes, "I'm guessing it ended at 1310.", "I see no end time."),
        (grammar.supposes, "Figure that was for comfort.", "See figure 2 of the report."),
        (
            grammar.counts_silence,
            "I'll list you unless I hear otherwise.",
            "If I hear nothing, I will note it as unknown.",
        ),
        (grammar.counts_silence, "That was for comfort, unless you say different.", "Unless it was charted, say so."),
        (grammar.bids_by_reason, "As you took the line out at 1130, document 1125.", "As recorded, when did it end?"),
        (
            grammar.bids_by_reason,
            "Fill the gaps with 7.5 since it is the last rate.",
            "Since the notes differ, which is right?",
        ),
        (grammar.settles_together, "Let's say 1315.", "Let us know what you find."),
        (grammar.settles_together, "Any time after 1246 is fine.", "Any time that you wrote down is an answer."),
        (grammar.appeals_to_others, "Any reviewer sees sepsis here.", "Was any nurse who was present asked?"),
        (
            grammar.bids_change,
            "The later one is right, so change the MAR.",
            "If your entry is wrong, correct it by addendum.",
        ),
        (grammar.bids_change, "Shift the start.", "When was the shift change?"),
    ],
)
def test_what_takes_an_answer_for_granted_is_told_from_what_does_not(told: object, said: str, not_said: str) -> None:
    assert callable(told)
    assert told(said) is not None
    assert told(not_said) is None


def test_the_records_own_words_may_not_be_called_too_little() -> None:
    assert grammar.appeals_to_others(Query('"Fever" undersells it.').own) is not None
    assert grammar.appeals_to_others(Query('"Fever" is what the note says.').own) is None
