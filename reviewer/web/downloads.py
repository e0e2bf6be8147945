"""A review as a file: the same bytes that the command line writes, and its code lines as CSV."""

from __future__ import annotations

import csv
import io
from importlib.util import find_spec
from typing import Literal

from reviewer.errors import UsageError
from reviewer.notes.note import Note
from reviewer.report import render
from reviewer.report.visible import flat
from reviewer.report.words import element
from reviewer.review import Review
from reviewer.verify.seal import sealed
from reviewer.web.reviewing import rulebook

Format = Literal["html", "json", "csv", "pdf"]
TYPES: dict[str, str] = {
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
}
_COLUMNS = ("kind", "code", "units", "modifiers", "date", "label", "given", "reason_or_question", "at_risk_or_missing")
_NO_PDF = "There is no such download here; PDF needs: pip install 'encounter-reviewer[pdf]', and Pango."
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def formats() -> tuple[str, ...]:
    """What can be downloaded here; PDF only where its library is installed."""
    return tuple(name for name in TYPES if name != "pdf" or find_spec("weasyprint") is not None)


def file_of(review: Review, notes: tuple[Note, ...], kind: str, key: bytes | None) -> bytes:
    """The bytes of a download; JSON is sealed, signed where the site has a key. `UsageError` for no such format."""
    if kind == "json":
        return render(sealed(review, key), "json", notes, rulebook=rulebook()).encode()
    if kind == "html":
        return render(review, "html", notes, rulebook=rulebook()).encode()
    if kind == "csv":
        return table(review).encode("utf-8-sig")
    if kind == "pdf" and "pdf" in formats():
        return pdf(render(review, "html", notes, rulebook=rulebook()))
    raise UsageError(_NO_PDF)


def table(review: Review) -> str:
    """Codes and what is missing, one a row. A cell never begins as a formula of a spreadsheet does."""
    names = {item.id: item.drug.value or "unnamed drug" for item in review.facts.administrations}
    missing = {item.id: element(item.element) for item in review.missing}

    def given(ids: tuple[str, ...]) -> str:
        return "; ".join(names.get(one, one) for one in ids)

    rows: list[tuple[object, ...]] = [_COLUMNS]
    for line in review.codes:
        risks = "; ".join(missing.get(one, one) for one in line.at_risk)
        told = (line.label, given(line.administrations), "; ".join(line.flags), risks)
        rows.append((line.kind, line.code, line.units, " ".join(line.modifiers), line.date, *told))
    for lost in review.not_supported:
        wanted = "; ".join(element(one) for one in lost.missing)
        rows.append(
            ("not supported", lost.code, lost.units, "", "", "", given(lost.administrations), lost.reason, wanted)
        )
    for human in review.needs_human:
        told = (human.subject, given(human.administrations), human.reason, "")
        rows.append(("for a person", human.code or "", "", "", "", *told))
    for gap in review.missing:
        about = names.get(gap.administration or "", "")
        rows.append(("missing", "", "", "", "", gap.tier, about, gap.question, element(gap.element)))
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([_cell(cell) for cell in row] for row in rows)
    return text.getvalue()


def _cell(value: object) -> str:
    text = flat(str(value))
    return f"'{text}" if text.startswith(_FORMULA) else text


def pdf(html: str) -> bytes:
    """The HTML report on paper. It needs no other file, and none is fetched."""
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except (ImportError, OSError):  # its own libraries (Pango) belong to the system
        raise UsageError(_NO_PDF) from None
    made: bytes = HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=("data",))).write_pdf()
    return made
