"""Codes, rules and requirements out of parsed TOML: dated, cited, checked (GEN-4).

Every record is half-open: in force from `from`, and before `until` when there is one. The versions of one
rule follow one another without gap or overlap; only the last may be open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, get_args, get_type_hints

from validator.citations import read_citations
from validator.findings import Curable, Effect, FixableBy, Tier
from validator.reading import Record, check_code
from validator.records import Code, Requirement, Rule, RuleVersion, Source

_ROLES = get_args(get_type_hints(Code)["role"])
_SETTINGS = ("facility", "physician")
_SCOPES = get_args(get_type_hints(Requirement)["scope"])


def _records(data: Mapping[str, Any], file: str, key: str) -> Iterator[tuple[str, Record]]:
    """Each record of a file with its unique id; nothing else may stand at the top level."""
    top = Record(data, file, "top level")
    seen: set[str] = set()
    for position, values in enumerate(top.tables(key), 1):
        record = Record(values, file, f"{key} {position}")
        record_id = record.text("id")
        record.name = f"{key} `{record_id}`"
        if record_id in seen:
            raise record.fail("this id is used twice; ids are unique")
        seen.add(record_id)
        yield record_id, record
        record.done()
    top.done()


def _require_slug(record: Record, record_id: str) -> None:
    Record({"id": record_id}, record.file, record.name).slug("id")


def read_codes(data: Mapping[str, Any], file: str, sources: Mapping[str, Source]) -> dict[str, Code]:
    """The `[[code]]` records by code. Raises RulebookError."""
    codes = {code_id: _code(code_id, record, sources) for code_id, record in _records(data, file, "code")}
    for code in codes.values():
        for primary in code.primaries:
            if primary not in codes:
                raise Record({}, file, f"code `{code.id}`").fail(
                    f"`primaries` names {primary}, which has no record; add it or correct it"
                )
    return codes


def _code(code_id: str, record: Record, sources: Mapping[str, Source]) -> Code:
    system = record.one_of("system", ("cpt", "hcpcs"))
    if reason := check_code(code_id, system):
        raise record.fail(reason)
    since, until = record.period()
    return Code(
        id=code_id,
        system=system,
        label=record.text("label"),
        family=record.slug("family"),
        role=record.one_of("role", _ROLES),
        since=since,
        until=until,
        cite=read_citations(record, sources),
        mue_practitioner=record.count_or_none("mue_practitioner"),
        mue_facility=record.count_or_none("mue_facility"),
        mai_practitioner=record.count_or_none("mai_practitioner"),
        mai_facility=record.count_or_none("mai_facility"),
        status=record.text("status", ""),
        pctc=record.text("pctc", ""),
        global_days=record.text("global_days", ""),
        primaries=record.texts("primaries", ()),
        settings=_settings(record),
        predecessor=record.text("predecessor", ""),
    )


def _settings(record: Record) -> tuple[str, ...]:
    settings = record.texts("settings", _SETTINGS)
    if not settings or not set(settings) <= set(_SETTINGS):
        raise record.fail("`settings` must list facility, physician or both")
    return settings


def read_rules(data: Mapping[str, Any], file: str, sources: Mapping[str, Source]) -> dict[str, Rule]:
    """The `[[rule]]` records by id, versions in the order of their dates. Raises RulebookError."""
    rules = {}
    for rule_id, record in _records(data, file, "rule"):
        _require_slug(record, rule_id)
        rules[rule_id] = Rule(
            id=rule_id,
            family=record.slug("family"),
            implements=record.texts("implements"),
            versions=_versions(record, sources),
            not_assessed=record.text("not_assessed", ""),
        )
    return rules


def _versions(record: Record, sources: Mapping[str, Source]) -> tuple[RuleVersion, ...]:
    versions = []
    for position, values in enumerate(record.tables("version"), 1):
        version = Record(values, record.file, f"{record.name}, version {position}")
        since, until = version.period()
        versions.append(
            RuleVersion(
                id=since.isoformat(),
                since=since,
                until=until,
                says=version.text("says"),
                cite=read_citations(version, sources),
                params=version.table("params", {}),
            )
        )
        version.done()
    versions.sort(key=lambda version: version.since)
    for earlier, later in pairwise(versions):
        if earlier.until is None or earlier.until > later.since:
            raise record.fail(
                f"versions {earlier.id} and {later.id} overlap; end the earlier one with `until = {later.id}`"
            )
        if earlier.until < later.since:
            raise record.fail(f"no version from {earlier.until} to {later.id}; close the gap with `until = {later.id}`")
    return tuple(versions)


def read_requirements(data: Mapping[str, Any], file: str, sources: Mapping[str, Source]) -> tuple[Requirement, ...]:
    """The `[[requirement]]` records in file order. Raises RulebookError."""
    return tuple(
        _requirement(requirement_id, record, sources) for requirement_id, record in _records(data, file, "requirement")
    )


def _requirement(requirement_id: str, record: Record, sources: Mapping[str, Source]) -> Requirement:
    _require_slug(record, requirement_id)
    since, until = record.period()
    curable = record.one_of("curable", get_args(Curable)) if record.has("curable") else None
    return Requirement(
        id=requirement_id,
        element=record.slug("element"),
        scope=record.one_of("scope", _SCOPES),
        when=record.slug("when"),
        check=record.slug("check"),
        tier=record.one_of("tier", get_args(Tier)),
        effect=record.one_of("effect", get_args(Effect)),
        fixable_by=record.one_of("fixable_by", get_args(FixableBy)),
        curable=curable,
        question=record.text("question"),
        implements=record.texts("implements"),
        since=since,
        until=until,
        cite=read_citations(record, sources),
    )
