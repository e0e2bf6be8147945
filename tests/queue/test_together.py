"""What several threads write at the same time is one transaction, and one that goes wrong spoils no other."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest
from queue_models import Clock, FakeServer, Guarded, error, ok, question, send
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from reviewer.errors import EndpointError
from reviewer.ledger import chain
from reviewer.queue.store.database import Store
from reviewer.queue.store.tables import answers, asked, outcomes
from reviewer.queue.work.answers import Answers, Paid
from reviewer.queue.work.keeping import LONGEST_WAIT, TOGETHER, Keeper
from reviewer.queue.work.limits import spent
from reviewer.queue.work.outcome import failed
from reviewer.queue.work.together import Together
from reviewer.queue.work.turn import Turn
from reviewer.usage import Usage


class Writer:
    """Holds the first write up until the others have come."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.trouble, self.written = trouble, list[list[int]]()
        self.begun, self.go_on = threading.Event(), threading.Event()

    def __call__(self, items: Sequence[int]) -> None:
        if not self.begun.is_set():
            self.begun.set()
            self.go_on.wait(10)
        if self.trouble is not None and 2 in items:
            raise self.trouble
        self.written.append(list(items))


def _four(writer: Writer) -> list[BaseException | None]:
    together = Together(writer)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(together, 0)
        writer.begun.wait(10)
        others = [pool.submit(together, number) for number in (1, 2, 3)]
        while len(together._waiting) < 3:
            threading.Event().wait(0.01)
        writer.go_on.set()
        return [one.exception() for one in (first, *others)]


def test_what_came_meanwhile_is_written_at_once() -> None:
    writer = Writer()
    assert _four(writer) == [None] * 4
    assert [sorted(items) for items in writer.written] == [[0], [1, 2, 3]]


def test_what_one_is_to_blame_for_is_only_its_own() -> None:
    writer = Writer(ValueError())
    told = _four(writer)
    assert [isinstance(one, ValueError) for one in told] == [False, False, True, False]
    assert sorted(number for items in writer.written for number in items) == [0, 1, 3]


def test_a_database_that_is_away_is_told_to_all_and_tried_once() -> None:
    writer = Writer(OperationalError("", {}, Exception()))
    told = _four(writer)
    assert [one is not None for one in told] == [False, True, True, True]
    assert writer.written == [[0]]


def test_answers_of_many_threads_are_each_paid_and_recorded_once(store: Store) -> None:
    send(store, 8)
    kept = Answers(store)

    def keep(number: int) -> None:
        kept.keep(Paid(f"k{number % 12}", number % 8 + 1, {"completion": {}}, "m", Usage(calls=1, prompt_tokens=10)))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(keep, range(24)))
    with store.reading() as connection:
        assert len(connection.execute(select(answers)).all()) == 12
        pairs = set(connection.execute(select(asked.c.answer_key, asked.c.version_id)))
        assert (spent(connection).calls, spent(connection).prompt_tokens) == (12, 120)
        assert list(chain.faults(connection)) == []
    assert pairs == {(f"k{number % 12}", number % 8 + 1) for number in range(24)}


def test_no_more_requests_are_under_way_than_are_allowed(store: Store) -> None:
    lock, under_way, most = threading.Lock(), 0, 0

    def slow(_request: httpx2.Request) -> httpx2.Response:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        threading.Event().wait(0.05)
        with lock:
            under_way -= 1
        return ok()

    guarded = Guarded(store, FakeServer(slow), at_once=3)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: guarded.ask(question(number)), range(12)))
    assert most == 3


def _kept(store: Store) -> int:
    with store.reading() as connection:
        return len(connection.execute(select(outcomes)).all())


def test_outcomes_wait_for_others_but_not_for_long(store: Store) -> None:
    send(store, TOGETHER + 3)
    clock = Clock()
    keeper = Keeper(store, "tester", now=clock)
    for number in range(1, TOGETHER + 3):
        keeper.add(failed(number, "for a test", ""))
        assert _kept(store) == (number >= TOGETHER) * TOGETHER
    clock.at += LONGEST_WAIT
    keeper.look()
    assert _kept(store) == TOGETHER + 2
    keeper.add(failed(TOGETHER + 3, "for a test", ""))
    keeper.flush()
    assert _kept(store) == TOGETHER + 3


def test_a_request_that_is_refused_says_with_which_status(store: Store) -> None:
    for status in (400, 401, 404, 503):
        with pytest.raises(EndpointError) as told:
            Guarded(store, FakeServer(error(status))).ask(question(status))
        assert told.value.status == status


def test_one_thread_reads_at_a_time_and_the_turn_is_given_away_while_it_waits() -> None:
    turn, reading, most, waiting, most_waiting = Turn(), 0, 0, 0, 0

    def review(_number: int) -> None:
        nonlocal reading, most, waiting, most_waiting
        with turn.taken():
            for _ in range(2):
                reading += 1
                most = max(most, reading)
                threading.Event().wait(0.01)
                reading -= 1
                with turn.given_away():
                    waiting += 1
                    most_waiting = max(most_waiting, waiting)
                    threading.Event().wait(0.1)
                    waiting -= 1

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(review, range(4)))
    assert (most, most_waiting > 1) == (1, True)
    with turn.given_away(), turn.taken():
        pass
