"""Quotes are found exactly or after normalising, never by resemblance; the spans are the note's own characters."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reviewer.grounding.quotes import place_at, places

WORDS = st.text(alphabet="abcdefghij 0123456789.,:/\n-", min_size=0, max_size=60)
QUOTE = st.from_regex(r"\A[A-Z]{2,6} [0-9]{4}[A-Z]{2}\Z")


@given(WORDS, QUOTE, WORDS)
def test_a_planted_quote_is_found_where_it_was_planted(before: str, quote: str, after: str) -> None:
    text = f"{before} {quote} {after}"
    found = places(text, quote)
    assert [(one.start, one.end, one.match) for one in found] == [
        (len(before) + 1, len(before) + 1 + len(quote), "exact")
    ]


@given(WORDS, QUOTE, WORDS, st.sampled_from(["\u200b", "\u202e", "\u00ad", "\ufeff", "\u2066"]))
def test_shapeless_characters_hide_nothing(before: str, quote: str, after: str, mark: str) -> None:
    planted = mark.join(quote)
    text = f"{before} {planted} {after}"
    (found,) = places(text, quote)
    assert found.match == "normalised"
    assert text[found.start : found.end] == planted


@given(WORDS, QUOTE, WORDS, st.sampled_from(["\r\n", "\u00a0", "\t \t", "\n    ", "\u2003"]))
def test_white_space_is_one_space(before: str, quote: str, after: str, space: str) -> None:
    planted = quote.replace(" ", space)
    text = f"{before} {planted} {after}"
    (found,) = places(text, quote)
    assert text[found.start : found.end] == planted


@given(st.text(max_size=120), st.text(max_size=12))
def test_any_place_is_the_quote_up_to_its_normal_form(text: str, quote: str) -> None:
    from reviewer.grounding.quotes import normalised

    for found in places(text, quote):
        assert normalised(text[found.start : found.end])[0].strip() == normalised(quote)[0].strip()


@given(st.text(alphabet="abc 019.:-", max_size=40), st.text(alphabet="abc 019.:-", min_size=1, max_size=8))
def test_words_that_are_not_there_are_not_found(text: str, quote: str) -> None:
    assume(" ".join(quote.split()) not in " ".join(text.split()))
    assert places(text, quote) == ()


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("85 mg/m² given", "85 mg/m2"),
        ("½ L bolus", "1/2 L"),
        ("1½ L bolus", "1 1/2 L"),
        ("ran 0910–1015", "0910-1015"),
        ("pt’s port", "pt's port"),
        ("“second bag” hung", '"second bag" hung'),
        ("TAXOL 140 MG", "Taxol 140 mg"),
        ("50 µg", "50 μg"),
        ("ﬁnished at 1015", "finished at 1015"),
    ],
)
def test_notation_variants_are_the_same_words(text: str, quote: str) -> None:
    assert len(places(text, quote)) == 1


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("any text", ""),
        ("any text", "   "),
        ("any text", "\u200b"),
        ("given 110 mg", "10 mg"),
        ("given 2.5 mg", "5 mg"),
        ("given 1,000 mg", "000 mg"),
        ("at 10:30", "30"),
        ("over 1/2 hr", "2 hr"),
        ("1½ L", "11/2 L"),
        ("carboplatin", "platin"),
        ("started 1005", "started 1050"),
        ("Taxol 140 mg ... complete", "Taxol 140 mg … complete at 1015"),
        ("paclitaxel started at 1000", "paclitaxel ... 1000"),
    ],
)
def test_no_place(text: str, quote: str) -> None:
    assert places(text, quote) == ()


def test_every_repeat_is_a_place() -> None:
    assert [one.start for one in places("flush. flush. flush.", "flush")] == [0, 7, 14]


def test_a_given_place_is_checked_against_the_note() -> None:
    text = "Zofran 4 mg IVP 1000. Zofran 4 mg IVP 1035."
    assert place_at(text, "Zofran 4 mg", 22) == (22, 33, "exact")
    assert place_at(text, "Zofran 4 mg", 21) is None


def test_a_line_of_ten_thousand_characters() -> None:
    text = "x" * 5_000 + " Taxol 140 mg " + "y" * 5_000
    assert [one.start for one in places(text, "taxol  140 mg")] == [5001]
