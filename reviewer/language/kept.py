"""What is worked out of expressions and templates, kept beside the byte code of the modules from one run to the next.

Compiling the expressions takes longer than a whole review. Python keeps the byte code of a module and not that of an
expression, nor jinja2 that of a page; `keep` and `write` do it for the installed command, in the same folder and under
the same conditions: where byte code is not written, or cannot be, everything is compiled as ever. A file holds what
this program is made of and nothing of any note. One that another interpreter or other sources made is passed over, as
with byte code.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import re
import sys
import zlib
from array import array
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar, cast

from reviewer import __version__

T = TypeVar("T")

_SOURCES = ("kept.py", "lazy.py", "folding.py", "leading.py")
_kept: dict[str, bytes] | None = None
_known = 0
"""How many were read; more than these are written."""


def keep() -> None:
    """From now on nothing is worked out that an earlier run kept. For a process that calls `write` as it ends."""
    global _kept, _known
    place = _place()
    if place is None or _engine() is None:
        return
    found: dict[str, bytes] = {}
    with contextlib.suppress(OSError, ValueError, EOFError, TypeError):
        found = _opened(place.read_bytes())
    _kept, _known = found, len(found)


def write() -> None:
    """Keep what was worked out since `keep`. Where the folder cannot be written to, nothing is kept."""
    place = _place()
    if place is None or not _kept or len(_kept) == _known or sys.dont_write_bytecode:
        return
    other = place.with_name(f"{place.name}.{os.getpid()}")
    with contextlib.suppress(OSError):
        try:
            other.write_bytes(_closed(_kept))
            other.replace(place)
        finally:
            other.unlink(missing_ok=True)


def worked_out(what: str, pattern: str, flags: int, work: Callable[[str, int], T]) -> T:
    """What `work` makes of an expression, or was kept of it under the name `what`; data that `marshal` can write."""
    key = f"{what} {int(flags)} {pattern}"
    before = known(key)
    if before is not None:
        return cast("T", marshal.loads(before))
    made = work(pattern, flags)
    if _kept is not None:
        add(key, marshal.dumps(cast("Any", made)))
    return made


def known(key: str) -> bytes | None:
    """What is kept under a name; None where nothing is."""
    return None if _kept is None else _kept.get(key)


def add(key: str, made: bytes) -> None:
    """Keep something that was worked out, where anything is kept; nothing of a note, and nothing a note decides."""
    if _kept is not None:
        _kept[key] = made


def expression(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """As `re.compile`, and equal to what it makes; for this program's own expressions, none made of a note's words."""
    engine = _engine() if _kept is not None else None
    if engine is None:
        return re.compile(pattern, flags)
    whole, code, groups, names, numbers = worked_out("code", pattern, flags, _compiled)
    made: re.Pattern[str] = engine.compile(pattern, whole, array("I", code).tolist(), groups, names, numbers)
    return made


def _compiled(pattern: str, flags: int) -> tuple[int, bytes, int, dict[str, int], tuple[str | None, ...]]:
    """What `re.compile` hands to the engine: all flags, the code, and the groups by number and name."""
    parser, compiler = import_module("re._parser"), import_module("re._compiler")
    tree = parser.parse(pattern, int(flags))
    names: dict[str, int] = tree.state.groupdict
    numbers: list[str | None] = [None] * tree.state.groups
    for name, number in names.items():
        numbers[number] = name
    code = array("I", compiler._code(tree, int(flags))).tobytes()
    return int(flags) | tree.state.flags, code, tree.state.groups - 1, names, tuple(numbers)


def _engine() -> Any:
    """The engine below `re`, or None where it is not the one this module knows."""
    engine: Any = sys.modules.get("_sre")
    known = sys.implementation.name == "cpython" and engine is not None
    return engine if known and array("I").itemsize == engine.CODESIZE else None


def _place() -> Path | None:
    """The file, beside the byte code of this module; None where the module has none."""
    cached = __spec__.cached if __spec__ else None
    return Path(cached).with_suffix(".expressions") if cached else None


def _made_by() -> bytes:
    """What a file begins with: interpreter, engine, and the sources of what works things out, by time and size."""
    engine = _engine()
    sources = [Path(__file__).with_name(name).stat() for name in _SOURCES]
    times = " ".join(f"{one.st_mtime_ns}:{one.st_size}" for one in sources)
    return f"{__version__} {sys.version} {sys.byteorder} {engine.MAGIC} {times}\n".encode()


def _closed(kept: dict[str, bytes]) -> bytes:
    body = marshal.dumps(kept)
    return _made_by() + zlib.crc32(body).to_bytes(4, "big") + body


def _opened(file: bytes) -> dict[str, bytes]:
    """What a file keeps; nothing, if it is another's. Raises ValueError for a damaged one."""
    head = _made_by()
    if not file.startswith(head):
        return {}
    body = file[len(head) + 4 :]
    if zlib.crc32(body).to_bytes(4, "big") != file[len(head) : len(head) + 4]:
        raise ValueError("damaged")
    return cast("dict[str, bytes]", marshal.loads(body))
