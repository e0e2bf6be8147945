"""The worklist's pages without a browser: choosing, acting, correcting, two people at once, releasing together."""

from __future__ import annotations

import io
import json
import re
import time
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from queued import CLEAN, OPEN, filled, visit
from reviewed_queue import work
from starlette.testclient import TestClient
from visitor import ADDRESS, Visitor, plain, units

from reviewer.accounts.roles import User
from reviewer.ledger.checking import check
from reviewer.queue import browsing, worklist
from reviewer.queue.adding import add
from reviewer.queue.store.database import Store
from reviewer.review import Review
from reviewer.web import pages_worklist
from reviewer.web.app import create_app
from reviewer.web.desk import Desk
from reviewer.web.options import WebOptions
from reviewer.web.people import SingleUser


@pytest.fixture
def site(store: Store) -> Iterator[Any]:
    """Visitors of one application over the queue, each with a session of their own."""
    app, clients = create_app(WebOptions(store=store)), []

    def make(name: str = "") -> Visitor:
        client = TestClient(app, base_url=ADDRESS, follow_redirects=True)
        client.__enter__()
        clients.append(client)
        visitor = Visitor(client)
        visitor.get("/worklist")
        if name:
            visitor.post("/worklist/name", name=name)
        return visitor

    yield make
    for client in clients:
        client.__exit__(None, None, None)


def shown(page: str) -> list[str]:
    """The ids in the table, in its order."""
    return re.findall(r'<a href="/worklist/\d+" data-open[^>]*>([^<]*)</a>', page)


def form(store: Store, identity: str, **more: str) -> dict[str, str]:
    """What a form of this encounter brings back, as it stands now."""
    item = worklist.item(store, identity)
    return {"version": str(item.version), "revision": str(item.revision), **more}


def correct(visitor: Visitor, stop: str, by: str = "Ada Coder") -> Any:
    return visitor.correct("administrations.a1.stop", stop, by=by)


def test_without_a_queue_the_page_says_what_to_do(visit: Any) -> None:
    page = plain(visit().get("/worklist").text)
    assert "No queue is configured" in page
    assert "reviewer serve --database" in page


def test_an_empty_queue_says_what_to_do(site: Any) -> None:
    assert "reviewer queue add" in plain(site().get("/worklist").text)


def test_the_list_is_chosen_sorted_and_turned(store: Store, site: Any) -> None:
    add(
        store, [visit(f"E{n:03}", unit="North" if n % 2 else "South", author=f"A{n % 3}") for n in range(120)], "intake"
    )
    visitor = site()
    assert len(shown(visitor.get("/worklist").text)) == 50
    assert "page 2 of 3" in plain(visitor.post("/worklist", in_place=True, page="1").text)
    assert shown(visitor.post("/worklist", in_place=True, sort="encounter_id").text)[0] == "E000"
    assert shown(visitor.post("/worklist", in_place=True, sort="encounter_id").text)[0] == "E119"
    north = visitor.post("/worklist", in_place=True, unit="North", author="A0").text
    assert sorted(shown(north)) == [f"E{n:03}" for n in range(120) if n % 2 and n % 3 == 0]
    assert len(shown(visitor.post("/worklist", in_place=True, text="e11").text)) == 10
    assert shown(visitor.post("/worklist", in_place=True, text="%").text) == []
    assert "No encounter is like this" in plain(visitor.get("/worklist").text)
    assert len(shown(visitor.post("/worklist", all="1").text)) == 50
    # A page that is not there any more is the last that is.
    assert "page 3 of 3" in plain(visitor.post("/worklist", in_place=True, page="99").text)


def test_states_deadlines_people_and_effects_can_be_chosen(store: Store, site: Any) -> None:
    filled(store, visit("clean", deadline="2026-11-30"), visit("open", OPEN, deadline="2026-11-20"))
    add(store, [visit("waits", "0905 something")], "intake")
    worklist.assign(store, "clean", "Ben", "Ada")
    visitor = site()

    def chosen(**what: str) -> list[str]:
        return shown(visitor.post("/worklist", in_place=True, **what).text)

    assert chosen() == ["open", "clean", "waits"]
    assert chosen(state="extracted") == ["clean"]
    assert chosen(state=["new", "needs_review"]) == ["open", "waits"]  # type: ignore[arg-type]
    assert chosen(until="2026-11-20") == ["open"]
    assert chosen(assigned_to="Ben") == ["clean"]
    assert chosen(assigned_to="(nobody)") == ["open", "waits"]
    assert chosen(effect="at_risk") == ["clean"]
    assert chosen(effect="nothing") == []
    refused = visitor.post("/worklist", in_place=True, until="soon")
    assert (refused.status_code, "no such day" in refused.text) == (422, True)


