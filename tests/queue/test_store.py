"""The database of the queue: migrations make the tables, blobs are sealed, trouble is one line."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from queue_stores import KEY
from sqlalchemy import insert, select

from reviewer.accounts import tables as people  # its tables are in the same database
from reviewer.errors import ConfigError
from reviewer.queue.store.database import Store, open_store
from reviewer.queue.store.sealing import Seal
from reviewer.queue.store.tables import answers, metadata

ROW = {"key": "k", "model": "m", "usage": {}, "created_at": "2026-01-01T00:00:00"}


def test_the_migrations_make_the_tables_of_the_code(store: Store) -> None:
    with store.engine.connect() as connection:
        assert people.users.metadata is metadata
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_opening_twice_changes_nothing(url: str) -> None:
    open_store(url).close()
    open_store(url).close()


def test_what_fails_half_way_leaves_nothing(store: Store) -> None:
    def half_way() -> None:
        with store.writing() as connection:
            connection.execute(insert(answers).values(answer=b"x", **ROW))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_way()
    with store.reading() as connection:
        assert connection.execute(select(answers)).all() == []


def test_with_a_key_no_words_stand_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "queue.db"
    store = open_store(f"sqlite:///{path}", KEY)
    with store.writing() as connection:
        connection.execute(insert(answers).values(answer=store.seal.close({"note": "paclitaxel 0900"}), **ROW))
    store.close()
    whole = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"paclitaxel" not in whole
    with store.reading() as connection:
        blob = connection.execute(select(answers.c.answer)).scalar_one()
    assert store.seal.open(blob) == {"note": "paclitaxel 0900"}
    for other, words in ((None, "REVIEWER_KEY is not set"), ("another", "REVIEWER_KEY is not the key")):
        with pytest.raises(ConfigError, match=words):
            Seal(other).open(blob)


def test_a_blob_without_a_key_stays_readable_when_a_key_comes() -> None:
    assert Seal("k").open(Seal(None).close(["a"])) == ["a"]


@pytest.mark.parametrize("address", ["no address", "oracle://x/y", "sqlite:////proc/no/queue.db"])
def test_an_address_that_is_none_is_one_line(address: str) -> None:
    with pytest.raises(ConfigError) as told:
        open_store(address)
    assert "\n" not in str(told.value)


def test_a_new_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    open_store(f"sqlite:///{tmp_path / 'queue.db'}").close()
    assert (tmp_path / "queue.db").stat().st_mode & 0o077 == 0
    open_store("sqlite:///:memory:", migrate=False).close()
    assert not Path(":memory:").exists()
