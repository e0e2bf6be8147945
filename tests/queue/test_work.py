"""What workers do with versions: taken once, given back, taken up from the dead, and one outcome each."""

from __future__ import annotations

import json
import os
import threading
from typing import Any

import pytest
from queue_models import NOTE, Clock, FakeServer, Guarded, error, ok, send
from queue_stores import KEY
from sqlalchemy import insert, select, update

from reviewer.commands_rules import installed_rulebook
from reviewer.errors import ConfigError, EndpointError
from reviewer.extract.model.reading import read_with_model
from reviewer.ledger import chain
from reviewer.pipeline import Model
from reviewer.queue.store.database import Store, open_store
from reviewer.queue.store.tables import batches as batches_table
from reviewer.queue.store.tables import executors, ledger, outcomes, versions, worklist
from reviewer.queue.work import batches
from reviewer.queue.work import breaker as breaker_module
from reviewer.queue.work import outcome as outcome_module
from reviewer.queue.work.batchwork import MOST_TRIES, BatchWork
from reviewer.queue.work.engine import JsonSerializer
from reviewer.queue.work.living import LONGEST_STEP, SILENT_SECONDS, Living
from reviewer.queue.work.outcome import Finished, failed, keep
from reviewer.queue.work.reviewing import Reader, review_version
from reviewer.queue.work.trying import Trying
from reviewer.queue.worklist import status

PATTERNS = Reader(installed_rulebook(), "patterns", None)


def _outcomes(store: Store) -> dict[int, str]:
    with store.reading() as connection:
        return {row.version_id: row.outcome for row in connection.execute(select(outcomes))}


def _reason(store: Store) -> str:
    with store.reading() as connection:
        return connection.execute(select(outcomes.c.reason)).scalars().one()


def _verified(store: Store) -> None:
    with store.reading() as connection:
        assert list(chain.faults(connection)) == []
        reviewed = connection.execute(select(ledger.c.body).where(ledger.c.kind == "reviewed")).scalars().all()
    assert sorted(json.loads(body)["version"] for body in reviewed) == sorted(_outcomes(store))
    assert status(store).adds_up


def _work(store: Store, review: Any = None, **more: Any) -> BatchWork:
    stopping = more.pop("stopping", threading.Event())
    return BatchWork(
        store,
        review or (lambda version: failed(version, "for a test", "")),
        stopping,
        threads=2,
        user="tester",
        **more,
    )


def _claim(store: Store, size: int = 48, executor: str = "a") -> str:
    batch = batches.claim(store, executor, size)
    assert batch is not None
    return batch


# Taking and giving back


def test_a_version_is_taken_once_and_the_next_deadline_first(store: Store) -> None:
    send(store, 2)
    send(store, 1, first=2, deadline="2026-03-01")
    first, second = _claim(store, 2), _claim(store, 2)
    assert [one.id for one in batches.pending(store, first)] == [1, 3]
    assert [one.id for one in batches.pending(store, second)] == [2]
    assert batches.claim(store, "b", 2) is None


def test_what_is_given_back_is_free_once_more(store: Store) -> None:
    send(store, 3)
    batch = _claim(store)
    keep(store, [failed(2, "for a test", "")], "tester")
    for _ in range(2):
        batches.release(store, batch)
    again = _claim(store)
    assert [one.id for one in batches.pending(store, again)] == [1, 3]
    keep(store, [failed(number, "for a test", "") for number in (1, 3)], "tester")
    batches.release(store, again)
    assert not batches.anything_left(store)


def test_a_version_superseded_after_it_was_taken_is_not_reviewed(store: Store) -> None:
    send(store, 1)
    batch = _claim(store)
    send(store, 1, setting="physician")
    assert _work(store)(batch, "a") == 0
    assert _outcomes(store) == {}
    assert (status(store).pending, status(store).adds_up) == (1, True)


def test_a_version_superseded_while_it_was_reviewed_leaves_the_worklist_alone(store: Store) -> None:
    send(store, 1)
    _claim(store)
    send(store, 1, setting="physician")
    keep(store, [failed(1, "for a test", "")], "tester")
    with store.reading() as connection:
        row = connection.execute(select(worklist)).one()
    assert (row.version_id, row.state, row.outcome) == (2, "new", None)
    assert status(store).pending == 1