def test_nothing_that_was_typed_stands_in_an_address_or_a_title(store: Store, site: Any) -> None:
    filled(store, visit("MRN-778899"))
    visitor = site()
    found = visitor.post("/worklist", text="MRN-7788")
    assert str(found.url) == f"{ADDRESS}/worklist"
    page = visitor.get("/worklist/1").text
    assert "MRN-778899" in page
    assert "MRN" not in re.search("<title>(.*)</title>", page)[1]  # type: ignore[index]
    assert not re.search(r'(?:href|action|hx-post|hx-get)="[^"]*MRN', page)


def test_a_correction_is_judged_kept_told_and_in_the_ledger(store: Store, site: Any) -> None:
    filled(store, visit("E1"))
    visitor = site("Ada Coder")
    before = units(visitor.get("/worklist/1").text)
    assert "96415" not in before  # 65 minutes are the first hour alone
    page = correct(visitor, "11:10").text
    assert units(page) == {**before, "96415": 1}  # 125 minutes: one further hour
    assert "stop of paclitaxel 80 mg: 11:10 (MAR)" in plain(page)
    kept = json.loads(worklist.review_of(store, 1) or "")
    stop = kept["facts"]["administrations"][0]["stop"]
    assert (stop["standing"], stop["by"], stop["why"]) == ("entered", "Ada Coder", "MAR")
    assert [(one["code"], one["units"]) for one in kept["codes"] if one["code"] == "96415"] == [("96415", 1)]
    assert worklist.notes_of(store, 1)[0].text == CLEAN
    assert [(one.user, one.action) for one in worklist.history(store, "E1")] == [("Ada Coder", "corrected")]
    assert check(store).faults == []


def test_undo_is_a_change_of_its_own(store: Store, site: Any) -> None:
    filled(store, visit("E1"))
    visitor = site("Ada")
    before = worklist.review_of(store, 1)
    visitor.get("/worklist/1")
    correct(visitor, "11:10")
    visitor.post("/undo", in_place=True)
    assert json.loads(worklist.review_of(store, 1) or "")["codes"] == json.loads(before or "")["codes"]
    assert [one.comment for one in worklist.history(store, "E1")][1].startswith("undone: stop of")
    assert check(store).faults == []


def test_of_two_people_the_second_is_told_who_changed_what_and_overwrites_nothing(store: Store, site: Any) -> None:
    filled(store, visit("E1"))
    ada, ben = site("Ada"), site("Ben")
    ada.get("/worklist/1")
    ben.get("/worklist/1")
    correct(ada, "11:10", by="Ada")
    kept = worklist.review_of(store, 1)
    refused = correct(ben, "10:40", by="Ben")
    assert refused.status_code == 409
    assert "Ada corrected a fact (stop of paclitaxel 80 mg: 11:10 (MAR))" in plain(refused.text)
    assert worklist.review_of(store, 1) == kept
    # Having looked again, the second may.
    ben.get("/worklist/1")
    assert correct(ben, "10:40", by="Ben").status_code == 200
    assert len(worklist.history(store, "E1")) == 2


def test_of_two_people_who_move_it_the_second_is_told(store: Store, site: Any) -> None:
    filled(store, visit("E1"))
    ada, ben = site("Ada"), site("Ben")
    seen = form(store, "E1", history="0")
    assert "E1: released" in plain(ada.post("/worklist/move", in_place=True, **seen, to="released").text)
    refused = ben.post("/worklist/move", in_place=True, **seen, to="queried")
    assert refused.status_code == 409
    assert "Ada moved it to released" in plain(refused.text)
    assert worklist.item(store, "E1").state == "released"


