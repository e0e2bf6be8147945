"""The accuracy benchmark: five readers on the same encounters, with a made-up model. No network, no langextract."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.accuracy import direct, readers, run, with_langextract  # noqa: E402
from benchmarks.accuracy.answers import Answered, Answers  # noqa: E402
from benchmarks.accuracy.report import Price, Run, as_json, as_markdown, prices, put  # noqa: E402
from benchmarks.accuracy.scores import Administrations, Row, administrations, score, shared, total, wilson  # noqa: E402
from reviewer.errors import (  # noqa: E402
    ConfigError,
    EndpointError,
    InputError,
    Truncated,
    Unparseable,
    UsageError,
)
from reviewer.evaluate.cases import Case  # noqa: E402
from reviewer.evaluate.comparing import Difference  # noqa: E402
from reviewer.evaluate.labels import ExpectedLine, Labels  # noqa: E402
from reviewer.extract.model.answer import Chart  # noqa: E402
from reviewer.language.drugs import finder  # noqa: E402
from reviewer.llm import Completion, Endpoint, Usage  # noqa: E402
from reviewer.notes.note import Note  # noqa: E402
from validator.facts import Standing  # noqa: E402
from validator.loading import default_rulebook  # noqa: E402

NOTE = """INFUSION NOTE 04/07/2026
0900 ondansetron 8 mg IV push.
0915 paclitaxel 140 mg IVPB started.
1030 paclitaxel complete.
"""
PUSH = {"drug": "ondansetron", "dose": "8 mg", "route": "intravenous", "technique": "push", "start": "09:00"}
INFUSION = {**PUSH, "drug": "paclitaxel", "dose": "140 mg", "technique": "infusion", "start": "09:15", "stop": "10:30"}
GIVEN = [
    {"note": 1, "time": "0900", "words": "0900 ondansetron 8 mg IV push.", "drug": "ondansetron"},
    {"note": 1, "time": "0915", "words": "0915 paclitaxel 140 mg IVPB started.", "drug": "paclitaxel"},
    {"note": 1, "time": "1030", "words": "1030 paclitaxel complete.", "drug": "paclitaxel"},
]
CHART = dict.fromkeys(Chart.model_fields)
READ = {"given": GIVEN, "chart": CHART, "end": "paclitaxel complete."}
SEEN = {"drug": "paclitaxel", "how": "infusion", "start": "0915", "stop": "1030", "minutes": 75, "modifiers": []}
TWO_TOO_MANY = {
    "lines": [
        {**SEEN, "code": "96413", "units": 1},
        {**SEEN, "code": "96415", "units": 1},
        {**SEEN, "code": "96415", "units": 1},
        {**SEEN, "code": direct.NO_CODE, "units": 1},
    ],
}


class MadeUpModel:
    """Answers every request for a reading with one text and every request for codes with another."""

    endpoint = Endpoint(base_url="http://127.0.0.1:9/v1", model="made-up", window=6000)

    def __init__(self, reading: Any = READ, codes: Any = TWO_TOO_MANY) -> None:
        self.contents = {"encounter": reading, direct.NAME: codes}
        self.asked: list[str] = []

    def complete(self, messages: Any, *, schema: dict[str, Any], name: str, characters: int) -> Completion:
        self.asked.append(name)
        content = self.contents[name]
        if isinstance(content, Exception):
            raise content
        return Completion(
            content=content if isinstance(content, str) else json.dumps(content),
            model="made-up",
            finish_reason="stop",
            mode="json_schema",
            attempts=1,
            usage=Usage(calls=1, prompt_tokens=900, completion_tokens=100),
            input_counted=True,
        )


def case(name: str = "one", note: str = NOTE) -> Case:
    # 75 minutes are one opening unit (TIME-1, T-rules); the push is a further drug (HIER-FAC).
    return Case(
        name=name,
        notes=(Note(id="nursing.txt", text=note),),
        setting="facility",
        codes=(ExpectedLine(code="96413", units=1), ExpectedLine(code="96375", units=1)),
        labels=Labels.model_validate({"administration": [PUSH, INFUSION]}),
    )


def bench(model: MadeUpModel | None = None, path: Path | None = None) -> readers.Bench:
    return readers.Bench(default_rulebook(), model, Answers(path))  # type: ignore[arg-type]


def row(name: str, reader: str = "direct", **changes: Any) -> Row:
    made = Row(
        reader=reader,  # type: ignore[arg-type]
        name=name,
        notes=1,
        failure=None,
        exact=True,
        over_coded={},
        missed={},
        administrations=Administrations(2, 2, 2),
        grounded=9,
        claims=10,
        rejected=0,
        seconds=4.0,
        calls=1,
        prompt_tokens=1000,
        completion_tokens=200,
    )
    return made._replace(**changes)


@pytest.mark.parametrize("name", ["patterns", "llm", "both"])
def test_our_readers_are_right_where_the_model_points_at_everything(name: readers.Name) -> None:
    found = score(case(), name, bench(MadeUpModel()), default_rulebook())
    assert (found.exact, found.over_coded, found.missed) == (True, {}, {})
    assert found.administrations == Administrations(2, 2, 2)
    assert found.grounded == found.claims > 0


def test_a_reply_that_is_no_answer_takes_nothing_and_is_told() -> None:
    found = score(case(), "llm", bench(MadeUpModel(reading="no JSON")), default_rulebook())
    assert found.failure == "unparseable"
    assert found.over_coded == {}
    assert found.missed == {"96413": 1, "96375": 1}


def test_codes_asked_for_directly_count_as_they_are_answered() -> None:
    found = score(case(), "direct", bench(MadeUpModel()), default_rulebook())
    assert found.exact is False
    assert found.over_coded == {"96415": 2}
    assert found.missed == {"96375": 1}
    assert found.administrations == Administrations()
    assert (found.prompt_tokens, found.completion_tokens) == (900, 100)


@pytest.mark.parametrize(
    "answer", ["words", {"lines": [{"code": "96413"}]}, Truncated("cut", Usage(calls=1, prompt_tokens=5))]
)
def test_codes_that_cannot_be_used_are_none(answer: Any) -> None:
    found = score(case(), "direct", bench(MadeUpModel(codes=answer)), default_rulebook())
    assert found.failure in ("unparseable", "truncated")
    assert (found.over_coded, found.missed) == ({}, {"96413": 1, "96375": 1})


def test_drug_lines_are_not_asked_of_the_model_and_not_missed() -> None:
    with_drug = case().model_copy(update={"codes": (*(case().codes or ()), ExpectedLine(code="J9267", units=140))})
    assert direct.asked_for(with_drug).codes == case().codes
    assert direct.asked_for(with_drug).labels is None


def test_every_administration_code_is_offered_with_our_own_label() -> None:
    rulebook = default_rulebook()
    offered = direct.offered(rulebook)
    assert {"96413", "96415", "96375", "96360", "96523", "96450", "G0498", "C8957", "51720"} <= set(offered)
    assert not {"96379", "96549", "36000", "62270"} & set(offered)
    assert "96415 Chemo by vein: further infusion hour" in direct.prompt(rulebook)
    choice = direct.schema(rulebook)["properties"]["lines"]["items"]["properties"]["code"]["enum"]
    assert choice == [*offered, direct.NO_CODE]


def test_both_readers_share_one_reading_and_a_cut_run_goes_on(tmp_path: Path) -> None:
    path, model = tmp_path / "answers.jsonl", MadeUpModel()
    working = bench(model, path)
    first = [score(case(), name, working, default_rulebook()) for name in ("llm", "both", "direct")]
    assert model.asked == ["encounter", "coding"]
    path.write_text(path.read_text("utf-8") + '{"key": "cut', "utf-8")
    again = MadeUpModel(reading=EndpointError("down"), codes=EndpointError("down"))
    working = bench(again, path)
    second = [score(case(), name, working, default_rulebook()) for name in ("llm", "both", "direct")]
    assert again.asked == []
    assert [one._replace(seconds=None) for one in second] == [one._replace(seconds=None) for one in first]
    assert path.stat().st_mode & 0o077 == 0


def test_another_note_or_prompt_is_asked_anew() -> None:
    kept, asked = Answers(), []
    for what, which in (("a", case()), ("a", case(name="renamed")), ("b", case()), ("a", case(note="Other."))):
        kept.get(what, which, lambda: asked.append(1) or Answered(None, Usage()))  # type: ignore[func-returns-value]
    assert len(asked) == 3


def test_an_endpoint_that_does_not_answer_ends_the_run_and_keeps_nothing(tmp_path: Path) -> None:
    with pytest.raises(EndpointError):
        score(case(), "direct", bench(MadeUpModel(codes=EndpointError("down")), tmp_path / "a"), default_rulebook())
    assert not (tmp_path / "a").exists()


def extraction(kind: str, text: str, of: str, note: str = NOTE) -> list[Any]:
    at = note.find(text)
    return [kind, text, *((at, at + len(text)) if at >= 0 else (None, None)), of]


EXTRACTED = [
    extraction("start", "0900", "ondansetron"),
    extraction("drug", "ondansetron", "ondansetron"),
    extraction("dose", "8 mg", "ondansetron"),
    extraction("route", "IV push", "ondansetron"),
    extraction("start", "0915", "paclitaxel"),
    extraction("drug", "paclitaxel", "paclitaxel"),
    extraction("dose", "140 mg", "paclitaxel"),
    extraction("route", "IVPB", "paclitaxel"),
    extraction("stop", "1030", "paclitaxel"),
    extraction("drug", "paclitaxel", "paclitaxel"),
]


def test_extractions_become_facts_that_the_validator_judges() -> None:
    made = with_langextract.review_of(EXTRACTED, case(), default_rulebook())
    lines = [(line.code, line.units) for line in made.codes if line.kind != "drug"]
    assert sorted(lines) == [("96375", 1), ("96413", 1)]
    assert [one.drug.value for one in made.facts.administrations] == ["ondansetron", "paclitaxel"]
    assert made.facts.administrations[1].stop.evidence[0].text == "1030"
    assert made.ungrounded == ()


def test_what_is_not_in_the_note_or_has_no_value_is_a_claim_without_ground() -> None:
    rows = [*EXTRACTED[:3], extraction("route", "by drone", "ondansetron"), extraction("stop", "2300", "ondansetron")]
    rows[2] = extraction("dose", "ondansetron", "ondansetron")
    made = with_langextract.review_of(rows, case(), default_rulebook())
    assert [(one.path, one.reason) for one in made.ungrounded] == [
        ("administrations.a1.dose", "its value cannot be read"),
        ("administrations.a1.route", "not found in the note"),
        ("administrations.a1.stop", "not found in the note"),
    ]
    assert made.facts.administrations[0].dose.standing is Standing.NOT_STATED
    assert made.codes == ()


def test_a_second_dose_of_a_drug_is_an_administration_of_its_own() -> None:
    note = "0900 ondansetron 8 mg IV push. 1300 ondansetron 4 mg IV push."
    rows = [
        extraction(kind, text, "ondansetron", note)
        for kind, text in (("start", "0900"), ("drug", "ondansetron"), ("dose", "8 mg"), ("start", "1300"))
    ]
    rows += [extraction("dose", "4 mg", "ondansetron", note)]
    made = with_langextract.review_of(rows, case(note=note), default_rulebook())
    told = [(one.drug.value, str(one.dose.value), one.start.value) for one in made.facts.administrations]
    assert [(drug, start) for drug, _, start in told] == [("ondansetron", "09:00"), ("ondansetron", "13:00")]
    assert told[0][1] != told[1][1]


def test_a_place_in_the_second_note_is_found_there() -> None:
    notes = (Note(id="a.txt", text="First."), Note(id="b.txt", text=NOTE))
    shift = len("First.") + len(with_langextract.BETWEEN)
    rows = [[kind, text, start + shift, end + shift, of] for kind, text, start, end, of in EXTRACTED]
    made = with_langextract.review_of(rows, case().model_copy(update={"notes": notes}), default_rulebook())
    evidence = made.facts.administrations[0].start.evidence[0]
    assert (evidence.note_id, evidence.text) == ("b.txt", "0900")


def test_the_example_holds_its_extractions_and_no_real_drug() -> None:
    found = finder(default_rulebook()).find(with_langextract.EXAMPLE)
    assert {one.text for one in found} == {"NS"}  # the bag; every drug is invented
    assert all(text in with_langextract.EXAMPLE for _, text, _ in with_langextract.EXTRACTED)


class MadeUpLibrary(SimpleNamespace):
    """As much of langextract as the benchmark uses: it extracts what it was made with, or raises it."""

    def __init__(self, extracts: Any) -> None:
        class LangExtractError(Exception):
            pass

        class InferenceError(LangExtractError):
            pass

        reply = SimpleNamespace(usage=SimpleNamespace(prompt_tokens=700, completion_tokens=60))
        completions = SimpleNamespace(create=lambda **_: reply)
        model = SimpleNamespace(_client=SimpleNamespace(chat=SimpleNamespace(completions=completions)))
        self.configured: dict[str, Any] = {}

        def extract(**asked: Any) -> Any:
            model._client.chat.completions.create(model="made-up")
            if extracts in ("down", "no JSON"):
                raise (InferenceError if extracts == "down" else LangExtractError)(NOTE)
            assert asked["text_or_documents"] == NOTE
            rows = [
                SimpleNamespace(
                    extraction_class=kind,
                    extraction_text=text,
                    char_interval=None if start is None else SimpleNamespace(start_pos=start, end_pos=end),
                    attributes={"of": of},
                )
                for kind, text, start, end, of in extracts
            ]
            return SimpleNamespace(extractions=rows)

        super().__init__(
            extract=extract,
            data=SimpleNamespace(ExampleData=SimpleNamespace, Extraction=SimpleNamespace),
            factory=SimpleNamespace(
                create_model=lambda config, **_: self.configured.update(config) or model,
                ModelConfig=lambda **named: named,
            ),
            exceptions=SimpleNamespace(LangExtractError=LangExtractError, InferenceError=InferenceError),
        )


def test_langextract_is_asked_at_the_same_endpoint_and_its_tokens_count(monkeypatch: pytest.MonkeyPatch) -> None:
    library = MadeUpLibrary(EXTRACTED)
    monkeypatch.setitem(sys.modules, "langextract", library)  # type: ignore[arg-type]
    found = score(case(), "langextract", bench(MadeUpModel()), default_rulebook())
    assert library.configured["provider_kwargs"]["base_url"] == MadeUpModel.endpoint.base_url
    assert (found.exact, found.administrations) == (True, Administrations(2, 2, 2))
    assert (found.calls, found.prompt_tokens, found.completion_tokens) == (1, 700, 60)


def test_trouble_in_langextract_is_told_without_a_word_of_the_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "langextract", MadeUpLibrary("down"))  # type: ignore[arg-type]
    with pytest.raises(EndpointError) as caught:
        with_langextract.ask(case(), MadeUpModel.endpoint)
    assert "ondansetron" not in str(caught.value)
    monkeypatch.setitem(sys.modules, "langextract", MadeUpLibrary("no JSON"))  # type: ignore[arg-type]
    with pytest.raises(Unparseable) as unusable:
        with_langextract.ask(case(), MadeUpModel.endpoint)
    assert unusable.value.usage == Usage(calls=1, prompt_tokens=700, completion_tokens=60)
    monkeypatch.setitem(sys.modules, "langextract", None)
    with pytest.raises(ConfigError, match=r"requirements\.txt"):
        with_langextract.ask(case(), MadeUpModel.endpoint)


def difference(kind: str, verdict: Any, entry: str = "administration 1") -> Difference:
    return Difference(kind, entry, verdict)


def test_an_administration_is_right_only_with_all_that_decides_its_code() -> None:
    right = [difference("administration", "right"), difference("drug", "right"), difference("stop", "right")]
    assert administrations(right) == (1, 1, 1)
    assert administrations([*right, difference("site", "wrong")]) == (1, 1, 1)
    assert administrations([*right, difference("start", "invented")]) == (1, 1, 0)
    assert administrations([*right, difference("dose", "omitted")]) == (1, 1, 0)
    omitted = [difference("administration", "omitted", "administration 2"), difference("drug", "omitted")]
    assert administrations([*right[:1], *omitted]) == (2, 1, 0)
    assert administrations([difference("administration", "invented")]) == (0, 1, 0)
    assert administrations([difference("date_of_service", "right", "encounter")]) == (0, 0, 0)


def test_figures_are_sums_over_encounters_and_a_note_each() -> None:
    found = total([row("a"), row("b", notes=4, exact=False, over_coded={"96413": 2}, seconds=8.0, failure="truncated")])
    assert (found.encounters, found.notes, found.exact, found.judged, found.failed) == (2, 5, 1, 2, 1)
    assert (found.over_coded_units, found.over_coded_encounters) == (2, 1)
    assert (found.seconds, found.prompt_tokens, found.completion_tokens) == (3.0, 400.0, 80.0)
    assert total([row("a", seconds=None)]).seconds is None
    assert total([row("a", exact=None)]).exact_share.value is None


def test_the_interval_of_a_share_is_wilsons() -> None:
    # 8 of 10 after Wilson (1927): 49.0 % to 94.3 %; 0 of 10: 0 % to 27.8 %.
    assert [round(one or 0, 3) for one in wilson(8, 10)] == [0.8, 0.490, 0.943]
    assert [round(one or 0, 3) for one in wilson(0, 10)] == [0.0, 0.0, 0.278]


def test_readers_are_compared_on_the_encounters_that_all_of_them_read() -> None:
    rows = [row("a", "patterns"), row("b", "patterns"), row("b", "direct")]
    assert [(one.reader, one.name) for one in shared(rows)] == [("patterns", "b"), ("direct", "b")]


RUN = Run("fixtures", date(2026, 11, 22), "made-up", {"reader": "1"}, "2 cores", 2)


def test_tables_give_units_tokens_and_cost() -> None:
    rows = [row("a", "patterns", prompt_tokens=0, completion_tokens=0), row("b", "patterns"), row("b", "direct")]
    text = as_markdown(RUN, rows, [Price(name="own", input=2, output=10)])
    assert "2026-11-22 · model made-up · prompts: reader 1 · 2 cores · 2 encounters in `fixtures`" in text
    assert "**The 1 encounters that every reader read**" in text
    # 1,000 notes of 1000 tokens in and 200 out: 1 million in at 2, 0.2 million out at 10.
    assert "| model asked for codes | 1 | 4 | 1000 | 200 | 4.00 $ |" in text
    assert "| patterns | 2 | 2 of 2 (34%-100%) | 0 | 0 | 0 | 4 of 4 (100%) | 4 of 4 (100%) | 90.0% | – |" in text
    data = json.loads(as_json(RUN, rows))
    assert [one["name"] for one in data["by_encounter"]] == ["a", "b", "b"]
    assert data["readers"][1]["administrations"] == {"documented": 2, "read": 2, "right": 2}


def test_every_listed_price_has_a_day_and_a_public_source() -> None:
    assert all(price.on and (price.source or "").startswith("https://") for price in prices([]))
    assert prices(["own=0.5,2"])[-1] == Price(name="own", input=0.5, output=2)
    for wrong in ("own", "own=1", "own=1.2.3,4"):
        with pytest.raises(UsageError, match="--price"):
            prices([wrong])


def test_a_section_is_replaced_between_its_marks_alone() -> None:
    page = "a <!-- results x --> old <!-- end x --> b"
    assert put(page, "x", "new") == "a <!-- results x -->\n\nnew\n\n<!-- end x --> b"
    with pytest.raises(UsageError, match="no section"):
        put(page, "y", "new")


def test_a_limit_spreads_over_the_cases() -> None:
    cases = [case(str(number)) for number in range(10)]
    assert [one.name for one in run.spread(cases, 4)] == ["0", "2", "5", "7"]
    assert run.spread(cases, 99) == cases == run.spread(cases, None)


def worked(tmp_path: Path, count: int = 3) -> Path:
    lines = [
        {"id": f"e{n}", "note": NOTE + f"Bed {n}.", "expected_codes": [{"code": "96413", "units": 1}]}
        for n in range(count)
    ]
    path = tmp_path / "examples.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    return path


def test_the_command_reads_worked_examples_with_several_readers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--cases", str(worked(tmp_path)), "--only", "direct,patterns", "--limit", "2"]
    text = run.main([*arguments, "--answers", str(tmp_path / "answers")], MadeUpModel())  # type: ignore[arg-type]
    assert "| patterns | 3 | 0 of 3 (0%-56%) | 3 |" in text
    assert "| model asked for codes | 2 | 0 of 2 (0%-66%) | 4 |" in text
    assert "direct 2/2 e1" in capsys.readouterr().err
    again = [*arguments, "--limit", "3", "--minutes", "0", "--answers"]
    model: Any = MadeUpModel(codes=EndpointError("down"))
    assert "| model asked for codes | 2 |" in run.main([*again, str(tmp_path / "answers")], model)  # those known
    assert "model asked for codes" not in run.main([*again, str(tmp_path / "new")], model)


def test_the_command_writes_its_section_and_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "accuracy.md"
    page.write_text("<!-- results examples --><!-- end examples -->", "utf-8")
    monkeypatch.setattr(run, "PAGE", page)
    monkeypatch.setattr(run, "RESULTS", tmp_path)
    run.main(["--cases", str(worked(tmp_path)), "--only", "patterns", "--write", "examples", "--date", "2026-11-22"])
    assert "| patterns | 3 |" in page.read_text("utf-8")
    assert json.loads((tmp_path / "accuracy-examples.json").read_text("utf-8"))["run"]["on"] == "2026-11-22"


def test_wrong_usage_is_told_before_anything_is_read(tmp_path: Path) -> None:
    cases = ["--cases", str(worked(tmp_path))]
    with pytest.raises(UsageError, match="--model and --base-url"):
        run.main([*cases, "--only", "direct", "--model", "x"])
    with pytest.raises(ConfigError, match="REVIEWER_REMOTE_OK"):
        run.main([*cases, "--only", "langextract", "--model", "x", "--base-url", "https://llm.example/v1"])
    with pytest.raises(InputError, match="no such file"):
        run.main([*cases, "--only", "direct", "--endpoint", str(tmp_path / "none")])
    with pytest.raises(InputError, match="not valid TOML"):
        run.main([*cases, "--only", "direct", "--endpoint", cases[1]])
    with pytest.raises(InputError, match="no such folder"):
        run.main([*cases, "--replay", str(tmp_path / "none")])
    with pytest.raises(InputError, match="is recorded there"):
        run.main([*cases, "--only", "llm", "--model", "x", "--replay", str(tmp_path)])
