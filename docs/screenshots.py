"""Makes the screenshots of the web application in `docs/images/`: python docs/screenshots.py [chromium]

The encounter is the bundled, invented one. 1280 by 800, light and dark.
"""

from __future__ import annotations

import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

import uvicorn
from playwright.sync_api import sync_playwright

from reviewer.web.app import create_app
from reviewer.web.options import WebOptions

IMAGES = Path(__file__).parent / "images"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZE = {"width": 1280, "height": 800}


def server() -> str:
    """The address of an application that runs until this program ends."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    running = uvicorn.Server(uvicorn.Config(create_app(WebOptions()), log_level="error", access_log=False, ws="none"))
    threading.Thread(target=running.run, kwargs={"sockets": [listening]}, daemon=True).start()
    while not running.started:
        time.sleep(0.05)
    return f"http://127.0.0.1:{listening.getsockname()[1]}"


def pictures(page: Any, address: str, scheme: str) -> None:
    """The main pages in one colour scheme."""

    def keep(name: str) -> None:
        page.wait_for_timeout(300)
        page.screenshot(path=IMAGES / f"web-{name}-{scheme}.png")

    page.goto(address)
    page.get_by_role("button", name="Try it with an invented encounter").click()
    page.wait_for_selector("#result")
    page.locator("article.line").first.locator("a.code").hover()
    keep("review")
    page.locator("#given-5 button").last.click()
    page.get_by_label("Stop", exact=True).fill("13:40")
    page.get_by_label("Your name").fill("A. Coder")
    page.get_by_label("Reason", exact=True).fill("MAR shows 13:40")
    keep("correct")
    page.get_by_role("button", name="Change it").click()
    page.wait_for_selector(".flash")
    page.goto(f"{address}/query")
    keep("query")


def main() -> None:
    """Every picture."""
    IMAGES.mkdir(exist_ok=True)
    chromium = sys.argv[1] if len(sys.argv) > 1 else "/usr/bin/chromium"
    address = server()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for scheme in ("light", "dark"):
            context = browser.new_context(viewport=SIZE, color_scheme=scheme)
            pictures(context.new_page(), address, scheme)
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
