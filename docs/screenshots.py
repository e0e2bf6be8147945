"""Makes the screenshots of the web application in `docs/images/`: python docs/screenshots.py [chromium]

The encounters are invented: the bundled one, and a worklist made of it. 1280 by 800, light and dark.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent.parent / "tests" / name) for name in ("web", ".")]

from chromium import CHROMIUM, DESK, chromium, serving  # noqa: E402
from queued import CLEAN, OPEN, filled, opened, visit  # noqa: E402

from reviewer.queue import worklist  # noqa: E402
from reviewer.queue.adding import add  # noqa: E402
from reviewer.queue.store.database import Store  # noqa: E402

IMAGES = Path(__file__).parent / "images"
UNITS = ("Infusion North", "Infusion South", "Day clinic")
AUTHORS = ("S. Alvarez RN", "P. Okoye RN", "M. Lindqvist RN")


def queue(folder: Path) -> Store:
    """A worklist of invented encounters, some of them with people's work on them."""
    store = opened(folder)
    visits = [
        visit(
            f"E{2041 + n}",
            (CLEAN, OPEN, CLEAN.replace("80 mg", f"{80 + n} mg"))[n % 3] + f"Chair {n}\n",
            unit=UNITS[n % 3],
            author=AUTHORS[n // 2 % 3],
            deadline=f"2026-12-{1 + n // 3:02}",
        )
        for n in range(24)
    ]
    filled(store, *visits)
    add(store, [visit(f"E{2065 + n}", f"{CLEAN}waits {n}", unit=UNITS[0]) for n in range(6)], "intake")
    worklist.assign(store, "E2042", "A. Coder", "B. Lead")
    worklist.move(store, "E2042", "queried", "A. Coder", comment="What stop time is recorded for paclitaxel?")
    worklist.assign(store, "E2045", "C. Coder", "B. Lead")
    worklist.move(store, "E2044", "released", "A. Coder")
    return store


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
    page.locator("#given-5").get_by_role("button", name="stop").click()
    page.get_by_label("Stop", exact=True).fill("13:40")
    page.get_by_label("Your name").fill("A. Coder")
    page.get_by_label("Reason", exact=True).fill("MAR shows 13:40")
    keep("correct")
    page.get_by_role("button", name="Change it").click()
    page.wait_for_selector(".flash")
    page.goto(f"{address}/query")
    keep("query")
    page.goto(f"{address}/worklist")
    page.get_by_label("You are").fill("A. Coder")
    page.get_by_role("button", name="Set").click()
    page.locator("[data-open]").nth(2).focus()
    keep("worklist")
    page.locator("[data-open]", has_text="E2042").click()
    page.wait_for_selector("#result")
    keep("worklist-one")


def main() -> None:
    """Every picture."""
    IMAGES.mkdir(exist_ok=True)
    path = sys.argv[1] if len(sys.argv) > 1 else CHROMIUM
    with tempfile.TemporaryDirectory() as folder:
        store = queue(Path(folder))
        with serving(store=store) as address, chromium(path) as browser:
            for scheme in ("light", "dark"):
                context = browser.new_context(viewport=DESK, color_scheme=scheme)
                pictures(context.new_page(), address, scheme)
                context.close()
        store.close()


if __name__ == "__main__":
    main()
