"""The CSV tables of drugs and code pairs, each vouched for by a provenance file (hash, date, source, rows).

How to add a drug: add a row to `data/drugs.csv` (the file is sorted by ingredient, then product), load the
rulebook once, and put the hash and row count that the error names into `data/drugs.provenance.toml`.

Columns of `drugs.csv` (lists are separated by `;`, cells may be empty unless stated):
- `ingredient` (required): what makes two doses the same drug. Biosimilars and 505(b)(2) products share it;
  liposomal, protein-bound and hyaluronidase forms have their own. All its rows have the same `admin_class`.
- `product` (required): this product, unique within its dates.
- `names`: brands, spellings, abbreviations, frequent misspellings of THIS product; a name of the ingredient
  as such stands in every row of it. Ingredient and product are names by themselves. A name that could mean
  two drugs, or that is an ordinary word or a laboratory value, must not be listed; loading refuses a name
  that two ingredients share.
- `hcpcs`, `unit_amount`, `unit`: billing code and what one unit is. Empty unless known for certain: a drug
  without them gives no drug line, which is safe. A code may stand without its unit.
- `admin_class` (required): one of `records.AdminClass`; it decides the family of the administration code.
- `routes`: contract routes it is given by. `pushable` yes/no: may it be given as an IV push.
  `separately_paid` yes/no: paid apart under the hospital outpatient system (unknown is `no`).
- `container` (required): single_dose, multi_dose, either, none. `vial_sizes`: such as `100 mg;400 mg`.
- `traits`: words out of `TRAITS`. `product_specific`: other products of the ingredient have codes of their own, so
  that its generic name leaves the code open (DRUG-9); a product whose code is not certain has a row without one, so
  that the name stays open. `nos`: the unbranded row, which stands for the ingredient in everything but its code.
  `up_to`: the unit is "up to" its amount. `noc`: a catch-all code, never found.
- `valid_from`, `valid_until`: when the CODE may be billed (ISO dates, half-open); the drug is always known.
- `source` (required): source ids.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, get_args

from validator.citations import require_source
from validator.drug_names import name_key
from validator.facts import Route
from validator.reading import CODE_PATTERNS, Record, RulebookError
from validator.records import AdminClass, Drug, Source
from validator.rulebook import Pair

DRUG_COLUMNS = [
    *("ingredient", "product", "names", "hcpcs", "unit_amount", "unit", "admin_class", "routes", "pushable"),
    *("separately_paid", "container", "vial_sizes", "traits", "valid_from", "valid_until", "source"),
]
PAIR_COLUMNS = ["column1", "column2", "practitioner", "facility", "reason"]
CONTAINERS = ("single_dose", "multi_dose", "either", "none")
TRAITS = frozenset(
    (
        *("vesicant", "vinca", "nephrotoxic", "thrombolytic", "monitoring"),
        *("bsa", "auc", "weight", "esa", "growth_factor", "depot", "implant", "on_body"),
        *("product_specific", "biosimilar", "505b2", "nos", "noc", "up_to"),
    )
)
_CLASSES = frozenset(get_args(AdminClass))
_ROUTES = frozenset(get_args(Route))
_YES_NO = {"yes": True, "no": False}
_VIAL = re.compile(r"(\d+(?:\.\d+)?) ([^\d\s].*)\Z")


def content_hash(data: bytes) -> str:
    """SHA-256 of a data file, the same for every line-end convention."""
    return hashlib.sha256(data.replace(b"\r\n", b"\n")).hexdigest()


def check_provenance(
    provenance: Mapping[str, Any], file: str, table: bytes, table_file: str, sources: Mapping[str, Source]
) -> int:
    """Check a table's hash against its provenance; the row count it claims. Raises RulebookError."""
    record = Record(provenance, file, "provenance")
    if record.text("table") != table_file:
        raise record.fail(f"`table` must be {table_file}")
    record.day("date")
    require_source(record.text("source"), sources, file, "provenance")
    record.text("note", "")
    rows, expected = record.count_or_none("rows"), record.text("sha256")
    record.done()
    found = content_hash(table)
    if found != expected:
        raise RulebookError(
            f"{table_file}: its sha256 is {found}, but {file} says {expected}; restore the table, or record "
            "its new hash, date and row count"
        )
    if rows is None:
        raise record.fail("`rows` is missing; add the number of rows")
    return rows


