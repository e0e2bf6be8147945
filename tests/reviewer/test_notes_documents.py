"""Word, PDF, RTF and HTML notes, with the extra `[files]` and without it."""

from __future__ import annotations

import builtins
import io
import logging
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest

from reviewer.errors import InputError
from reviewer.notes.loading import load_notes

LINES = ("INFUSION NOTE", "0910 Paclitaxel 300 mg IVPB started", "1214 Paclitaxel complete")
TABLE = (("Drug", "Start", "Stop"), ("Carboplatin 560 mg", "1218", "1250"))


def _word() -> bytes:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "MRN 0000001"
    for line in LINES:
        document.add_paragraph(line)
    table = document.add_table(rows=0, cols=3)
    for row in TABLE:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.add_paragraph("Signed S. Alvarez RN")
    packed = io.BytesIO()
    document.save(packed)
    return packed.getvalue()


def _pdf(lines: tuple[str, ...]) -> bytes:
    """A one-page PDF with a line of Courier text per line."""
    shown = " ".join(f"1 0 0 1 40 {700 - 20 * at} Tm ({line}) Tj" for at, line in enumerate(lines))
    stream = f"BT /F1 12 Tf {shown} ET"
    objects = (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(stream)}>>stream\n{stream}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Courier>>",
    )
    body, places = "%PDF-1.4\n", []
    for number, entry in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj{entry}endobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    trailer = f"trailer<</Size 6/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF\n"
    end = f"xref\n0 6\n0000000000 65535 f \n{table}{trailer}"
    return (body + end).encode("latin-1")


def _rtf() -> bytes:
    return b"{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Arial;}}\\f0 " + "\\par ".join(LINES).encode() + b"\\par caf\\'e9}"


def _html() -> bytes:
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in TABLE)
    body = "".join(f"<p>{line}</p>" for line in LINES)
    return (
        "<html><head><title>no</title><style>p{color:red}</style></head><body>"
        f"<script>bill('96413')</script>{body}<table>{rows}</table>5 &lt; 6<br>end</body></html>"
    ).encode()


DOCUMENTS: dict[str, Callable[[], bytes]] = {
    "note.docx": _word,
    "note.pdf": lambda: _pdf(LINES),
    "note.rtf": _rtf,
    "note.html": _html,
    "note.htm": _html,
}


def _text(path: Path, raw: bytes) -> str:
    path.write_bytes(raw)
    return load_notes([str(path)])[0][0].text


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_line_of_a_document_is_a_line_of_the_note(tmp_path: Path, name: str) -> None:
    text = _text(tmp_path / name, DOCUMENTS[name]())
    lines = [line.strip() for line in text.split("\n")]
    assert [line for line in lines if line in LINES] == list(LINES)


@pytest.mark.parametrize("name", ["note.docx", "note.html"])
def test_a_table_row_is_a_line_with_bars(tmp_path: Path, name: str) -> None:
    text = _text(tmp_path / name, DOCUMENTS[name]())
    assert "Carboplatin 560 mg | 1218 | 1250" in text.split("\n")


def test_a_word_note_keeps_its_header_and_its_order(tmp_path: Path) -> None:
    lines = _text(tmp_path / "note.docx", _word()).split("\n")
    assert lines[0] == "MRN 0000001"
    assert lines.index("Drug | Start | Stop") < lines.index("Signed S. Alvarez RN")


def test_html_leaves_out_what_no_reader_of_the_page_sees(tmp_path: Path) -> None:
    text = _text(tmp_path / "note.html", _html())
    assert "96413" not in text
    assert "color" not in text
    assert "5 < 6\nend" in text


def test_rich_text_keeps_accents(tmp_path: Path) -> None:
    assert "café" in _text(tmp_path / "note.rtf", _rtf())


def test_a_document_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    for name, raw in {"a.txt": _pdf(LINES), "b.txt": _rtf(), "c.txt": _word()}.items():
        assert LINES[1] in _text(tmp_path / name, raw)


def test_html_in_a_text_note_stays_as_it_was_typed(tmp_path: Path) -> None:
    assert _text(tmp_path / "note.txt", b"<b>0910</b> started") == "<b>0910</b> started"


@pytest.mark.parametrize("name", ["note.docx", "note.pdf"])
@pytest.mark.parametrize("raw", [b"plain words about Jane Doe", b"%PDF-1.4 Jane Doe", b"PK\x03\x04 word/ Jane Doe"])
def test_a_damaged_document_is_named_and_not_quoted(
    tmp_path: Path, name: str, raw: bytes, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(InputError, match=r"note\.") as caught:
        _text(tmp_path / name, raw)
    assert "Jane" not in str(caught.value)
    assert capfd.readouterr().err == ""
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_a_pdf_without_text_says_that_it_may_be_a_scan(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="scan"):
        _text(tmp_path / "note.pdf", _pdf(()))


def test_a_word_file_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package,
        package.open("word/document.xml", "w") as file,
    ):
        for _ in range(101):
            file.write(bytes(1_000_000))
    with pytest.raises(InputError, match="unpacks to more than 100 MB"):
        _text(tmp_path / "note.docx", packed.getvalue())


@pytest.mark.parametrize("name", DOCUMENTS)
def test_without_the_extra_one_line_names_it(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without_extra(module: str, *rest: Any) -> Any:
        if module.split(".")[0] in ("docx", "pypdf", "striprtf", "selectolax"):
            raise ImportError(module)
        return real(module, *rest)

    raw = DOCUMENTS[name]()
    monkeypatch.setattr(builtins, "__import__", without_extra)
    with pytest.raises(InputError) as caught:
        _text(tmp_path / name, raw)
    assert str(caught.value).endswith("pip install 'encounter-reviewer[files]'")
    assert name in str(caught.value)
