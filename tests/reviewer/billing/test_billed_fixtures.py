"""The invented encounters of `fixtures/`, billed as they are supported: everything matches, in whatever form."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable

import pytest
from billed_samples import AMOUNT, claim_837i, claim_837p, sv1, sv2
from fixture_files import NAMES, review_of

from reviewer.billing.comparing import compared
from reviewer.billing.files import billed_rows
from reviewer.review import Billed, Review
from validator.findings import CodeLine
from validator.loading import default_rulebook

Lines = tuple[CodeLine, ...]


def as_csv(lines: Lines) -> str:
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["HCPCS", "Modifiers", "Qty", "DOS", "Charge"])
    for line in lines:
        table.writerow([line.code, " ".join(line.modifiers), line.units, f"{line.date:%m/%d/%Y}", AMOUNT])
    return out.getvalue()


def as_json(lines: Lines) -> str:
    return json.dumps(
        [{"code": x.code, "mod": list(x.modifiers), "units": x.units, "date": x.date.isoformat()} for x in lines]
    )


def as_837p(lines: Lines) -> str:
    return claim_837p(*(sv1(n, _composite(x), x.units, f"{x.date:%Y%m%d}") for n, x in enumerate(lines, 1)))


def as_837i(lines: Lines) -> str:
    return claim_837i(*(sv2(n, "0335", _composite(x), x.units, f"{x.date:%Y%m%d}") for n, x in enumerate(lines, 1)))


def _composite(line: CodeLine) -> str:
    return ":".join(("HC", line.code, *line.modifiers))


def billed(review: Review, text: str) -> tuple[Billed, ...]:
    return compared(review, billed_rows(text.encode(), "billed"), default_rulebook()).billed


@pytest.mark.parametrize("name", NAMES)
def test_what_is_supported_and_billed_matches_in_every_form(name: str) -> None:
    review = review_of(name)
    if not review.codes:
        return
    forms: tuple[Callable[[Lines], str], ...] = (as_csv, as_json, as_837p, as_837i)
    for form in forms:
        made = billed(review, form(review.codes))
        assert {one.outcome for one in made} == {"match"}, form.__name__
        assert not any(one.reason for one in made)


@pytest.mark.parametrize("name", NAMES)
def test_one_unit_more_of_anything_is_over_and_nothing_else(name: str) -> None:
    review = review_of(name)
    for place, line in enumerate(review.codes):
        raised = line.model_copy(update={"units": line.units + 1})
        made = billed(review, as_json((*review.codes[:place], raised, *review.codes[place + 1 :])))
        assert [one.code for one in made if one.outcome == "over"] == [line.code]
        assert {one.outcome for one in made} <= {"over", "match"}


@pytest.mark.parametrize("name", NAMES)
def test_a_line_left_out_is_a_missing_charge(name: str) -> None:
    review = review_of(name)
    for line in review.codes:
        rest = tuple(one for one in review.codes if one.code != line.code)
        if not rest:
            continue
        made = billed(review, as_csv(rest))
        absent = [one for one in made if one.outcome == "missing_charge"]
        units = sum(one.units for one in review.codes if one.code == line.code)
        assert {one.code for one in absent} == {line.code}
        assert sum(one.supported for one in absent) == units
