"""A visitor of the pages without a browser: keeps the session, brings the token back, remembers the encounter."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2
from starlette.testclient import TestClient

NOTE = """INFUSION NURSING NOTE  Date of service: 03/14/2026
Right chest port accessed, brisk blood return.
0910 Paclitaxel 300 mg in 500 mL NS IVPB started via port.
1214 Paclitaxel infusion complete.
Consent for chemotherapy signed 02/20/2026. S. Alvarez RN
"""
ADDRESS = "http://localhost:8000"


@dataclass
class Visitor:
    """One browser's session, without the browser."""

    client: TestClient
    token: str = ""
    work: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> httpx2.Response:
        answer = self.client.get(path, headers=self.headers)
        self._remember(answer.text)
        return answer

    def post(self, address: str, /, *, in_place: bool = False, **form: Any) -> httpx2.Response:
        if not self.token:
            self.get("/")
        headers = {**self.headers, **({"hx-request": "true"} if in_place else {})}
        answer = self.client.post(address, data={"csrf_token": self.token, "work": self.work, **form}, headers=headers)
        self._remember(answer.text)
        return answer

    def review(self, text: str = NOTE, kind: str = "nursing", **form: Any) -> httpx2.Response:
        return self.post("/review", kind=kind, text=text, **form)

    def correct(self, path: str, value: str, by: str = "Ada Coder", why: str = "MAR") -> httpx2.Response:
        return self.post("/correct", in_place=True, path=path, value=value, by=by, why=why)

    def _remember(self, page: str) -> None:
        for name in ("token", "work"):
            found = re.search(rf'name="{"csrf_token" if name == "token" else name}" value="([^"]+)"', page)
            if found:
                setattr(self, name, found[1])


Visit = Callable[..., Visitor]


def units(page: str) -> dict[str, int]:
    """Codes with their units as a page shows them."""
    found = re.findall(
        r'class="code" href="/rules/[^"]+">([^<]+)</a>(?:<span[^>]*>[^<]*</span>)? <span class="units">× (\d+)', page
    )
    return {code: int(count) for code, count in found}


def plain(page: str) -> str:
    """The text of a page, without its tags, blanks joined."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())
