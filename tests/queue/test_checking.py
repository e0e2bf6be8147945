"""`ledger verify` also holds the stored outcomes against what was recorded of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from queue_encounters import filled, visit
from sqlalchemy import Connection, delete, update

from reviewer.ledger import chain
from reviewer.ledger.checking import check
from reviewer.queue.store.database import Store
from reviewer.queue.store.tables import ledger, outcomes, versions

Change = Callable[[Connection], object]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param(
            lambda c: c.execute(update(outcomes).values(outcome="failed")), "not the one recorded", id="outcome"
        ),
        pytest.param(
            lambda c: c.execute(update(outcomes).values(review_sha256="0")), "not the one recorded", id="review"
        ),
        pytest.param(lambda c: c.execute(delete(outcomes)), "not there any more", id="deleted"),
        pytest.param(
            lambda c: c.execute(update(versions).values(content_sha256="0")), "not the one received", id="content"
        ),
        pytest.param(
            lambda c: c.execute(update(versions).values(number=7)), "version received is not there", id="gone"
        ),
        pytest.param(lambda c: unrecorded(c), "not the one recorded", id="unrecorded"),
    ],
)
def test_an_outcome_that_was_changed_is_found(store: Store, change: Change, says: str) -> None:
    filled(store, [visit("a")])
    assert check(store).faults == []
    with store.writing() as connection:
        change(connection)
    assert any(says in fault.what for fault in check(store).faults)


def unrecorded(connection: Connection) -> None:
    """The record of the outcome and the end of the chain are gone, the outcome is not."""
    connection.execute(delete(ledger).where(ledger.c.kind == "reviewed"))
    seq, _ = chain.head(connection)
    from reviewer.queue.store.tables import ledger_head

    last = chain.sha256_at(connection, seq - 1)
    connection.execute(update(ledger_head).values(seq=seq - 1, sha256=last))


def test_a_head_noted_down_is_held_against(store: Store) -> None:
    filled(store, [visit("a")])
    noted = check(store)
    filled(store, [visit("b")])
    assert check(store, (noted.seq, noted.sha256)).faults == []
    assert [fault.seq for fault in check(store, (noted.seq, "0" * 64)).faults] == [noted.seq]
    assert [fault.seq for fault in check(store, (999, noted.sha256)).faults] == [999]