def test_a_released_encounter_that_is_corrected_is_looked_at_again(store: Store, site: Any) -> None:
    filled(store, visit("E1"))
    visitor = site("Ada")
    visitor.post("/worklist/move", **form(store, "E1"), to="released")
    visitor.get("/worklist/1")
    correct(visitor, "11:10")
    assert worklist.item(store, "E1").state == "needs_review"


def test_steps_that_make_no_sense_are_refused(store: Store, site: Any) -> None:
    filled(store, visit("E1"))
    visitor = site()
    for to, status in (("answered", 422), ("new", 422), ("nowhere", 422), ("held", 200)):
        assert visitor.post("/worklist/move", in_place=True, **form(store, "E1"), to=to).status_code == status, to
    assert visitor.post("/worklist/move", in_place=True, version="999", revision="0", to="held").status_code == 422
    assert visitor.post("/worklist/move", in_place=True, version="x", revision="0", to="held").status_code == 422
    assert visitor.get("/worklist/999").status_code == 422


def test_accepting_from_the_list_keeps_the_place(store: Store, site: Any) -> None:
    filled(store, *(visit(f"E{n}") for n in range(3)))
    visitor = site("Ada")
    visitor.post("/worklist", in_place=True, state="extracted")
    page = visitor.post("/worklist/move", in_place=True, **form(store, "E1"), to="released", **{"from": "list"}).text
    assert shown(page) == ["E0", "E2"]
    assert re.search(r"data-open autofocus>E2<", page)
    assert "E1: released" in plain(page)


def test_given_taken_and_given_back(store: Store, site: Any) -> None:
    filled(store, visit("E1"))
    visitor = site("Ada")
    visitor.post("/worklist/assign", **form(store, "E1"), person="Ben")
    assert worklist.item(store, "E1").assigned_to == "Ben"
    visitor.post("/worklist/take", **form(store, "E1"))
    assert worklist.item(store, "E1").assigned_to == "Ada"
    page = visitor.post("/worklist/take", **form(store, "E1"), back="1").text
    assert worklist.item(store, "E1").assigned_to is None
    assert "given to nobody" in plain(page)
    assert [one.user for one in worklist.history(store, "E1")] == ["Ada"] * 3


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\u202egnp"


def test_hostile_ids_units_names_and_comments_are_inert(store: Store, site: Any) -> None:
    name = "<img src=x onerror=alert(1)>"
    filled(store, visit(f"E'\">{name}", unit=name, author="'\" onfocus=alert(1) x='"))
    visitor = site(name)
    visitor.post("/worklist/comment", **form(store, f"E'\">{name}"), comment=HOSTILE)
    for path in ("/worklist", "/worklist/1", "/worklist/1/queries"):
        page = visitor.get(path).text
        assert "<img" not in page
        assert "<script>alert" not in page
        assert "\u202e" not in page
        assert 'onfocus=alert(1) x="' not in page
    page = visitor.get("/worklist/1").text
    assert "&lt;script&gt;alert(1)" in page
    assert "[U+202E]" in page


def test_clean_ones_are_listed_confirmed_and_released_together(store: Store, site: Any) -> None:
    filled(store, visit("c1"), visit("c2"), visit("c3"), visit("open", OPEN))
    # Both documents are of the visit, and they disagree about the dose.
    conflict = visit("differs").model_copy(
        update={"notes": (*visit("x").notes, *visit("y", CLEAN.replace("80 mg", "90 mg")).notes)}
    )
    notes = tuple(n.model_copy(update={"name": f"n{i}.txt"}) for i, n in enumerate(conflict.notes))
    filled(store, conflict.model_copy(update={"notes": notes}))
    ada, ben = site("Ada"), site("Ben")
    page = ada.post("/worklist/clean").text
    chosen = re.findall(r'name="chosen" value="([^"]+)" checked aria-label="Release ([^"]+)"', page)
    assert [name for _, name in chosen] == ["c1", "c2", "c3"]
    ben.get("/worklist/2")
    correct(ben, "11:10", by="Ben")
    done = plain(ada.post("/worklist/release", chosen=[value for value, _ in chosen]).text)
    assert "2 released" in done
    assert "1 left, because somebody changed them meanwhile: c2" in done
    assert [worklist.item(store, name).state for name in ("c1", "c2", "c3")] == ["released", "extracted", "released"]
    assert "2 left" in plain(ada.post("/worklist/release", chosen=[chosen[0][0], chosen[2][0]]).text)
    assert check(store).faults == []
    assert ada.post("/worklist/release", in_place=True).status_code == 422
    assert ada.post("/worklist/release", in_place=True, chosen="1:x").status_code == 422


