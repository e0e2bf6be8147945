"""A handful of the faults of `benchmarks/seeded_faults.py`, and that all of them still fit the source."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

from seeded_faults import FAULTS, ROOT, Fault, hunt

A_HANDFUL = (
    "16 minutes called a push",
    "pauses not taken out",
    "30 minutes of hydration enough",
    "the office's order of rank used in a hospital",
    "one reading of several is enough",
)


def test_the_cases_alone_catch_a_handful_of_seeded_faults() -> None:
    chosen = tuple(fault for fault in FAULTS if fault.why in A_HANDFUL)
    assert len(chosen) == len(A_HANDFUL)
    report, escaped = hunt(chosen, batch=0)
    assert not escaped, "\n".join(report)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.why)
def test_every_seeded_fault_still_fits_the_source(fault: Fault) -> None:
    text = (ROOT / "validator" / fault.file).read_text(encoding="utf-8")
    assert text.count(fault.old) == 1, (
        f"the source changed: adapt the fault in benchmarks/seeded_faults.py: {fault.old!r}"
    )


def test_there_are_at_least_forty_faults() -> None:
    assert len({(fault.file, fault.old, fault.new) for fault in FAULTS}) >= 40
