"""Encounters run through a reader: failures counted, grounding, risk, and the outputs made of the results."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

from rich.console import Console

from reviewer.agreement.reading import Outcome, Reading
from reviewer.errors import EndpointError
from reviewer.evaluate.cases import Case
from reviewer.evaluate.comparing import Codes
from reviewer.evaluate.labels import ExpectedLine, Labels
from reviewer.evaluate.outputs import as_json, as_junit, tables
from reviewer.evaluate.plot import as_svg
from reviewer.evaluate.running import FAILED, Claims, Readings, Result, claims_of, evaluate, risk_of
from reviewer.evaluate.summary import ALL, summarise
from reviewer.notes.note import Note
from reviewer.pipeline import judge
from reviewer.review import Review
from validator.facts import Encounter
from validator.findings import Conflict, NeedsHuman, NotSupported, Ungrounded
from validator.loading import default_rulebook

PUSH = {"drug": "ondansetron", "dose": "8 mg", "route": "intravenous", "technique": "push", "start": "09:00"}
SECRET = "Zanzibar"


def made(*administrations: dict[str, Any], **changes: Any) -> Review:
    """A review of facts by hand, with findings put in its place."""
    rows = [{"status": "given", **one, "id": f"a{number}"} for number, one in enumerate(administrations)]
    facts = {"encounter": {"date_of_service": "2026-03-14"}, "administrations": rows}
    return judge(Encounter.model_validate(facts), rulebook=default_rulebook()).model_copy(update=changes)


def case(name: str, *codes: tuple[str, int]) -> Case:
    return Case(
        name=name,
        notes=(Note(id="nursing.txt", text="Note."),),
        codes=tuple(ExpectedLine(code=code, units=units) for code, units in codes),
        labels=Labels.model_validate({"administration": [PUSH]}),
    )


def three() -> list[Result]:
    """One encounter read rightly, one with a push too many, one that the endpoint did not answer, in this order."""
    one = case("one", ("96374", 1))
    two = case("two", ("96374", 1))
    three = case("three", ("96374", 1))

    def read(which: Case) -> Review:
        if which is three:
            raise EndpointError("the endpoint was not reached")
        famotidine = {**PUSH, "drug": "famotidine", "dose": "20 mg"}
        return made(PUSH) if which is one else made(PUSH, famotidine)

    return list(evaluate([one, two, three], read, default_rulebook()))


def test_one_failing_encounter_stops_no_other_and_counts_as_lost() -> None:
    right, over, failed = three()
    assert (right.failure, right.codes) == (None, Codes(True, {}, {}))
    assert (over.failure, over.codes) == (None, Codes(False, {"96375": 1}, {}))
    assert (failed.failure, failed.codes) == ("the endpoint was not reached", Codes(False, {}, {"96374": 1}))
    assert failed.risk == FAILED
    # The entry and its drug, dose, route, technique, start and status.
    assert [one.verdict for one in failed.differences] == ["omitted"] * 7


def test_a_defect_is_counted_without_its_words() -> None:
    def read(_: Case) -> Review:
        raise KeyError(SECRET)

    (result,) = evaluate([case("one", ("96374", 1))], read, default_rulebook())
    assert result.failure == "internal error (KeyError)"


def test_the_figures_of_three_encounters() -> None:
    summary = summarise(three())
    assert (summary.encounters, summary.failed) == (3, 1)
    # Drugs: right in one and two, famotidine invented in two, omitted in three: P = R = F1 = 2/3.
    drug = summary.facts["drug"]
    assert tuple(drug.tally) == (2, 0, 1, 1)
    assert (drug.precision.value, drug.recall.value, drug.f1.value) == (2 / 3, 2 / 3, 2 / 3)
    # Six facts each (drug, dose, route, technique, start, status): 12 right, 6 omitted, 6 invented.
    assert tuple(summary.facts[ALL].tally) == (12, 0, 6, 6)
    codes = summary.codes
    assert (codes.judged, codes.exact, codes.exact_share.value) == (3, 1, 1 / 3)
    assert (codes.over_coded_encounters, codes.over_coded_units) == (1, 1)
    assert (codes.missed_encounters, codes.missed_units) == (1, 1)
    last = summary.curve[-1]
    assert (last.released, last.wrong, last.over_coded, last.risk) == (3, 2, 1, FAILED)
    assert summary == summarise(three())


def test_claims_are_grounded_facts_and_those_that_were_not() -> None:
    said = {"text": "x", "note_id": "n", "start": 0, "end": 1}
    facts = {
        "administrations": [
            {
                "id": "a1",
                "drug": {"value": "ondansetron", "standing": "grounded", "evidence": [said]},
                "dose": {"value": "8 mg", "standing": "ungrounded"},
                "stop": {"standing": "conflicting", "value": None, "readings": ["09:00", "09:05"]},
                "route": "intravenous",
            }
        ],
        "documentation": {"stage": {"value": "III", "standing": "grounded", "evidence": [said]}},
    }
    lost = Ungrounded(path="administrations.a1.dose", claim="8 mg", reason="not in the note")
    # Grounded: drug, stop (two readings with words each) and stage; entered facts are nobody's claim; one is lost.
    read = made(facts=Encounter.model_validate(facts), ungrounded=(lost,))
    assert claims_of(read) == Claims(grounded=3, made=4)

    # Of both readers what the model alone claimed is apart; in the patterns' stead all of it counts.
    models = lost.model_copy(update={"reason": "not in the note (claimed by the model)"})
    for extractor, expected in (("both", Claims(3, 4, 2)), ("llm", Claims(3, 6, 0))):
        provenance = read.provenance.model_copy(update={"extractor": extractor})
        both = read.model_copy(update={"ungrounded": (lost, models, models), "provenance": provenance})
        assert claims_of(both) == expected


def test_both_shares_of_claims_are_told() -> None:
    lost = Ungrounded(path="x", claim="x", reason="not in the note (claimed by the model)")
    two = case("two", ("96374", 1))
    read = made(PUSH, ungrounded=(lost,))
    read = read.model_copy(update={"provenance": read.provenance.model_copy(update={"extractor": "both"})})
    summary = summarise(list(evaluate([two], lambda _: read, default_rulebook())))
    assert summary.claims == Claims(0, 0, 1)
    assert (summary.grounding.value, summary.grounding_of_all.value) == (None, 0.0)
    told = json.loads(as_json(summary, [], {}))["grounding"]
    assert (told["claims"], told["rejected"], told["rate_of_all"]["value"]) == (0, 1, 0.0)
    lines = [part for part in tables(summary, [], "both") if isinstance(part, str)]
    assert "claims rejected   1 more, of the model; grounded of all claims: 0.0% (0-0)" in lines


def test_what_goes_out_before_the_first_error_compares_readers() -> None:
    cases = [case("right", ("96374", 1)), case("wrong", ("96375", 1))]
    careful = made(PUSH, needs_human=(NeedsHuman(subject="x", reason="x"),))
    results = list(evaluate(cases, lambda which: made(PUSH) if which is cases[0] else careful, default_rulebook()))
    assert summarise(results).released_exact == 1
    blind = list(evaluate(cases, lambda _: made(PUSH), default_rulebook()))
    assert summarise(blind).released_exact == 0


def reading(outcome: Outcome) -> Reading:
    return Reading(subject="administrations.a1.stop", outcome=outcome, readers=("patterns",))


def test_the_risk_is_ordered_by_what_weighs_most() -> None:
    safe = made(PUSH, missing=(), not_supported=(), needs_human=(), conflicts=(), ungrounded=())
    lost = Ungrounded(path="x", claim="x", reason="x")
    gap = NotSupported(code="96415", units=1, reason="x")
    person = NeedsHuman(subject="x", reason="x")
    reviews = [
        safe,
        safe.model_copy(update={"ungrounded": (lost,) * 500}),
        safe.model_copy(update={"readings": (reading("one_reader"), reading("agreed"))}),
        safe.model_copy(update={"not_supported": (gap,)}),
        safe.model_copy(update={"needs_human": (person,)}),
        safe.model_copy(update={"conflicts": (Conflict(id="c", subject="x", path="x", decides=("96415",)),)}),
    ]
    risks = [risk_of(review) for review in reviews]
    assert risks == [0, 99, 100, 10_000, 1_000_000, 100_000_000]
    undecided = Conflict(id="c", subject="x", path="x")
    assert risk_of(safe.model_copy(update={"conflicts": (undecided,)})) == 0
    assert risk_of(safe.model_copy(update={"readings": (reading("contradiction"),)})) == 100_000_000
    assert risks[-1] < FAILED


def test_disagreement_is_a_share_of_the_facts_that_two_readers_compared() -> None:
    outcomes: tuple[Outcome, ...] = ("agreed", "agreed", "one_reader", "contradiction")
    both = made(PUSH, readings=tuple(reading(outcome) for outcome in outcomes))
    alone = made(PUSH)
    cases = [case("both", ("96374", 1)), case("alone", ("96374", 1))]
    results = list(evaluate(cases, lambda which: both if which is cases[0] else alone, default_rulebook()))
    summary = summarise(results)
    assert summary.readings == Readings(agreed=2, one_reader=1, contradiction=1)
    assert (summary.contradicting.value, summary.one_sided.value) == (1 / 4, 1 / 4)
    assert summarise(results[1:]).contradicting.value is None


def test_json_has_every_figure_and_no_value_of_a_note() -> None:
    results = three()
    shown = json.loads(as_json(summarise(results), results, {"extractor": "patterns"}))
    assert shown["facts"]["drug"]["precision"]["value"] == 0.6667
    assert shown["codes"]["over_coded_units"] == shown["codes"]["missed_units"] == 1
    assert [one["exact"] for one in shown["by_encounter"]] == [True, False, False]
    assert shown["by_encounter"][1]["over_coded"] == {"96375": 1}
    assert {"entry": "administration 2", "kind": "drug", "verdict": "invented"} in shown["by_encounter"][1][
        "differences"
    ]
    assert "famotidine" not in json.dumps(shown)


def test_junit_has_a_case_for_each_encounter() -> None:
    hostile = three()[1]._replace(name='<&"\x07')
    suite = ElementTree.fromstring(as_junit([*three(), hostile, three()[0]._replace(codes=None)], "evaluate"))
    assert suite.attrib == {"name": "evaluate", "tests": "5", "failures": "2", "errors": "1", "skipped": "1"}
    assert [[child.tag for child in one] for one in suite] == [[], ["failure"], ["error"], ["failure"], ["skipped"]]
    assert suite[1][0].get("message") == "over-coded 96375 x1"
    assert suite[3].get("name") == '<&"?'


def test_the_table_and_the_drawing_show_the_figures() -> None:
    results = three()
    summary = summarise(results)
    console = Console(width=120, record=True, no_color=True)
    with console.capture() as captured:
        for part in tables(summary, results, "patterns"):
            console.print(part)
    text = captured.get()
    for words in ("over-coded units  1 in 1 encounters", "two: over-coded 96375 x1", "three: not read: the endpoint"):
        assert words in text
    drawing = ElementTree.fromstring(as_svg(summary, "<script> & more"))
    words = [node.text for node in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert "<script> & more" in words
    assert {"drug", "all facts", "66.7%"} <= set(words)
    assert len(list(drawing.iter("{http://www.w3.org/2000/svg}circle"))) == len(summary.curve)


def test_nothing_to_measure_is_shown_as_nothing() -> None:
    results = [three()[0]._replace(differences=(), codes=None)]
    summary = summarise(results)
    assert json.loads(as_json(summary, results, {}))["codes"]["exact_share"]["value"] is None
    assert ElementTree.fromstring(as_svg(summary, "x")) is not None
    assert list(tables(summary, results, "patterns"))