def test_a_query_is_drafted_sent_and_its_answer_reviewed(store: Store, site: Any) -> None:
    filled(store, visit("E1", OPEN))
    visitor = site("Ada")
    page = visitor.get("/worklist/1/queries").text
    assert "About E1 of the worklist" in plain(page)
    text = "To: Nurse\nWhat stop time is recorded for paclitaxel?"
    page = visitor.post("/worklist/sent", **form(store, "E1"), text=text).text
    assert worklist.item(store, "E1").state == "queried"
    assert "What stop time is recorded for paclitaxel?" in plain(page)
    assert "96413" not in units(page)
    addendum = {"author": "S. Alvarez RN", "written": "2026-03-15T08:30"}
    told = "Addendum: paclitaxel infusion stopped at 1010 on 03/14/2026."
    page = visitor.post("/worklist/answered", **form(store, "E1"), **addendum, text=told).text
    item = worklist.item(store, "E1")
    assert (item.version, item.state) == (2, "extracted")
    # 09:05 to 10:10 is 65 minutes: one first hour.
    assert units(page)["96413"] == 1
    assert "96413: new, 1 unit" in plain(page)
    notes = worklist.notes_of(store, 2)
    assert [note.id for note in notes] == ["nursing.txt", "addendum 2026-03-15 08:30 S. Alvarez RN"]
    assert notes[1].text == told
    assert worklist.notes_of(store, 1)[0].text == OPEN
    assert worklist.review_of(store, 1) is not None
    old = visitor.get("/worklist/1").text
    assert "Newer notes came for this encounter" in plain(old)
    assert visitor.correct("administrations.a1.stop", "11:10").status_code == 409
    actions = [(one.action, one.to_state) for one in worklist.history(store, "E1")]
    assert actions == [("move", "queried"), ("answered", "answered"), ("changed notes", "new")]
    assert check(store).faults == []
    assert worklist.status(store).adds_up


ADDENDUM = {"author": "RN", "written": "2026-03-15T08:30"}


def test_what_was_corrected_goes_into_the_new_version_where_the_notes_tell_it_as_before(
    store: Store, site: Any
) -> None:
    filled(store, visit("E1"))
    visitor = site("Ada")
    visitor.get("/worklist/1")
    correct(visitor, "11:10", by="Ada")
    told = "Addendum: no reaction was seen."
    page = visitor.post("/worklist/answered", **form(store, "E1"), **ADDENDUM, text=told).text
    assert "corrected before, and carried over: stop of paclitaxel 80 mg: 11:10 (Ada: MAR)" in plain(page)
    # 09:05 to 11:10 is 125 minutes: the first hour and, from 91 minutes on, one more.
    assert (units(page)["96413"], units(page)["96415"]) == (1, 1)
    kept = Review.model_validate_json(worklist.review_of(store, 2) or "")
    assert next(a for a in kept.facts.administrations if a.drug.value == "paclitaxel").stop.by == "Ada"
    last = worklist.history(store, "E1")[-1]
    assert (last.action, last.comment) == (
        "corrected",
        "carried over: stop of paclitaxel 80 mg: 11:10 (Ada: MAR)",
    )
    assert check(store).faults == []
    assert worklist.status(store).adds_up


def test_a_correction_that_the_new_notes_contradict_is_named_and_left(store: Store, site: Any) -> None:
    filled(store, visit("E1", OPEN))
    visitor = site("Ada")
    visitor.get("/worklist/1")
    correct(visitor, "11:10", by="Ada")
    told = "Addendum: paclitaxel infusion stopped at 1010 on 03/14/2026."
    page = visitor.post("/worklist/answered", **form(store, "E1"), **ADDENDUM, text=told).text
    assert "corrected before, and NOT carried over: stop of paclitaxel 80 mg: 11:10 (Ada: MAR)" in plain(page)
    assert "96415" not in units(page)  # 09:05 to 10:10, as the addendum says


