"""A code card says what the records say, and nothing twice."""

from __future__ import annotations

import pytest

from reviewer.cards.records import cards, index
from reviewer.cards.text import card_text
from reviewer.cards.view import view
from reviewer.cli import main
from validator.loading import default_rulebook

BOOK = default_rulebook()
FAMILY = [code.id for code in BOOK.codes.values() if code.family in ("chemotherapy", "intra_arterial", "hydration")]


def shown(code: str) -> str:
    return card_text(view(code, BOOK, BOOK.default_date), BOOK)


@pytest.mark.parametrize("code", FAMILY)
def test_every_administration_code_has_a_card(code: str) -> None:
    assert code in cards()


@pytest.mark.parametrize("code", list(cards()))
def test_what_a_card_names_exists(code: str) -> None:
    card = cards()[code]
    assert code in BOOK.codes
    assert set(card.conflicts) <= BOOK.switches.keys()
    assert set(card.examples) <= index().case.keys()


@pytest.mark.parametrize("code", list(cards()))
def test_history_begins_when_the_code_is_in_force(code: str) -> None:
    history = cards()[code].history
    assert not history or history[0].on == BOOK.codes[code].since
    assert [event.on for event in history] == sorted(event.on for event in history)


def test_the_card_of_a_further_chemotherapy_push_holds_what_its_page_states() -> None:
    """The facts of seed page 96411 (domain rules, section 13)."""
    text = " ".join(shown("96411").split())
    for words in (
        "needs one of 96409, 96413 beside it",
        "2006-01-01 added",
        "2011-01-01 its short official wording changed",
        "practitioner 3 (adjudication indicator 3), outpatient hospital 3 (adjudication indicator 3)",
        "type of service 1, BETOS P7B, CCS 224",
        "global days ZZZ",
        "PC/TC 5",
        "multiple procedure 0",
        "bilateral surgery 0, assistant at surgery 0, co-surgeon 0, team surgery 0",
        "supervision 09",
        "imaging family 99",
        "OPPS status S",
        "carries the add-ons 0663T",
        "96411 x1 [t05]",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("code", "elements"),
    [
        ("96425", ("pump kind (code: blocks)", "infusion duration over 8h (code: blocks)", "informed consent (safety")),
        ("96420", ("provider presence",)),
        ("96415", ("stop time (code: blocks)",)),
        ("96405", ("lesion count (code: blocks)",)),
    ],
)
def test_a_card_lists_the_documentation_that_its_page_asks_for(code: str, elements: tuple[str, ...]) -> None:
    text = " ".join(shown(code).split())
    for element in elements:
        assert element in text


def test_lines_fit_a_terminal() -> None:
    assert max(len(line) for code in cards() for line in shown(code).splitlines()) <= 100


def test_rules_show_prints_the_card(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "show", "96425"]) == 0
    assert capsys.readouterr().out.strip() == shown("96425")