def _rows(table: bytes, file: str, columns: list[str], expected: int) -> Iterator[tuple[int, list[str]]]:
    try:
        text = table.decode("utf-8")
    except UnicodeDecodeError:
        raise RulebookError(f"{file}: not UTF-8 text; save it as UTF-8") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    if next(reader, None) != columns:
        raise RulebookError(f"{file}: the first line must be the columns {','.join(columns)}")
    count = 0
    for row in reader:
        if len(row) != len(columns):
            where = f"{file}: line {reader.line_num}"
            raise RulebookError(f"{where}: {len(row)} cells instead of {len(columns)}; fix the row")
        count += 1
        yield reader.line_num, row
    if count != expected:
        raise RulebookError(f"{file}: {count} rows, but its provenance says {expected}; correct one of them")


def read_drugs(table: bytes, file: str, rows: int, sources: Mapping[str, Source]) -> tuple[Drug, ...]:
    """The drug table. Raises RulebookError for a bad cell, a duplicate product, a name of two ingredients."""
    drugs = []
    known: dict[tuple[str, str], Any] = {}
    for line, cells in _rows(table, file, DRUG_COLUMNS, rows):
        row = _Row(dict(zip(DRUG_COLUMNS, cells, strict=True)), file, line, known)
        drugs.append(_drug(row, sources))
    _check_products(drugs, file)
    _check_names(drugs, file)
    return tuple(drugs)


class _Row:
    """One line of the drug table; its cells by column, with errors that name the line.

    `known` holds what the cells of the lines above were read as: most repeat, and reading is what takes time.
    """

    def __init__(self, cells: dict[str, str], file: str, line: int, known: dict[tuple[str, str], Any]) -> None:
        self.cells = cells
        self.file = file
        self.line = line
        self._known = known

    def once(self, column: str, read: Callable[[_Row, str], Any]) -> Any:
        """The cell as `read` reads it, which is to depend on nothing but the cell; a bad cell is never kept."""
        key = column, self.cells[column]
        if key not in self._known:
            self._known[key] = read(self, column)
        return self._known[key]

    def fail(self, what: str) -> RulebookError:
        product = self.cells["product"] or "no product"
        return RulebookError(f"{self.file}: line {self.line} ({product}): {what}")

    def word(self, column: str, choices: Collection[str]) -> Any:
        value = self.cells[column]
        if value not in choices:
            raise self.fail(f"`{column}` must be one of: {', '.join(sorted(choices))}")
        return value

    def items(self, column: str, choices: frozenset[str] | None = None) -> tuple[str, ...]:
        cell = self.cells[column]
        if not cell:
            return ()
        items = tuple(cell.split(";"))
        for item in items:
            if not item.strip() or item != item.strip():
                raise self.fail(f"`{column}` has an empty entry or stray spaces around `;`")
            if choices is not None and item not in choices:
                raise self.fail(f"`{column}`: `{item}` is not one of: {', '.join(sorted(choices))}")
        return items

    def amount(self, column: str) -> Decimal | None:
        cell = self.cells[column]
        if not cell:
            return None
        try:
            amount = Decimal(cell)
        except InvalidOperation:
            raise self.fail(f"`{column}` must be a number") from None
        if not amount.is_finite() or amount <= 0:
            raise self.fail(f"`{column}` must be a number above 0")
        return amount

    def day(self, column: str) -> date | None:
        cell = self.cells[column]
        try:
            return date.fromisoformat(cell) if cell else None
        except ValueError:
            raise self.fail(f"`{column}` must be a date such as 2026-01-01") from None


