"""Files on the review page: each kind of note, several at once, and what is refused."""

from __future__ import annotations

import io
from typing import Any

import pytest
from visitor import NOTE, Visit, Visitor, plain, units


def sent(visitor: Visitor, *files: tuple[str, bytes], **form: Any) -> Any:
    visitor.get("/")
    data = {"csrf_token": visitor.token, **form}
    many = [("files", (name, io.BytesIO(raw), "application/octet-stream")) for name, raw in files]
    answer = visitor.client.post("/review", data=data, files=many, headers={"hx-request": "true"})
    visitor._remember(answer.text)
    return answer


def word(text: str) -> bytes:
    import docx

    document, out = docx.Document(), io.BytesIO()
    for line in text.splitlines():
        document.add_paragraph(line)
    document.save(out)
    return out.getvalue()


def rich(text: str) -> bytes:
    return ("{\\rtf1\\ansi " + text.replace("\n", "\\par\n") + "}").encode("ascii")


def hyper(text: str) -> bytes:
    return ("<html><body>" + "".join(f"<p>{line}</p>" for line in text.splitlines()) + "</body></html>").encode()


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("nursing.txt", NOTE.encode()),
        ("nursing.md", NOTE.replace("\n", "\r\n").encode("utf-16")),
        ("nursing.docx", word(NOTE)),
        ("nursing.rtf", rich(NOTE)),
        ("nursing.html", hyper(NOTE)),
    ],
)
def test_a_file_is_read_like_a_pasted_note(visit: Visit, name: str, raw: bytes) -> None:
    visitor = visit()
    page = sent(visitor, (name, raw)).text
    assert units(page) == {"96413": 1, "96415": 2, "J9267": 300}
    assert 'value="nursing" selected' in page


def test_a_pdf_is_read_too(visit: Visit) -> None:
    weasyprint = pytest.importorskip("weasyprint")
    try:
        raw = weasyprint.HTML(string=f"<pre>{NOTE}</pre>").write_pdf()
    except OSError:
        pytest.skip("Pango is not installed")
    assert units(sent(visit(), ("infusion.pdf", raw)).text)["96413"] == 1


def test_several_files_and_a_box_are_one_encounter(visit: Visit) -> None:
    visitor = visit()
    order = b"Order: paclitaxel 300 mg IV on 03/14/2026. Dr. Lee"
    page = sent(visitor, ("Order 1.txt", order), ("mar.txt", b"MAR 03/14/2026"), kind="nursing", text=NOTE).text
    names = [note["id"] for note in visitor.post("/download", format="json").json()["provenance"]["notes"]]
    assert names == ["nursing", "order", "mar"]
    assert "paclitaxel 300 mg" in plain(page)


@pytest.mark.parametrize(
    ("name", "raw", "says"),
    [
        ("Jane Doe.exe", b"MZ\x00\x01", "no kind of file"),
        ("Jane Doe.xlsx", b"PK\x03\x04", "no kind of file"),
        ("Jane Doe.docx", b"PK\x03\x04broken", "cannot be read as .docx"),
        ("Jane Doe.pdf", b"%PDF-1.7 broken", "cannot be read as .pdf"),
        ("Jane Doe.txt", b"\x00\x01\x02\xff\xfe\x00\x00" * 50, ""),
        ("Jane Doe.txt", b"  \n ", "the note is empty"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_place_never_by_its_name(
    visit: Visit, name: str, raw: bytes, says: str
) -> None:
    refused = sent(visit(), ("good.txt", NOTE.encode()), (name, raw))
    assert refused.status_code == 422
    assert "File 2" in refused.text
    assert says in refused.text
    assert "Jane" not in refused.text


def test_too_much_is_refused(visit: Visit) -> None:
    visitor = visit()
    assert sent(visitor, ("a.txt", b"x" * 3_100_000)).status_code == 413
    assert sent(visitor, *[(f"{n}.txt", b"x") for n in range(21)]).status_code in (400, 422)
    assert sent(visitor, ("a.txt", b"x " * 300_000)).status_code == 422
