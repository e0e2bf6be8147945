"""The ledger: whatever is done to it afterwards is found."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from reviewer.ledger import chain
from reviewer.ledger.chain import Entry
from reviewer.queue.store.database import Store
from reviewer.queue.store.tables import ledger, ledger_head

AT = "2026-11-22T03:00:00"


def filled(store: Store, number: int = 6) -> Store:
    for index in range(number):
        with store.writing() as connection:
            chain.append(connection, [Entry("review", {"encounter": f"e{index}"}), Entry("call", {"n": index})], AT)
    return store


def found(store: Store) -> list[int]:
    with store.reading() as connection:
        return [fault.seq for fault in chain.faults(connection)]


def test_an_honest_chain_verifies(store: Store) -> None:
    assert found(store) == []
    filled(store)
    assert found(store) == []
    with store.reading() as connection:
        assert chain.head(connection)[0] == chain.count(connection) == 12


def test_what_is_rolled_back_is_not_in_it(store: Store) -> None:
    def half_way() -> None:
        with store.writing() as connection:
            chain.append(connection, [Entry("review", {})], AT)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_way()
    assert chain_length(store) == 0
    assert found(filled(store)) == []


def chain_length(store: Store) -> int:
    with store.reading() as connection:
        return chain.count(connection)


Change = Callable[[Connection], object]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda c: c.execute(update(ledger).where(ledger.c.seq == 5).values(body="{}")), id="body"),
        pytest.param(lambda c: c.execute(update(ledger).where(ledger.c.seq == 5).values(at="2025")), id="time"),
        pytest.param(lambda c: c.execute(update(ledger).where(ledger.c.seq == 5).values(kind="x")), id="kind"),
        pytest.param(lambda c: c.execute(update(ledger).where(ledger.c.seq == 5).values(seq=50)), id="number"),
        pytest.param(lambda c: c.execute(delete(ledger).where(ledger.c.seq == 5)), id="taken out"),
        pytest.param(lambda c: c.execute(delete(ledger).where(ledger.c.seq == 12)), id="end cut off"),
        pytest.param(lambda c: c.execute(delete(ledger)), id="all of it"),
        pytest.param(lambda c: c.execute(update(ledger_head).values(seq=11)), id="head"),
        pytest.param(lambda c: swapped(c, 4, 5), id="moved"),
        pytest.param(lambda c: put_in(c), id="put in"),
    ],
)
def test_a_change_is_found(store: Store, change: Change) -> None:
    filled(store)
    with store.writing() as connection:
        change(connection)
    assert found(store)


def swapped(connection: Connection, one: int, other: int) -> None:
    rows = {row.seq: row for row in connection.execute(select(ledger).where(ledger.c.seq.in_([one, other])))}
    for seq, source in ((one, rows[other]), (other, rows[one])):
        connection.execute(update(ledger).where(ledger.c.seq == seq).values(body=source.body, sha256=source.sha256))


def put_in(connection: Connection) -> None:
    seq, previous = chain.head(connection)
    body = "{}"
    forged = chain.digest(seq + 1, AT, "review", body, previous)
    row = {"seq": seq + 1, "at": AT, "kind": "review", "body": body, "previous": previous, "sha256": forged}
    connection.execute(insert(ledger).values(row))


def test_a_chain_rewritten_to_its_end_is_found_by_a_head_noted_elsewhere(store: Store) -> None:
    filled(store)
    with store.reading() as connection:
        seq, noted = chain.head(connection)
    with store.writing() as connection:
        connection.execute(delete(ledger))
        connection.execute(update(ledger_head).values(seq=0, sha256=chain.START))
        chain.append(connection, [Entry("review", {"encounter": "other"})] * seq, AT)
    assert found(store) == []
    with store.reading() as connection:
        assert chain.sha256_at(connection, seq) != noted
