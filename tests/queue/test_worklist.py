"""The worklist: urgent first, only steps that exist, two people at once, counts that add up."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import delete, select, update

from reviewer.errors import UsageError
from reviewer.ledger import chain
from reviewer.queue import worklist
from reviewer.queue.adding import Added, add
from reviewer.queue.intake.encounter import Incoming, IncomingNote
from reviewer.queue.states import STATES, STEPS
from reviewer.queue.store.database import Store
from reviewer.queue.store.tables import outcomes, versions
from reviewer.queue.work.outcome import Finished, keep


def visit(identity: str, text: str = "0905 carboplatin 400 mg IVPB", deadline: str | None = None) -> Incoming:
    day = dt.date.fromisoformat(deadline) if deadline else None
    return Incoming(encounter_id=identity, notes=(IncomingNote(name="n.txt", text=text),), deadline=day)


def reviewed(store: Store, identity: str, effect: int = 9, outcome: str = "done") -> Finished:
    version = worklist.item(store, identity).version
    one = Finished(version, outcome, "", "{}", "k", "r", "p", {}, effect, 0 if effect == 9 else 1)  # type: ignore[arg-type]
    keep(store, [one], "queue")
    return one


def test_adding_again_changes_nothing_and_changed_notes_are_a_new_version(store: Store) -> None:
    assert add(store, [visit("a"), visit("b")], "me") == Added(2, 0, 0)
    assert add(store, [visit("a"), visit("b")], "me") == Added(0, 0, 2)
    reviewed(store, "a")
    assert add(store, [visit("a", "0905 cisplatin 80 mg IVPB")], "me") == Added(0, 1, 0)
    now = worklist.status(store)
    assert (now.encounters, now.versions, now.pending, now.outcomes["done"]) == (2, 3, 2, 1)
    assert now.adds_up
    assert worklist.item(store, "a").state == "new"
    with store.reading() as connection:
        kept = connection.execute(select(versions.c.notes).order_by(versions.c.id)).scalars().all()
    assert store.seal.open(kept[0]) == [["n.txt", "0905 carboplatin 400 mg IVPB"]]


def test_who_add_the_same_at_the_same_time_add_it_once(store: Store) -> None:
    visits = [visit(f"e{number}") for number in range(50)]
    with ThreadPoolExecutor(3) as together:
        added = list(together.map(lambda order: add(store, visits[::order], "me"), (1, -1, 1)))
    assert (sum(one.new for one in added), sum(one.unchanged for one in added)) == (50, 100)
    counted = worklist.status(store)
    assert (counted.encounters, counted.versions, counted.adds_up) == (50, 50, True)
    with store.reading() as connection:
        assert list(chain.faults(connection)) == []


def test_a_new_deadline_is_no_new_version(store: Store) -> None:
    add(store, [visit("a"), visit("b", deadline="2026-12-01")], "me", hold_days=3)
    held = worklist.item(store, "a").deadline
    assert held is not None
    assert add(store, [visit("a"), visit("b", deadline="2026-12-05")], "me", hold_days=9) == Added(0, 0, 2, 1)
    assert (worklist.item(store, "a").deadline, worklist.item(store, "b").deadline) == (held, "2026-12-05")
    assert add(store, [visit("b", "changed")], "me") == Added(0, 1, 0)
    assert worklist.item(store, "b").deadline == "2026-12-05"


def test_one_version_has_one_outcome_whoever_comes_second(store: Store) -> None:
    add(store, [visit("a")], "me")
    one = reviewed(store, "a")
    assert keep(store, [one._replace(outcome="failed")], "queue") == 0
    assert worklist.item(store, "a").outcome == "done"
    assert worklist.status(store).outcomes == {"done": 1, "needs_human": 0, "failed": 0}


def test_an_outcome_of_an_old_version_moves_nothing(store: Store) -> None:
    add(store, [visit("a")], "me")
    old = worklist.item(store, "a").version
    add(store, [visit("a", "other")], "me")
    keep(store, [Finished(old, "done", "", "{}", "k", "r", "p", {}, 9, 0)], "queue")
    assert worklist.item(store, "a").state == "new"
    assert worklist.status(store).adds_up


@pytest.mark.parametrize("lost", ["an outcome", "a place on the worklist", "a superseded mark"])
def test_counts_that_do_not_add_up_are_told(store: Store, lost: str) -> None:
    add(store, [visit("a"), visit("b"), visit("c")], "me")
    add(store, [visit("c", "other")], "me")
    reviewed(store, "a")
    assert worklist.status(store).adds_up
    first = worklist.item(store, "a").version
    with store.writing() as connection:
        if lost == "an outcome":
            connection.execute(delete(outcomes))
        elif lost == "a place on the worklist":
            connection.execute(delete(worklist.worklist).where(worklist.worklist.c.encounter_id == "b"))
        else:
            connection.execute(update(versions).where(versions.c.id == first).values(superseded=True))
    assert not worklist.status(store).adds_up


def test_the_next_deadline_comes_first_then_what_costs_most(store: Store) -> None:
    add(store, [visit("late", deadline="2026-12-09"), visit("none"), visit("soon", deadline="2026-12-01")], "me")
    add(store, [visit("soon2", deadline="2026-12-01")], "me")
    for identity, effect in (("late", 0), ("none", 0), ("soon", 2), ("soon2", 0)):
        reviewed(store, identity, effect)
    assert [one.encounter_id for one in worklist.items(store)] == ["soon2", "soon", "late", "none"]
    assert [one.encounter_id for one in worklist.items(store, limit=2, offset=2)] == ["late", "none"]
    assert [one.effect for one in worklist.items(store, states=["needs_review"])] == ["blocks", "blocks", "blocks"]


def test_a_clean_review_is_extracted_and_one_that_lacks_something_needs_review(store: Store) -> None:
    add(store, [visit("clean"), visit("risk"), visit("person"), visit("lacks")], "me")
    reviewed(store, "clean")
    reviewed(store, "risk", 2)
    reviewed(store, "person", 9, "needs_human")
    reviewed(store, "lacks", 1)
    found = {one.encounter_id: one.state for one in worklist.items(store)}
    assert found == {"clean": "extracted", "risk": "extracted", "person": "needs_review", "lacks": "needs_review"}


def test_steps_are_checked_and_told(store: Store) -> None:
    add(store, [visit("a")], "me")
    with pytest.raises(UsageError, match="from new an encounter goes to held; not to released"):
        worklist.move(store, "a", "released", "ann")
    reviewed(store, "a", 0)
    assert worklist.move(store, "a", "queried", "ann", comment="asked the nurse").state == "queried"
    assert worklist.move(store, "a", "answered", "bob").state == "answered"
    assert worklist.move(store, "a", "released", "ann").state == "released"
    told = [(one.user, one.from_state, one.to_state, one.comment) for one in worklist.history(store, "a")]
    assert told == [
        ("ann", "needs_review", "queried", "asked the nurse"),
        ("bob", "queried", "answered", ""),
        ("ann", "answered", "released", ""),
    ]
    with pytest.raises(UsageError, match="no encounter of that id"):
        worklist.move(store, "z", "held", "ann")


def test_what_a_person_holds_stays_held_when_its_review_comes(store: Store) -> None:
    add(store, [visit("a")], "me")
    worklist.move(store, "a", "held", "ann")
    reviewed(store, "a", 0)
    assert (worklist.item(store, "a").state, worklist.item(store, "a").outcome) == ("held", "done")


def test_changed_notes_stand_in_the_history(store: Store) -> None:
    add(store, [visit("a")], "me")
    reviewed(store, "a", 0)
    add(store, [visit("a", "other")], "joe")
    told = [(one.user, one.action, one.from_state, one.to_state) for one in worklist.history(store, "a")]
    assert told == [("joe", "changed notes", "needs_review", "new")]


def test_who_comes_second_is_told_so(store: Store) -> None:
    add(store, [visit("a")], "me")
    reviewed(store, "a", 0)
    seen = worklist.item(store, "a").revision
    worklist.move(store, "a", "held", "ann", revision=seen)
    with pytest.raises(UsageError, match="somebody changed"):
        worklist.move(store, "a", "queried", "bob", revision=seen)


def test_every_action_is_in_the_ledger_without_a_word_of_a_note(store: Store) -> None:
    add(store, [visit("a", "0905 carboplatin")], "me")
    reviewed(store, "a", 0)
    worklist.assign(store, "a", "ann", "lead")
    worklist.remark(store, "a", "carboplatin looks odd", "ann")
    worklist.move(store, "a", "held", "ann")
    with store.reading() as connection:
        from reviewer.queue.store.tables import ledger

        rows = connection.execute(select(ledger).order_by(ledger.c.seq)).all()
        assert list(chain.faults(connection)) == []
    assert [row.kind for row in rows] == ["received", "reviewed", "assign", "comment", "move"]
    assert not any("carboplatin" in row.body for row in rows)
    assert worklist.item(store, "a").assigned_to == "ann"


def test_every_state_has_its_steps_and_can_be_reached() -> None:
    assert set(STEPS) == set(STATES)
    reached = {"new", "extracted", "needs_review"} | {to for steps in STEPS.values() for to in steps}
    assert reached == set(STATES)
