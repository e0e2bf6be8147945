"""What people do with encounters, on both databases: looking through, correcting, releasing together, answering."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

from queue_encounters import filled, visit
from reviewed_queue import work

from reviewer.commands_rules import bundled_rulebook
from reviewer.ledger.checking import check
from reviewer.queue import browsing, worklist
from reviewer.queue.adding import add
from reviewer.queue.answering import Addendum, answer
from reviewer.queue.correcting import correct
from reviewer.queue.releasing import ready, release
from reviewer.queue.revalidating import revalidate
from reviewer.queue.store.database import Store
from reviewer.queue.work.reviewing import Reader
from reviewer.queue.worklist import MeanwhileError, Seen
from reviewer.review import Review
from validator import validate
from validator.facts import Encounter, Fact, Standing
from validator.findings import Assessment

BOOK = bundled_rulebook()
WRITTEN = dt.datetime(2026, 3, 15, 8, 30)


def seen(store: Store, identity: str) -> Seen:
    item = worklist.item(store, identity)
    return Seen(item.version, item.revision)


def review_of(store: Store, identity: str) -> Review:
    return Review.model_validate_json(worklist.review_of(store, worklist.item(store, identity).version) or "")


def with_stop(review: Review, clock: str) -> Review:
    """The review judged again with another stop of the first drug, as a person enters it."""
    first, *rest = review.facts.administrations
    stop = Fact[str](value=clock, standing=Standing.ENTERED, by="Ada", why="MAR")
    changed = Encounter.model_validate(
        review.facts.model_copy(update={"administrations": (first.model_copy(update={"stop": stop}), *rest)})
    )
    made = validate(changed, BOOK)
    return review.model_copy(
        update={"facts": changed, **{name: getattr(made, name) for name in Assessment.model_fields}}
    )


def hours(review: Review) -> int:
    return sum(line.units for line in review.codes if line.code == "96415")


def test_it_is_looked_through_in_every_order(store: Store) -> None:
    add(store, [visit(f"e{n:02}", unit=f"u{n % 3}" if n % 4 else None) for n in range(30)], "me")
    for sort in browsing.SORTS:
        wanted = browsing.Wanted(sort=sort, down=sort == "unit")
        whole = browsing.listed(store, wanted, limit=99)
        parts = [one for at in range(0, 30, 7) for one in browsing.listed(store, wanted, limit=7, offset=at).items]
        assert (parts, whole.total) == (whole.items, 30), sort
    chosen = browsing.listed(store, browsing.Wanted(unit="u1", text="E1"), limit=99)
    assert [one.encounter_id for one in chosen.items] == ["e10", "e13", "e19"]
    assert chosen.states["new"] == 30
    assert browsing.choices(store).units == ("u0", "u1", "u2")
    assert browsing.listed(store, browsing.Wanted(text="_"), limit=9).total == 0


def test_a_correction_takes_the_reviews_place_and_outlives_another_judgement(store: Store) -> None:
    filled(store, [visit("a")])
    before = review_of(store, "a")
    correct(store, "a", with_stop(before, "2026-03-14T11:10"), "Ada", seen=seen(store, "a"), what="stop", rulebook=BOOK)
    # 09:05 to 10:10 are 65 minutes, to 11:10 are 125: one further hour.
    assert (hours(before), hours(review_of(store, "a"))) == (0, 1)
    assert [change.any for change in revalidate(store, BOOK, "me")] == [False]  # type: ignore[union-attr]
    assert hours(review_of(store, "a")) == 1
    assert check(store).faults == []


def test_of_many_who_correct_at_once_one_does(store: Store) -> None:
    filled(store, [visit("a")])
    review, at = review_of(store, "a"), seen(store, "a")

    def attempt(minute: int) -> bool:
        made = with_stop(review, f"2026-03-14T11:{minute:02}")
        try:
            correct(store, "a", made, f"person {minute}", seen=at, what="stop", rulebook=BOOK)
        except MeanwhileError:
            return False
        return True

    with ThreadPoolExecutor(4) as together:
        assert sum(together.map(attempt, range(10, 18))) == 1
    assert len(worklist.history(store, "a")) == 1
    assert check(store).faults == []


def test_what_is_not_clean_waits_for_a_person_after_a_correction(store: Store) -> None:
    filled(store, [visit("a")])
    first, *rest = review_of(store, "a").facts.administrations
    review = review_of(store, "a")
    gone = review.facts.model_copy(update={"administrations": (first.model_copy(update={"stop": Fact()}), *rest)})
    made = validate(gone, BOOK)
    fields = {name: getattr(made, name) for name in Assessment.model_fields}
    worse = review.model_copy(update={"facts": gone, **fields})
    item, _ = correct(store, "a", worse, "Ada", seen=seen(store, "a"), what="stop", rulebook=BOOK)
    assert (item.state, item.effect) == ("needs_review", "blocks")


def test_what_a_model_read_alone_is_corrected_as_well(store: Store) -> None:
    filled(store, [visit("a")])
    review = review_of(store, "a")
    alone = review.model_copy(update={"provenance": review.provenance.model_copy(update={"extractor": "llm"})})
    _, kept = correct(store, "a", alone, "Ada", seen=seen(store, "a"), what="x", rulebook=BOOK)
    assert kept.provenance.extractor == "llm"
    assert check(store).faults == []


def test_clean_ones_go_together_and_what_changed_stays(store: Store) -> None:
    filled(store, [visit("a"), visit("b"), visit("c", "01/01/1999")])
    found = ready(store, browsing.Wanted())
    assert [one.item.encounter_id for one in found.clean] == ["a", "b"]
    chosen = [(one.item.encounter_id, Seen(one.item.version, one.item.revision)) for one in found.clean]
    worklist.assign(store, "b", "Ben", "Ben")
    done = release(store, [*chosen, ("nobody", Seen(1, 0))], "Ada")
    assert (done.released, done.left) == (("a",), ("b", "nobody"))
    assert worklist.item(store, "a").state == "released"
    assert [(one.user, one.to_state) for one in worklist.history(store, "a")] == [("Ada", "released")]
    assert check(store).faults == []


def test_of_two_answers_at_once_one_is_taken_and_the_old_version_kept(store: Store) -> None:
    filled(store, [visit("a")])
    at, reader = seen(store, "a"), Reader(BOOK, "patterns", None)

    def attempt(author: str) -> bool:
        try:
            answer(store, "a", Addendum(author, WRITTEN, f"Addendum by {author}."), "me", reader, seen=at)
        except MeanwhileError:
            return False
        return True

    with ThreadPoolExecutor(3) as together:
        assert sum(together.map(attempt, ("Dr A", "Dr B", "Dr C"))) == 1
    assert [note.id for note in worklist.notes_of(store, at.version)] == ["nursing.txt"]
    assert len(worklist.notes_of(store, worklist.item(store, "a").version)) == 2
    counted = worklist.status(store)
    assert (counted.versions, counted.superseded, counted.pending, counted.adds_up) == (2, 1, 0, True)
    assert check(store).faults == []


def test_without_a_reader_the_answer_waits_for_the_workers(store: Store) -> None:
    filled(store, [visit("a")])
    worklist.move(store, "a", "queried", "me")
    item = answer(store, "a", Addendum("Dr A", WRITTEN, "Addendum."), "me", None, seen=seen(store, "a"))
    assert (item.state, item.outcome) == ("new", None)
    work(store)
    assert worklist.item(store, "a").outcome == "done"