def test_versions_of_a_batch_that_is_no_more_are_free_again(store: Store) -> None:
    send(store, 2)
    _claim(store)
    with store.writing() as connection:
        connection.execute(batches_table.delete())
    batches.release_strays(store)
    assert batches.claim(store, "b", 9) is not None


# The dead and the living


def test_a_process_that_is_gone_is_buried_and_its_batches_are_for_one_alone(store: Store) -> None:
    send(store, 1)
    batch = _claim(store, executor="gone")
    living = [Living(store), Living(store)]
    with store.writing() as connection:
        connection.execute(insert(executors).values(id="gone", host=living[0].host, pid=2**22 + 1, beat=1))
    assert batches.ownerless(store) == []
    living[0].bury()
    assert batches.ownerless(store) == [batch]
    assert [batches.adopt(store, batch, one.id) for one in (*living, living[0])] == [True, False, True]


def test_a_silent_process_of_another_machine_is_buried_only_after_a_while(store: Store) -> None:
    clock = Clock()
    living = Living(store, now=clock)
    with store.writing() as connection:
        connection.execute(insert(executors).values(id="far", host="another", pid=1, beat=1))
    steps = 0
    while "far" in living.all():
        living.bury()
        clock.at += 2
        steps += 1
    assert SILENT_SECONDS / 2 < steps <= SILENT_SECONDS / 2 + 3


def test_who_could_not_look_buries_nobody_for_it(store: Store) -> None:
    clock = Clock()
    living = Living(store, now=clock)
    with store.writing() as connection:
        connection.execute(insert(executors).values(id="far", host="another", pid=1, beat=1))
    for _ in range(int(SILENT_SECONDS / LONGEST_STEP) - 1):
        clock.at += 3600
        living.bury()
    assert "far" in living.all()


def test_who_was_taken_for_dead_and_beats_is_back_on_the_list(store: Store) -> None:
    living = Living(store)
    with store.writing() as connection:
        connection.execute(executors.delete())
    living.beat()
    assert living.all() == {living.id}
    living.leave()
    living.beat()
    assert living.all() == set()
    assert str(os.getpid()) in living.id


# One outcome


def test_an_outcome_is_kept_once(store: Store) -> None:
    send(store, 2)
    result = review_version(store, 1, PATTERNS)
    assert [keep(store, [result, result], "tester"), keep(store, [result], "tester")] == [1, 0]
    assert _outcomes(store) == {1: result.outcome}
    _verified(store)


def test_a_row_that_cannot_be_opened_fails_alone(url: str) -> None:
    store = open_store(url, KEY)
    send(store, 3)
    with store.writing() as connection:
        connection.execute(update(versions).where(versions.c.id == 2).values(notes=b"f1 rubbish"))
        connection.execute(update(versions).where(versions.c.id == 3).values(notes=b"z1 rubbish"))
    trying = Trying(store, PATTERNS, threading.Event())
    assert _work(store, trying)(_claim(store), "a") == 3
    assert _outcomes(store) == {1: "done", 2: "failed", 3: "failed"}
    assert trying.ended is None
    _verified(store)
    store.close()


def test_without_the_key_the_run_ends_and_nothing_fails(url: str) -> None:
    store = open_store(url, KEY)
    send(store, 2)
    store.close()
    with pytest.raises(ConfigError, match="REVIEWER_KEY"):
        open_store(url, "another")
    store = open_store(url)
    trying = Trying(store, PATTERNS, threading.Event())
    assert _work(store, trying)(_claim(store), "a") == 0
    assert isinstance(trying.ended, ConfigError)
    assert _outcomes(store) == {}
    store.close()


