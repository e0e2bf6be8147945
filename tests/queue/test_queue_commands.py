"""The commands of the queue, as a person calls them."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from queue_encounters import NOTE, WORD
from reviewed_queue import work

from reviewer.cli import main
from reviewer.queue.store.database import open_store

KEY = "a key for tests of commands"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs a command with a queue of its own; exit code, output and messages."""
    monkeypatch.setenv("REVIEWER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("REVIEWER_KEY", KEY)
    monkeypatch.setenv("REVIEWER_USER", "ann")
    for name in ("REVIEWER_DATABASE_URL", "REVIEWER_MODEL", "OPENAI_BASE_URL", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: object) -> tuple[int, str, str]:
        code = main([str(one) for one in arguments])
        told = capfd.readouterr()
        return code, told.out, told.err

    return call


def folder(tmp_path: Path, *names: str) -> Path:
    where = tmp_path / "in"
    for name in names:
        (where / name).mkdir(parents=True)
        (where / name / "nursing.txt").write_text(f"{NOTE.format(date='03/14/2026')}{WORD} {name}\n")
    return where


def reviewed(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/home/queue.db", KEY)
    work(store)
    store.close()


def test_from_a_folder_to_a_report(run: Run, tmp_path: Path) -> None:
    assert run("queue", "add", folder(tmp_path, "E1", "E2"), "--deadline-days", "5") == (
        0, "2 new; 0 with changed notes; 0 there already\n", "",
    )  # fmt: skip
    code, out, err = run("queue", "work")
    assert (code, out, err) == (0, "2 done, 0 needs human, 0 failed\n", "")
    code, out, _ = run("queue", "list", "--format", "json")
    listed = json.loads(out)
    assert [(one["encounter_id"], one["outcome"], one["version"]) for one in listed] == [
        ("E1", "done", 1),
        ("E2", "done", 2),
    ]
    code, out, _ = run("queue", "show", "E1")
    assert out.startswith("E1: ")
    assert "SUPPORTED BY THE DOCUMENTATION" in out
    assert "96413" in out
    code, out, _ = run("queue", "show", "E1", "--format", "json")
    assert json.loads(out)["review"]["codes"]
    code, out, _ = run("queue", "status", "--format", "json")
    counted = json.loads(out)
    assert (counted["adds_up"], counted["encounters"], counted["outcomes"]["done"]) == (True, 2, 2)
    assert "the counts add up" in run("queue", "status")[1]
    assert run("queue", "add", tmp_path / "in")[1] == "0 new; 0 with changed notes; 2 there already\n"


def test_exit_codes_of_adding(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "in.csv"
    table.write_text(f"id,date,note\nE1,2026-03-14,{WORD}\nE2,{WORD},x\n")
    code, out, err = run("queue", "add", table, "--strict")
    assert (code, out) == (1, "nothing was added (--strict): 1 problem\n")
    assert err.endswith("in.csv: row 3, column date: the date is not one such as 2026-03-14 or 03/14/2026\n")
    code, out, err = run("queue", "add", table, "--format", "json")
    assert (code, json.loads(out)["new"], json.loads(out)["refused"]) == (1, 1, 1)
    assert WORD not in out + err
    table.write_text("nothing\n")
    assert run("queue", "add", table)[0] == 2
    code, _, err = run("queue", "add", tmp_path / "nowhere")
    assert (code, err) == (2, f"reviewer: {tmp_path / 'nowhere'}: no such file or folder\n")


def test_who_did_what(run: Run, tmp_path: Path) -> None:
    run("queue", "add", folder(tmp_path, "E1"))
    reviewed(tmp_path)
    assert run("queue", "move", "E1", "held", "--comment", "waits for pharmacy", "--user", "bob")[0] == 0
    assert run("queue", "assign", "E1", "carla")[1] == "E1: given to carla\n"
    assert run("queue", "comment", "E1", "call again")[0] == 0
    out = run("queue", "show", "E1")[1]
    lines = [re.sub(r"^\S+ UTC ", "", line) for line in out.splitlines()[1:4]]
    assert lines[0].startswith("bob move ")
    assert lines[0].endswith(" to held: waits for pharmacy")
    assert lines[1:] == ["ann assign: carla", "ann comment: call again"]
    code, _, err = run("queue", "move", "E1", "answered")
    assert (code, err) == (2, "reviewer: from held an encounter goes to needs_review, released; not to answered\n")
    assert "nothing is on this list" in run("queue", "list", "--state", "new", "--state", "queried")[1]
    assert "E1" in run("queue", "list", "--assigned", "carla", "--format", "csv")[1]


def test_judging_again_working_again_and_exports(run: Run, tmp_path: Path) -> None:
    run("queue", "add", folder(tmp_path, "E1", "E2"))
    reviewed(tmp_path)
    assert run("queue", "revalidate") == (0, "2 judged again, 0 changed, 0 of these in their codes\n", "")
    code, out, _ = run("queue", "revalidate", "--policy", "commercial-physician", "--output", tmp_path / "changes.csv")
    assert out.startswith("2 judged again, ")
    assert (tmp_path / "changes.csv").read_text().startswith("encounter_id,what,")
    assert run("queue", "retry")[0] == run("queue", "retry", "E1")[0] == 2
    assert run("queue", "retry", "E1", "--force")[1] == "1 encounter to be worked again\n"
    code, out, err = run("queue", "export", "--format", "jsonl")
    assert (code, len(out.splitlines()), err) == (0, 2, "reviewer: 2 lines written\n")
    assert run("queue", "export", "--format", "xlsx")[0] == 2
    assert run("queue", "export", "--format", "html", "--output", tmp_path / "pages")[0] == 0
    assert (tmp_path / "pages" / "index.html").exists()


def test_the_record_is_verified(run: Run, tmp_path: Path) -> None:
    run("queue", "add", folder(tmp_path, "E1"))
    reviewed(tmp_path)
    code, out, _ = run("ledger", "verify", "--format", "json")
    told = json.loads(out)
    assert (code, told["entries"], told["faults"]) == (0, 2, [])
    assert run("ledger", "verify", "--expect", told["head"])[0] == 0
    assert run("ledger", "verify", "--expect", f"1:{'0' * 64}")[0] == 1
    assert run("ledger", "verify", "--expect", "1")[0] == 2
    with sqlite3.connect(tmp_path / "home" / "queue.db") as raw:
        raw.execute("UPDATE ledger SET body = replace(body, 'ann', 'bob')")
    raw.close()
    code, _, err = run("ledger", "verify")
    assert (code, err) == (1, "reviewer: entry 1: its content is not what was recorded\n")


def test_retention(run: Run, tmp_path: Path) -> None:
    run("queue", "add", folder(tmp_path, "E1"))
    reviewed(tmp_path)
    assert run("purge")[0] == 2
    assert "notes of 1 versions, 1 reviews" in run("purge", "--before", "2999-01-01", "--dry-run")[1]
    assert run("queue", "show", "E1")[1].count("\n") > 5
    assert run("purge", "--before", "2999-01-01")[0] == 0
    assert run("queue", "show", "E1")[1].count("\n") == 1
    assert run("purge", "--older-than", "0")[0] == 0
    assert run("queue", "status")[0] == run("ledger", "verify")[0] == 0


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("REVIEWER_DATABASE_URL", "nonsense", "REVIEWER_DATABASE_URL: use sqlite:///FILE or postgresql://"),
        ("REVIEWER_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none", "the queue's database cannot be used"),
        ("REVIEWER_DATABASE_URL", "sqlite:////proc/queue.db", "the queue's database cannot be used"),
        ("REVIEWER_KEY", "short", "REVIEWER_KEY should have at least 16 characters"),
        ("REVIEWER_USER", "a\nb", "--user: a name of at most 120 printable characters"),
    ],
)
def test_settings_that_cannot_be_used_are_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    code, out, err = run("queue", "list")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"reviewer: {says}")


