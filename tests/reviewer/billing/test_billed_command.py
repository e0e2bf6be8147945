"""`--billed`, `--claim`, `--compare-policies` and `--fail-on billed` of `review` and `validate`."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from billed_samples import AMOUNT, NAME, claim_837i, claim_837p, claim_loop, interchange, sv1, sv2

from reviewer.cli import main
from reviewer.review import Review
from validator.findings import Assessment

Run = Callable[..., tuple[int, str, str]]
POLICIES = "medicare-opps,medicare-physician"
FACTS = {
    "encounter": {"date_of_service": "2026-03-14"},
    "access_sites": [{"id": "s1", "kind": "implanted_port"}],
    "administrations": [
        {"id": "a1", "drug": "infliximab", "route": "intravenous", "technique": "infusion", "access_site": "s1"}
        | {"start": "09:00", "stop": "11:00", "status": "given"}
    ],
}
CSV = f"Patient,HCPCS,Mod,Qty,Charge,DOS\n{NAME},96413,,1,${AMOUNT},03/14/2026\n{NAME},96415,,2,{AMOUNT},03/14/2026\n"
JSON = json.dumps([{"code": "96413", "units": 1, "charge": float(AMOUNT), "patient": NAME}])


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: object) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        return code, out, err

    return command


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(FACTS), "utf-8")
    return path


def file(folder: Path, text: str, name: str = "billed.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


FILES = {
    "csv": CSV,
    "json": JSON,
    "837p": claim_837p(sv1(1, "HC:96413", 1), sv1(2, "HC:96415", 2)),
    "837i": claim_837i(sv2(1, "0335", "HC:96413", 1), sv2(2, "0335", "HC:96415", 2), sv2(3, "0250", "", 9)),
}


@pytest.mark.parametrize("form", FILES)
@pytest.mark.parametrize("style", ["text", "markdown", "html", "json"])
def test_no_money_and_no_name_in_any_report(run: Run, facts: Path, tmp_path: Path, form: str, style: str) -> None:
    billed = file(tmp_path, FILES[form])
    code, out, err = run("validate", facts, "--billed", billed, "--compare-policies", POLICIES, "--format", style)
    assert (code, err) == (0, "")
    assert "96413" in out
    page = re.sub(r"<script>.*?</script>", "", out, flags=re.DOTALL)  # `${...}` of a template there is no money
    for absent in ("$", AMOUNT, AMOUNT.partition(".")[0], "dollar", NAME, NAME.title(), "charge amount"):
        assert absent not in page, absent


# T34 by the default policy: infliximab 120 minutes is 96413 and 96415 x1.
def test_the_assessment_carries_what_was_asked_for_and_nothing_else(run: Run, facts: Path, tmp_path: Path) -> None:
    code, out, _ = run("validate", facts, "--format", "json")
    assert code == 0
    assert set(json.loads(out)) == set(Assessment.model_fields)
    code, out, _ = run(
        "validate", facts, "--format", "json", "--billed", file(tmp_path, CSV), "--compare-policies", POLICIES
    )
    data: dict[str, Any] = json.loads(out)
    assert set(data) == {*Assessment.model_fields, "billed", "comparison"}
    assert {(one["code"], one["outcome"], one["supported"]) for one in data["billed"]} == {
        ("96413", "match", 1),
        ("96415", "over", 1),
    }
    assert [one["id"] for one in data["comparison"]["policies"]] == POLICIES.split(",")


def test_a_review_of_notes_carries_them_and_loads_again(run: Run, tmp_path: Path) -> None:
    billed = file(tmp_path, CSV)
    arguments = ("review", "--sample", "--format", "json", "--billed", billed, "--compare-policies", POLICIES)
    code, out, _ = run(*arguments)
    assert code == 0
    review = Review.model_validate_json(out)
    assert {one.code: one.outcome for one in review.billed if one.lines} == {"96413": "match", "96415": "match"}
    assert review.comparison is not None
    assert run(*arguments)[1] == out


def test_the_first_lines_say_what_asks_for_more_and_what_was_not_billed(run: Run, facts: Path, tmp_path: Path) -> None:
    out = run("validate", facts, "--billed", file(tmp_path, "code,units\n96413,2\n96360,1\n"))[1]
    assert "- 2 billed lines ask for more than the documentation supports\n" in out
    assert "- 1 supported line is not among the billed ones\n" in out


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("96413,1\n96415,1\n", 0),
        ("96413,1\n96415,2\n", 1),
        ("96413,1\n96360,1\n", 1),
        ("96413,1\n", 0),  # a missing charge does not stop anybody
        ("96415,1\n96413,1\n99213,1\n", 0),
    ],
)
def test_fail_on_billed_stops_at_more_than_is_supported(
    run: Run, facts: Path, tmp_path: Path, rows: str, code: int
) -> None:
    billed = file(tmp_path, f"code,units\n{rows}")
    assert run("validate", facts, "--billed", billed, "--fail-on", "billed")[0] == code


def test_the_page_leads_from_a_billed_line_to_the_element_that_it_lacks(run: Run, tmp_path: Path) -> None:
    page = run("review", "--sample", "--format", "html", "--billed", file(tmp_path, "code,units\n96415,3\n"))[1]
    row = page.partition('<tr class="decides">')[2].partition("</tr>")[0]
    (anchor,) = re.findall(r'href="#(missing-\d+)">stop time</a>', row)
    assert page.count(f'id="{anchor}"') == 1
    for section in ("billed", "policies"):
        assert (f'href="#{section}"' in page) == (f'<section id="{section}"' in page)


def test_one_claim_of_a_file_is_chosen(run: Run, facts: Path, tmp_path: Path) -> None:
    loops = claim_loop(sv1(1, "HC:96413", 1), claim="A-1") + claim_loop(sv1(1, "HC:96365", 1), claim="A-2")
    billed = file(tmp_path, interchange(loops, "005010X222A1"), "claims.txt")
    assert run("validate", facts, "--billed", billed)[0] == 2
    code, out, _ = run("validate", facts, "--billed", billed, "--claim", "A-2", "--format", "json")
    assert code == 0
    assert {(one["code"], one["outcome"]) for one in json.loads(out)["billed"]} >= {("96365", "not_supported")}
    assert "A-2" not in out


@pytest.mark.parametrize(("form", "policy"), [("837p", "medicare-opps"), ("837i", "medicare-physician")])
def test_a_claim_of_the_other_setting_is_named(run: Run, facts: Path, tmp_path: Path, form: str, policy: str) -> None:
    billed = file(tmp_path, FILES[form])
    kind = "professional" if form == "837p" else "institutional"
    assert f"are of a {kind} claim" in " ".join(
        run("validate", facts, "--billed", billed, "--policy", policy)[1].split()
    )
    for plain in ("csv", "json"):
        assert "claim; the codes" not in run("validate", facts, "--billed", file(tmp_path, FILES[plain]))[1]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--claim", "A"], "--billed FILE"),
        (["--fail-on", "billed"], "--billed FILE"),
        (["--billed", "none.csv"], "no such file"),
        (["--compare-policies", "medicare-opps"], "at least two"),
        (["--compare-policies", ","], "at least two"),
        (["--compare-policies", "medicare-opps,medicare-opps"], "twice"),
        (["--compare-policies", "medicare-opps,blue"], "known: medicare-opps"),
    ],
)
def test_wrong_options_get_one_line(run: Run, facts: Path, options: list[str], says: str) -> None:
    for command in (["validate", facts], ["review", "--sample"]):
        code, out, err = run(*command, *options)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert says in err


def test_a_bad_row_gets_one_line_without_its_text(run: Run, facts: Path, tmp_path: Path) -> None:
    billed = file(tmp_path, f"code,units\n96413,1\n{NAME},1\n")
    code, out, err = run("validate", facts, "--billed", billed)
    assert (code, out) == (2, "")
    assert "billed.csv: row 3" in err
    assert NAME not in err


def test_the_report_never_overwrites_the_charge_file(run: Run, facts: Path, tmp_path: Path) -> None:
    billed = file(tmp_path, CSV)
    code, _, err = run("validate", facts, "--billed", billed, "--output", billed)
    assert code == 2
    assert "one of the inputs" in err
    assert billed.read_text("utf-8") == CSV


def test_without_these_options_their_code_is_not_loaded() -> None:
    code = (
        "import sys; sys.argv = ['reviewer', 'review', '--sample']\n"
        "from reviewer.cli import main\nmain()\n"
        "sys.stderr.write(' '.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    ours = ("reviewer.billing", "reviewer.comparing", "reviewer.report.charges", "reviewer.report.contrasts")
    assert not [name for name in done.stderr.split() if name.startswith(ours)]
