"""Rules or policy change: what is stored is judged again, kept with both hashes, and what changed is told."""

from __future__ import annotations

import json

import pytest
from queue_encounters import filled, visit
from reviewed_queue import work
from sqlalchemy import select, update

from reviewer.commands_rules import bundled_rulebook
from reviewer.errors import UsageError
from reviewer.ledger import checking
from reviewer.queue import worklist
from reviewer.queue.adding import add
from reviewer.queue.out.changes import as_csv
from reviewer.queue.out.encounters import DAMAGED, encounters
from reviewer.queue.retrying import retry
from reviewer.queue.revalidating import Change, Left, revalidate
from reviewer.queue.store.database import Store
from reviewer.queue.store.tables import ledger, outcomes
from reviewer.queue.work.outcome import failed, keep

PHYSICIAN = "commercial-physician"


def told(store: Store, policy: str | None = None) -> list[Change]:
    found = list(revalidate(store, bundled_rulebook(), "ann", policy=policy))
    assert not [one for one in found if isinstance(one, Left)]
    return [one for one in found if isinstance(one, Change)]


def review(store: Store, identity: str) -> dict[str, object]:
    made = json.loads(worklist.review_of(store, worklist.item(store, identity).version) or "{}")
    assert isinstance(made, dict)
    return made


def entries(store: Store, kind: str) -> list[dict[str, object]]:
    with store.reading() as connection:
        rows = connection.execute(select(ledger.c.body).where(ledger.c.kind == kind).order_by(ledger.c.seq)).scalars()
        return [json.loads(body) for body in rows]


def test_the_same_rules_change_nothing_and_write_nothing(store: Store) -> None:
    filled(store, [visit("a", billed=({"line": "1", "code": "96413", "units": 1, "modifiers": []},)), visit("b")])
    before = checking.check(store)
    assert [one.any for one in told(store)] == [False, False]
    assert checking.check(store) == before


def test_another_policy_is_judged_kept_and_recorded_with_both_hashes(store: Store) -> None:
    filled(store, [visit("a"), visit("own", policy="medicare-opps")])
    with store.reading() as connection:
        old = connection.execute(select(outcomes.c.review_sha256).order_by(outcomes.c.version_id)).scalars().first()
    first, second = told(store, PHYSICIAN)
    assert (first.encounter_id, second.encounter_id, second.any) == ("a", "own", False)
    made = review(store, "a")
    assert made["encounter"]["policy"] == PHYSICIAN  # type: ignore[index]
    assert review(store, "own")["encounter"]["policy"] == "medicare-opps"  # type: ignore[index]
    (entry,) = entries(store, "revalidated")
    assert entry["before"] == old
    assert entry["policy"] == PHYSICIAN
    assert checking.check(store).faults == []
    assert worklist.status(store).outcomes == {"done": 2, "needs_human": 0, "failed": 0}
    assert [one.any for one in told(store)] == [False, False]  # it stays with the policy it was judged by


def fewer_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules by which no push is coded, as a change of the rules might have it."""
    from reviewer.queue import rejudging

    real = rejudging.validate

    def judged(*args: object, **options: object) -> object:
        made = real(*args, **options)  # type: ignore[arg-type]
        return made.model_copy(update={"codes": tuple(line for line in made.codes if line.code != "96375")})

    monkeypatch.setattr(rejudging, "validate", judged)


def test_what_changed_is_told_and_what_was_released_is_looked_at_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(store, [visit("a"), visit("b"), visit("c")])
    with store.writing() as connection:
        connection.execute(
            update(worklist.worklist).where(worklist.worklist.c.encounter_id == "a").values(state="released")
        )
        connection.execute(
            update(worklist.worklist).where(worklist.worklist.c.encounter_id == "b").values(state="queried")
        )
    fewer_codes(monkeypatch)
    changes = told(store)
    assert [one.codes for one in changes] == [{("96375", ()): (1, 0)}] * 3
    assert as_csv(changes).splitlines()[:2] == [
        "encounter_id,what,name,modifiers,before,after",
        "a,units,96375,,1,0",
    ]
    assert worklist.item(store, "a").state == "needs_review"
    assert worklist.item(store, "b").state == "queried"
    assert [(one.user, one.action) for one in worklist.history(store, "a")] == [("ann", "revalidated")]
    assert checking.check(store).faults == []


def test_a_policy_of_the_other_setting_is_refused_for_that_encounter_alone(store: Store) -> None:
    filled(store, [visit("a", setting="facility"), visit("b")])
    found = list(revalidate(store, bundled_rulebook(), "ann", policy=PHYSICIAN))
    assert [type(one) for one in found] == [Left, Change]
    assert review(store, "a")["encounter"]["policy"] == "medicare-opps"  # type: ignore[index]


def test_a_damaged_one_stops_none_of_the_others(store: Store) -> None:
    filled(store, [visit("a"), visit("b")])
    broken = worklist.item(store, "a").version
    with store.writing() as connection:
        connection.execute(update(outcomes).where(outcomes.c.version_id == broken).values(review=b"f1 damaged"))
    found = list(revalidate(store, bundled_rulebook(), "ann"))
    assert [type(one) for one in found] == [Left, Change]
    exported = {one.fields["encounter_id"]: one for one in encounters(store)}
    assert (exported["a"].review, exported["a"].fields["reason"]) == (None, DAMAGED)
    assert exported["b"].review is not None


def test_only_the_newest_version_is_judged_again(store: Store) -> None:
    filled(store, [visit("a")])
    add(store, [visit("a", "03/15/2026")], "me")
    assert told(store) == []
    work(store)
    assert len(told(store)) == 1


def test_a_failed_one_is_worked_again_and_a_done_one_only_by_force(store: Store) -> None:
    add(store, [visit("a"), visit("b"), visit("c")], "me")
    keep(store, [failed(worklist.item(store, "a").version, "a defect", "")], "queue")
    keep(store, [failed(worklist.item(store, "b").version, "a defect", "")], "queue")
    work(store)
    with pytest.raises(UsageError, match="is done, not failed; nothing was changed"):
        retry(store, ["a", "c"], "ann")
    assert retry(store, None, "ann") == ["a", "b"]
    assert (worklist.item(store, "a").state, worklist.status(store).pending) == ("new", 2)
    assert checking.check(store).faults == []
    with pytest.raises(UsageError, match="no outcome yet"):
        retry(store, ["a"], "ann")
    with pytest.raises(UsageError, match="no encounter of such an id"):
        retry(store, ["nobody"], "ann")
    work(store)
    assert retry(store, ["c"], "ann", force=True) == ["c"]
    work(store)
    counted = worklist.status(store)
    assert (counted.outcomes["done"], counted.adds_up) == (3, True)
    assert [entry["outcome"] for entry in entries(store, "retried")] == ["failed", "failed", "done"]
    assert checking.check(store).faults == []
