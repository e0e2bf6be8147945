"""A real browser and a running server, for the tests of the pages and for the pictures of them in the documents."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from thorough import THOROUGH
from visitor import NOTE

from reviewer.web.app import create_app
from reviewer.web.options import WebOptions

CHROMIUM = next(
    (p for p in ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome") if Path(p).exists()), None
)
NONE = "no browser is installed: apt-get install chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Another frame, and often another process, for every document costs an eighth of a visit. The last of these flags
    # is the one that counts: what playwright turns off so that visits end in order is named again.
    "--disable-features=RenderDocument,PaintHolding,AvoidUnnecessaryBeforeUnloadCheckSync,HttpsUpgrades,MediaRouter",
]
AXE = next((Path(__file__).parent / "vendor").glob("axe-*.min.js"))
AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
TABLET = {"width": 820, "height": 1180}
DESK = {"width": 1280, "height": 800}
SIZES = {"desk": DESK, "tablet": TABLET}
SCHEMES = ("light", "dark")
_SETTLED = """document.getAnimations().forEach((one) => {
  try { one.finish(); } catch { one.cancel(); }  // one without an end cannot be brought to it
})"""
"""Colours that are on their way to others are neither of them. Nothing is waited for: an animation may never end."""
_UNHURRIED = 1_000_000
_PATIENCE = 60_000
"""Milliseconds until what does not come is a failure: a busy machine may take many times what a quiet one does."""


@dataclass
class Tab:
    """A page of the browser, and everything that went wrong in it."""

    page: Any
    address: str
    trouble: list[str] = field(default_factory=list)

    def open(self, path: str = "/") -> Any:
        """Go to a page."""
        self.page.goto(f"{self.address}{path}")
        return self.page

    def paste(self, text: str = NOTE) -> Any:
        """Review a note, whatever was reviewed before."""
        self.open("/")
        close = self.page.get_by_role("button", name="Next encounter")
        if close.count():
            close.click()
        return self.review(text)

    def review(self, text: str) -> Any:
        """Review a note, on the page that waits for one."""
        self.page.get_by_label("Text of note 1").fill(text)
        self.page.get_by_role("button", name="Review", exact=True).click()
        self.page.wait_for_selector("#result")
        return self.page


@contextmanager
def serving(**options: Any) -> Iterator[str]:
    """The address of an application with these options on loopback, as long as it is needed."""
    import uvicorn

    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    app = create_app(WebOptions(requests_a_minute=_UNHURRIED, burst=_UNHURRIED, **options))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False, ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()


@contextmanager
def chromium(path: str | None = CHROMIUM) -> Iterator[Any]:
    """A browser without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


def opened(browser: Any, address: str, **options: Any) -> Tab:
    """A person at the desk, with cookies of their own."""
    context = browser.new_context(viewport=DESK, **options)
    tab = Tab(context.new_page(), address)
    tab.page.set_default_timeout(_PATIENCE)
    tab.page.on("dialog", lambda one: (tab.trouble.append(f"dialog {one.message}"), one.dismiss()))
    tab.page.on("pageerror", lambda one: tab.trouble.append(f"error {one}"))
    tab.page.on(
        "console", lambda one: tab.trouble.append(f"{one.type} {one.text}") if "Security Policy" in one.text else None
    )
    tab.page.on(
        "request", lambda one: tab.trouble.append(f"request {one.url}") if not one.url.startswith(address) else None
    )
    return tab


def violations(page: Any) -> list[str]:
    """What axe finds against WCAG 2.2 AA. Told in the page: all that it looked at takes longer to send than to find."""
    # By the debugger's way in: the page's own policy allows no script from elsewhere.
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    page.evaluate(_SETTLED)
    found: list[str] = page.evaluate(
        """async (tags) => (await axe.run(document, {runOnly: tags, resultTypes: ["violations"]})).violations.flatMap(
             (one) => one.nodes.map((node) => `${one.id}: ${node.target} ${node.failureSummary}`))""",
        AA,
    )
    return found


def violations_of_all(page: Any) -> list[str]:
    """The same of a page in light and dark, at the desk and on a tablet; and where it is wider than what shows it.

    Colours hang on the scheme alone and places on the size alone: each of them once, or in a thorough run all four.
    """
    found, shown = [], page.viewport_size
    for size, scheme in product(SIZES, SCHEMES) if THOROUGH else zip(SIZES, SCHEMES, strict=True):
        page.set_viewport_size(SIZES[size])
        page.emulate_media(color_scheme=scheme)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        seen = [*violations(page), *([f"{wide} pixels too wide"] if wide > 0 else [])]
        found += [f"{size}, {scheme}: {one}" for one in seen]
    page.set_viewport_size(shown)
    return found
