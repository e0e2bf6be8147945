"""A rulebook that is not understood does not load, and the error names the file, the record and the fix."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from validator.loading import DATA, RulebookError, default_rulebook, load_rulebook
from validator.tables import content_hash

Edit = Callable[[str], str]

CITE = 'cite = [{ source = "project", at = "test" }]'
RULE = """
[[rule]]
id = "test.rule"
family = "test"
implements = ["GEN-4"]
"""
VERSION = f"""
[[rule.version]]
from = 2010-01-01
until = 2012-01-01
says = "first"
{CITE}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "data"
    shutil.copytree(DATA, copy)
    return copy


def change(folder: Path, name: str, edit: Edit) -> None:
    path = folder / name
    before = path.read_text(encoding="utf-8")
    after = edit(before)
    assert after != before, "the edit of this test changed nothing"
    path.write_text(after, encoding="utf-8", newline="\n")


def vouch(folder: Path, table: str) -> None:
    """Bring the provenance of an edited table up to date, so that only the edit itself is wrong."""
    data = (folder / f"{table}.csv").read_bytes()
    lines = (folder / f"{table}.provenance.toml").read_text(encoding="utf-8").splitlines()
    new = {"rows": str(data.count(b"\n") - 1), "sha256": f'"{content_hash(data)}"'}
    lines = [f"{key} = {new[key]}" if (key := line.split(" =")[0]) in new else line for line in lines]
    (folder / f"{table}.provenance.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def refusal(folder: Path) -> str:
    with pytest.raises(RulebookError) as caught:
        load_rulebook(folder)
    return str(caught.value)


def append(text: str) -> Edit:
    return lambda before: before + text


def swap(old: str, new: str) -> Edit:
    return lambda before: before.replace(old, new, 1)


CODE = f"""
[[code]]
id = "96599"
system = "cpt"
label = "a code of this test"
family = "test"
role = "service"
from = 2010-01-01
{CITE}
"""
SOURCE = """
[[source]]
id = "test-source"
title = "A source"
publisher = "nobody"
kind = "page"
"""
SWITCH = """
[switches.test]
description = "d"
implements = "C-1"
"""
POSITIONS = 'positions = [{ value = "a", source = "project", at = "test" }]\n'
POLICY = '\n[[policy]]\nid = "test"\ntitle = "t"\nsetting = "facility"\npayers = []\n'


def deviates(switch: str, value: str, source: str = "project") -> str:
    entry = f'{{ switch = "{switch}", value = {value}, source = "{source}", at = "test" }}'
    return f"{POLICY}deviates = [{entry}]\n"


BROKEN_TOML: list[tuple[str, str, Edit, tuple[str, ...]]] = [
    ("unknown key in a code", "codes.toml", append(CODE + "colour = 1\n"), ("code `96599`", "`colour`")),
    ("duplicate code", "codes.toml", append(CODE + CODE), ("code `96599`", "twice")),
    ("code as a number", "codes.toml", append(CODE.replace('"96599"', "96599")), ("`id`", "text in quotes")),
    ("code of the wrong shape", "codes.toml", append(CODE.replace("96599", "9659")), ("code `9659`", "cpt")),
    (
        "HCPCS code of the wrong shape",
        "codes.toml",
        append(CODE.replace('"cpt"', '"hcpcs"')),
        ("code `96599`", "hcpcs"),
    ),
    (
        "unknown role",
        "codes.toml",
        append(CODE.replace("service", "extra")),
        ("code `96599`", "`role`", "add_on"),
    ),
    (
        "code without label",
        "codes.toml",
        append(CODE.replace("label", "#")),
        ("code `96599`", "`label` is missing"),
    ),
    (
        "date in quotes",
        "codes.toml",
        append(CODE.replace("2010-01-01", '"2010"')),
        ("`from`", "without quotes"),
    ),
    ("code that ends first", "codes.toml", append(CODE + "until = 2009-01-01\n"), ("`until`", "later than")),
    (
        "primary that is no code",
        "codes.toml",
        append(CODE + 'primaries = ["96598"]\n'),
        ("96598", "no record"),
    ),
    ("negative limit", "codes.toml", append(CODE + "mue_facility = -1\n"), ("`mue_facility`", "0 or more")),
    ("unknown setting", "codes.toml", append(CODE + 'settings = ["home"]\n'), ("`settings`", "facility")),
    (
        "citation of an unknown source",
        "codes.toml",
        append(CODE.replace('"project"', '"nowhere"')),
        ("code `96599`", "`nowhere`", "sources.toml"),
    ),
    ("citation without a place", "codes.toml", append(CODE.replace(', at = "test"', "")), ("cite", "`at`")),
    ("no citation", "codes.toml", append(CODE.replace(CITE, "cite = []")), ("code `96599`", "`cite`")),
    ("duplicate source", "sources.toml", append(SOURCE + SOURCE), ("source `test-source`", "twice")),
    ("unknown key in a source", "sources.toml", append(SOURCE + 'url = "x"\n'), ("test-source", "`url`")),
    ("unknown kind of source", "sources.toml", append(SOURCE.replace("page", "blog")), ("`kind`", "journal")),
    ("stray top-level key", "sources.toml", lambda s: "version = 1\n" + s, ("top level", "`version`")),
    ("not TOML", "sources.toml", append("[[source]\n"), ("not valid TOML",)),
    (
        "unknown key in a rule",
        "rules.toml",
        append(RULE + "prio = 1\n" + VERSION),
        ("rule `test.rule`", "`prio`"),
    ),
    ("duplicate rule", "rules.toml", append((RULE + VERSION) * 2), ("rule `test.rule`", "twice")),
    ("rule without a version", "rules.toml", append(RULE), ("rule `test.rule`", "`version`")),
    (
        "rule id that is no slug",
        "rules.toml",
        append((RULE + VERSION).replace("test.rule", "Test Rule")),
        ("`id`",),
    ),
    (
        "gap between versions",
        "rules.toml",
        append(RULE + VERSION + VERSION.replace("2010", "2013").replace("2012", "2014")),
        ("rule `test.rule`", "no version from 2012-01-01 to 2013-01-01"),
    ),
    (
        "overlap of versions",
        "rules.toml",
        append(RULE + VERSION + VERSION.replace("2010", "2011").replace("2012", "2014")),
        ("rule `test.rule`", "2010-01-01 and 2011-01-01 overlap"),
    ),
    (
        "open version with a successor",
        "rules.toml",
        append(RULE + VERSION.replace("until = 2012-01-01", "") + VERSION.replace("2010", "2011")),
        ("rule `test.rule`", "overlap"),
    ),
    (
        "unknown key in a version",
        "rules.toml",
        append(RULE + VERSION + "order = 1\n"),
        ("rule `test.rule`, version 1", "`order`"),
    ),
    (
        "unknown key in a requirement",
        "requirements.toml",
        append(
            '\n[[requirement]]\nid = "test.requirement"\nelement = "dose"\nscope = "administration"\n'
            'when = "always"\ncheck = "present"\ntier = "code"\neffect = "blocks"\nfixable_by = "nurse"\n'
            f'question = "?"\nimplements = ["DOC-04"]\nfrom = 2010-01-01\n{CITE}\nweight = 1\n'
        ),
        ("requirement `test.requirement`", "`weight`"),
    ),
    (
        "unknown tier",
        "requirements.toml",
        lambda text: text.replace('tier = "code"', 'tier = "billing"', 1),
        ("requirement `", "`tier`", "code, payment, safety"),
    ),
    (
        "switch value that is not allowed",
        "policies.toml",
        append(deviates("missing_stop_time", '"guess"')),
        ("policy `test`", "`missing_stop_time`", "no_code_query"),
    ),
    (
        "switch that does not exist",
        "policies.toml",
        append(deviates("guess_stop_time", "true")),
        ("policy `test`", "unknown switch `guess_stop_time`"),
    ),
    (
        "deviation on nobody's word",
        "policies.toml",
        append(deviates("strict_payment", "true", "nowhere")),
        ("policy `test`", "`nowhere`", "sources.toml"),
    ),
    (
        "deviation that is none",
        "policies.toml",
        append(deviates("strict_payment", "false")),
        ("policy `test`", "`strict_payment`", "only what differs"),
    ),
    (
        "deviation stated twice",
        "policies.toml",
        append(
            POLICY + 'deviates = [{ switch = "strict_payment", value = true, source = "project", at = "x" },'
            ' { switch = "strict_payment", value = true, source = "project", at = "y" }]\n'
        ),
        ("policy `test`", "`strict_payment`", "twice"),
    ),
    (
        "parent of the other setting",
        "policies.toml",
        append(POLICY + 'inherits = "medicare-physician"\n'),
        ("policy `test`", "`medicare-physician`", "other setting"),
    ),
    (
        "value that nobody stands for",
        "policies.toml",
        append(SWITCH + 'values = ["a", "b"]\ndefault = "a"\n' + POSITIONS),
        ("switch `test`", "`b`", "position"),
    ),
    (
        "position that is no value",
        "policies.toml",
        append(SWITCH + 'values = ["b"]\ndefault = "b"\n' + POSITIONS),
        ("switch `test`", "position", "must be one of"),
    ),
    (
        "renewed table without a source",
        "policies.toml",
        append('\n[renewed.test]\ndescription = "d"\nimplements = "C-21"\ncite = []\n'),
        ("renewed `test`", "`cite`"),
    ),
    (
        "default that is not among the values",
        "policies.toml",
        append(SWITCH + 'values = ["a"]\ndefault = "b"\n' + POSITIONS),
        ("switch `test`", "`default`"),
    ),
    (
        "integer where a boolean is declared",
        "policies.toml",
        append(SWITCH + 'type = "boolean"\ndefault = 1\n' + POSITIONS),
        ("switch `test`", "type boolean"),
    ),
    (
        "unknown parent policy",
        "policies.toml",
        append(POLICY + 'inherits = "none"\n'),
        ("policy `test`", "`none`"),
    ),
    (
        "unknown payer",
        "policies.toml",
        append(POLICY.replace("[]", '["tricare"]')),
        ("policy `test`", "`payers`"),
    ),
    ("default policy that does not exist", "meta.toml", swap("medicare-opps", "medicare"), ("`facility`",)),
    ("unknown key in the edition", "meta.toml", lambda s: "colour = 1\n" + s, ("top level", "`colour`")),
]


@pytest.mark.parametrize(
    ("name", "edit", "expected"), [case[1:] for case in BROKEN_TOML], ids=[case[0] for case in BROKEN_TOML]
)
def test_a_broken_record_stops_the_load(folder: Path, name: str, edit: Edit, expected: tuple[str, ...]) -> None:
    change(folder, name, edit)
    message = refusal(folder)
    for part in (name, *expected):
        assert part in message


ROW = "testol,testol,,,,,therapeutic,intravenous,no,no,none,,,,,general-knowledge\n"
BROKEN_ROWS: list[tuple[str, str, str]] = [
    ("too few cells", "testol,testol\n", "2 cells instead of 16"),
    ("unknown class", ROW.replace("therapeutic", "medicine"), "`admin_class`"),
    ("unknown route", ROW.replace("intravenous", "by vein"), "`routes`"),
    ("unknown trait", ROW.replace("none,,,", "none,,nice,"), "`traits`"),
    ("neither yes nor no", ROW.replace("no,no", "maybe,no"), "`pushable`"),
    ("code of the wrong shape", ROW.replace("testol,,,,", "testol,,J999,1,mg"), "`J999`"),
    ("CPT code as a drug code", ROW.replace("testol,,,,", "testol,,96413,1,mg"), "`96413`"),
    ("unit without an amount", ROW.replace("testol,,,,", "testol,,J9998,,mg"), "go together"),
    ("unit without a code", ROW.replace("testol,,,,", "testol,,,1,mg"), "need a `hcpcs` code"),
    ("amount that is no number", ROW.replace("testol,,,,", "testol,,J9998,one,mg"), "`unit_amount`"),
    ("amount of zero", ROW.replace("testol,,,,", "testol,,J9998,0,mg"), "above 0"),
    ("vial without a unit", ROW.replace("none,,", "none,100,"), "`vial_sizes`"),
    ("date that is none", ROW.replace(",,general", ",2025-13-01,general"), "`valid_until`"),
    ("no source", ROW.replace("general-knowledge", ""), "`source`"),
    ("unknown source", ROW.replace("general-knowledge", "hearsay"), "`hearsay`"),
    ("no ingredient", ROW.replace("testol", "", 1), "`ingredient`"),
    ("stray space in a list", ROW.replace("testol,testol,", "testol,testol,a; b"), "`names`"),
    (
        "name of another drug",
        ROW.replace("testol,testol,", "testol,testol,Taxol"),
        "also belongs to paclitaxel",
    ),
    ("same product twice", ROW + ROW, "overlap in time"),
    (
        "two classes of one ingredient",
        ROW + ROW.replace("testol,testol", "testol,testol forte").replace("therapeutic", "chemo"),
        "two classes",
    ),
]


@pytest.mark.parametrize(("row", "expected"), [case[1:] for case in BROKEN_ROWS], ids=[case[0] for case in BROKEN_ROWS])
def test_a_broken_drug_row_stops_the_load(folder: Path, row: str, expected: str) -> None:
    change(folder, "drugs.csv", append(row))
    vouch(folder, "drugs")
    message = refusal(folder)
    assert message.startswith("drugs.csv: ")
    assert expected in message
    assert "line " in message or "testol" in message


def test_the_row_that_the_broken_rows_are_made_from_is_itself_good(folder: Path) -> None:
    change(folder, "drugs.csv", append(ROW))
    vouch(folder, "drugs")
    assert [drug.product for drug in load_rulebook(folder).find_drug("testol")] == ["testol"]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("96413,96413,0,0,misuse\n", "two different codes"),
        ("96999,96998,2,0,misuse\n", "0, 1 or empty"),
        ("96413,9636,0,0,misuse\n", "`9636`"),
        ("96999,96998,,,misuse\n", "at least one indicator"),
        ("96999,96998,0\n", "3 cells instead of 5"),
    ],
)
def test_a_broken_pair_stops_the_load(folder: Path, row: str, expected: str) -> None:
    change(folder, "pairs.csv", append(row))
    vouch(folder, "pairs")
    message = refusal(folder)
    assert message.startswith("pairs.csv: line 597")
    assert expected in message


