"""Accounts in the database, on SQLite and on PostgreSQL: made, changed, locked, shut out; tokens; what is recorded."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from quick_hashes import quick_hashes
from sqlalchemy import select

import reviewer
from reviewer.accounts import passwords, signing_in, tokens
from reviewer.accounts import store as accounts
from reviewer.accounts.roles import GRANTS, PERMISSIONS, ROLES, User, granting
from reviewer.accounts.signing_in import FREE_TRIES, Refused, SigningIn, Tries
from reviewer.accounts.store import Account
from reviewer.accounts.tables import users
from reviewer.errors import UsageError
from reviewer.ledger.checking import check
from reviewer.queue.store.database import Store, open_store
from reviewer.queue.store.tables import ledger

PASSWORD = "correct horse battery staple"
OTHER = "another long password, typed twice"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    quick_hashes(monkeypatch)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A clock of log-ins that stands still until it is moved by so many seconds."""
    now = [datetime(2026, 3, 14, 9)]
    monkeypatch.setattr(signing_in, "now_text", lambda: now[0].isoformat(timespec="microseconds"))

    def move(seconds: float) -> None:
        now[0] += timedelta(seconds=seconds)

    return move


def everything(store: Store) -> str:
    with store.reading() as connection:
        rows = [*connection.execute(select(users)).all(), *connection.execute(select(ledger)).all()]
        return str([tuple(row) for row in rows])


def test_an_account_is_made_found_and_listed(store: Store) -> None:
    made = accounts.add(store, " Ada ", "Ada  Coder", ["lead", "specialist"], PASSWORD, "setup")
    assert (made.id, made.name, made.roles) == ("ada", "Ada Coder", ("specialist", "lead"))
    assert accounts.find(store, "ada") == made
    assert accounts.find(store, "ben") is None
    assert accounts.listed(store) == [made]


@pytest.mark.parametrize("name", ["", "a b", "ada!", "-ada", "a" * 61, "<script>", "ada\n", "Ünal"])
def test_what_is_no_log_in_name_is_refused(store: Store, name: str) -> None:
    if name == "ada\n":
        name = "ad\na"
    with pytest.raises(UsageError):
        accounts.add(store, name, "", ["reader"], PASSWORD, "setup")


def test_a_name_is_taken_once_and_needs_a_role(store: Store) -> None:
    accounts.add(store, "ada", "", ["reader"], PASSWORD, "setup")
    with pytest.raises(UsageError, match="already"):
        accounts.add(store, "ADA", "", ["admin"], PASSWORD, "setup")
    with pytest.raises(UsageError, match="at least one role"):
        accounts.add(store, "ben", "", [], PASSWORD, "setup")
    assert [one.roles for one in accounts.listed(store)] == [("reader",)]


@pytest.mark.parametrize(
    "password",
    [
        "",
        "short",
        "14 characters!",
        "a" * 40,
        "abcabcabcabcabcabc",
        "ada" * 6,
        "ada12" * 4,
        "x" * 257,
        "tab\tin the middle of it",
        "no text \udc80 in UTF-8",
    ],
)
def test_a_password_that_is_easily_guessed_is_refused_and_not_repeated(store: Store, password: str) -> None:
    with pytest.raises(UsageError) as told:
        accounts.add(store, "ada", "", ["reader"], password, "setup")
    assert not password or password not in str(told.value)


def test_a_password_is_stored_as_argon2_alone(store: Store) -> None:
    accounts.add(store, "ada", "", ["reader"], PASSWORD, "setup")
    assert PASSWORD not in everything(store)
    assert "$argon2id$" in everything(store)
    one, other = passwords.hashed(PASSWORD), passwords.hashed(PASSWORD)
    assert one != other
    assert passwords.fits(PASSWORD, one)
    assert not passwords.fits(OTHER, one)
    assert not passwords.fits(PASSWORD, None)
    assert not passwords.fits(PASSWORD, "no hash")


def test_a_password_is_the_same_however_its_letters_were_typed() -> None:
    assert passwords.fits("passwo\u0308rter sind lang", passwords.hashed("passw\u00f6rter sind lang"))


