"""Loads the rulebook from its data files, strictly: a record that is not understood stops the load, by name.

The one place of the validator that reads files. After an edit of a table, load once: the error names the new
hash or row count that its provenance file has to state.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from validator import plain_toml
from validator.citations import read_sources
from validator.dated_records import read_codes, read_requirements, read_rules
from validator.edit_tables import Edition, Kind, first_day
from validator.packs import read_policies
from validator.reading import Record, RulebookError
from validator.records import Policy
from validator.rulebook import Rulebook
from validator.tables import check_provenance, content_hash, read_drugs, read_pairs

__all__ = ["DATA", "RulebookError", "default_rulebook", "load_rulebook"]

DATA = Path(__file__).parent / "data"
FILES = (
    "meta.toml",
    "sources.toml",
    "codes.toml",
    "rules.toml",
    "requirements.toml",
    "policies.toml",
    "drugs.csv",
    "drugs.provenance.toml",
    "pairs.csv",
    "pairs.provenance.toml",
)
EDITS: dict[Kind, str] = {"ptp": "pairs.csv", "mue": "codes.toml", "aoc": "codes.toml", "hcpcs": "drugs.csv"}
"""The file that holds the bundled rows of each table of edits."""


class _Folder:
    """The bytes of every data file, read once."""

    def __init__(self, folder: Path) -> None:
        self._bytes = {name: self._read(folder / name) for name in FILES}

    @staticmethod
    def _read(path: Path) -> bytes:
        try:
            return path.read_bytes()
        except OSError as error:
            reason = error.strerror or "not readable"
            raise RulebookError(
                f"{path.name}: cannot be read ({reason}); put the file back into the data folder"
            ) from None

    def __getitem__(self, name: str) -> bytes:
        return self._bytes[name]

    def toml(self, name: str) -> dict[str, Any]:
        try:
            return plain_toml.loads(self._bytes[name].decode("utf-8"))
        except UnicodeDecodeError:
            raise RulebookError(f"{name}: not UTF-8 text; save it as UTF-8") from None
        except ValueError as error:
            raise RulebookError(f"{name}: not valid TOML: {error}") from None

    def digest(self) -> str:
        """A short hash over all files, independent of line ends."""
        whole = hashlib.sha256()
        for name in FILES:
            whole.update(f"{name} {content_hash(self._bytes[name])}\n".encode())
        return whole.hexdigest()[:10]


def load_rulebook(folder: Path | None = None) -> Rulebook:
    """The rulebook of a data folder (default: the one that ships). RulebookError names file, record, fix."""
    files = _Folder(folder or DATA)
    meta = Record(files.toml("meta.toml"), "meta.toml", "top level")
    sources = read_sources(files.toml("sources.toml"), "sources.toml")
    policies, switches, renewed = read_policies(files.toml("policies.toml"), "policies.toml", sources)
    counts = {
        table: check_provenance(
            files.toml(f"{table}.provenance.toml"),
            f"{table}.provenance.toml",
            files[f"{table}.csv"],
            f"{table}.csv",
            sources,
        )
        for table in ("drugs", "pairs")
    }
    default_date = meta.day("default_date")
    rulebook = Rulebook(
        version=f"{default_date}+{files.digest()}",
        title=meta.text("title"),
        default_date=default_date,
        covers_from=meta.day("covers_from"),
        verified_through=meta.day("verified_through"),
        sources=sources,
        codes=read_codes(files.toml("codes.toml"), "codes.toml", sources),
        rules=read_rules(files.toml("rules.toml"), "rules.toml", sources),
        requirements=read_requirements(files.toml("requirements.toml"), "requirements.toml", sources),
        drugs=read_drugs(files["drugs.csv"], "drugs.csv", counts["drugs"], sources),
        policies=policies,
        pairs=read_pairs(files["pairs.csv"], "pairs.csv", counts["pairs"]),
        switches=switches,
        renewed=renewed,
        default_policies=_default_policies(meta, policies),
        editions=_editions(meta, files),
    )
    meta.done()
    return rulebook


def _editions(meta: Record, files: _Folder) -> tuple[Edition, ...]:
    """Which quarter's edits ship, and the hash of the file that holds them."""
    quarters = Record(meta.table("edits"), meta.file, "edits")
    editions = []
    for kind, file in EDITS.items():
        quarter = quarters.text(kind)
        try:
            first_day(quarter)
        except ValueError as problem:
            raise quarters.fail(f"`{kind}`: {problem}") from None
        editions.append(Edition(kind, None, quarter, "bundled", content_hash(files[file])))
    quarters.done()
    return tuple(editions)


def _default_policies(meta: Record, policies: dict[str, Policy]) -> dict[str, str]:
    """The policy of each setting when neither argument, facts nor payer choose one (decision 14)."""
    defaults = Record(meta.table("default_policy"), meta.file, "default_policy")
    chosen: dict[str, str] = {}
    for setting in ("facility", "physician"):
        policy = defaults.text(setting)
        if policy not in policies or policies[policy].setting != setting:
            raise defaults.fail(f"`{setting}` must name a policy of that setting in policies.toml")
        chosen[setting] = policy
    defaults.done()
    return chosen


@lru_cache(maxsize=1)
def default_rulebook() -> Rulebook:
    """The rulebook that ships, loaded once per process."""
    return load_rulebook()
