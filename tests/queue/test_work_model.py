"""The model's side of a worker: nothing paid twice, limits, budget, and an endpoint that is down fails nothing."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest
from queue_models import Clock, FakeServer, Guarded, Held, error, ok, question
from queue_stores import KEY
from sqlalchemy import func, select, update

from reviewer.errors import EndpointError, Truncated
from reviewer.ledger import chain
from reviewer.queue.store.database import Store, open_store
from reviewer.queue.store.tables import answers, ledger
from reviewer.queue.work.breaker import FAILURES, FIRST_PAUSE, LONGEST_PAUSE, Breaker
from reviewer.queue.work.limits import Throttle, spent
from reviewer.queue.work.trouble import BudgetSpentError, RefusedError, StoppedError


def test_the_same_request_is_paid_once_also_by_another_process(store: Store) -> None:
    server = FakeServer(ok())
    first = Guarded(store, server).ask()
    again = Guarded(store, server).ask()
    assert (len(server.requests), first.content, again.content) == (1, again.content, first.content)
    assert (first.usage.calls, again.usage.calls) == (1, 0)
    with store.reading() as connection:
        assert spent(connection).prompt_tokens == 90
        bodies = connection.execute(select(ledger.c.body).where(ledger.c.kind == "called")).scalars().all()
        assert list(chain.faults(connection)) == []
    assert [json.loads(body)["usage"]["calls"] for body in bodies] == [1]


def test_threads_that_ask_the_same_at_once_pay_once(store: Store) -> None:
    def slow(_request: httpx2.Request) -> httpx2.Response:
        time.sleep(0.2)
        return ok()

    server = FakeServer(slow)
    guarded = Guarded(store, server)
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda _: guarded.ask().content, range(4)))
    assert (len(server.requests), len(set(told))) == (1, 1)


def test_a_reply_that_was_paid_and_cannot_be_used_is_not_paid_again(store: Store) -> None:
    server = FakeServer(ok(finish="length"))
    for _ in range(2):
        with pytest.raises(Truncated):
            Guarded(store, server).ask()
    assert len(server.requests) == 1


def test_a_damaged_answer_is_asked_for_again(store: Store) -> None:
    server = FakeServer(ok())
    Guarded(store, server).ask()
    with store.writing() as connection:
        connection.execute(update(answers).values(answer=b"f1 rubbish"))
    assert Guarded(store, server).ask().content
    assert Guarded(store, server).ask().content
    assert len(server.requests) == 2


def test_the_budget_ends_before_a_request_and_keeps_what_there_is(store: Store) -> None:
    guarded = Guarded(store, server := FakeServer(ok()), budget=100)
    guarded.ask(question(1))
    guarded.ask(question(2))
    with pytest.raises(BudgetSpentError, match="--budget-tokens"):
        guarded.ask(question(3))
    assert guarded.ask(question(1)).content
    assert len(server.requests) == 2


def test_an_endpoint_that_is_down_is_asked_seldom_and_all_wait(store: Store) -> None:
    guarded = Guarded(store, server := FakeServer(error(503)))
    for number in range(FAILURES):
        with pytest.raises(EndpointError):
            guarded.ask(question(number))
    other = Breaker(store, now=guarded.clock, steady=guarded.clock)
    assert guarded.breaker.pause_left() == pytest.approx(FIRST_PAUSE) == other.pause_left()
    before = guarded.clock.at
    with pytest.raises(EndpointError):
        guarded.ask(question(9))
    assert guarded.clock.at - before >= FIRST_PAUSE
    assert guarded.breaker.pause_left() == pytest.approx(2 * FIRST_PAUSE)
    assert len(server.requests) == 2 * (FAILURES + 1)


def test_many_failures_at_the_same_moment_make_one_pause(store: Store) -> None:
    clock = Clock()
    breaker = Breaker(store, now=clock, steady=clock)
    with breaker.permit(Held(clock)) as began:
        pass
    for _ in range(64):
        breaker.failed("down", began)
    assert breaker.pause_left() == pytest.approx(FIRST_PAUSE)


def test_a_reply_closes_the_breaker_for_all(store: Store) -> None:
    guarded = Guarded(store, FakeServer(*[error(500)] * 2 * FAILURES, ok()))
    other = Breaker(store, now=guarded.clock, steady=guarded.clock)
    for number in range(FAILURES):
        with pytest.raises(EndpointError):
            guarded.ask(question(number))
    guarded.ask(question(9))
    guarded.clock.at += 2
    assert not guarded.breaker.tripped
    assert (other.pause_left() <= 0, other.tripped) == (True, False)


@pytest.mark.parametrize("jump", [-86_400.0, 86_400.0])
def test_a_clock_that_jumps_changes_no_pause(store: Store, jump: float) -> None:
    wall, steady = Clock(), Clock()
    breaker = Breaker(store, now=wall, steady=steady)
    with breaker.permit(Held(steady)) as began:
        pass
    for _ in range(FAILURES):
        breaker.failed("down", began)
    wall.at += jump
    steady.at += 5
    assert breaker.pause_left() == pytest.approx(FIRST_PAUSE - 5)
    assert 0 <= Breaker(store, now=wall, steady=steady).pause_left() <= FIRST_PAUSE
    steady.at += FIRST_PAUSE
    assert breaker.pause_left() <= 0


def test_what_the_server_asks_to_wait_holds_for_all(store: Store) -> None:
    guarded = Guarded(store, FakeServer(error(429, headers={"retry-after": "60"}), ok()))
    guarded.stopping.clock = None
    other = Breaker(store, now=guarded.clock, steady=guarded.clock)
    assert other.pause_left() <= 0
    assert guarded.ask().content
    assert max(guarded.stopping.waits) >= 60
    guarded.clock.at += 2
    assert (60 <= other.pause_left() <= LONGEST_PAUSE, other.tripped) == (True, False)


def test_a_refused_request_counts_against_an_endpoint_that_never_answered_only(store: Store) -> None:
    guarded = Guarded(store, FakeServer(error(400), ok(), error(400)))
    with pytest.raises(RefusedError) as refused:
        guarded.ask(question(0))
    assert (refused.value.own, guarded.breaker.proven) == (True, False)
    guarded.ask(question(1))
    assert guarded.breaker.proven
    for number in range(2, 4 + FAILURES):
        with pytest.raises(RefusedError):
            guarded.ask(question(number))
    assert guarded.breaker.pause_left() <= 0


def test_told_to_stop_nothing_more_is_asked(store: Store) -> None:
    guarded = Guarded(store, server := FakeServer(error(503), ok()), requests_per_minute=1)
    guarded.stopping.set()
    with pytest.raises(StoppedError):
        guarded.ask()
    assert server.requests == []


def test_two_processes_share_requests_a_minute(store: Store) -> None:
    clock = Clock()
    stopping = Held(clock)
    two = [Throttle(store, requests_per_minute=30, now=clock) for _ in range(2)]
    began = clock.at
    for number in range(90):
        two[number % 2].wait(1000, stopping)
    # 30 at once, which a full bucket holds; the other 60 at 30 a minute.
    assert clock.at - began == pytest.approx(120, abs=3)


@pytest.mark.parametrize("jump", [-3600.0, 3600.0])
def test_a_clock_that_jumps_gives_no_more_than_a_minutes_worth(store: Store, jump: float) -> None:
    clock = Clock()
    stopping = Held(clock)
    throttle = Throttle(store, tokens_per_minute=600, now=clock)
    throttle.wait(600, stopping)
    clock.at += jump
    throttle.wait(600, stopping)
    before = clock.at
    throttle.wait(600, stopping)
    assert clock.at - before == pytest.approx(60 if jump > 0 else 120, abs=61)
    assert clock.at - before <= 120


def test_the_databases_own_clock_is_used(store: Store) -> None:
    Throttle(store, requests_per_minute=600).wait(1, threading.Event())


def test_answers_stay_sealed(url: str) -> None:
    store = open_store(url, KEY)
    Guarded(store, FakeServer(ok('{"drug":"zebra"}'))).ask()
    with store.reading() as connection:
        blob = connection.execute(select(answers.c.answer)).scalar_one()
        assert connection.execute(select(func.count()).select_from(answers)).scalar_one() == 1
    assert b"zebra" not in bytes(blob)
    store.close()
