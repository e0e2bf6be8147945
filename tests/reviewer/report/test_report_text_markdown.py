"""The text and Markdown reports: order, wording, width, and hostile text that stays inert and visible."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from report_samples import HOSTILE, MAR, NURSING, all_missing, empty, hostile, overnight, usual, words
from rich.console import Console

from reviewer.notes.note import Note
from reviewer.report import print_text, render
from reviewer.report.layout import markdown, wrapped
from reviewer.report.visible import columns, flat
from reviewer.review import Review
from validator.facts import Evidence, Fact

NOTES = (NURSING, MAR)
HUMAN = ("text", "markdown", "html")
INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")


def in_order(report: str, *wanted: str) -> bool:
    """Whether the strings occur one after another."""
    at = 0
    for text in wanted:
        at = report.find(text, at) + 1
        if not at:
            return False
    return True


@pytest.mark.parametrize("style", HUMAN)
def test_sections_follow_the_reading_order(style: str) -> None:
    report = render(usual(), style, NOTES)  # type: ignore[arg-type]
    headings = [
        "supported by the documentation",
        "missing, by who can fix it",
        "supported but for a missing element",
        "for a person to decide",
        "given but never coded",
        "reasoning",
        "scope",
    ]
    body = report.lower()
    found = [re.search(rf"(?m)(^(#+ )?|title\">){heading}", body) for heading in headings]
    places = [match.start() for match in found if match]
    assert len(places) == len(headings)
    assert places == sorted(places)


def test_a_line_shows_code_units_modifiers_words_drug_flags_and_risk() -> None:
    text = render(usual(), "text")
    assert re.search(r"^  96413 +x1  first hour of the visit's initial chemotherapy infusion$", text, re.M)
    assert re.search(r"^  96417-59 +x1  another chemotherapy drug", text, re.M)
    assert re.search(r"^  J9267 +x300  paclitaxel, per 1 mg$", text, re.M)
    assert "paclitaxel 300 mg, 09:30 to 12:30, paused 10:15 to 10:25" in text
    assert "more units than the usual daily limit: check" in text
    assert in_order(text, "96413", "at risk  informed consent", "96415")


def test_missing_elements_stand_by_fixer_and_the_code_tier_first() -> None:
    text = render(all_missing(), "text")
    assert in_order(
        text,
        "\n  Nurse",
        "stop time (oxaliplatin): decides a code",
        "vital signs: safety or local policy",
        "\n  Prescriber",
        "route (methotrexate): decides a code; the documents disagree",
        "signed order: supports payment; documented as not done",
        "\n  Pharmacy",
        "discarded amount",
        "\n  Registration",
        "patient identity",
    )


def test_a_gap_says_what_it_costs_what_to_ask_and_whether_it_can_be_cured() -> None:
    text = render(all_missing(), "text")
    assert in_order(
        text,
        "stop time (oxaliplatin)",
        "costs  not supported without it: 96415 x1 and 96413 x1",
        "ask    Please document the stop time, if known.",
        "cure   late entry possible",
        "vital signs",
        "costs  no code changes; cannot be added afterwards",
        "signed order",
        "no code changes; signed attestation possible",
        "discarded amount",
        "costs  J9263: at risk, no code changes; cannot be added afterwards",
    )
    assert "96415 x1: no stop time for oxaliplatin" in text


def test_a_gap_that_touches_every_line_is_told_once() -> None:
    whole = usual()
    lines = tuple(line.model_copy(update={"at_risk": (*line.at_risk, "m3")}) for line in whole.codes)
    text = render(whole.model_copy(update={"codes": lines}), "text")
    assert "every line at risk, missing: diagnosis" in text
    assert re.search(r"96413 .*\n.*\n +at risk  informed consent$", text, re.M)
    assert text.count("at risk  ") == 1


def test_a_rule_applied_to_several_drugs_is_told_once() -> None:
    whole = usual()
    step = whole.codes[3].because[0]
    steps = tuple(step.model_copy(update={"inputs": {"drug": key, "minutes": None}}) for key in ("a2", "a3"))
    lines = (*whole.codes[:3], whole.codes[3].model_copy(update={"because": steps}))
    text = render(whole.model_copy(update={"codes": lines}), "text")
    assert text.count("Two different drugs were pushed") == 1
    assert "push.sequential (2025-01-01): drug diphenhydramine; drug famotidine" in text


def test_facts_that_a_person_typed_are_named_by_drug() -> None:
    whole = usual()
    paths = ("administrations.a5.start", "administrations.a5.stop", "encounter.setting")
    step = whole.codes[0].because[0].model_copy(update={"entered": paths})
    line = whole.codes[0].model_copy(update={"because": (step,)})
    text = render(whole.model_copy(update={"codes": (line,)}), "text")
    assert "entered  by a person: paclitaxel: start, stop; setting" in text


@pytest.mark.parametrize("style", HUMAN)
def test_conflicts_show_both_readings_and_ungrounded_claims_stay_apart(style: str) -> None:
    report = render(usual(), style, NOTES)  # type: ignore[arg-type]
    after = report[report.lower().index("where the documents disagree") :]
    assert "12:30" in after
    assert "12:45" in after
    assert "the time belongs to the port access" in report


def test_reasoning_names_rule_version_inputs_source_and_words() -> None:
    text = render(usual(), "text")
    assert in_order(
        text,
        "REASONING",
        "96413 x1",
        "A chemotherapy infusion outranks",
        "hierarchy.initial.facility (2025-01-01): candidates dexamethasone and paclitaxel",
        "source   ",
        "“Paclitaxel 300 mg IVPB 0930-1230” (nursing.txt)",
        "infusion.first-hour (2025-01-01): minutes 170",
    )


@pytest.mark.parametrize("style", HUMAN)
def test_an_encounter_without_drugs_gets_one_calm_sentence(style: str) -> None:
    report = render(empty(), style)  # type: ignore[arg-type]
    assert "No drug administration is documented in this encounter, so there is nothing to code." in report
    assert "Missing, by who" not in report


def test_held_and_planned_doses_are_not_called_given() -> None:
    facts = {"administrations": [{"id": "a1", "drug": "carboplatin", "status": "held"}]}
    review = Review.model_validate({**empty().model_dump(exclude={"facts"}), "facts": facts})
    assert "No drug administration was documented as given" in flat(render(review, "text"))


def test_an_encounter_that_was_not_assessed_says_so() -> None:
    review = empty().model_copy(update={"assessed": False, "notes_on_scope": ("Before the rulebook's first date.",)})
    text = render(review, "text")
    assert in_order(text, "This encounter was not assessed", "Before the rulebook's first date.")


@pytest.mark.parametrize("sample", [usual, all_missing, empty, hostile, overnight])
def test_text_is_never_wider_than_a_hundred_columns(sample: Callable[[], Review]) -> None:
    text = render(sample(), "text", (HOSTILE,))
    assert max(columns(line) for line in text.splitlines()) <= 100
    assert text.endswith("\n")
    assert not any(line != line.rstrip() for line in text.splitlines())


def test_no_report_speaks_of_money() -> None:
    for sample in (usual, all_missing, empty):
        for style in HUMAN:
            assert not re.search(r"\$\d|dollar|revenue|reimburse", render(sample(), style).lower())  # type: ignore[arg-type]


@pytest.mark.parametrize("style", ["text", "markdown", "html", "json"])
def test_hidden_characters_come_out_visible_in_every_format(style: str) -> None:
    report = render(hostile(), style, (HOSTILE,))  # type: ignore[arg-type]
    assert not INVISIBLE.search(report)
    assert ("\\u202e" if style == "json" else "U+202E") in report


def test_markdown_keeps_hostile_text_from_becoming_markup() -> None:
    report = render(hostile(), "markdown", (HOSTILE,))
    assert "<script" not in report
    assert "<img" not in report
    assert not re.search(r"(?<!\\)\]\(", report)
    assert not re.search(r"(?<!\\)`", report)
    rows = [line for line in report.splitlines() if line.startswith("|")]
    assert len(rows) == 6  # two tables of one row: supported codes, and billed lines
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {7}


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("a|b", r"a\|b"),
        ("`x`", r"\`x\`"),
        ("<b>&", "&lt;b&gt;&amp;"),
        ("1. one", r"1\. one"),
        ("- item", r"\- item"),
        ("# top\n# next", "\\# top \u23ce \\# next"),
        ("https://evil.example", r"https\://evil.example"),
        ("back\\|slash", r"back\\\|slash"),
    ],
)
def test_markdown_escapes(raw: str, safe: str) -> None:
    assert markdown(raw) == safe


def test_wrapping_cuts_long_words_and_counts_wide_characters() -> None:
    lines = wrapped("漢" * 60, "- ").splitlines()
    assert lines == ["- " + "漢" * 49, "  " + "漢" * 11]
    assert wrapped("", "ask ") == "ask "


def test_a_console_shows_the_same_words_as_the_plain_text() -> None:
    console = Console(width=120, force_terminal=True, color_system="standard")
    with console.capture() as shown:
        print_text(hostile(), (HOSTILE,), console)
    assert "\x1b[1m" in shown.get()
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown.get())
    assert plain == render(hostile(), "text", (HOSTILE,))


def test_titles_come_from_the_rulebook() -> None:
    from validator.loading import default_rulebook

    rulebook = default_rulebook()
    text = flat(render(usual(), "text", rulebook=rulebook))
    assert rulebook.sources["seed-420"].title in text
    assert rulebook.policies["medicare-opps"].title in text


@pytest.mark.parametrize("style", ["text", "markdown", "html", "json"])
def test_the_same_review_gives_the_same_bytes(style: str) -> None:
    assert render(usual(), style, NOTES) == render(usual(), style, NOTES)  # type: ignore[arg-type]


def test_importing_the_report_brings_in_neither_jinja2_nor_rich() -> None:
    check = "import sys, reviewer.report; print(sorted({'jinja2', 'rich', 'pydantic'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_note_that_reads_otherwise_is_quoted_without_a_link() -> None:
    other = Note(id="nursing.txt", text="Another text altogether")
    html = render(usual(), "html", (other,))
    assert "Paclitaxel 300 mg IVPB 0930-1230" in html
    assert "#words-" not in html


def test_an_assumed_date_is_called_assumed() -> None:
    review = empty()
    facts = review.facts.model_copy(
        update={"encounter": review.facts.encounter.model_copy(update={"date_of_service": Fact()})}
    )
    text = render(review.model_copy(update={"facts": facts}), "text")
    assert text.count("not documented, judged as of 2026-03-14") == 2


def test_words_inside_wider_words_are_quoted_once() -> None:
    whole = usual()
    quotes = ["Paclitaxel", "Paclitaxel 300 mg", "Paclitaxel 300 mg IVPB 0930-1230", "0930"]
    evidence = tuple(Evidence(**words(NURSING, quote)) for quote in quotes)
    step = whole.codes[0].because[0].model_copy(update={"evidence": evidence})
    line = whole.codes[0].model_copy(update={"because": (step,)})
    text = render(whole.model_copy(update={"codes": (line,)}), "text")
    assert "words    “Paclitaxel 300 mg IVPB 0930-1230” (nursing.txt)" in text