def test_next_and_previous_go_on_from_the_new_version(store: Store, site: Any) -> None:
    filled(store, visit("E1"), visit("E2"), visit("E3"))
    visitor = site("Ada")
    visitor.get("/worklist")
    page = visitor.post("/worklist/answered", **form(store, "E2"), **ADDENDUM, text="Addendum: no reaction.").text
    assert "Go to" not in page
    assert 'href="/worklist/3" data-key="j"' in page
    assert 'href="/worklist/1" data-key="k"' in page


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"text": " "}, "addendum is empty"),
        ({"author": ""}, "who wrote the answer"),
        ({"written": "yesterday"}, "a date and time"),
        ({"text": CLEAN}, "one of the notes already"),
    ],
)
def test_an_addendum_that_is_none_is_refused(store: Store, site: Any, given: dict[str, str], says: str) -> None:
    filled(store, visit("E1"))
    addendum = {"author": "RN", "written": "2026-03-15T08:30", "text": "Addendum."}
    refused = site().post("/worklist/answered", in_place=True, **form(store, "E1"), **{**addendum, **given})
    assert (refused.status_code, says in plain(refused.text)) == (422, True)
    assert worklist.item(store, "E1").version == 1


def test_an_encounter_without_a_review_shows_its_notes_and_what_to_do(store: Store, site: Any) -> None:
    add(store, [visit("E1", "0905 <b>paclitaxel</b>")], "intake")
    visitor = site()
    page = visitor.get("/worklist/1").text
    assert "&lt;b&gt;paclitaxel" in page
    assert "It waits to be reviewed" in plain(page)
    assert "held" in plain(visitor.post("/worklist/move", in_place=True, **form(store, "E1"), to="held").text)
    assert visitor.get("/worklist/1/queries").status_code == 200


def test_billed_lines_that_came_with_it_are_compared(store: Store, site: Any) -> None:
    line = {"line": "1", "code": "96413", "units": 2, "modifiers": []}
    filled(store, visit("E1", billed=(line,)))
    visitor = site()
    visitor.get("/worklist/1")
    page = plain(visitor.post("/billed/of").text)
    assert "more billed than the documentation supports" in page
    correct(visitor, "11:10")
    kept = json.loads(worklist.review_of(store, 1) or "")
    assert {one["code"] for one in kept["billed"]} >= {"96413"}


def test_keys_can_be_turned_off(store: Store, site: Any) -> None:
    filled(store, visit("E1"))
    visitor = site()
    assert 'data-keys="on"' in visitor.get("/worklist").text
    visitor.post("/worklist/keys", keys="off")
    for path in ("/worklist", "/worklist/1"):
        assert 'data-keys="on"' not in visitor.get(path).text


def test_the_list_leaves_as_a_file(store: Store, site: Any) -> None:
    filled(store, visit("E1"), visit("=cmd|x"), visit("open", OPEN))
    visitor = site()
    visitor.post("/worklist", in_place=True, state="extracted")
    table = visitor.post("/worklist/export", format="csv")
    assert table.headers["content-disposition"] == 'attachment; filename="worklist.csv"'
    assert "E1" in table.text
    assert "'=cmd|x" in table.text
    assert "open" not in table.text
    lines = visitor.post("/worklist/export", format="jsonl").text.splitlines()
    assert len(lines) == 2
    with zipfile.ZipFile(io.BytesIO(visitor.post("/worklist/export", format="html").content)) as packed:
        assert len(packed.namelist()) == 3
        assert "index.html" in packed.namelist()
    assert visitor.post("/worklist/export", format="exe", in_place=True).status_code == 422


def test_progress_counts_and_reckons(store: Store, site: Any) -> None:
    filled(store, visit("E1"))
    add(store, [visit(f"W{n}") for n in range(4)], "intake")
    page = plain(site().get("/worklist/progress").text)
    assert page.startswith("4 wait to be reviewed, 1 reviewed")


async def _progress(desk: Desk) -> Any:
    return await desk.progress()


def test_the_rate_is_that_of_the_last_minutes(store: Store) -> None:
    import anyio

    now = 0.0
    desk = Desk(store, lambda: now)
    add(store, [visit(f"W{n}") for n in range(3)], "intake")
    assert anyio.run(_progress, desk).rate is None
    work(store)
    add(store, [visit("late"), visit("later")], "intake")
    now = 60.0
    found = anyio.run(_progress, desk)
    # Three in one minute: two that wait take two thirds of another.
    assert (found.rate, found.waiting, round(found.minutes or 0, 2)) == (3.0, 2, 0.67)
    now = 61.0
    assert anyio.run(_progress, desk).waiting == 2