def test_a_table_that_differs_from_its_provenance_is_refused(folder: Path) -> None:
    change(folder, "drugs.csv", swap("J9271,1,mg", "J9271,10,mg"))
    message = refusal(folder)
    assert message.startswith("drugs.csv: its sha256 is ")
    assert content_hash((folder / "drugs.csv").read_bytes()) in message


def test_a_wrong_row_count_is_refused(folder: Path) -> None:
    change(folder, "pairs.provenance.toml", swap("rows = 595", "rows = 594"))
    assert "595 rows, but its provenance says 594" in refusal(folder)


def test_a_provenance_without_a_known_source_is_refused(folder: Path) -> None:
    change(folder, "pairs.provenance.toml", swap("cms-ptp", "someone"))
    assert "pairs.provenance.toml" in refusal(folder)


@pytest.mark.parametrize("name", ["rules.toml", "requirements.toml", "policies.toml", "drugs.csv", "meta.toml"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert refusal(folder).startswith(f"{name}: cannot be read")


@pytest.mark.parametrize("name", ["sources.toml", "pairs.csv"])
def test_a_file_that_is_not_utf8_is_named(folder: Path, name: str) -> None:
    (folder / name).write_bytes((folder / name).read_bytes() + b"\xff")
    if name.endswith(".csv"):
        vouch(folder, "pairs")
    assert refusal(folder) == f"{name}: not UTF-8 text; save it as UTF-8"


def test_changed_columns_are_refused(folder: Path) -> None:
    change(folder, "drugs.csv", swap("ingredient,product", "product,ingredient"))
    vouch(folder, "drugs")
    assert "the first line must be the columns ingredient,product" in refusal(folder)


def test_line_ends_do_not_change_the_version(folder: Path) -> None:
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_rulebook(folder).version == default_rulebook().version


def test_any_change_of_the_data_changes_the_version(folder: Path) -> None:
    change(folder, "sources.toml", append("# a comment\n"))
    assert load_rulebook(folder).version != default_rulebook().version


def test_the_version_starts_with_the_date_of_the_edition() -> None:
    date, digest = default_rulebook().version.split("+")
    assert date == "2026-10-01"
    assert len(digest) == 10
