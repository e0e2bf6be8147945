"""What people cost: a log-in, a wrong password against a name that nobody has, and accounts and ledger in each request.

    python benchmarks/web_people.py [--rounds 60]

Processor time, which means the same on a busy machine; medians. A log-in's answers are told apart by their time where
the two medians differ by more than their spread.
"""

from __future__ import annotations

import argparse
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from reviewer.accounts.roles import ROLES
from reviewer.accounts.signing_in import SigningIn
from reviewer.accounts.store import add
from reviewer.queue.store.database import Store, open_store
from reviewer.web.accounts import Accounts
from reviewer.web.app import create_app
from reviewer.web.options import WebOptions

PASSWORD = "correct horse battery staple"
NOTE = "03/14/2026 0910 Paclitaxel 300 mg in 500 mL NS IVPB started via port. 1214 complete. S. Alvarez RN"
MANY = 10**6


def milliseconds(work: Callable[[], Any], rounds: int) -> list[float]:
    """Processor time of each call."""
    found = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        found.append((time.process_time() - began) * 1000)
    return found


def told(what: str, times: list[float]) -> str:
    low, middle, high = statistics.quantiles(times, n=4)
    return f"{what:<44} {middle:8.1f} ms  (quartiles {low:.1f} to {high:.1f})"


def log_ins(store: Store, rounds: int) -> list[str]:
    """Right, wrong and unknown, each without a lock."""
    at = SigningIn(store)
    lines = [told("log-in, right password", milliseconds(lambda: at.check("lead", PASSWORD, ""), rounds))]
    wrong, unknown = [], []
    for number in range(rounds):
        wrong += milliseconds(lambda: at.check("reader", "a wrong password, quite long", ""), 1)
        at.check("reader", PASSWORD, "")
        unknown += milliseconds(lambda number=number: at.check(f"n{number}", "a wrong password, quite long", ""), 1)
    return [*lines, told("log-in, wrong password", wrong), told("log-in, a name that nobody has", unknown)]


def requests(what: str, rounds: int, **options: Any) -> list[str]:
    """A rule's card, a view of an encounter and a correction."""
    app = create_app(WebOptions(requests_a_minute=MANY, burst=MANY, **options))
    with TestClient(app, base_url="http://localhost:8000", follow_redirects=True) as client:
        if "people" in options:
            page = client.get("/login").text
            token = re.search(r'name="csrf_token" value="([^"]+)"', page)
            assert token is not None
            client.post("/login", data={"csrf_token": token[1], "login": "lead", "password": PASSWORD})
        token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/").text)
        assert token is not None
        form = {"csrf_token": token[1], "kind": "nursing", "text": NOTE}
        work = re.search(r'name="work" value="([^"]+)"', client.post("/review", data=form).text)
        assert work is not None
        form |= {"work": work[1], "path": "administrations.a1.stop", "value": "11:10", "by": "Ada", "why": "MAR"}
        asked = {
            "a rule's card": lambda: client.get("/rules/96413"),
            "an encounter viewed": lambda: client.get("/"),
            "a fact corrected": lambda: client.post("/correct", data=form, headers={"hx-request": "true"}),
        }
        return [
            told(f"{name}, {what}", milliseconds(lambda call=call: call().raise_for_status(), rounds))
            for name, call in asked.items()
        ]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=60)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'queue.db'}")
        for role in ROLES:
            add(store, role, "", [role], PASSWORD, "setup")
        lines = log_ins(store, rounds // 3)
        lines += requests("alone", rounds)
        lines += requests("accounts and ledger", rounds, people=Accounts(store), store=store)
        store.close()
    print("\n".join(lines))


if __name__ == "__main__":
    main()
