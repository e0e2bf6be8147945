"""The HTML report stands alone, links both ways and draws the timeline; JSON is the review again."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from report_samples import (
    HOSTILE,
    MAR,
    NURSING,
    all_missing,
    empty,
    hostile,
    overnight,
    usual,
    words,
)

from reviewer.notes.note import Note
from reviewer.report import render
from reviewer.report.published import ON_REQUEST, ORDER
from reviewer.report.timeline import Drawing, draw
from reviewer.review import Review
from validator.facts import Encounter

NOTES = (NURSING, MAR)
SAMPLES = [usual, all_missing, empty, hostile, overnight]
VOID = {"meta", "line", "rect", "path", "br"}


class Page(HTMLParser):
    """The elements of a page: tags with attributes, the text inside, and tags closed out of order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.inside: list[str] = []
        self.mistakes: list[str] = []
        self.texts: dict[str, str] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.inside.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.inside or self.inside.pop() != tag:
            self.mistakes.append(tag)

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.texts[self.inside[-1]] = self.texts.get(self.inside[-1], "") + data

    def all(self, name: str) -> list[dict[str, str]]:
        return [attrs for tag, attrs in self.tags if tag == name]

    def of_class(self, name: str) -> list[dict[str, str]]:
        return [attrs for _, attrs in self.tags if name in attrs.get("class", "").split()]


def page(review: Review, notes: tuple[Note, ...] = NOTES) -> Page:
    return Page(render(review, "html", notes))


@pytest.mark.parametrize("sample", SAMPLES)
def test_html_is_well_formed_and_every_link_leads_somewhere(sample: Callable[[], Review]) -> None:
    made = page(sample(), (HOSTILE,) if sample is hostile else NOTES)
    assert made.mistakes == []
    assert made.inside == []
    ids = Counter(attrs["id"] for _, attrs in made.tags if "id" in attrs)
    assert max(ids.values()) == 1
    links = [attrs["href"] for attrs in made.all("a")]
    assert all(link.startswith("#") and link[1:] in ids for link in links)
    pointed = [target for _, attrs in made.tags for target in attrs.get("data-for", "").split()]
    assert set(pointed) <= set(ids)


