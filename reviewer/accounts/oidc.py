"""Logging in at an OpenID provider: authorization code with PKCE, state and nonce, by `authlib`.

Nothing of an identity token is believed before its signature, issuer, audience, times and nonce hold. Roles come from
its groups by the site's own map, at each log-in; where it holds none, the provider's userinfo of the same person does.
"""

from __future__ import annotations

import secrets
import threading
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from pydantic import SecretStr

from reviewer.accounts.roles import ROLES, Role
from reviewer.errors import ConfigError, ReviewError
from reviewer.queue.clock import now_seconds

if TYPE_CHECKING:
    from authlib.integrations.httpx_client import OAuth2Client

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures with a public key. None at all, or one with the shared secret, is not taken."""

SCOPE = "openid profile email"
_WELL_KNOWN = "/.well-known/openid-configuration"
_LEEWAY_SECONDS = 60
_SECONDS = 10
_KEPT_SECONDS = 3600
_LONGEST_TOKEN = 100_000
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class ProviderError(ReviewError):
    """The provider was not reached, or what it said does not hold. One line without anything it sent."""


class Site(NamedTuple):
    """How this site is known to its provider. `roles` of each group; `claim` holds somebody's groups."""

    issuer: str
    client_id: str
    secret: SecretStr | None
    roles: dict[str, Role]
    claim: str


class Attempt(NamedTuple):
    """A log-in that was begun: what its end must bring back, and what proves that it was begun here."""

    state: str
    nonce: str
    verifier: str


class Person(NamedTuple):
    """Somebody whom the provider vouches for. `wanted` is what they are called there."""

    subject: str
    wanted: str
    name: str
    roles: frozenset[Role]


def roles_of(text: str, where: str) -> dict[str, Role]:
    """`group=role,group=role` as a map. Raises `ConfigError`."""
    found: dict[str, Role] = {}
    for part in filter(None, (one.strip() for one in text.split(","))):
        group, _, named = part.rpartition("=")
        role = next((one for one in ROLES if one == named.strip()), None)
        if not group.strip() or role is None:
            raise ConfigError(f"{where}: write group=role,group=role with the roles {', '.join(ROLES)}")
        found[group.strip()] = role
    if not found:
        raise ConfigError(f"{where}: no group has a role, so nobody could log in; write group=role,group=role")
    return found