def _drug(row: _Row, sources: Mapping[str, Source]) -> Drug:
    ingredient, product = row.cells["ingredient"], row.cells["product"]
    if not ingredient or not product:
        raise row.fail("`ingredient` and `product` must not be empty")
    traits = row.once("traits", _traits)
    code, unit_amount, unit = row.cells["hcpcs"], row.once("unit_amount", _Row.amount), row.cells["unit"]
    if code and not CODE_PATTERNS["hcpcs"].match(code):
        raise row.fail(f"`{code}` is not a hcpcs code (a letter and four digits)")
    if (unit_amount is None) != (not unit) or (unit and not code):
        raise row.fail("`unit_amount` and `unit` go together and need a `hcpcs` code; fill or clear them")
    since, until = row.once("valid_from", _Row.day), row.once("valid_until", _Row.day)
    if since and until and until <= since:
        raise row.fail("`valid_until` must be later than `valid_from`")
    row.once("source", lambda row, _: _check_cited(row, sources))
    names = () if "noc" in traits else tuple(dict.fromkeys((ingredient, product, *row.items("names"))))
    return Drug(
        ingredient=ingredient,
        product=product,
        names=names,
        code=code,
        unit_amount=unit_amount,
        unit=unit,
        admin_class=row.word("admin_class", _CLASSES),
        routes=row.once("routes", _routes),
        pushable=_YES_NO[row.word("pushable", _YES_NO)],
        separately_paid=_YES_NO[row.word("separately_paid", _YES_NO)],
        container=row.word("container", CONTAINERS),
        vial_sizes=row.once("vial_sizes", _vial_sizes),
        traits=traits,
        since=since,
        until=until,
        source=row.cells["source"],
    )


def _check_cited(row: _Row, sources: Mapping[str, Source]) -> None:
    cited = row.items("source")
    if not cited:
        raise row.fail("`source` must name at least one source id")
    for source in cited:
        require_source(source, sources, row.file, f"line {row.line} ({row.cells['product']})")


def _traits(row: _Row, column: str) -> frozenset[str]:
    return frozenset(row.items(column, TRAITS))


def _routes(row: _Row, column: str) -> tuple[str, ...]:
    return row.items(column, _ROUTES)


def _vial_sizes(row: _Row, column: str) -> tuple[tuple[Decimal, str], ...]:
    sizes = []
    for item in row.items(column):
        found = _VIAL.match(item)
        if not found:
            raise row.fail("`vial_sizes` must look like `100 mg` or `50 mg;100 mg`")
        sizes.append((Decimal(found[1]), found[2]))
    return tuple(sizes)


def _check_products(drugs: list[Drug], file: str) -> None:
    classes: dict[str, str] = {}
    seen: dict[str, list[Drug]] = {}
    for drug in drugs:
        if classes.setdefault(drug.ingredient, drug.admin_class) != drug.admin_class:
            raise RulebookError(
                f"{file}: {drug.product}: the products of {drug.ingredient} have two classes; give them "
                "one, or give this product an ingredient of its own"
            )
        for other in seen.setdefault(drug.product, []):
            apart = (drug.until and other.since and drug.until <= other.since) or (
                other.until and drug.since and other.until <= drug.since
            )
            if not apart:
                raise RulebookError(f"{file}: {drug.product}: two rows overlap in time; keep one or part their dates")
        seen[drug.product].append(drug)


def _check_names(drugs: list[Drug], file: str) -> None:
    owners: dict[str, str] = {}
    for drug in drugs:
        for name in drug.names:
            key = name_key(name)
            if not key:
                raise RulebookError(f"{file}: {drug.product}: the name `{name}` has no letters or digits; remove it")
            owner = owners.setdefault(key, drug.ingredient)
            if owner != drug.ingredient:
                raise RulebookError(
                    f"{file}: {drug.product}: the name `{name}` also belongs to {owner}; a name that "
                    "could mean two drugs must not be listed"
                )


def read_pairs(table: bytes, file: str, rows: int) -> dict[tuple[str, str], Pair]:
    """The code pairs by (column 1, column 2). Raises RulebookError."""
    pairs: dict[tuple[str, str], Pair] = {}
    well_formed: set[str] = set()
    for line, (column1, column2, practitioner, facility, reason) in _rows(table, file, PAIR_COLUMNS, rows):
        where = f"{file}: line {line} ({column1}/{column2})"
        for code in (column1, column2):
            if code not in well_formed and not any(pattern.match(code) for pattern in CODE_PATTERNS.values()):
                raise RulebookError(f"{where}: `{code}` is not a billing code; correct it")
            well_formed.add(code)
        if column1 == column2 or (column1, column2) in pairs:
            raise RulebookError(f"{where}: a pair needs two different codes and one row; remove this row")
        if any(indicator not in ("", "0", "1") for indicator in (practitioner, facility)):
            raise RulebookError(f"{where}: an indicator must be 0, 1 or empty")
        if not reason or (not practitioner and not facility):
            raise RulebookError(f"{where}: a pair needs a reason and at least one indicator")
        pairs[column1, column2] = Pair(
            column1,
            column2,
            int(practitioner) if practitioner else None,
            int(facility) if facility else None,
            reason,
        )
    return pairs
