"""Text of Word, PDF, RTF and HTML notes, through the libraries of the extra `[files]`.

Each library is imported only when such a file is met. Table rows become lines with ` | ` between the cells,
as readers meet a MAR table that was pasted as text.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

from reviewer.notes.decoding import UndecodableError, decode

MISSING_EXTRA = "install the readers for documents with: pip install 'encounter-reviewer[files]'"
_MOST_UNPACKED_BYTES = 100_000_000
_BLOCKS = "p, div, br, li, tr, h1, h2, h3, h4, h5, h6, table, section, article, header, footer, pre, dt, dd"
_NOT_CONTENT = "script, style, head, template, noscript"
# Private-use characters that mark the ends of lines and cells while the text is taken out.
_BREAK, _CELL = "\ue000", "\ue001"


class ExtraMissingError(Exception):
    """The library for this kind of document is not installed."""


def _word(raw: bytes) -> str:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        if sum(entry.file_size for entry in package.infolist()) > _MOST_UNPACKED_BYTES:
            raise UndecodableError("it unpacks to more than 100 MB")
    import docx

    document = docx.Document(io.BytesIO(raw))
    lines: list[str] = []
    for section in document.sections:
        lines += _word_blocks(section.header)
    lines += _word_blocks(document)
    for section in document.sections:
        lines += _word_blocks(section.footer)
    return "\n".join(lines)


def _word_blocks(container: Any) -> Iterator[str]:
    for block in container.iter_inner_content():
        if hasattr(block, "rows"):
            for row in block.rows:
                yield " | ".join(" ".join(cell.text.split()) for cell in row.cells)
        else:
            yield block.text


def _pdf(raw: bytes) -> str:
    import logging

    import pypdf

    # A damaged page makes the library warn on stderr, where only our own one line belongs.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    document = pypdf.PdfReader(io.BytesIO(raw))
    if document.is_encrypted and not document.decrypt(""):
        raise UndecodableError("it is protected by a password")
    text = "\n".join(page.extract_text(extraction_mode="layout") for page in document.pages)
    if not text.strip():
        raise UndecodableError("it holds no text; a scan has to be turned into text first")
    return text


def _rich_text(raw: bytes) -> str:
    from striprtf.striprtf import rtf_to_text

    text = rtf_to_text(raw.decode("cp1252", errors="replace"), errors="ignore")  # type: ignore[no-untyped-call]
    return str(text)


def _html(raw: bytes) -> str:
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(re.sub(r"[\ue000\ue001]", "", decode(raw).text))
    for node in tree.css(_NOT_CONTENT):
        node.decompose()
    for node in tree.css(_BLOCKS):
        node.insert_before(_BREAK)
        if node.tag != "br":
            node.insert_after(_BREAK)
    for node in tree.css("td + td, td + th, th + td, th + th"):
        node.insert_before(_CELL)
    text = tree.root.text() if tree.root else ""
    lines = (" ".join(line.split()) for line in text.replace(_CELL, " | ").split(_BREAK))
    return "\n".join(line for line in lines if line)


_READERS: dict[str, Callable[[bytes], str]] = {
    ".docx": _word,
    ".pdf": _pdf,
    ".rtf": _rich_text,
    ".html": _html,
    ".htm": _html,
}
KINDS = frozenset(_READERS)


def kind_of(raw: bytes, suffix: str) -> str | None:
    """Which document this is, by its first bytes and then by its name; None for plain text."""
    if raw.startswith(b"%PDF-"):
        return ".pdf"
    if raw.startswith(b"{\\rtf"):
        return ".rtf"
    if raw.startswith(b"PK\x03\x04") and b"word/" in raw:
        return ".docx"
    return suffix if suffix in KINDS else None


def text_of(raw: bytes, kind: str) -> str:
    """Text of a document; `ExtraMissingError` without the extra, `UndecodableError` for a damaged file."""
    try:
        return _READERS[kind](raw)
    except ImportError:
        raise ExtraMissingError(MISSING_EXTRA) from None
    except UndecodableError:
        raise
    except Exception:  # these libraries raise whatever the damage provokes, often with the file's own text
        raise UndecodableError(f"it cannot be read as {kind}") from None
