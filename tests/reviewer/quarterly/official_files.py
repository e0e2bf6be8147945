"""Small invented files in the layouts in which CMS publishes the quarterly tables. No row is a real edit's row.

Title lines, header lines over several rows, column order and date forms are those of docs/quarterly_files.md; the
texts in place of descriptions are invented, and a test looks for them in the store.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

COPYRIGHT = "CPT codes only are copyright of their owner. All rights reserved."
LICENSED = "INVENTED DESCRIPTION THAT MUST NOT BE KEPT"

PTP_TITLE = (
    (COPYRIGHT,),
    ("Column1/Column2 Edits",),
    (
        *("Column 1", "Column 2", "*=in existence", "Effective", "Deletion", "Modifier"),
        "PTP Edit Rationale",
    ),
    ("", "", "prior to 1996", "Date", "Date", "0=not allowed", ""),
    ("", "", "", "", "*=no data", "1=allowed", ""),
    ("", "", "", "", "", "9=not applicable", ""),
)
MUE_TITLE = '"' + COPYRIGHT + '\nCurrent as of no date",,,\n'
AOC_HEADER = (
    *("AOC_Edit_Type", "Add-On_Code", "AOC_DelDT", "Primary_Code", "Primary_Code_DelDT"),
    *("AOC_Edit_EffDT", "AOC_Edit_DelDT", "Special_Instruction_Notes"),
)
HCPCS_HEADER = ("HCPC", "SEQNUM", "RECID", "LONG DESCRIPTION", "SHORT DESCRIPTION", "ADD DT", "ACT EFF DT", "TERM DT")

Rows = Iterable[Sequence[object]]


def ptp(path: Path, rows: Rows) -> Path:
    """A tab-delimited file of pairs: column 1, column 2, effective, deletion, modifier."""
    lines = ["\t".join(title) for title in PTP_TITLE]
    lines += [f"{c1}\t{c2}\t \t{since}\t{until}\t{mod}\t{LICENSED}" for c1, c2, since, until, mod in rows]
    return _written(path, "\r\n".join(lines) + "\r\n")


def mue(path: Path, whose: str, rows: Rows) -> Path:
    """A CSV of limits: code, limit, indicator with its words."""
    header = f'"HCPCS/\nCPT Code","{whose} MUE Values","MUE Adjudication Indicator","MUE Rationale"\n'
    return _written(
        path, MUE_TITLE + header + "".join(f'{code},{limit},"{mai}",{LICENSED}\n' for code, limit, mai in rows)
    )


def add_ons(path: Path, rows: Rows) -> Path:
    """A fixed-width text file: type, add-on, its end, primary, its end, from, until."""
    lines = []
    for kind, add_on, gone, primary, primary_gone, since, until in rows:
        lines.append(f"{kind}{add_on}{gone or '':7}{primary}{primary_gone or '':7}{since or '':7}{until or '':7}")
    return _written(path, "\r\n".join(lines) + "\r\n")


def hcpcs(path: Path, codes: Mapping[str, tuple[str, str]]) -> Path:
    """A contractor record of 320 positions for each code: first day and last day; and a second description line."""
    lines = []
    for number, (code, (added, last)) in enumerate(codes.items(), 1):
        head = f"{code}{number * 100:05}"
        first = f"{head}3{LICENSED:<80}{LICENSED[:28]:<28}".ljust(268) + f"{added:8}{added:8}{last:8}N"
        lines += [first.ljust(320), f"{head}4{LICENSED:<80}".ljust(320)]
    return _written(path, "\r\n".join(lines) + "\r\n")


def workbook(path: Path, rows: Rows) -> Path:
    """A workbook with these rows on its first sheet."""
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    book.save(path)
    return path


def archive(path: Path, members: Iterable[Path], also: Mapping[str, str] | None = None) -> Path:
    """A .zip of the files, and of further ones with these texts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for member in members:
            file.write(member, member.name)
        for name, text in (also or {}).items():
            file.writestr(name, text)
    return path


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="latin-1", newline="")
    return path
