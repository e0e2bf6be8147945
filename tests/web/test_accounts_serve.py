"""`reviewer serve` with accounts: where it starts, where it refuses and with which line, what it is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from colleagues import PASSWORD
from quick_hashes import quick_hashes

from reviewer.accounts import store as accounts
from reviewer.cli import main
from reviewer.queue.store.database import open_store
from reviewer.web.accounts import Accounts

OIDC = {
    "REVIEWER_OIDC_ISSUER": "https://idp.example",
    "REVIEWER_OIDC_CLIENT_ID": "reviewer",
    "REVIEWER_OIDC_CLIENT_SECRET": "secret",
    "REVIEWER_OIDC_ROLES": "coders=specialist",
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    quick_hashes(monkeypatch)
    monkeypatch.setenv("REVIEWER_HOME", str(tmp_path))
    for name in (*OIDC, "REVIEWER_DATABASE_URL", "REVIEWER_IDLE_MINUTES", "REVIEWER_SESSION_HOURS", "REVIEWER_KEY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def started(home: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    monkeypatch.setattr("reviewer.commands_serve._log", lambda: None)  # it would outlive the test
    monkeypatch.setattr("uvicorn.run", lambda app, **given: seen.update(given, web=app.state.web))
    return seen


def account(home: Path, role: str = "admin", name: str = "queue.db") -> None:
    store = open_store(f"sqlite:///{home / name}")
    accounts.add(store, role, "", [role], PASSWORD, "setup")  # type: ignore[list-item]
    store.close()


def serve(*options: str) -> int:
    return main(["serve", "--workers", "0", *options])


def test_on_this_machine_nobody_logs_in_and_nothing_is_stored(home: Path, started: dict[str, Any]) -> None:
    assert serve() == 0
    options = started["web"].options
    assert (options.people, options.store, options.secure_cookie, options.url) == (None, None, False, None)
    assert (options.idle_seconds, options.session_seconds) == (3600, 8 * 3600)
    assert started["proxy_headers"] is False
    assert not (home / "queue.db").exists()


@pytest.mark.parametrize(
    "options", [("--host", "0.0.0.0"), ("--host", "::"), ("--url", "https://reviewer.example"), ("--host", "192.0.2.1")]
)
def test_elsewhere_it_refuses_without_accounts(
    home: Path, started: dict[str, Any], options: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    for more in ((), ("--database", str(home / "other.db"))):
        assert serve(*options, *more) == 2
        told = capsys.readouterr().err
        assert told.startswith(f"reviewer: {' '.join(options)}: other machines could reach it, and no accounts")
        assert "reviewer users add" in told
        assert told.count("\n") == 1
    assert started == {}


def test_elsewhere_it_refuses_where_nobody_looks_after_accounts(
    home: Path, started: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    account(home, "reader")
    assert serve("--host", "0.0.0.0") == 2
    told = capsys.readouterr().err
    assert "no account has the role admin" in told
    assert told.count("\n") == 1
    account(home, "admin")
    assert serve("--host", "0.0.0.0") == 0
    told = capsys.readouterr().err
    assert "open http://localhost:8000/" in told
    assert "--url https://NAME" in told


def test_elsewhere_with_accounts_people_log_in_and_cookies_are_secure(home: Path, started: dict[str, Any]) -> None:
    account(home)
    assert serve("--host", "192.0.2.7") == 0
    options = started["web"].options
    assert isinstance(options.people, Accounts)
    assert options.store is not None
    assert options.secure_cookie
    assert "192.0.2.7" in options.hosts
    assert options.idle_seconds == 1800
    assert started["proxy_headers"] is False, "nobody's word is taken on who the client is"


def test_behind_a_proxy(home: Path, started: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    account(home)
    assert serve("--url", "https://Reviewer.example/", "--proxy", "10.0.0.5") == 0
    options = started["web"].options
    assert options.url == "https://reviewer.example"
    assert "reviewer.example" in options.hosts
    assert options.secure_cookie
    assert (started["host"], started["proxy_headers"], started["forwarded_allow_ips"]) == (
        "127.0.0.1",
        True,
        "10.0.0.5",
    )
    assert "open https://reviewer.example/" in capsys.readouterr().err


@pytest.mark.parametrize(
    "url",
    [
        "http://reviewer.example",
        "reviewer.example",
        "https://",
        "https://x/path",
        "https://u:p@x",
        "https://x?y",
        "https://x:99999",
    ],
)
def test_an_address_of_a_proxy_is_https(home: Path, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    account(home)
    assert serve("--url", url) == 2
    assert "--url: the address under which browsers reach it" in capsys.readouterr().err


def test_where_there_are_accounts_people_log_in_on_this_machine_too(home: Path, started: dict[str, Any]) -> None:
    account(home, "reader")
    assert serve() == 0
    assert started["web"].has_accounts
    assert not started["web"].options.secure_cookie
    assert serve("--no-login") == 0
    assert not started["web"].has_accounts
    assert started["web"].options.store is not None, "the ledger is kept all the same"


def test_without_a_log_in_it_is_for_this_machine_alone(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    account(home)
    assert serve("--no-login", "--host", "0.0.0.0") == 2
    assert "--no-login: other machines could reach it" in capsys.readouterr().err


def test_a_log_in_that_nobody_could_use_is_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert serve("--login") == 2
    assert "--login: accounts are kept in a database" in capsys.readouterr().err
    assert serve("--login", "--database", str(home / "new.db")) == 2
    assert "--login: there is no account yet" in capsys.readouterr().err


def test_a_database_is_named_by_file_or_address(home: Path, started: dict[str, Any]) -> None:
    account(home, name="here.db")
    for named in (str(home / "here.db"), f"sqlite:///{home / 'here.db'}"):
        assert serve("--database", named) == 0
        assert started["web"].has_accounts
    assert serve("--database", str(home / "new.db")) == 0
    assert started["web"].options.store is not None
    assert not started["web"].has_accounts


def test_a_database_that_cannot_be_used_is_one_line(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert serve("--database", "nonsense://x") == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_how_long_a_log_in_lasts_is_a_setting(
    home: Path, started: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    account(home)
    monkeypatch.setenv("REVIEWER_IDLE_MINUTES", "15")
    monkeypatch.setenv("REVIEWER_SESSION_HOURS", "10")
    assert serve() == 0
    assert (started["web"].options.idle_seconds, started["web"].options.session_seconds) == (900, 36_000)
    assert started["web"].idle_minutes == 15
    monkeypatch.setenv("REVIEWER_IDLE_MINUTES", "0")
    assert serve() == 2
    assert "REVIEWER_IDLE_MINUTES should be a number from 1 to 1440" in capsys.readouterr().err


def test_a_provider_needs_no_account_here(
    home: Path, started: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in OIDC.items():
        monkeypatch.setenv(name, value)
    assert serve("--host", "0.0.0.0") == 2, "it is kept in a database who logged in"
    capsys.readouterr()
    database = ("--database", str(home / "queue.db"))
    assert serve("--host", "0.0.0.0", *database) == 0
    people = started["web"].people
    assert people.provider.site.roles == {"coders": "specialist"}
    assert people.provider.site.secret.get_secret_value() == "secret"
    assert serve(*database) == 0
    assert started["web"].has_accounts
    for name in ("REVIEWER_OIDC_CLIENT_ID", "REVIEWER_OIDC_ROLES"):
        with monkeypatch.context() as patch:
            patch.delenv(name)
            assert serve(*database) == 2
            assert f"{name} is not set" in capsys.readouterr().err
    monkeypatch.setenv("REVIEWER_OIDC_ISSUER", "http://idp.example")
    assert serve(*database) == 2
    assert "REVIEWER_OIDC_ISSUER: use an address that begins with https://" in capsys.readouterr().err


def test_a_secret_does_not_belong_into_the_file_of_settings(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "settings.toml").write_text('oidc_client_secret = "s"\n')
    assert serve() == 2
    assert "set REVIEWER_OIDC_CLIENT_SECRET" in capsys.readouterr().err


def test_it_serves_https_itself_with_a_certificate(
    home: Path, started: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    account(home)
    for name in ("cert.pem", "key.pem"):
        (home / name).write_text("x")
    pair = ("--certificate", str(home / "cert.pem"), "--certificate-key", str(home / "key.pem"))
    assert serve("--host", "192.0.2.7", *pair) == 0
    assert (started["ssl_certfile"], started["ssl_keyfile"]) == (home / "cert.pem", home / "key.pem")
    assert "open https://192.0.2.7:8000/" in capsys.readouterr().err
    assert serve("--host", "192.0.2.7", *pair[:2]) == 2
    assert "give both" in capsys.readouterr().err
    assert serve("--certificate", "/nowhere.pem", "--certificate-key", "/nowhere.pem") == 2
