"""Logging in at an OpenID provider: one made for the test, with real keys and really signed tokens."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from colleagues import PASSWORD, recorded, staffed
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from laid_out import laid_out
from pydantic import SecretStr
from visitor import Visit, Visitor

from reviewer.accounts import store as accounts
from reviewer.accounts.oidc import Provider, ProviderError, Site, roles_of
from reviewer.errors import ConfigError
from reviewer.queue.store.database import Store, open_store
from reviewer.web.accounts import Accounts
from reviewer.web.sessions import COOKIE

ISSUER = "https://idp.example/realm"
SECRET = "a secret of this client"
SITE = Site(ISSUER, "reviewer", SecretStr(SECRET), {"coders": "specialist", "heads": "lead"}, "groups")
Change = Callable[[dict[str, Any]], None]


class MadeProvider:
    """A provider behind a transport: discovery, keys, and tokens for codes it gave out."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.shown = [self.key]
        self.codes: dict[str, dict[str, str]] = {}
        self.claims: dict[str, Any] = {
            "sub": "4711",
            "preferred_username": "ada",
            "name": "Ada Coder",
            "groups": ["staff", "coders"],
        }
        self.header: dict[str, Any] = {"alg": "RS256", "kid": "one"}
        self.signs_with: Any = None
        self.metadata: dict[str, Any] = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/auth",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
        }
        self.userinfo: Any = None
        self.asked: list[str] = []
        self.answer: Callable[[dict[str, Any]], Any] = lambda body: body

    def transport(self) -> httpx2.MockTransport:
        return httpx2.MockTransport(self.respond)

    def visit(self, address: str) -> tuple[str, str]:
        """What the provider's log-in page does with the address it is reached under: a code, and the state."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert address.startswith(f"{ISSUER}/auth?")
        assert (asked["response_type"], asked["client_id"]) == ("code", "reviewer")
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return code, asked["state"]

    def respond(self, request: httpx2.Request) -> httpx2.Response:
        path = str(request.url)
        self.asked.append(path)
        if path == f"{ISSUER}/.well-known/openid-configuration":
            return httpx2.Response(200, json=self.metadata)
        if path == f"{ISSUER}/keys":
            return httpx2.Response(200, json={"keys": [key.as_dict(private=False) for key in self.shown]})
        if path == f"{ISSUER}/userinfo":
            assert request.headers["authorization"] == "Bearer at"
            return httpx2.Response(200, json=self.userinfo) if self.userinfo else httpx2.Response(500)
        assert path == f"{ISSUER}/token"
        return self._token(request)

    def _token(self, request: httpx2.Request) -> httpx2.Response:
        sent = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        basic = base64.b64encode(f"reviewer:{SECRET.replace(' ', '%20')}".encode()).decode()
        plain = base64.b64encode(f"reviewer:{SECRET}".encode()).decode()
        assert request.headers["authorization"] in (f"Basic {basic}", f"Basic {plain}")
        asked = self.codes.pop(sent["code"], None)
        if asked is None or sent["redirect_uri"] != asked["redirect_uri"]:
            return httpx2.Response(400, json={"error": "invalid_grant"})
        digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return httpx2.Response(400, json={"error": "invalid_grant"})
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": "reviewer", "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims |= self.claims
        claims = {name: value for name, value in claims.items() if value is not None}
        signed = jwt.encode(self.header, claims, self.signs_with or self.key, algorithms=[self.header["alg"]])
        body = {"access_token": "at", "token_type": "Bearer", "expires_in": 300, "id_token": signed}
        return httpx2.Response(200, json=self.answer(body))


@pytest.fixture
def idp() -> MadeProvider:
    return MadeProvider()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(laid_out(tmp_path / "queue.db"))
    yield opened
    opened.close()


@pytest.fixture
def visitor(visit: Visit, store: Store, idp: MadeProvider) -> Visitor:
    return visit(people=Accounts(store, Provider(SITE, idp.transport())), store=store)


def go(visitor: Visitor, idp: MadeProvider, after: str = "") -> httpx2.Response:
    """Log in by way of the provider."""
    leave = visitor.client.get(f"/login/provider{f'?next={after}' if after else ''}", follow_redirects=False)
    code, state = idp.visit(leave.headers["location"])
    return visitor.client.get("/login/callback", params={"code": code, "state": state})


def test_somebody_logs_in_at_the_provider_and_has_the_roles_of_their_groups(
    visitor: Visitor, idp: MadeProvider, store: Store
) -> None:
    assert "/login/provider" in visitor.get("/login").text
    answer = go(visitor, idp, "/facts")
    assert answer.status_code == 200
    assert '<meta http-equiv="refresh" content="0;url=/facts">' in answer.text
    assert COOKIE in visitor.client.cookies
    assert "reviewer_provider" not in visitor.client.cookies
    assert "Ada Coder" in visitor.get("/").text
    assert visitor.review().status_code == 200
    assert visitor.get("/people").status_code == 403
    known = accounts.find(store, "ada")
    assert known is not None
    assert (known.roles, known.provider) == (("specialist",), True)
    assert [kind for kind, _ in recorded(store)][:2] == ["user_added", "login"]
    assert "4711" not in str(recorded(store))


def test_at_the_next_log_in_the_groups_count_anew(visitor: Visitor, idp: MadeProvider, store: Store) -> None:
    go(visitor, idp)
    idp.claims["groups"] = ["heads"]
    go(visitor, idp)
    assert [(one.id, one.roles) for one in accounts.listed(store)] == [("ada", ("lead",))]
    idp.claims["groups"] = ["staff"]
    answer = go(visitor, idp)
    assert answer.status_code == 403
    assert "in no group that has a role here" in answer.text
    assert recorded(store)[-1][0] == "login_failed"


def test_somebody_else_of_the_same_name_has_another_account(visitor: Visitor, idp: MadeProvider, store: Store) -> None:
    accounts.add(store, "ada", "Ada here", ["admin"], PASSWORD, "setup")
    go(visitor, idp)
    assert visitor.get("/people").status_code == 403
    assert [one.id for one in accounts.listed(store)] == ["ada", "ada-2"]


def test_who_is_disabled_here_does_not_come_in_by_the_provider(
    visitor: Visitor, idp: MadeProvider, store: Store
) -> None:
    go(visitor, idp)
    accounts.disable(store, "ada", "setup")
    answer = go(visitor, idp)
    assert answer.status_code == 403
    assert "this account is disabled" in answer.text
    assert "Log in" in visitor.get("/").text


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        ({"iss": "https://evil.example"}, "InvalidClaimError"),
        ({"aud": "another client"}, "InvalidClaimError"),
        ({"aud": ["another client"], "azp": "reviewer"}, "InvalidClaimError"),
        ({"aud": ["reviewer", "other"], "azp": "other"}, "InvalidClaimError"),
        ({"nonce": "of another log-in"}, "InvalidClaimError"),
        ({"nonce": None}, "MissingClaimError"),
        ({"aud": None}, "MissingClaimError"),
        ({"sub": None}, "MissingClaimError"),
        ({"exp": None}, "MissingClaimError"),
        ({"exp": 1_700_000_000}, "ExpiredTokenError"),
        ({"iat": int(time.time()) + 86_400, "exp": int(time.time()) + 90_000}, "InvalidClaimError"),
        ({"nbf": int(time.time()) + 86_400}, "InvalidClaimError"),
        ({"at_hash": "of another token"}, "InvalidClaimError"),
        ({"sub": 7}, ""),
        ({"sub": "x" * 300}, "names nobody"),
        ({"groups": None}, "in no group"),
        ({"groups": {"coders": True}}, "in no group"),
        ({"groups": [["coders"], 1]}, "in no group"),
    ],
)
def test_a_token_that_does_not_hold_lets_nobody_in(
    visitor: Visitor, idp: MadeProvider, store: Store, claims: dict[str, Any], told: str
) -> None:
    idp.claims |= claims
    answer = go(visitor, idp)
    assert answer.status_code == 403
    assert told in answer.text
    assert COOKIE not in visitor.client.cookies
    assert accounts.listed(store) == []


def test_groups_may_stand_within_another_claim(store: Store, idp: MadeProvider) -> None:
    site = SITE._replace(claim="realm_access.roles")
    for claims, roles in (
        ({"realm_access": {"roles": ["heads"]}}, {"lead"}),
        ({"realm_access.roles": "coders"}, {"specialist"}),
    ):
        provider = Provider(site, idp.transport())
        idp.claims = {"sub": "1", **claims}
        address, attempt = provider.begin("https://here/login/callback")
        code, _ = idp.visit(address)
        assert provider.end("https://here/login/callback", code, attempt).roles == roles
    idp.claims = {"sub": "1", "realm_access": ["heads"]}
    address, attempt = provider.begin("https://here/login/callback")
    with pytest.raises(ProviderError, match="in no group"):
        provider.end("https://here/login/callback", idp.visit(address)[0], attempt)


def test_a_token_signed_by_somebody_else_lets_nobody_in(visitor: Visitor, idp: MadeProvider) -> None:
    idp.signs_with = RSAKey.generate_key(2048, {"kid": "one"})
    answer = go(visitor, idp)
    assert (answer.status_code, "BadSignatureError" in answer.text) == (403, True)


def test_a_token_signed_with_the_shared_secret_or_not_at_all_lets_nobody_in(
    visitor: Visitor, idp: MadeProvider
) -> None:
    idp.header, idp.signs_with = {"alg": "HS256", "kid": "one"}, OctKey.import_key(SECRET * 2)
    assert go(visitor, idp).status_code == 403
    public = idp.key.as_pem(private=False)
    idp.signs_with = OctKey.import_key(base64.b64encode(public))
    assert go(visitor, idp).status_code == 403
    head = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    idp.header, idp.signs_with = {"alg": "RS256", "kid": "one"}, None
    idp.answer = lambda body: {**body, "id_token": f"{head}.{body['id_token'].split('.')[1]}."}
    assert go(visitor, idp).status_code == 403
    assert COOKIE not in visitor.client.cookies


def test_a_new_key_of_the_provider_is_asked_for(visitor: Visitor, idp: MadeProvider) -> None:
    assert go(visitor, idp).status_code == 200
    idp.key = ECKey.generate_key("P-256", {"kid": "two", "use": "sig"})
    idp.header, idp.shown = {"alg": "ES256", "kid": "two"}, [idp.key]
    assert go(visitor, idp).status_code == 200
    assert [path.rpartition("/")[2] for path in idp.asked].count("keys") == 2
    assert [path.rpartition("/")[2] for path in idp.asked].count("openid-configuration") == 1


def test_only_what_was_begun_in_this_browser_is_finished(visitor: Visitor, idp: MadeProvider) -> None:
    leave = visitor.client.get("/login/provider", follow_redirects=False)
    code, state = idp.visit(leave.headers["location"])
    for wrong in ({"code": code, "state": state + "x"}, {"code": code, "state": ""}, {"code": code}):
        assert visitor.client.get("/login/callback", params=wrong).status_code == 400
    kept = visitor.client.cookies["reviewer_provider"]
    for forged in ("", "x.y", kept[:-1], kept.replace(kept[5], "A", 1) + "0", "é"):
        visitor.client.cookies.clear()
        headers = {"cookie": f"reviewer_provider={forged}".encode()}
        answer = visitor.client.get("/login/callback", params={"code": code, "state": state}, headers=headers)
        assert answer.status_code == 400, forged
    assert idp.codes, "the code was never taken to the provider"


def test_a_log_in_that_took_too_long_is_begun_again(
    visitor: Visitor, idp: MadeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave = visitor.client.get("/login/provider", follow_redirects=False)
    code, state = idp.visit(leave.headers["location"])
    later = time.time() + 601
    monkeypatch.setattr("reviewer.web.pages_login.time.time", lambda: later)
    assert visitor.client.get("/login/callback", params={"code": code, "state": state}).status_code == 400


def test_a_code_is_good_once(visitor: Visitor, idp: MadeProvider) -> None:
    leave = visitor.client.get("/login/provider", follow_redirects=False)
    code, state = idp.visit(leave.headers["location"])
    kept = visitor.client.cookies["reviewer_provider"]
    params = {"code": code, "state": state}
    assert visitor.client.get("/login/callback", params=params).status_code == 200
    visitor.client.cookies.clear()
    again = visitor.client.get("/login/callback", params=params, headers={"cookie": f"reviewer_provider={kept}"})
    assert again.status_code == 403
    assert "the provider gave no token" in again.text


def test_who_is_turned_away_there_is_told_so(visitor: Visitor, idp: MadeProvider) -> None:
    leave = visitor.client.get("/login/provider", follow_redirects=False)
    _, state = idp.visit(leave.headers["location"])
    answer = visitor.client.get(
        "/login/callback", params={"error": "access_denied", "error_description": "<script>", "state": state}
    )
    assert answer.status_code == 403
    assert "did not let you in" in answer.text
    assert "<script>" not in answer.text


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://idp.example/other"},
        {"token_endpoint": None},
        {"authorization_endpoint": "http://idp.example/auth"},
        {"jwks_uri": 7},
    ],
)
def test_a_provider_that_is_another_or_not_safe_is_not_used(
    visitor: Visitor, idp: MadeProvider, metadata: dict[str, Any]
) -> None:
    idp.metadata |= metadata
    answer = visitor.client.get("/login/provider", follow_redirects=False)
    assert answer.status_code == 502
    assert "The provider" in answer.text


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_provider_that_does_not_answer_is_one_line(status: int) -> None:
    transport = httpx2.MockTransport(lambda request: httpx2.Response(status, headers={"location": "https://x"}))
    with pytest.raises(ProviderError, match="cannot be reached"):
        Provider(SITE, transport).begin("https://here/login/callback")
    broken = httpx2.MockTransport(lambda request: httpx2.Response(200, content=b"[1]"))
    with pytest.raises(ProviderError, match="not in the form"):
        Provider(SITE, broken).begin("https://here/login/callback")


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"access_token": "x"},
        {"access_token": "x", "id_token": 7},
        {"id_token": "a.b.c", "access_token": "x"},
        [],
        "x",
    ],
)
def test_an_answer_without_a_token_lets_nobody_in(visitor: Visitor, idp: MadeProvider, answer: Any) -> None:
    idp.answer = lambda body: answer
    assert go(visitor, idp).status_code == 403


def test_the_cookie_of_the_way_there_comes_back_with_the_browser_and_holds_no_session(
    visitor: Visitor, idp: MadeProvider
) -> None:
    leave = visitor.client.get("/login/provider", follow_redirects=False)
    cookie = leave.headers["set-cookie"].lower()
    assert {"httponly", "samesite=lax", "path=/login", "max-age=600"} <= {part.strip() for part in cookie.split(";")}


def test_without_a_provider_its_pages_are_not_there(visit: Visit, tmp_path: Path) -> None:
    store = staffed(tmp_path)
    visitor = visit(people=Accounts(store), store=store)
    assert "/login/provider" not in visitor.get("/login").text
    assert visitor.client.get("/login/provider").status_code == 404
    assert visitor.client.get("/login/callback?code=x&state=y").status_code == 404
    store.close()


def test_the_map_of_groups_is_read_strictly() -> None:
    assert roles_of(" coders=specialist ,a=b=lead,", "X") == {"coders": "specialist", "a=b": "lead"}
    for wrong in ("", " , ", "coders", "coders=", "=lead", "coders=boss"):
        with pytest.raises(ConfigError, match="X: "):
            roles_of(wrong, "X")


@pytest.mark.parametrize("issuer", ["http://idp.example", "idp.example", "", "ftp://x", "https//x", "http://[::1"])
def test_an_issuer_that_is_not_safe_is_refused(issuer: str) -> None:
    with pytest.raises(ConfigError, match="REVIEWER_OIDC_ISSUER"):
        Provider(SITE._replace(issuer=issuer))


def with_userinfo(idp: MadeProvider, **told: Any) -> None:
    """A provider that tells groups beside the identity token alone."""
    idp.claims["groups"] = None
    idp.metadata["userinfo_endpoint"] = f"{ISSUER}/userinfo"
    idp.userinfo = {"sub": "4711", "groups": ["heads"], "name": "Somebody Else", **told}


def test_groups_that_only_userinfo_tells_give_their_roles(visitor: Visitor, idp: MadeProvider, store: Store) -> None:
    with_userinfo(idp)
    assert go(visitor, idp).status_code == 200
    account = accounts.find(store, "ada")
    assert account is not None
    # What the signed token says goes before what is told beside it.
    assert (sorted(account.user.roles), account.user.name) == (["lead"], "Ada Coder")


def test_userinfo_is_not_asked_where_the_token_has_the_groups(visitor: Visitor, idp: MadeProvider) -> None:
    with_userinfo(idp)
    idp.claims["groups"] = []
    refused = go(visitor, idp)
    assert (refused.status_code, "no group that has a role" in refused.text) == (403, True)
    assert f"{ISSUER}/userinfo" not in idp.asked


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"sub": "4712"}, "about somebody else"),
        ({"sub": None}, "about somebody else"),
        ({"groups": ["staff"]}, "no group that has a role"),
        ({"groups": None}, "no group that has a role"),
    ],
)
def test_userinfo_that_does_not_hold_lets_nobody_in(
    visitor: Visitor, idp: MadeProvider, told: dict[str, Any], says: str
) -> None:
    with_userinfo(idp, **told)
    refused = go(visitor, idp)
    assert (refused.status_code, says in refused.text) == (403, True), refused.text


def test_userinfo_that_cannot_be_had_lets_nobody_in(visitor: Visitor, idp: MadeProvider) -> None:
    with_userinfo(idp)
    idp.userinfo = None
    refused = go(visitor, idp)
    assert (refused.status_code, "cannot be reached" in refused.text) == (403, True)


def test_a_token_is_not_sent_where_it_could_be_read_on_the_way(visitor: Visitor, idp: MadeProvider) -> None:
    with_userinfo(idp)
    idp.metadata["userinfo_endpoint"] = "http://idp.example/userinfo"
    refused = go(visitor, idp)
    assert (refused.status_code, "without https" in refused.text) == (403, True)
    assert "http://idp.example/userinfo" not in idp.asked