def test_a_file_that_is_no_database_is_one_line(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "no.db").write_bytes(b"not a database at all" * 100)
    monkeypatch.setenv("REVIEWER_DATABASE_URL", f"sqlite:///{tmp_path}/no.db")
    code, _, err = run("queue", "status")
    assert (code, err.count("\n")) == (2, 1)
    assert "the queue's database cannot be used" in err


def test_a_full_database_leaves_nothing_half_written(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite is told to grow no further, which fails as a full disk does."""
    from sqlalchemy import event
    from sqlalchemy.pool import Pool

    run("queue", "add", folder(tmp_path, "E1"))
    reviewed(tmp_path)

    def full(connection: sqlite3.Connection, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages + 1}")

    event.listen(Pool, "connect", full)
    try:
        table = tmp_path / "many.csv"
        table.write_text("id,note\n" + "".join(f"F{n},{WORD * 50}{n * 7919}\n" for n in range(300)))
        code, _, err = run("queue", "add", table)
    finally:
        event.remove(Pool, "connect", full)
    assert (code, err) == (2, "reviewer: the queue's database cannot be used: database or disk is full\n")
    assert json.loads(run("queue", "status", "--format", "json")[1])["encounters"] == 1
    assert run("ledger", "verify")[0] == 0


def test_a_database_that_may_only_be_read_and_one_that_is_locked_are_one_line(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reviewer.queue.store import database

    monkeypatch.setattr(database, "BUSY_SECONDS", 0)
    run("queue", "add", folder(tmp_path, "E1"))
    other = sqlite3.connect(tmp_path / "home" / "queue.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    code, _, err = run("queue", "comment", "E1", "x")
    assert (code, err) == (2, "reviewer: the queue's database cannot be used: database is locked\n")
    assert run("queue", "list")[0] == 0
    other.execute("ROLLBACK")
    other.close()

    def only_read(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA query_only=ON")

    from sqlalchemy import event
    from sqlalchemy.pool import Pool

    event.listen(Pool, "connect", only_read)
    try:
        code, _, err = run("queue", "comment", "E1", "x")
    finally:
        event.remove(Pool, "connect", only_read)
    assert (code, err) == (2, "reviewer: the queue's database cannot be used: attempt to write a readonly database\n")


def test_without_a_model_none_can_be_asked(run: Run) -> None:
    code, _, err = run("queue", "work", "--extractor", "llm")
    assert code == 2
    assert err.startswith("reviewer: --extractor llm: no model is configured")
