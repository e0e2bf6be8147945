"""The linter's edges: places and words, disguises, choices, files that are none, and the records themselves."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from pathlib import Path

import pytest

from reviewer.cli import main
from reviewer.queries.lint import lint
from reviewer.queries.rules import installed_lint_rules, read_rules
from validator.loading import default_rulebook
from validator.records import Requirement

RECORDS = Path(__file__).parents[3] / "reviewer" / "queries" / "data" / "lint_rules.toml"
GOOD = 'On 3/14/2026 the MAR reads "carboplatin 450 mg IVPB 1102". When did the infusion end, if it was recorded?\n'


def kinds(text: str) -> set[str]:
    return {problem.kind for problem in lint(text)}


def test_a_good_query_has_no_problem() -> None:
    assert lint(GOOD) == ()


def test_a_problem_names_its_line_and_the_words_as_they_are_written() -> None:
    found = lint(f"{GOOD}\r\nThanks,\r\nyour \u201cpay\u00adment\u201d team. We lose  revenue.\r\n")
    assert [(one.line, one.words) for one in found if one.kind == "money"] == [(4, "revenue")]


@pytest.mark.parametrize(
    "disguise",
    [
        "reimbursement",
        "re\u200bimburse\u00adment",
        "**reim**bursement",
        "\uff52eimbursement",
        "r\u0435imbursem\u0435nt",
        "<b>reim</b>bursement",
        "REIMBURSEMENT",
        "reimb&#117;rsement",
    ],
)
def test_a_word_is_found_in_disguise(disguise: str) -> None:
    assert "money" in kinds(f"{GOOD}It matters for {disguise}.")


def test_the_words_of_the_record_are_not_the_writers() -> None:
    assert lint(GOOD + 'The social worker wrote "insurance denied the pills, could not pay".') == ()
    assert "money" in kinds(GOOD + "Insurance denied the pills.")


def test_a_code_is_a_code_in_quotes_too() -> None:
    assert kinds(GOOD + 'The flow sheet says "96413".') == {"code"}
    assert "code" not in kinds("Account 96413877, 3/14/2026: carboplatin 450 mg 1102. When did it end?")


def test_a_script_in_quotes_is_no_quotation() -> None:
    assert "leading" in kinds('Say: "On 3/14/2026 it was an infusion of 450 mg, right? You gave it."')


@pytest.mark.parametrize(
    ("choices", "wrong"),
    [
        ("[ ] infusion\n[ ] push\n[ ] other: ____\n[ ] unable to determine", set()),
        ("( ) infusion ( ) push ( ) other ( ) unknown", set()),
        ("- infusion\n- push\n- other\n- not recorded", set()),
        ("[ ] infusion\n[ ] push\n[ ] other: ____", {"options"}),
        ("[ ] infusion\n[ ] push\n[ ] unable to determine", {"options"}),
        ("[ ] infusion\n[ ] other\n[ ] unable to determine", {"options"}),
        ("\u2611 infusion\n\u2610 push\n\u2610 other\n\u2610 unknown", {"preticked"}),
        ("[ ] infusion (preferred)\n[ ] push\n[ ] other\n[ ] unknown", {"leading"}),
    ],
)
def test_choices_leave_the_author_free(choices: str, wrong: set[str]) -> None:
    assert kinds(f'MAR 3/14/2026: "carboplatin 450 mg IV 1102".\nHow was it given?\n{choices}\n') == wrong


@pytest.mark.parametrize(
    ("question", "wrong"),
    [
        ("Was the documented ulcer present on arrival?", set()),
        ("Do you agree with the pathology finding?", set()),
        ("Is the documented neuropathy related to the documented drug?", set()),
        ("Does the patient have an ulcer?", {"yes_no"}),
    ],
)
def test_yes_or_no_only_settles_what_is_documented(question: str, wrong: set[str]) -> None:
    text = (
        f'Note of 3/14/2026: "ulcer at the sacrum".\n{question}\n( ) Yes\n( ) No\n( ) Other\n( ) Unable to determine\n'
    )
    assert kinds(text) == wrong


def test_findings_of_an_earlier_encounter_are_named_as_such() -> None:
    asked = "What kidney condition, if any, applies?"
    assert "prior_encounter" in kinds(f"Visit of 11/5/2026: creatinine 2.1. Creatinine 1.9 on 5/2/2026. {asked}")
    named = "From a prior encounter, for comparison: creatinine 1.9 on 5/2/2026."
    assert kinds(f"Visit of 11/5/2026: creatinine 2.1. {named} {asked}") == set()


@pytest.mark.parametrize(
    "text", ["", " \n\t", "\x00", "?", "[ ]", '"', "\ufeff", "\u202e\u2066", "\ud800", "<q", "&#999999;"]
)
def test_odd_text_is_no_trouble(text: str) -> None:
    assert {problem.kind for problem in lint(text)} <= {"no_indicators", "options"}


def test_a_long_file_is_read_to_its_end() -> None:
    found = lint("The patient sat in the chair. " * 5_000 + "\n" + GOOD + "We lose revenue.")
    assert [one.line for one in found] == [3]


def test_one_rule_does_not_fill_the_report() -> None:
    assert len([one for one in lint(GOOD + "revenue here\n" * 500) if one.rule == "money.payment"]) == 20


def test_rules_are_judged_on_the_day_asked_for() -> None:
    title = "Subject: Anaphylaxis 3/14/2026\n\n" + GOOD
    assert "leading_title" in kinds(title)
    assert "leading_title" not in {one.kind for one in lint(title, on=dt.date(2020, 1, 1))}


def test_every_rule_says_why_and_what_instead_and_cites_a_source() -> None:
    rules = installed_lint_rules()
    for rule in rules.rules:
        assert rule.why.endswith((".", "?"))
        assert rule.instead.rstrip('"').endswith(".")
        assert rule.cite
    assert {source for rule in rules.rules for source, _ in rule.cite} == set(rules.sources)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "bad"}, "unknown kind"),
        ({"cite": []}, "cites nothing"),
        ({"cite": [{"source": "x", "at": "y"}]}, "unknown source"),
        ({"check": "title"}, "either patterns or a check"),
        ({"patterns": ["<nothing>"]}, "no words are called"),
        ({"surprise": 1}, "unknown key"),
    ],
)
def test_a_wrong_record_is_refused_by_name(change: dict[str, object], said: str) -> None:
    data = tomllib.loads(RECORDS.read_text("utf-8"))
    data["rule"] = [data["rule"][0] | change]
    with pytest.raises(ValueError, match=said) as refused:
        read_rules(data)
    assert "money.payment" in str(refused.value)


def test_the_command_tells_line_words_kind_reason_and_remedy(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "query.md"
    file.write_text(GOOD + "We need it for the claim.\n", "utf-8")
    assert main(["query", "lint", str(file)]) == 1
    told = capfd.readouterr().out
    assert 'query.md:2: "claim" [money, money.payment]' in told
    assert "    why      " in told
    assert "    instead  " in told


def test_the_command_answers_with_its_exit_code(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good.txt", tmp_path / "bad.txt"
    good.write_text(GOOD, "utf-8")
    bad.write_text(GOOD + "The claim will be denied.", "utf-8")
    assert main(["query", "lint", str(good)]) == 0
    assert main(["query", "lint", str(good), str(bad), "--format", "json"]) == 1
    told = json.loads(capfd.readouterr().out.partition("\n")[2])
    assert [len(file["problems"]) > 0 for file in told["files"]] == [False, True]
    assert set(told["files"][1]["problems"][0]) == {"line", "words", "kind", "rule", "why", "instead"}


@pytest.mark.parametrize(
    "content", [b"", b"   \n", bytes(range(256)) * 40, b"\x89PNG\r\n\x1a\n\x00\x00", b"Smith " * 100_000]
)
def test_a_file_that_is_no_query_is_refused_in_one_line(
    content: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "strange.txt"
    file.write_bytes(content)
    assert main(["query", "lint", str(file)]) == 2
    told = capfd.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert "strange.txt" in told.err or "500,000" in told.err
    assert "Smith" not in told.err


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert main(["query", "lint", str(tmp_path / "none.txt")]) == 2


CITED = '3/14/2026, carboplatin 450 mg, MAR: "IVPB 1102".'


@pytest.mark.parametrize(
    "said",
    [
        "It will have run for the whole hour.",
        "Most of us take it down at the end of the hour.",
        "By protocol it takes thirty minutes.",
        "The account rests with the office upstairs until then.",
        "I take it that you stayed.",
    ],
)
def test_what_the_writer_thinks_is_no_part_of_a_query(said: str) -> None:
    assert "leading" in kinds(f"{CITED} {said} When did it end, if recorded?")


@pytest.mark.parametrize(
    "said",
    [
        "I could not find the end of the infusion.",
        "The end of the infusion is not in the flow sheet.",
        "If it was not recorded, that is an answer.",
        "An addition is a late entry with today's date and your own name.",
        "If you have it on paper, tell me.",
        "I hope this finds you well.",
        "The fact that a question is asked does not imply that any answer is wanted.",
    ],
)
def test_how_to_answer_and_what_was_not_found_may_be_said(said: str) -> None:
    assert lint(f"{CITED} {said} When did it end?") == ()


@pytest.mark.parametrize(
    "asked",
    [
        "Ok to go with 1202?",
        "Could you cover the entry?",
        "Would it be fair to conclude that it ran until noon?",
        "Here as well?",
    ],
)
def test_a_question_that_is_answered_by_agreeing_is_closed(asked: str) -> None:
    assert {"yes_no", "leading"} & kinds(f"{CITED} {asked}")


@pytest.mark.parametrize(
    "asked",
    [
        "Is there one?",
        "Was any of it discarded?",
        "Could you clarify the route?",
        "Was an end written anywhere?",
        "Was it a push, a piggyback, or is that not known?",
    ],
)
def test_a_question_whether_there_is_something_is_open(asked: str) -> None:
    assert lint(f"{CITED} {asked}") == ()


@pytest.mark.parametrize(
    ("record", "wrong"),
    [
        ("Hgb 6.9.", {"leading"}),
        ('Assessment: "anemia", Hgb 6.9.', set()),
        ("Problem list: anemia. Hgb 6.9.", set()),
        ("PMH: heart failure. Hgb 6.9.", {"leading"}),
    ],
)
def test_a_condition_is_named_only_where_the_record_names_it(record: str, wrong: set[str]) -> None:
    assert kinds(f"Visit of 3/14/2026. {record} What is the type of the anemia?") == wrong


def test_a_month_of_another_visit_is_an_earlier_encounter() -> None:
    asked = 'Note of 6/23/2026: "gemcitabine, C4". What is the stage, if it can be given?'
    assert "prior_encounter" in kinds(f"The scan in March has new spots. {asked}")
    assert "prior_encounter" not in kinds(f"The scan in June has new spots. {asked}")


@pytest.mark.parametrize("requirement", default_rulebook().requirements, ids=lambda one: one.id)
def test_the_questions_of_the_rulebook_pass(requirement: Requirement) -> None:
    asked = requirement.question.replace("{drug}", "carboplatin")
    assert lint(f"{CITED}\n{asked}") == ()
    assert lint(f"{CITED}\nThe records differ here. {asked}") == ()