def test_what_a_page_asks_by_itself_keeps_no_session_open(store: Store) -> None:
    options = WebOptions(store=store, idle_seconds=0.4)
    with TestClient(create_app(options), base_url=ADDRESS) as client:
        visitor = Visitor(client)
        visitor.get("/worklist")
        for _ in range(6):
            time.sleep(0.1)
            client.get("/worklist/progress", headers={"hx-request": "true"})
        assert "no longer held" in visitor.get("/worklist").text


def test_every_page_from_either_end_is_the_list_in_order(store: Store) -> None:
    add(store, [visit(f"E{n:03}", unit=f"U{n % 7}" if n % 3 else None) for n in range(101)], "intake")
    for wanted in (browsing.Wanted(), browsing.Wanted(sort="unit"), browsing.Wanted(sort="unit", down=True)):
        whole = browsing.listed(store, wanted, limit=1000).items
        parts = [item for at in range(0, 120, 10) for item in browsing.listed(store, wanted, limit=10, offset=at).items]
        assert parts == whole
        assert len(whole) == 101
    known = [item.unit for item in whole if item.unit]
    assert known == sorted(known, reverse=True)
    assert all(item.unit is None for item in whole[len(known) :])


class Colleague(SingleUser):
    """Somebody with one role, as accounts would have them."""

    def __init__(self, role: str) -> None:
        self.user = User(id=role, name=role.title(), roles=frozenset({role}))  # type: ignore[arg-type]

    def of(self, _: Any) -> User:
        return self.user


@pytest.mark.parametrize(
    ("role", "sees", "sees_not"),
    [
        ("reader", ("E1",), ("Accept", "Take", "Query", "Only comment", "Give to", "Release clean", "Hold")),
        ("specialist", ("Accept", "Take", "Query", "Only comment"), ("Give to", "Release clean", "Hold")),
        ("lead", ("Accept", "Give to", "Release clean", "Hold", "Only comment"), ()),
        ("auditor", ("E1",), ("Accept", "Take", "Only comment")),
    ],
)
def test_pages_offer_what_a_role_may_do(
    store: Store, role: str, sees: tuple[str, ...], sees_not: tuple[str, ...]
) -> None:
    filled(store, visit("E1"))
    app = create_app(WebOptions(store=store, people=Colleague(role)))
    with TestClient(app, base_url=ADDRESS, follow_redirects=True) as client:
        visitor = Visitor(client)
        page = visitor.get("/worklist").text + visitor.get("/worklist/1").text
        said = plain(page)
        said += " ".join(re.findall(r">([^<>]+)</button>", page))
        assert [word for word in sees if word not in said] == []
        assert [word for word in sees_not if f">{word}" in page] == []
        assert ('<fieldset class="bare" disabled>' in page) == (role in ("reader", "auditor"))
        if role == "reader":
            assert visitor.post("/worklist/move", **form(store, "E1"), to="released").status_code == 403
            assert visitor.post("/worklist/release", chosen="1:1").status_code == 403
        if role == "specialist":
            assert visitor.post("/worklist/move", **form(store, "E1"), to="held").status_code == 403
            assert visitor.post("/worklist/assign", **form(store, "E1"), person="Ben").status_code == 403
            visitor.post("/worklist/take", **form(store, "E1"))
            assert worklist.item(store, "E1").assigned_to == "specialist"


def test_a_payer_that_is_corrected_chooses_the_policy_anew_unless_one_was_given(store: Store, site: Any) -> None:
    filled(store, visit("free"), visit("given", policy="medicare-opps"))
    visitor = site("Ada")
    for number, policy in ((1, "commercial-facility"), (2, "medicare-opps")):
        visitor.get(f"/worklist/{number}")
        visitor.correct("encounter.payer", "commercial")
        kept = json.loads(worklist.review_of(store, number) or "")
        assert (kept["encounter"]["payer"], kept["encounter"]["policy"]) == ("commercial", policy)