def test_the_real_parameters_are_those_of_the_rfc(monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC 9106, the second recommended option: 3 passes, 64 MiB, 4 lanes."""
    monkeypatch.undo()
    passwords._hasher.cache_clear()
    assert "$argon2id$v=19$m=65536,t=3,p=4$" in passwords.hashed(PASSWORD)


def test_a_hash_of_weaker_parameters_is_replaced_at_the_next_log_in(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from argon2 import PasswordHasher

    accounts.add(store, "ada", "", ["reader"], PASSWORD, "setup")
    before = everything(store)
    stronger = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: stronger)
    assert isinstance(SigningIn(store).check("ada", PASSWORD, ""), Account)
    assert "m=8,t=1" in before
    assert "m=16,t=2" in everything(store)
    assert isinstance(SigningIn(store).check("ada", PASSWORD, ""), Account)


def test_somebody_always_looks_after_accounts(store: Store) -> None:
    accounts.add(store, "ada", "", ["admin"], PASSWORD, "setup")
    for change in (
        lambda: accounts.disable(store, "ada", "ada"),
        lambda: accounts.give_roles(store, "ada", ["reader"], "ada"),
    ):
        with pytest.raises(UsageError, match="last account with the role admin"):
            change()
    assert accounts.any_admin(store)
    accounts.add(store, "ben", "", ["admin", "reader"], PASSWORD, "ada")
    accounts.disable(store, "ada", "ben")
    with pytest.raises(UsageError, match="last account"):
        accounts.give_roles(store, "ben", ["reader"], "ben")


def test_only_an_admin_who_can_log_in_counts(store: Store) -> None:
    assert not accounts.any_account(store)
    accounts.of_provider(store, "https://idp", "1", "ada", "Ada", ["admin"], "")
    assert accounts.any_account(store)
    assert not accounts.any_admin(store)


def test_an_unknown_account_is_told_in_every_change(store: Store) -> None:
    for change in (
        lambda: accounts.disable(store, "ada", "x"),
        lambda: accounts.give_roles(store, "ada", ["reader"], "x"),
        lambda: accounts.set_password(store, "ada", PASSWORD, "x"),
        lambda: tokens.make(store, "ada", "script", 1, "x"),
        lambda: tokens.revoke(store, "ada", "script", "x"),
    ):
        with pytest.raises(UsageError):
            change()
    assert check(store).faults == []


def test_wrong_passwords_lock_for_longer_and_longer_and_a_right_one_is_not_tried_then(store: Store, clock: Any) -> None:
    accounts.add(store, "ada", "", ["reader"], PASSWORD, "setup")
    at = SigningIn(store)
    for _ in range(FREE_TRIES):
        assert at.check("ada", OTHER, "") == Refused(locked=False)
    assert at.check("ada", PASSWORD, "") == Refused(locked=True)
    clock(59)
    assert at.check("ada", PASSWORD, "") == Refused(locked=True)
    clock(1)
    assert at.check("ada", OTHER, "") == Refused(locked=False)
    clock(119)
    assert at.check("ada", PASSWORD, "") == Refused(locked=True)
    assert SigningIn(store).check("ada", PASSWORD, "") == Refused(locked=True), "another process knows it too"
    clock(1)
    assert isinstance(at.check("ada", PASSWORD, ""), Account)
    assert at.check("ada", OTHER, "") == Refused(locked=False)
    assert isinstance(at.check("ada", PASSWORD, ""), Account), "it began anew"


def test_a_lock_is_never_longer_than_an_hour() -> None:
    now, tries = "2026-03-14T09:00:00.000000", Tries()
    for _ in range(100):
        tries = tries.wrong(now)
    assert tries.locked_until == "2026-03-14T10:00:00.000000"


def test_a_name_that_nobody_has_is_answered_as_a_wrong_password_is(
    store: Store, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts.add(store, "ada", "", ["reader"], PASSWORD, "setup")
    accounts.add(store, "gone", "", ["reader"], PASSWORD, "setup")
    accounts.disable(store, "gone", "setup")
    tried: list[str | None] = []
    real = passwords.fits
    monkeypatch.setattr(passwords, "fits", lambda password, stored: tried.append(stored) or real(password, stored))

    def answers(name: str, password: str) -> tuple[list[Any], int]:
        before, found = len(tried), []
        for wait in (0, 0, 0, 0, 0, 0, 30, 30, 0, 120):
            clock(wait)
            found.append(at.check(name, password, "10.0.0.1"))
        return found, len(tried) - before

    at = SigningIn(store)
    known = answers("ada", OTHER)
    assert known == answers("nobody", OTHER) == answers("gone", PASSWORD)
    assert known[1] == 7, "each that was not locked took one hash"


def test_what_was_typed_as_an_unknown_name_is_nowhere(store: Store) -> None:
    SigningIn(store).check("my secret password", "", "10.0.0.1")
    assert "secret" not in everything(store)
    assert "login_failed" in everything(store)


def test_an_account_whose_password_changes_meanwhile_does_not_get_in(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts.add(store, "ada", "", ["reader"], PASSWORD, "setup")
    real = passwords.fits

    def slow(password: str, stored: str | None) -> bool:
        accounts.disable(store, "ada", "x")
        return real(password, stored)

    monkeypatch.setattr(passwords, "fits", slow)
    assert SigningIn(store).check("ada", PASSWORD, "") == Refused(locked=False)


def test_a_new_password_ends_what_was_begun_with_the_old_one_and_opens_a_lock(store: Store) -> None:
    before = accounts.add(store, "ada", "", ["reader"], PASSWORD, "setup")
    at = SigningIn(store)
    for _ in range(FREE_TRIES + 1):
        at.check("ada", OTHER, "")
    after = accounts.set_password(store, "ada", OTHER, "ada")
    assert after.stamp != before.stamp
    assert isinstance(at.check("ada", OTHER, ""), Account)
    assert isinstance(at.check("ada", PASSWORD, ""), Refused)


def test_who_comes_from_a_provider_is_known_by_issuer_and_subject_alone(store: Store) -> None:
    accounts.add(store, "ada", "Ada here", ["admin"], PASSWORD, "setup")
    first = accounts.of_provider(store, "https://idp", "1", "Ada", "Ada there", ["reader"], "")
    assert (first.id, first.provider, first.roles) == ("ada-2", True, ("reader",))
    again = accounts.of_provider(store, "https://idp", "1", "renamed", "Ada", ["lead"], "")
    assert (again.id, again.roles) == ("ada-2", ("lead",))
    assert accounts.of_provider(store, "https://other", "1", "ada", "", ["reader"], "").id == "ada-3"
    assert accounts.of_provider(store, "https://idp", "2", "no valid name", "", ["reader"], "").id == "person"
    assert SigningIn(store).check("ada-2", "", "") == Refused(locked=False)
    for change in (
        lambda: accounts.set_password(store, "ada-2", PASSWORD, "x"),
        lambda: accounts.give_roles(store, "ada-2", ["admin"], "x"),
    ):
        with pytest.raises(UsageError, match="provider"):
            change()
    accounts.disable(store, "ada-2", "ada")
    with pytest.raises(UsageError, match="disabled"):
        accounts.of_provider(store, "https://idp", "1", "ada", "", ["reader"], "")


def test_a_token_is_its_owners_until_its_time_is_over_or_it_is_revoked(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts.add(store, "ada", "", ["reader"], PASSWORD, "setup")
    token = tokens.make(store, "ada", "nightly  export", 30, "ada")
    owner = tokens.owner(store, token)
    assert owner is not None
    assert owner.id == "ada"
    assert tokens.owner(store, token + "x") is None
    assert token not in everything(store)
    with pytest.raises(UsageError, match="already"):
        tokens.make(store, "ada", "nightly export", 30, "ada")
    tokens.revoke(store, "ada", "nightly export", "ada")
    assert tokens.owner(store, token) is None
    old = tokens.make(store, "ada", "old", 1, "ada")
    monkeypatch.setattr(tokens, "now_text", lambda: "2099-01-01T00:00:00.000000")
    assert tokens.owner(store, old) is None


@pytest.mark.parametrize(("name", "days"), [("", 1), ("x" * 61, 1), ("a\x00b", 1), ("script", 0), ("script", 367)])
def test_a_token_needs_a_name_and_an_end(store: Store, name: str, days: int) -> None:
    accounts.add(store, "ada", "", ["reader"], PASSWORD, "setup")
    with pytest.raises(UsageError):
        tokens.make(store, "ada", name, days, "ada")


def test_who_is_shut_out_has_no_token_any_more(store: Store) -> None:
    accounts.add(store, "ada", "", ["reader"], PASSWORD, "setup")
    token = tokens.make(store, "ada", "script", 30, "ada")
    accounts.disable(store, "ada", "setup")
    assert tokens.owner(store, token) is None
    accounts.disable(store, "ada", "setup", disabled=False)
    assert tokens.owner(store, token) is None
    assert tokens.listed(store, "ada") == []


def test_an_account_has_only_so_many_tokens(store: Store) -> None:
    accounts.add(store, "ada", "", ["reader"], PASSWORD, "setup")
    for number in range(tokens.MOST):
        tokens.make(store, "ada", f"t{number}", 1, "ada")
    with pytest.raises(UsageError, match="at most"):
        tokens.make(store, "ada", "one more", 1, "ada")


def test_every_change_is_in_the_ledger_which_holds(store: Store) -> None:
    accounts.add(store, "ada", "Ada", ["admin"], PASSWORD, "setup")
    accounts.add(store, "ben", "Ben", ["reader"], PASSWORD, "ada")
    accounts.give_roles(store, "ben", ["lead"], "ada")
    accounts.set_password(store, "ben", OTHER, "ada")
    accounts.disable(store, "ben", "ada")
    accounts.disable(store, "ben", "ada", disabled=False)
    token = tokens.make(store, "ben", "script", 1, "ben")
    tokens.revoke(store, "ben", "script", "ben")
    SigningIn(store).check("ben", PASSWORD, "10.0.0.1")
    SigningIn(store).check("ben", OTHER, "10.0.0.1")
    with store.reading() as connection:
        kinds = connection.execute(select(ledger.c.kind).order_by(ledger.c.seq)).scalars().all()
    assert kinds == [
        "user_added",
        "user_added",
        "user_roles",
        "user_password",
        "user_disabled",
        "user_enabled",
        "token_made",
        "token_revoked",
        "login_failed",
        "login",
    ]
    assert check(store).faults == []
    assert not {PASSWORD, OTHER, token} & {word for word in (PASSWORD, OTHER, token) if word in everything(store)}


def test_what_a_role_allows() -> None:
    """Issue: reader looks; specialist reviews, corrects, asks and works; lead assigns and releases; auditor looks and
    audits; admin looks after people."""
    expected = {
        "reader": {"enter", "look"},
        "specialist": {"enter", "look", "review", "correct", "query", "work"},
        "lead": {"enter", "look", "review", "correct", "query", "work", "assign", "release"},
        "auditor": {"enter", "look", "audit"},
        "admin": {"enter", "people"},
    }
    assert {role: set(GRANTS[role]) for role in ROLES} == expected
    for role in ROLES:
        assert {one for one in PERMISSIONS if User(id="x", roles=frozenset({role})).may(one)} == expected[role]
    both = User(id="x", roles=frozenset({"admin", "reader"}))
    assert {one for one in PERMISSIONS if both.may(one)} == {"enter", "look", "people"}
    assert granting("release") == ("lead",)
    assert not any(User(id="x").may(one) for one in PERMISSIONS)


def test_wrong_passwords_that_come_at_once_are_all_counted(store: Store) -> None:
    accounts.add(store, "ada", "", ["reader"], PASSWORD, "setup")
    at = SigningIn(store)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: at.check("ada", OTHER, ""), range(4)))
    assert found == [Refused(locked=False)] * 4
    with store.reading() as connection:
        assert connection.execute(select(users.c.failures)).scalar_one() == 4
    assert check(store).faults == []


def test_a_database_of_before_gets_its_tables_and_keeps_what_it_has(url: str) -> None:
    """From the revision before accounts, up, down and up again."""
    from alembic import command
    from alembic.config import Config

    from reviewer.queue.store.database import engine_for

    folder = Path(reviewer.__file__).parent / "queue" / "store" / "migrations"

    def to(revision: str, change: Any) -> None:
        config, engine = Config(), engine_for(url)
        config.set_main_option("script_location", str(folder))
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            change(config, revision)
            connection.commit()
        engine.dispose()

    to("0002", command.upgrade)
    opened = open_store(url)
    accounts.add(opened, "ada", "", ["admin"], PASSWORD, "setup")
    opened.close()
    to("0002", command.downgrade)
    again = open_store(url)
    assert accounts.listed(again) == []
    assert check(again).faults == []
    again.close()