def test_what_the_database_does_not_take_fails_alone(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    send(store, 3)
    real = outcome_module._row

    def picky(store: Store, one: Finished, at: str) -> dict[str, Any]:
        row = real(store, one, at)
        # Both databases take text alone in this column.
        return row | {"reason": object()} if one.version == 2 and one.outcome != "failed" else row

    monkeypatch.setattr(outcome_module, "_row", picky)
    assert keep(store, [review_version(store, number, PATTERNS) for number in (1, 2, 3)], "tester") == 3
    assert _outcomes(store) == {1: "done", 2: "failed", 3: "done"}
    _verified(store)


def test_a_defect_is_an_outcome_without_words_of_the_note(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise KeyError(NOTE)

    monkeypatch.setattr("reviewer.pipeline.review", broken)
    send(store, 1)
    result = review_version(store, 1, PATTERNS)
    assert result.outcome == "failed"
    assert "KeyError" in result.reason
    assert "infliximab" not in result.reason


# A batch that was cut off


def test_who_kills_the_worker_is_given_up_and_the_others_are_reviewed(store: Store) -> None:
    class Killed(BaseException):
        pass

    def deadly(version: int) -> Finished:
        if version == 3:
            raise Killed
        return failed(version, "for a test", "")

    send(store, 6)
    batch, deaths = _claim(store), 0
    while batches.pending(store, batch):
        work = _work(store, deadly)
        try:
            work(batch, "a")
        except Killed:
            deaths += 1
        work.close()
    assert deaths == MOST_TRIES + 2
    assert _reason_of(store, 3) == "the worker stopped each time it reviewed this"
    assert len(_outcomes(store)) == 6
    _verified(store)


def _reason_of(store: Store, version: int) -> str:
    with store.reading() as connection:
        return connection.execute(select(outcomes.c.reason).where(outcomes.c.version_id == version)).scalars().one()


def test_a_version_that_stays_open_is_not_blamed(store: Store) -> None:
    send(store, 2)
    batch = _claim(store)
    for _ in range(MOST_TRIES + 3):
        assert _work(store, lambda _: None)(batch, "a") == 0
    assert {one.tries for one in batches.pending(store, batch)} == {0}


def test_told_to_stop_what_is_under_way_is_finished_and_kept(store: Store) -> None:
    stopping = threading.Event()

    def review(version: int) -> Finished:
        stopping.set()
        return failed(version, "for a test", "")

    send(store, 9)
    batch = _claim(store)
    assert _work(store, review, stopping=stopping)(batch, "a") <= 2
    batches.release(store, batch)
    assert status(store).pending == 9 - len(_outcomes(store))


# Trouble of the endpoint


def _trying(store: Store, server: FakeServer, **more: Any) -> tuple[Trying, Guarded]:
    guarded = Guarded(store, server, **more)

    def asking(version: int) -> Model:
        return lambda notes, book: read_with_model(notes, book, guarded.chat.of(version))

    reader = Reader(PATTERNS.rulebook, "both", None, asking)
    return Trying(store, reader, guarded.stopping, guarded.breaker), guarded


def test_an_endpoint_that_is_down_fails_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    # Hours of pauses pass on a clock of the test's own; the store need not be looked at in each of their seconds.
    monkeypatch.setattr(breaker_module, "LOOK_EVERY", 60.0)
    send(store, 8)
    for answer in (error(503), error(429), ok(None, choices="rubbish")):
        trying, _ = _trying(store, FakeServer(answer))
        if answer.status_code != 200:
            assert [trying(number) for number in range(1, 9)] == [None] * 8
            assert trying.ended is None


def test_one_request_that_is_refused_fails_after_its_tries(store: Store) -> None:
    send(store, 1)
    trying, guarded = _trying(store, server := FakeServer(error(400)))
    result = trying(1)
    assert result is not None
    assert (result.outcome, len(server.requests)) == ("failed", 3)
    assert "HTTP 400" in result.reason
    assert not guarded.breaker.tripped


@pytest.mark.parametrize("code", [400, 401, 404])
def test_an_endpoint_that_refuses_everything_ends_the_run(store: Store, code: int) -> None:
    send(store, 8)
    trying, _ = _trying(store, FakeServer(error(code)))
    ended = [trying(number) for number in range(1, 9)]
    assert isinstance(trying.ended, EndpointError)
    assert sum(one is not None for one in ended) <= 1


def test_the_budget_ends_the_run_and_keeps_open_what_is_open(store: Store) -> None:
    send(store, 3)
    trying, _ = _trying(store, server := FakeServer(ok()), budget=0)
    assert [trying(number) for number in range(1, 4)] == [None] * 3
    assert "budget" in str(trying.ended)
    assert server.requests == []


def test_the_engine_gets_plain_values_and_kinds_of_errors_only() -> None:
    json_only = JsonSerializer()
    assert json_only.deserialize(json_only.serialize({"args": ["a"], "kwargs": {}})) == {"args": ["a"], "kwargs": {}}
    back = json_only.deserialize(json_only.serialize(ValueError(NOTE)))
    assert isinstance(back, RuntimeError)
    assert str(back) == "ValueError"
    with pytest.raises(TypeError):
        json_only.serialize(object())
