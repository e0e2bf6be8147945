"""Retention: past its date nothing tells of a patient any more, and what proves the work is still there."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from queue_encounters import WORD, filled, visit
from queue_stores import KEY
from reviewed_queue import work
from sqlalchemy import insert, select

from reviewer.commands_rules import bundled_rulebook
from reviewer.ledger import checking
from reviewer.queue import worklist
from reviewer.queue.adding import Added, add
from reviewer.queue.purging import Purged, purge
from reviewer.queue.revalidating import revalidate
from reviewer.queue.store.database import Store, open_store
from reviewer.queue.store.tables import actions, answers, asked, ledger, outcomes, versions
from reviewer.queue.work.answers import Answers, Paid
from reviewer.queue.work.outcome import keep
from reviewer.queue.work.reviewing import Reader, review_version
from reviewer.usage import Usage

OLD, NEW = dt.date(2026, 3, 14), dt.date(2026, 5, 1)
DAY = dt.date(2026, 4, 1)


def two(store: Store) -> Store:
    filled(store, [visit("old", date_of_service=OLD), visit("new", date_of_service=NEW)])
    worklist.remark(store, "old", f"{WORD} again", "ann")
    worklist.remark(store, "new", "stays", "ann")
    row = {"model": "m", "usage": {}, "answer": store.seal.close(WORD)}
    with store.writing() as connection:
        connection.execute(insert(answers), [{"key": "k1", "created_at": "2026-01-01T00:00:00", **row}])
        connection.execute(insert(answers), [{"key": "k2", "created_at": "2099-01-01T00:00:00", **row}])
    return store


def test_what_is_past_its_date_goes_and_the_proof_stays(store: Store) -> None:
    two(store)
    before = worklist.status(store)
    assert purge(store, DAY, "ann", dry_run=True) == Purged(1, 1, 1, 1, 0)
    assert worklist.review_of(store, worklist.item(store, "old").version) is not None
    assert purge(store, DAY, "ann") == Purged(1, 1, 1, 1, 0)
    with store.reading() as connection:
        kept = {row.encounter_id: row for row in connection.execute(select(versions))}
        made = {row.version_id: row for row in connection.execute(select(outcomes))}
        said = {row.encounter_id: row.comment for row in connection.execute(select(actions))}
        left = list(connection.execute(select(answers.c.key)).scalars())
        bodies = "".join(connection.execute(select(ledger.c.body)).scalars())
    assert (kept["old"].notes, made[kept["old"].id].review, said["old"], left) == (None, None, None, ["k2"])
    assert kept["new"].notes is not None
    assert said["new"] is not None
    assert kept["old"].content_sha256
    assert made[kept["old"].id].outcome == "done"
    assert len(made[kept["old"].id].review_sha256) == 64
    assert made[kept["old"].id].summary["counts"]["codes"] > 0
    assert WORD not in bodies
    assert worklist.status(store) == before
    assert checking.check(store).faults == []
    assert purge(store, DAY, "ann") == Purged(0, 0, 0, 0, 0)


def test_what_was_purged_is_known_when_it_comes_again_and_is_left_alone(store: Store) -> None:
    two(store)
    purge(store, DAY, "ann")
    assert add(store, [visit("old", date_of_service=OLD)], "me") == Added(0, 0, 1)
    assert [one.encounter_id for one in revalidate(store, bundled_rulebook(), "ann")] == ["new"]


def test_what_waits_to_be_worked_is_left_and_told(store: Store) -> None:
    add(store, [visit("old", date_of_service=OLD)], "me")
    assert purge(store, DAY, "ann") == Purged(0, 0, 0, 0, 1)
    work(store)
    assert purge(store, DAY, "ann").versions == 1


def test_old_versions_go_too(store: Store) -> None:
    filled(store, [visit("old", date_of_service=OLD)])
    add(store, [visit("old", "03/15/2026", date_of_service=OLD)], "me")
    work(store)
    assert purge(store, DAY, "ann").versions == 2


def test_without_a_date_of_service_the_day_of_receipt_counts(store: Store) -> None:
    filled(store, [visit("a")])
    assert purge(store, DAY, "ann").versions == 0
    assert purge(store, dt.date(2999, 1, 1), "ann").versions == 1


def test_what_was_deleted_is_not_in_the_file_any_more(tmp_path: Path) -> None:
    path = tmp_path / "queue.db"
    store = open_store(f"sqlite:///{path}", KEY)
    two(store)
    with store.reading() as connection:
        blobs = [
            connection.execute(select(versions.c.notes).where(versions.c.encounter_id == "old")).scalar_one(),
            connection.execute(select(outcomes.c.review).order_by(outcomes.c.version_id)).scalars().first(),
        ]

    def there() -> list[bool]:
        whole = b"".join(file.read_bytes() for file in tmp_path.iterdir())
        return [blob[60:160] in whole for blob in blobs]

    assert there() == [True, True]
    purge(store, DAY, "ann")
    assert there() == [False, False]
    store.close()


def answered(store: Store, key: str, *ids: int) -> None:
    """An answer that these versions were read with."""
    kept = Answers(store)
    kept.keep(Paid(key, ids[0], {"completion": WORD}, "m", Usage(calls=1)))
    for other in ids[1:]:
        assert kept.of(key, other) is not None


def left(store: Store) -> list[str]:
    with store.reading() as connection:
        links = set(connection.execute(select(asked.c.answer_key)).scalars())
        found = sorted(connection.execute(select(answers.c.key)).scalars())
    assert links <= set(found)
    return found


def test_a_models_answers_go_with_their_encounter_and_only_those(store: Store) -> None:
    filled(store, [visit("old", date_of_service=OLD), visit("new", date_of_service=NEW)])
    old, new = (worklist.item(store, name).version for name in ("old", "new"))
    answered(store, "of the old", old)
    answered(store, "of the new", new)
    answered(store, "of both", new, old)
    assert purge(store, DAY, "ann", dry_run=True).answers == 2
    assert left(store) == ["of both", "of the new", "of the old"]
    assert purge(store, DAY, "ann").answers == 2
    assert left(store) == ["of the new"]
    with store.reading() as connection:
        called = connection.execute(select(ledger.c.body).where(ledger.c.kind == "called")).scalars().all()
    assert [json.loads(body)["key"] for body in called] == ["of the old", "of the new", "of both"]
    assert checking.check(store).faults == []


def test_the_answer_of_a_version_that_was_never_reviewed_goes_too(store: Store) -> None:
    add(store, [visit("old", date_of_service=OLD)], "me")
    answered(store, "cut off", worklist.item(store, "old").version)
    add(store, [visit("old", "03/15/2026", date_of_service=NEW)], "me")
    assert purge(store, DAY, "ann") == Purged(1, 0, 0, 1, 0)
    assert left(store) == []


def test_what_a_worker_keeps_after_its_notes_were_purged_goes_with_the_next(store: Store) -> None:
    add(store, [visit("old", date_of_service=OLD)], "me")
    version = worklist.item(store, "old").version
    add(store, [visit("old", "03/15/2026", date_of_service=NEW)], "me")
    late = review_version(store, version, Reader(bundled_rulebook(), "patterns", None))
    assert purge(store, DAY, "ann").versions == 1
    keep(store, [late], "queue")
    answered(store, "late", version)
    assert purge(store, DAY, "ann") == Purged(1, 1, 0, 1, 0)
    assert left(store) == []
    assert purge(store, DAY, "ann") == Purged(0, 0, 0, 0, 0)
    assert checking.check(store).faults == []
