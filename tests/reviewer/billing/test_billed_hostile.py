"""Damaged and hostile files: rows or one clear refusal, never a crash, and nothing of the file in the message."""

from __future__ import annotations

import pytest
from billed_samples import AMOUNT, NAME, claim_837i, claim_837p, sv1, sv2
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.billing.files import billed_rows
from reviewer.errors import ReviewError

WHOLE = {
    "837p": claim_837p(sv1(1, "HC:96413", 1), sv1(2, "HC:96372:59", 2)),
    "837i": claim_837i(sv2(1, "0335", "HC:96413", 1, "20260314"), sv2(2, "0250", "", 3)),
    "csv": f"Patient,HCPCS,Mod,Qty,Charge,DOS\n{NAME},96413,59,1,{AMOUNT},03/14/2026\n",
    "json": f'{{"patient": "{NAME}", "lines": [{{"code": "96413", "units": 1, "charge": {AMOUNT}}}]}}',
}


def tried(raw: bytes) -> None:
    rows, refusal = (), None
    try:
        rows = billed_rows(raw, "billed")
    except ReviewError as problem:
        refusal = problem
    if refusal is None:
        assert rows
        assert all(abs(row.units) <= 10_000_000 and (row.code or row.why_not) for row in rows)
        return
    message = str(refusal)
    assert refusal.exit_code == 2
    assert len(message) < 200
    assert NAME not in message.upper()
    assert AMOUNT not in message
    assert "\n" not in message


@pytest.mark.parametrize("form", WHOLE)
def test_a_file_cut_anywhere(form: str) -> None:
    raw = WHOLE[form].encode()
    for end in range(len(raw)):
        tried(raw[:end])


@given(
    form=st.sampled_from(sorted(WHOLE)),
    edits=st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255), st.booleans()), min_size=1, max_size=8),
)
@settings(max_examples=600, deadline=None)
def test_a_file_with_changed_bytes(form: str, edits: list[tuple[int, int, bool]]) -> None:
    raw = bytearray(WHOLE[form].encode())
    for place, value, insert in edits:
        at = place % len(raw)
        if insert:
            raw.insert(at, value)
        else:
            raw[at] = value
    tried(bytes(raw))


@given(st.binary(max_size=400))
@settings(max_examples=400, deadline=None)
def test_any_bytes(raw: bytes) -> None:
    tried(raw)


@pytest.mark.parametrize(
    "text",
    [
        "=cmd(),code,units\n1,96413,1\n",
        "code,units\n" + "96413,1\n" * 20_000,
        "ISA" + "*" * 5_000 + ":~",
        "[" + '{"code": "96413", "units": 1},' * 5_000 + '{"code": "96413", "units": 1}]',
        'code,units\n"96413,1\n',
    ],
)
def test_unusual_sizes_and_shapes(text: str) -> None:
    tried(text.encode())
