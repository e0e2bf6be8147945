"""`reviewer serve`: where it listens, what it says, and reviews that are worked out in processes of their own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from visitor import Visit, units

from reviewer.cli import main
from reviewer.commands_serve import is_loopback


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "reviewer.example", "2001:db8::1"])
def test_another_address_without_accounts_is_refused_in_one_line(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--host", host]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"reviewer: --host {host}: other machines could reach it, and no accounts are configured")
    assert told.count("\n") == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost"])
def test_loopback_needs_no_accounts(
    host: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: dict[str, Any] = {}
    monkeypatch.setenv("REVIEWER_HOME", str(tmp_path))
    monkeypatch.setattr("uvicorn.run", lambda app, **options: seen.update(options, app=app))
    assert is_loopback(host)
    assert main(["serve", "--host", host, "--port", "8123", "--workers", "0"]) == 0
    assert (seen["host"], seen["port"], seen["access_log"]) == (host, 8123, False)
    assert "open http://" in capsys.readouterr().err


def test_without_its_libraries_one_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REVIEWER_HOME", str(tmp_path))
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert main(["serve"]) == 2
    assert "pip install 'encounter-reviewer[web]'" in capsys.readouterr().err


def test_a_review_that_went_between_processes_is_the_same(visit: Visit) -> None:
    here, there = visit(), visit(workers=1)
    pages = [visitor.post("/review", sample="1").text for visitor in (here, there)]
    assert units(pages[0]) == units(pages[1])
    assert len(pages[0]) == len(pages[1])
    path = "administrations.a1.start"
    for visitor in (here, there):
        visitor.correct(path, "08:20")
    made = [json.loads(visitor.post("/download", format="json").content) for visitor in (here, there)]
    assert made[0] == made[1]
    assert made[0]["facts"]["administrations"][0]["start"]["why"] == "MAR"


def test_a_worker_that_dies_is_replaced(visit: Visit) -> None:
    import psutil

    visitor = visit(workers=1)
    visitor.post("/review", sample="1")
    for child in psutil.Process().children(recursive=True):
        if "spawn_main" in " ".join(child.cmdline()):
            child.kill()
            child.wait(10)
    assert units(visitor.post("/review", sample="1").text)["96413"] == 1


def test_a_worker_ends_with_the_server_however_that_ends() -> None:
    import psutil

    program = (
        "import asyncio, os\n"
        "from reviewer.web.pool import Pool\n"
        "if __name__ == '__main__':\n"
        "    pool = Pool(1)\n"
        "    print(asyncio.run(pool.run(os.getpid)), flush=True)\n"
        "    os._exit(1)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    worker = int(done.stdout)
    for _ in range(200):
        if not psutil.pid_exists(worker) or psutil.Process(worker).status() == psutil.STATUS_ZOMBIE:
            return
        time.sleep(0.05)
    pytest.fail("the worker is still there")
