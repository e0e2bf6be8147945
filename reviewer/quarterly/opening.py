"""Files and archives as rows of cells: .txt, .csv, .xlsx, and .zip of these as CMS publishes them."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from typing import IO, Any

from reviewer.errors import InputError, reason_of, shown

Row = tuple[int, list[str]]
"""The row's number in its file, from 1, and its cells without outer blanks."""

ENDINGS = (".txt", ".csv", ".xlsx")
_LONGEST = 2 * 1024**3
_PEEK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table as it was found. `name` leads messages, `names` may tell quarter and setting, the nearest first.

    `sha256` is that of the file as it was given: of the archive, where it came in one.
    """

    name: str
    names: tuple[str, ...]
    sha256: str
    rows: Callable[[], Generator[Row, None, None]]


def sheets(path: Path) -> tuple[Sheet, ...]:
    """Every table in a file. Raises `InputError` for a file that cannot be read or has another ending."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as problem:
        raise InputError(f"{shown(path)}: {reason_of(problem)}") from None
    ending = path.suffix.lower()
    if ending == ".zip":
        return _of_archive(path, digest)
    if ending not in ENDINGS:
        raise InputError(f"{shown(path.name)}: expected .zip, .txt, .csv or .xlsx as CMS publishes them")
    return (_sheet(shown(path.name), (path.name,), digest, ending, lambda: path.open("rb")),)


def _of_archive(path: Path, digest: str) -> tuple[Sheet, ...]:
    try:
        with zipfile.ZipFile(path) as archive:
            inside = [info for info in archive.infolist() if not info.is_dir() and "__MACOSX" not in info.filename]
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError):
        raise InputError(f"{shown(path.name)}: not a readable .zip file; download it again") from None
    found = []
    for info in inside:
        member = Path(info.filename)
        ending = member.suffix.lower()
        if ending not in ENDINGS:
            continue
        name = f"{shown(path.name)}: {shown(member.name)}"
        if info.file_size > _LONGEST or info.flag_bits & 1:
            raise InputError(f"{name}: larger than any published table, or locked with a password")
        found.append(_sheet(name, (member.name, path.name), digest, ending, _member(path, info.filename)))
    return tuple(found)


def _member(path: Path, member: str) -> Callable[[], IO[bytes]]:
    def opened() -> IO[bytes]:
        with zipfile.ZipFile(path) as archive:
            return archive.open(member)  # the member keeps the archive's file open until it is closed itself

    return opened


def _sheet(name: str, names: tuple[str, ...], digest: str, ending: str, opened: Callable[[], IO[bytes]]) -> Sheet:
    read = _workbook if ending == ".xlsx" else _delimited if ending == ".csv" else _text

    def rows() -> Generator[Row, None, None]:
        try:
            with opened() as file:
                yield from read(file, name)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError):
            raise InputError(f"{name}: damaged; download it again") from None
        except csv.Error as problem:
            raise InputError(f"{name}: not a readable table ({problem})") from None

    return Sheet(name, names, digest, rows)


def _lines(file: IO[bytes]) -> io.TextIOWrapper:
    # The files are ASCII but for names of makers and quotation marks, none of which is kept.
    return io.TextIOWrapper(file, encoding="latin-1", newline="")


def _delimited(file: IO[bytes], _: str) -> Iterator[Row]:
    with _lines(file) as lines:
        reader = csv.reader(lines)
        for cells in reader:
            yield reader.line_num, [cell.strip() for cell in cells]


def _text(file: IO[bytes], _: str) -> Iterator[Row]:
    """Cells where the first lines hold tabs; else each line whole, as one cell, with its blanks."""
    with _lines(file) as lines:
        head = lines.readlines(_PEEK)
        tabbed = any("\t" in line for line in head)
        for number, line in enumerate(chain(head, lines), 1):
            plain = line.rstrip("\r\n\x1a")
            yield number, [cell.strip(' "') for cell in plain.split("\t")] if tabbed else [plain]


def _workbook(file: IO[bytes], name: str) -> Iterator[Row]:
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise InputError(
            f"{name}: .xlsx needs the extra `files` (pip install 'encounter-reviewer[files]'); or import the .txt or "
            ".csv of the same download"
        ) from None
    # What a damaged workbook makes its reader raise is not told anywhere: it is a reader of XML in an archive.
    try:
        book = load_workbook(io.BytesIO(file.read()), read_only=True, data_only=True)
        first = book.worksheets[0].iter_rows(values_only=True)
    except Exception:
        raise InputError(f"{name}: not a readable .xlsx file; download it again") from None
    try:
        for number in count(1):
            try:
                cells = next(first, None)
            except Exception:
                raise InputError(f"{name}: damaged after row {number - 1}; download it again") from None
            if cells is None:
                return
            yield number, [_plain(cell) for cell in cells]
    finally:
        book.close()


def _plain(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if hasattr(cell, "strftime"):
        return str(cell.strftime("%Y%m%d"))
    return str(cell).strip()


def workbooks_first(found: Iterable[Sheet], wanted: Callable[[Sheet], bool]) -> list[Sheet]:
    """The sheets with the workbooks that are `wanted` in front and all other workbooks last."""

    def place(sheet: Sheet) -> int:
        if not sheet.names[0].lower().endswith(".xlsx"):
            return 1
        return 0 if wanted(sheet) else 2

    return sorted(found, key=place)
