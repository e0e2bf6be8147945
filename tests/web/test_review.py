"""Pasting notes and having the answer in place; what is said when something is lacking."""

from __future__ import annotations

import re

import pytest
from visitor import NOTE, Visit, plain, units


def test_the_first_page_has_a_box_for_each_kind_of_note(visit: Visit) -> None:
    page = visit().get("/").text
    assert re.findall(r'<option value="(\w+)" selected>', page)[:4] == ["nursing", "physician", "order", "mar"]
    assert "<h1>Review an encounter</h1>" in page


def test_a_pasted_note_gives_codes_with_units_beside_its_words(visit: Visit) -> None:
    answer = visit().review()
    # 09:10 to 12:14 are 184 minutes: the first hour and two further ones; the 4 minutes left are not over 30 (TIME-4).
    assert units(answer.text) == {"96413": 1, "96415": 2, "J9267": 300}
    assert answer.status_code == 200
    assert 'class="hl supports"' in answer.text
    assert '<svg class="bars"' in answer.text
    assert "1214 Paclitaxel infusion complete" in plain(answer.text)


def test_highlights_lanes_and_lines_name_one_another(visit: Visit) -> None:
    page = visit().review().text
    line = re.search(r'<article class="line" id="(line-\d+)" data-item data-for="([^"]*)"', page)
    assert line is not None
    assert line[2] == "given-1"
    lane = re.search(r'id="given-1" data-item data-for="([^"]*)"', page)
    assert lane is not None
    assert line[1] in lane[1].split()
    assert re.search(rf'class="hl supports"[^>]*data-for="[^"]*{line[1]}[^"]*given-1', page)
    for described in re.findall(r'aria-describedby="([^"]+)"', page):
        for name in described.split():
            assert f'id="{name}"' in page


def test_a_script_gets_the_part_in_place_and_no_page_around_it(visit: Visit) -> None:
    page = visit().post("/review", in_place=True, kind="nursing", text=NOTE).text
    assert page.lstrip().startswith('<div id="work"')
    assert "<html" not in page


def test_several_boxes_are_one_encounter(visit: Visit) -> None:
    given, end = NOTE.split("1214")
    page = visit().post("/review", kind=["nursing", "mar"], text=[given, "DOS 03/14/2026\n1214" + end]).text
    assert units(page)["96413"] == 1
    assert re.findall(r'id="note-\d-title">(\w+)<', page) == ["nursing", "mar"]


def test_two_boxes_of_a_kind_are_told_apart(visit: Visit) -> None:
    page = visit().post("/review", kind=["mar", "mar"], text=[NOTE, "Nothing else 03/14/2026."]).text
    assert re.findall(r'id="note-\d-title">([^<]+)<', page) == ["mar 1", "mar 2"]


def test_setting_and_date_that_are_chosen_win(visit: Visit) -> None:
    page = plain(visit().review(setting="physician", date="2026-03-15").text)
    assert "date of service 2026-03-15 · physician" in page


def test_the_encounter_is_still_there_when_the_page_is_loaded_again(visit: Visit) -> None:
    visitor = visit()
    visitor.review()
    assert units(visitor.get("/").text)["96415"] == 2


def test_the_address_of_an_answer_leads_back_to_it(visit: Visit) -> None:
    visitor = visit()
    visitor.review()
    assert units(visitor.get("/review").text)["96415"] == 2


def test_the_next_encounter_forgets_this_one(visit: Visit) -> None:
    visitor = visit()
    visitor.review()
    page = visitor.post("/close").text
    assert "Paclitaxel" not in page
    assert visitor.post("/undo").status_code == 410


def test_only_the_newest_encounters_of_a_session_are_held(visit: Visit) -> None:
    visitor = visit(works_each=2)
    visitor.review()
    first = visitor.work
    visitor.review()
    visitor.review()
    visitor.work = first
    answer = visitor.post("/undo")
    assert answer.status_code == 410
    assert "no longer held" in answer.text


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"kind": "nursing", "text": "  \n"}, "Paste at least one note"),
        ({"kind": "nursing", "text": "x", "date": "2026-02-30"}, "there is no such day"),
        ({"kind": "nursing", "text": "x", "policy": "none"}, "unknown policy"),
        ({"kind": "nursing", "text": "x", "setting": "home"}, "choose facility or physician"),
        ({"kind": "nursing", "text": "a" * 500_001}, "too long"),
        ({"kind": ["nursing"] * 21, "text": ["x"] * 21}, "At most 20 notes"),
    ],
)
def test_what_cannot_be_reviewed_says_what_to_do(visit: Visit, form: dict[str, object], says: str) -> None:
    visitor = visit()
    answer = visitor.post("/review", **form)
    assert answer.status_code == 422
    assert says in plain(answer.text)
    in_place = visitor.post("/review", in_place=True, **form)
    assert in_place.status_code == 422
    assert in_place.text.startswith("<p>")


def test_a_refused_form_keeps_what_was_pasted(visit: Visit) -> None:
    page = visit().post("/review", kind="mar", text=NOTE, date="2026-02-30").text
    assert "0910 Paclitaxel 300 mg" in page


def test_a_note_without_an_administration_says_so(visit: Visit) -> None:
    page = plain(visit().review("03/14/2026 phone call, patient asked about parking.").text)
    assert "nothing to code" in page


def test_the_sample_is_an_invented_encounter(visit: Visit) -> None:
    page = visit().post("/review", sample="1").text
    assert "Invented" in page
    assert units(page)["96413"] == 1


def test_titles_and_addresses_tell_nothing_of_the_encounter(visit: Visit) -> None:
    visitor = visit()
    answer = visitor.review()
    assert re.search(r"<title>(.*?)</title>", answer.text)[1] == "Review · encounter reviewer"
    assert str(answer.url).endswith("/review")
    assert visitor.work not in " ".join(re.findall(r'(?:href|action|src|hx-post|hx-get)="([^"]*)"', answer.text))