def test_what_is_said_of_billed_lines_is_said_once(store: Store, site: Any) -> None:
    line = {"line": "1", "code": "96413", "units": 2, "modifiers": [], "setting": "physician"}
    filled(store, visit("E1", billed=(line,)))
    before = json.loads(worklist.review_of(store, 1) or "")["notes_on_scope"]
    visitor = site("Ada")
    visitor.get("/worklist/1")
    correct(visitor, "11:10")
    correct(visitor, "11:20")
    assert json.loads(worklist.review_of(store, 1) or "")["notes_on_scope"] == before


@pytest.mark.parametrize("number", ["0", "-1", "2147483648", "99999999999", "9" * 40])
def test_numbers_of_no_encounter_are_refused(store: Store, site: Any, number: str) -> None:
    visitor = site()
    assert visitor.get(f"/worklist/{number}").status_code in (404, 422)
    form = {"version": number, "revision": "0", "to": "held"}
    assert visitor.post("/worklist/move", in_place=True, **form).status_code == 422
    assert visitor.post("/worklist/release", in_place=True, chosen=f"{number}:0").status_code in (200, 422)


def test_all_of_it_goes_through_processes_too(store: Store) -> None:
    line = {"line": "1", "code": "96413", "units": 2, "modifiers": []}
    filled(store, visit("E1", billed=(line,)))
    with TestClient(create_app(WebOptions(store=store, workers=1)), base_url=ADDRESS, follow_redirects=True) as client:
        visitor = Visitor(client)
        assert "96413" in units(visitor.get("/worklist/1").text)
        assert units(correct(visitor, "11:10").text)["96415"] == 1
        assert "more billed" in plain(visitor.post("/billed/of").text)
        assert visitor.get("/worklist/1/queries").status_code == 200
        answer = {"author": "RN", "written": "2026-03-15T08:30", "text": "Addendum: no reaction was seen."}
        page = visitor.post("/worklist/answered", **form(store, "E1"), **answer).text
        assert "corrected before, and carried over" in page


def test_next_and_previous_go_over_the_end_of_a_page(store: Store, site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages_worklist, "PAGE", 2)
    filled(store, *(visit(f"E{n}") for n in range(1, 6)))
    visitor = site("Ada")
    visitor.get("/worklist")
    seen = ["/worklist/1"]
    for key in ("j", "j", "j", "j", "k", "k", "k", "k"):
        found = re.search(rf'href="([^"]+)" data-key="{key}"', visitor.get(seen[-1]).text)
        assert found is not None, seen
        seen.append(visitor.get(found[1]).url.path)
    assert seen == [f"/worklist/{n}" for n in (1, 2, 3, 4, 5, 4, 3, 2, 1)]
    first, last = visitor.get("/worklist/1").text, visitor.get("/worklist/5").text
    assert 'data-key="k"' not in first
    assert 'data-key="j"' not in last


def test_next_passes_over_none_where_those_that_were_done_left_the_list(
    store: Store, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages_worklist, "PAGE", 2)
    filled(store, *(visit(f"E{n}") for n in range(1, 6)))
    visitor = site("Ada")
    visitor.post("/worklist", state="extracted")
    at, order = "/worklist/1", []
    for _ in range(5):
        number = int(at.rpartition("/")[2])
        order.append(number)
        page = visitor.get(at)
        visitor.post("/worklist/move", **form(store, f"E{number}"), to="released")
        found = re.search(r'href="([^"]+)" data-key="j"', page.text)
        if found:
            at = visitor.get(found[1]).url.path
    assert order == [1, 2, 3, 4, 5]
    end = visitor.get("/worklist/next")
    assert "There is no further encounter in this list" in plain(end.text)


def test_a_page_of_fifty_is_light(store: Store, site: Any) -> None:
    filled(store, *(visit(f"E{n:03}", f"{CLEAN}{n}", unit="Infusion North", author="S. Alvarez RN") for n in range(60)))
    visitor = site("Ada")
    page = visitor.get("/worklist")
    assert page.text.count("data-row") == 50
    files = [visitor.get(name) for name in set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text))]
    sent = sum(int(one.headers["content-length"]) for one in files)
    assert len(page.content) < 60_000
    assert len(page.content) + sent < 100_000