class Provider:
    """One provider; what it says of itself is asked once an hour. `transport` stands in for the network in tests."""

    def __init__(self, site: Site, transport: Any = None) -> None:
        if not _is_safe(site.issuer):
            raise ConfigError("REVIEWER_OIDC_ISSUER: use an address that begins with https://")
        self.site, self.transport = site, transport
        self._lock = threading.Lock()
        self._kept: tuple[float, dict[str, Any]] | None = None
        self._keys: Any = None

    def begin(self, back: str) -> tuple[str, Attempt]:
        """The address at the provider to send somebody to, who comes back to `back`. Raises `ProviderError`."""
        attempt = Attempt(*(secrets.token_urlsafe(32) for _ in range(3)))
        with self._client(back) as client:
            address, _ = client.create_authorization_url(
                self._metadata()["authorization_endpoint"],
                state=attempt.state,
                nonce=attempt.nonce,
                code_verifier=attempt.verifier,
            )
        return str(address), attempt

    def end(self, back: str, code: str, attempt: Attempt) -> Person:
        """Who came back with a code. Raises `ProviderError` where anything of it does not hold."""
        endpoint = self._metadata()["token_endpoint"]
        try:
            with self._client(back) as client:
                answer = client.fetch_token(
                    endpoint, grant_type="authorization_code", code=code, code_verifier=attempt.verifier
                )
        except Exception as problem:  # the library's, its HTTP client's, and what a wrong answer makes of them
            raise ProviderError(f"the provider gave no token ({type(problem).__name__}); try again") from None
        claims = self._claims(answer, attempt.nonce)
        if _at(claims, self.site.claim) is None:
            claims = {**self._userinfo(answer, claims.get("sub")), **claims}
        return self._person(claims)

    def _userinfo(self, answer: dict[str, Any], subject: Any) -> dict[str, Any]:
        """What the provider tells beside the token; nothing where it offers none. Raises `ProviderError`."""
        address, token = self._metadata().get("userinfo_endpoint"), answer.get("access_token")
        if not isinstance(address, str) or not isinstance(token, str):
            return {}
        if not _is_safe(address):
            raise ProviderError("the provider tells groups without https://")
        found = self._fetched(address, {"authorization": f"Bearer {token}"})
        # OpenID Connect Core 5.3.2: without the same subject nothing of it may be used.
        if not subject or found.get("sub") != subject:
            raise ProviderError("the provider's userinfo is about somebody else")
        return found

    def _client(self, back: str) -> OAuth2Client:
        from authlib.integrations.httpx_client import OAuth2Client

        secret = self.site.secret.get_secret_value() if self.site.secret else None
        return OAuth2Client(
            client_id=self.site.client_id,
            client_secret=secret,
            token_endpoint_auth_method="client_secret_basic" if secret else "none",
            scope=SCOPE,
            redirect_uri=back,
            code_challenge_method="S256",
            timeout=_SECONDS,
            transport=self.transport,
        )

    def _metadata(self) -> dict[str, Any]:
        """What the provider says of itself, which must be of the issuer that is configured."""
        with self._lock:
            if self._kept is None or now_seconds() - self._kept[0] > _KEPT_SECONDS:
                found = self._fetched(self.site.issuer.rstrip("/") + _WELL_KNOWN)
                if found.get("issuer") != self.site.issuer:
                    raise ProviderError("the provider calls itself by another name than REVIEWER_OIDC_ISSUER")
                if not all(isinstance(found.get(name), str) and _is_safe(found[name]) for name in _ENDPOINTS):
                    raise ProviderError("the provider does not say where to log in, or not with https://")
                self._kept, self._keys = (now_seconds(), found), None
            return self._kept[1]

    def _fetched(self, address: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
        import httpx2

        try:
            with httpx2.Client(timeout=_SECONDS, transport=self.transport) as client:
                found = client.get(address, headers=headers).raise_for_status().json()
        except (httpx2.HTTPError, ValueError) as problem:
            raise ProviderError(f"the provider cannot be reached ({type(problem).__name__})") from None
        if not isinstance(found, dict):
            raise ProviderError("the provider's answer is not in the form that is expected")
        return found

    def _claims(self, answer: Any, nonce: str) -> dict[str, Any]:
        """The claims of the identity token, once everything about it holds."""
        from authlib.oidc.core import CodeIDToken
        from joserfc.errors import JoseError

        text = answer.get("id_token") if isinstance(answer, dict) else None
        if not isinstance(text, str) or len(text) > _LONGEST_TOKEN:
            raise ProviderError("the provider gave no identity token")
        try:
            token = self._decoded(text)
            wanted = {
                "iss": {"essential": True, "value": self.site.issuer},
                "aud": {"essential": True, "value": self.site.client_id},
                "nonce": {"essential": True, "value": nonce},
            }
            params = {"nonce": nonce, "client_id": self.site.client_id, "access_token": answer.get("access_token")}
            CodeIDToken(token.claims, token.header, wanted, params).validate(leeway=_LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError, KeyError) as problem:
            raise ProviderError(f"the identity token does not hold ({type(problem).__name__})") from None
        return dict(token.claims)

    def _decoded(self, text: str) -> Any:
        """The token with its signature checked; a key that is new is asked for once."""
        from joserfc import jwt
        from joserfc.errors import InvalidKeyIdError

        try:
            return jwt.decode(text, self._key_set(), algorithms=list(ALGORITHMS))
        except InvalidKeyIdError:
            return jwt.decode(text, self._key_set(anew=True), algorithms=list(ALGORITHMS))

    def _key_set(self, *, anew: bool = False) -> Any:
        from joserfc.jwk import KeySet

        address = self._metadata()["jwks_uri"]
        if self._keys is None or anew:
            self._keys = KeySet.import_key_set(self._fetched(address))  # type: ignore[arg-type]
        return self._keys

    def _person(self, claims: dict[str, Any]) -> Person:
        groups = _at(claims, self.site.claim)
        named = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
        roles = frozenset(self.site.roles[one] for one in named if isinstance(one, str) and one in self.site.roles)
        if not roles:
            raise ProviderError("your account at the provider is in no group that has a role here")
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= 255:
            raise ProviderError("the identity token names nobody")
        wanted = _text(claims, "preferred_username") or _text(claims, "email") or subject
        return Person(subject, wanted[:60], _text(claims, "name") or wanted, roles)


def _at(claims: dict[str, Any], name: str) -> Any:
    """A claim by its name; else, with dots, one within another (`realm_access.roles`). None where there is none."""
    found: Any = claims
    for part in (name,) if name in claims else name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name)
    return " ".join("".join(one for one in value if one.isprintable()).split()) if isinstance(value, str) else ""


def _is_safe(address: str) -> bool:
    """Whether what goes there cannot be read on the way."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
