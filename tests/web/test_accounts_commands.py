"""`reviewer users`: accounts by the command line, with passwords that are never an option."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from colleagues import PASSWORD, recorded
from quick_hashes import quick_hashes

from reviewer.accounts import passwords, tokens
from reviewer.accounts import store as accounts
from reviewer.accounts.signing_in import SigningIn
from reviewer.accounts.store import Account
from reviewer.cli import main
from reviewer.queue.store.database import open_store

NEW = "another long password, typed twice"
Told = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    quick_hashes(monkeypatch)
    monkeypatch.setenv("REVIEWER_HOME", str(tmp_path))
    monkeypatch.setenv("REVIEWER_USER", "setup")
    monkeypatch.delenv("REVIEWER_DATABASE_URL", raising=False)
    return tmp_path


def users(*arguments: str, piped: str = "", monkeypatch: pytest.MonkeyPatch | None = None) -> int:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", io.StringIO(piped))
        return main(["users", *arguments])


def added(name: str = "ada", role: str = "admin") -> int:
    return users("add", name, "--role", role, "--name", name.title(), piped=f"{PASSWORD}\n")


def enters(home: Path, name: str, password: str) -> bool:
    store = open_store(f"sqlite:///{home / 'queue.db'}")
    found = SigningIn(store).check(name, password, "")
    store.close()
    return isinstance(found, Account)


def test_an_account_from_first_to_last(home: Path, capsys: Told) -> None:
    assert added() == 0
    assert added("ben", "reader") == 0
    assert enters(home, "ada", PASSWORD)
    assert users("role", "ben", "--role", "specialist", "--role", "lead") == 0
    assert users("password", "ben", piped=f"{NEW}\r\n") == 0
    assert enters(home, "ben", NEW)
    assert users("disable", "BEN") == 0
    assert not enters(home, "ben", NEW)
    assert users("disable", "ben", "--undo") == 0
    assert enters(home, "ben", NEW)
    told = capsys.readouterr()
    assert told.out == ""
    assert PASSWORD not in told.err
    assert users("list") == 0
    text = capsys.readouterr().out
    assert text.splitlines()[0].split() == ["id", "name", "roles", "state", "last", "log-in"]
    assert "ben" in text
    assert "specialist, lead" in text
    assert users("list", "--format", "json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert [(one["id"], one["roles"]) for one in listed] == [("ada", ["admin"]), ("ben", ["specialist", "lead"])]
    assert not {"password", "stamp"} & set(listed[0])
    store = open_store(f"sqlite:///{home / 'queue.db'}")
    assert {body["user"] for kind, body in recorded(store) if kind.startswith("user_")} == {"setup"}
    store.close()


def test_without_accounts_the_list_says_how_to_make_one(capsys: Told) -> None:
    assert users("list") == 0
    assert "reviewer users add" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "piped", "told"),
    [
        (("add", "ada", "--role", "admin"), "", "no password came in"),
        (("add", "ada", "--role", "admin"), "short\n", "15 to 256 characters"),
        (("add", "a b", "--role", "admin"), f"{PASSWORD}\n", "a log-in name has at most 60 characters"),
        (("add", "ada", "--role", "boss"), f"{PASSWORD}\n", "boss"),
        (("add", "ada"), f"{PASSWORD}\n", "--role"),
        (("add", "ada", "--role", "reader", "--name", "x" * 81), f"{PASSWORD}\n", "80 printable characters"),
        (("role", "nobody", "--role", "admin"), "", "there is no such account"),
        (("disable", "nobody"), "", "there is no such account"),
        (("password", "nobody"), f"{PASSWORD}\n", "there is no such account"),
        (("token", "nobody", "--name", "x"), "", "there is no such account"),
        (("disable", "first"), "", "the last account with the role admin"),
        (("role", "first", "--role", "reader"), "", "the last account with the role admin"),
        (("token", "first", "--revoke"), "", "which token?"),
        (("token", "first", "--revoke", "--name", "x"), "", "no token of that name"),
        (("token", "first", "--name", "x", "--days", "0"), "", "--days"),
    ],
)
def test_what_cannot_be_is_one_line_and_exit_2(arguments: tuple[str, ...], piped: str, told: str, capsys: Told) -> None:
    assert added("first") == 0
    capsys.readouterr()
    assert users(*arguments, piped=piped) == 2
    err = capsys.readouterr().err
    assert told in err
    assert err.count("\n") == 1
    assert not piped.strip() or piped.strip() not in err


def test_a_password_is_typed_twice_where_somebody_sits(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    typed = iter([PASSWORD, PASSWORD, PASSWORD, NEW])
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda asked: next(typed))
    assert main(["users", "add", "ada", "--role", "admin", "--temporary"]) == 0
    assert main(["users", "password", "ada"]) == 2
    assert "not typed the same twice" in capsys.readouterr().err
    assert enters(home, "ada", PASSWORD)
    assert main(["users", "list"]) == 0
    assert "must change password" in capsys.readouterr().out


def test_no_option_takes_a_password(capsys: Told) -> None:
    for command in ("add", "password"):
        assert users(command, "ada", "--role", "admin", "--password", PASSWORD) == 2
        assert "No such option" in capsys.readouterr().err


def test_a_token_is_printed_once(home: Path, capsys: Told) -> None:
    added()
    capsys.readouterr()
    assert users("token", "ada") == 0
    assert capsys.readouterr().out == "no tokens\n"
    assert users("token", "ada", "--name", "nightly", "--days", "7") == 0
    token = capsys.readouterr().out.strip()
    assert token.startswith("rvw_")
    store = open_store(f"sqlite:///{home / 'queue.db'}")
    owner = tokens.owner(store, token)
    assert owner is not None
    assert owner.id == "ada"
    assert users("token", "ada") == 0
    assert capsys.readouterr().out.startswith("nightly  until 20")
    assert users("token", "ada", "--name", "nightly", "--revoke") == 0
    assert tokens.owner(store, token) is None
    store.close()


def test_without_its_library_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch, capsys: Told) -> None:
    monkeypatch.undo()
    with pytest.MonkeyPatch.context() as patch:
        passwords._hasher.cache_clear()
        patch.setitem(sys.modules, "argon2", None)
        with pytest.raises(Exception, match=r"pip install 'encounter-reviewer\[queue,web\]'"):
            passwords.hashed(PASSWORD)


def test_the_state_of_an_account_is_listed(home: Path, capsys: Told) -> None:
    added()
    store = open_store(f"sqlite:///{home / 'queue.db'}")
    for _ in range(6):
        SigningIn(store).check("ada", "a wrong password", "")
    accounts.of_provider(store, "https://idp", "1", "ben", "Ben", ["reader"], "")
    store.close()
    capsys.readouterr()
    users("list")
    out = capsys.readouterr().out
    assert "locked until" in out
    assert "of the provider" in out
