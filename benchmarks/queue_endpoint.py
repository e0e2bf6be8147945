"""A model's endpoint on this machine that answers after a fixed time, for the benchmarks of the queue.

    python benchmarks/queue_endpoint.py [--latency 2.0] [--port 0]

It prints its port, serves until its input is closed, and then prints how many requests came, how many were the same as
one before, and the most that were under way at a time. A recorded answer (tests/cassettes) is given to the note it
belongs to, told by the note's first line; whatever stands below that line in a copy is not read here.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
_CHARACTERS_A_TOKEN = 3


class Asked(NamedTuple):
    """What the endpoint saw."""

    requests: int
    again: int
    most_at_once: int


def texts() -> list[str]:
    """The notes of recorded encounters that have one note and were answered at once."""
    return list(_recorded())


def _recorded() -> dict[str, str]:
    """Notes, and what was answered about them."""
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    from llm_recording import FIXTURES, RECORDED, calls, cassettes

    found = {}
    for name in cassettes(RECORDED):
        paths, answered = sorted((FIXTURES / name).glob("*.txt")), calls(RECORDED / f"{name}.yaml")
        if len(paths) == len(answered) == 1:
            message = answered[0]["response"]["json"]["choices"][0]["message"]
            found[paths[0].read_text("utf-8")] = message["content"]
    return found


def _beginning(text: str) -> str:
    return text.strip()[:160]


class Server:
    """Answers, and counts."""

    def __init__(self, latency: float) -> None:
        self.latency = latency
        self.replies = {_beginning(text): answer for text, answer in _recorded().items()}
        self.seen: Counter[str] = Counter()
        self.under_way = self.most = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = _length(head)
                body = await reader.readexactly(length) if length else b""
                writer.write(await self.answer(body))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def answer(self, body: bytes) -> bytes:
        """One response, after the fixed time."""
        self.seen[hashlib.sha256(body).hexdigest()] += 1
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await asyncio.sleep(self.latency)
        self.under_way -= 1
        return _response(json.dumps(self.completion(json.loads(body))))

    def asked(self) -> Asked:
        """What was seen so far."""
        total = sum(self.seen.values())
        return Asked(total, total - len(self.seen), self.most)

    def completion(self, asked: dict[str, Any]) -> dict[str, Any]:
        """The recorded answer to the notes asked about."""
        said = asked["messages"][1]["content"]
        content = next(answer for beginning, answer in self.replies.items() if beginning in said)
        size = sum(len(one["content"]) for one in asked["messages"]) // _CHARACTERS_A_TOKEN
        return {
            "id": "1",
            "object": "chat.completion",
            "created": 1,
            "model": "fixed",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": size, "completion_tokens": 100, "total_tokens": size + 100},
        }


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":")[1])
    return 0


def _response(body: str) -> bytes:
    data = body.encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(data), data)


class Running:
    """An endpoint in a process of its own: its base URL, and once it has ended what it saw."""

    def __init__(self, latency: float) -> None:
        command = [sys.executable, __file__, "--latency", str(latency)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{int(self._line())}/v1"

    def _line(self) -> str:
        if self._process.stdout is None:
            raise RuntimeError("the endpoint has no output")
        return self._process.stdout.readline()

    def end(self) -> Asked:
        """Let it end; what it saw."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        seen = Asked(*json.loads(self._line()))
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        return seen


async def _main(latency: float, port: int) -> None:
    answering = Server(latency)
    server = await asyncio.start_server(answering.serve, "127.0.0.1", port, limit=2**20)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()
    print(json.dumps(answering.asked()), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--latency", type=float, default=2.0)
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    asyncio.run(_main(options.latency, options.port))