@pytest.mark.parametrize("sample", SAMPLES)
def test_html_loads_nothing_and_runs_only_its_own_script(sample: Callable[[], Review]) -> None:
    text = render(sample(), "html", (HOSTILE,))
    made = Page(text)
    loading = {"src", "srcset", "action", "formaction", "background", "poster", "data", "xlink:href", "style"}
    assert not [attrs for _, attrs in made.tags if loading & set(attrs)]
    assert not [name for _, attrs in made.tags for name in attrs if name.startswith("on")]
    assert not {"link", "img", "iframe", "object", "embed", "base", "form"} & {tag for tag, _ in made.tags}
    assert not re.search(r"url\((?!#)|@import", text.split("</style>")[0])
    assert len(made.all("script")) == 1
    (policy,) = [m["content"] for m in made.all("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    assert "default-src 'none'" in policy
    for block in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(made.texts[block].encode()).digest()).decode()
        assert f"{block}-src 'sha256-{digest}'" in policy


def test_hostile_words_stand_in_the_page_as_text() -> None:
    text = render(hostile(), "html", (HOSTILE,))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "{{ view }}" in text
    assert text.count("<script") == 1


def test_highlights_lead_to_what_they_support_and_back() -> None:
    made = page(usual())
    marks = {attrs["title"]: attrs["data-for"].split() for attrs in made.of_class("hl")}
    supported = next(targets for title, targets in marks.items() if title.startswith("96413, 96415"))
    assert {"line-1", "line-2"} <= set(supported)
    assert any("missing: stop time" in title for title in marks)
    assert any("documents disagree" in title for title in marks)
    text = render(usual(), "html", NOTES)
    row = text[text.index('id="line-1"') : text.index('id="line-2"')]
    passage = re.search(r'href="#(words-\d+)"', row)
    assert passage
    shown = text[text.index(f'id="{passage[1]}"') :]
    assert "Paclitaxel 300 mg IVPB" in shown[:400]
    assert 'href="#line-1"' in shown[:1500]


def shown_note(text: str, number: int = 1) -> str:
    """The text of a note's box as a reader sees it, without the small labels."""
    box = re.split(r'<div class="note">', text)[number].split("</div>")[0]
    return re.sub(r"<[^>]+>", "", re.sub(r'<span class="refs">.*?</span>', "", box))


def test_the_note_is_shown_whole_and_in_order_under_its_highlights() -> None:
    assert shown_note(render(usual(), "html", NOTES)) == NURSING.text
    assert shown_note(render(usual(), "html", NOTES), 2) == MAR.text


def test_overlapping_evidence_shares_its_characters() -> None:
    review = usual()
    step = review.codes[0].because[0]
    spans = ["Paclitaxel 300 mg IVPB 0930", "300 mg IVPB 0930-1230", "IVPB 0930-1"]
    evidence = [words(NURSING, span) for span in spans]
    line = {
        **review.codes[0].model_dump(),
        "because": [{**step.model_dump(), "evidence": [one]} for one in evidence],
    }
    changed = Review.model_validate({**review.model_dump(), "codes": [line]})
    text = render(changed, "html", NOTES)
    assert shown_note(text) == NURSING.text
    marked = re.findall(r'class="hl[^>]*title="[^"]*96413[^"]*">([^<]*)</a>', text)
    assert "".join(marked) == "Paclitaxel 300 mg IVPB 0930-1230"


def test_a_very_long_note_is_cut_down_around_its_evidence() -> None:
    filler = "unremarkable line of text\n" * 100_000
    note = Note(id="long.txt", text=filler + "Cisplatin 50 mg IVPB 0900-1000\n" + filler)
    review = usual()
    step = {
        **review.codes[0].because[0].model_dump(),
        "evidence": [words(note, "Cisplatin 50 mg IVPB 0900-1000")],
    }
    line = {**review.codes[0].model_dump(), "because": [step]}
    text = render(Review.model_validate({**review.model_dump(), "codes": [line]}), "html", (note,))
    assert len(text) < 60_000
    assert "Cisplatin 50 mg IVPB 0900-1000" in shown_note(text)
    assert f"This note has {len(note.text):,} characters" in text
    assert "characters without evidence are not shown here" in text


def drawn(*administrations: dict[str, object], **more: object) -> tuple[Drawing, ...]:
    day = {"date_of_service": "2026-03-14"}
    return draw(Encounter.model_validate({"encounter": day, "administrations": administrations, **more}))


def test_the_timeline_has_a_bar_per_infusion_a_tick_per_push_and_a_hatch_for_an_unknown_end() -> None:
    made = page(usual())
    assert len(made.all("figure")) == 1
    assert len(made.of_class("bar")) == 4  # dexamethasone, two parts of paclitaxel, carboplatin
    assert len(made.of_class("pause")) == 1
    assert len(made.of_class("open")) == 1  # zoledronic acid
    assert len(made.of_class("tick")) == 2
    assert len(made.of_class("mark")) == 2  # after the first and second running hour of paclitaxel


def test_hour_marks_do_not_count_a_pause() -> None:
    (drawing,) = drawn(
        {
            "id": "a",
            "drug": "x",
            "technique": "infusion",
            "start": "09:00",
            "stop": "11:30",
            "interruptions": [{"start": "09:30", "stop": "09:50"}],
        }
    )
    (lane,) = drawing.lanes
    axis = {tick.text: tick.x for tick in drawing.ticks}
    hour = axis["10:00"] - axis["09:00"]
    assert [mark.x for mark in lane.hours] == pytest.approx(
        [axis["10:00"] + hour / 3, axis["11:00"] + hour / 3], abs=0.2
    )
    assert [bar.width for bar in lane.bars] == pytest.approx([hour / 2, hour * 5 / 3], abs=0.2)


def test_midnight_pumps_and_missing_ends_are_drawn_as_such() -> None:
    drawings = {drawing.title: drawing for drawing in draw(overnight().facts)}
    assert set(drawings) == {"Peripheral IV, left forearm", "PICC", "Under the skin"}
    arm = {lane.name: lane for lane in drawings["Peripheral IV, left forearm"].lanes}
    (midnight,) = drawings["PICC"].midnights
    assert midnight.text == "midnight, 2026-03-15"
    (bar,) = arm["vancomycin 1 g"].bars
    assert bar.x < midnight.x < bar.x + bar.width
    assert not bar.hatched
    (until,) = arm["ceftriaxone 2 g"].bars
    (since,) = arm["cefepime 2 g"].bars
    assert until.hatched
    assert since.hatched
    assert until.x == drawings["PICC"].axis_x
    assert since.x + since.width == pytest.approx(drawings["PICC"].axis_end, abs=0.2)
    pump, held = drawings["PICC"].lanes
    assert pump.continues == drawings["PICC"].axis_end
    assert pump.times == "from 23:15, planned 46 h"
    assert held.bars == ()
    assert held.not_given


def test_a_stop_before_its_start_gets_no_running_time() -> None:
    (drawing,) = drawn({"id": "a", "drug": "x", "technique": "infusion", "start": "10:00", "stop": "09:00"})
    (lane,) = drawing.lanes
    assert "contradictory" in lane.times
    assert all(bar.hatched and bar.width < 10 for bar in lane.bars)


def test_labels_of_the_drawing_keep_apart() -> None:
    for drawing in (*draw(usual().facts), *draw(overnight().facts)):
        assert [b.y - a.y for a, b in pairwise(drawing.lanes)] == [38] * (len(drawing.lanes) - 1)
        places = [tick.x for tick in drawing.ticks]
        assert all(right - left >= 40 for left, right in pairwise(places))
        assert all(lane.hours == () or lane.hours[0].x > drawing.axis_x for lane in drawing.lanes)
    (long,) = drawn(
        {"id": "a", "drug": "x", "technique": "infusion", "start": "09:30", "stop": "2026-03-20T09:30"},
    )
    places = [tick.x for tick in long.ticks]
    assert all(right - left >= 40 for left, right in pairwise(places))
    assert not any(mark.text for mark in long.lanes[0].hours)


def test_no_drawing_without_a_time() -> None:
    assert drawn({"id": "a", "drug": "x", "technique": "push"}) == ()


@pytest.mark.parametrize("sample", SAMPLES)
def test_json_is_the_review_again_in_the_order_of_the_contract(sample: Callable[[], Review]) -> None:
    review = sample()
    text = render(review, "json")
    assert Review.model_validate_json(text) == review
    assert list(json.loads(text)) == [name for name in ORDER if name not in ON_REQUEST]
    assert set(ORDER) == set(Review.model_fields)


def test_json_leaves_out_facts_that_nobody_stated_and_nothing_the_contract_names() -> None:
    value = json.loads(render(usual(), "json"))
    push = value["facts"]["administrations"][1]
    assert "stop" not in push
    assert push["start"]["value"] == "09:16"
    assert push["start"]["evidence"] == [{**words(NURSING, "0916"), "match": "exact"}]
    assert value["encounter"]["date_of_service"] == "2026-03-14"
    assert set(value["codes"][1]) >= {
        "code",
        "units",
        "modifiers",
        "date",
        "label",
        "flags",
        "kind",
        "administrations",
        "because",
        "at_risk",
    }
    assert value["billed"] == []
    assert set(value["missing"][0]) >= {"administration", "curable", "standing", "fixable_by", "question"}


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_colours_reach_the_contrast_of_wcag_aa_in_light_and_dark() -> None:
    sheet = page(usual()).texts["style"]
    themes = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)) for block in sheet.split(":root {")[1:3]]
    on = {
        "page": "text quiet link good warn bad calm miss-edge att-edge",
        "panel": "text quiet link",
        "hl": "text",
        "miss": "text",
        "att": "text",
    }
    for theme in themes:
        for ground, inks in on.items():
            for ink in inks.split():
                low, high = sorted((luminance(theme[ground]), luminance(theme[ink])))
                assert (high + 0.05) / (low + 0.05) >= 4.5, (ground, ink)
