"""Whether a documentation requirement is met by the facts, worked out again: what the `check` of a record asks for."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from reviewer.verify.derived.world import BELIEVED, told
from reviewer.verify.records import Plain

if TYPE_CHECKING:
    from reviewer.verify.documents import Documents, Subject

Met = tuple[str, tuple[tuple[str, int, int], ...]] | None


def _lack(fact: Plain | None) -> Met:
    if not fact:
        return "not_stated", ()
    near = tuple((span["note_id"], span["start"], span["end"]) for span in fact.get("evidence", ()))
    if fact.get("standing") in BELIEVED:
        return ("denied", near) if fact.get("value") is False else None
    return fact.get("standing", "not_stated"), near


def _documented(d: Documents, _: Subject, element: str) -> Met:
    return _lack(d.entries.get(element))


def _or_denied(d: Documents, subject: Subject, element: str) -> Met:
    standing = d.entries.get(element, {}).get("standing")
    return None if standing in (*BELIEVED, "denied") else _documented(d, subject, element)


def _date(d: Documents, _: Subject, __: str) -> Met:
    return _lack(d.world.facts.get("encounter", {}).get("date_of_service"))


def _reason(d: Documents, subject: Subject, element: str) -> Met:
    known = told(d.world.facts.get("encounter", {}), "primary_reason") is not None
    return None if known else _documented(d, subject, element)


def _dose(_: Documents, subject: Subject, __: str) -> Met:
    one = subject.facts or {}
    fluid = subject.bag is not None and subject.bag.family == "hydration"
    return None if fluid and told(one, "volume") is not None else _lack(one.get("dose"))


def _site(d: Documents, subject: Subject) -> Plain | None:
    one = subject.facts or {}
    link = told(one, "access_site") or (subject.bag.first("access_site") if subject.bag else None)
    return d.sites.get(link or "")


def _access(d: Documents, subject: Subject, _: str) -> Met:
    site = _site(d, subject)
    if site is None:
        return _lack((subject.facts or {}).get("access_site"))
    known = told(site, "kind") is not None or told(site, "location") is not None
    return None if known else _lack(site.get("location"))


def _artery_named(d: Documents, subject: Subject, _: str) -> Met:
    site = _site(d, subject)
    return _lack((subject.facts or {}).get("access_site")) if site is None else _lack(site.get("location"))


def _own(*names: str) -> Callable[[Documents, Subject, str], Met]:
    """Met by a fact of the drug itself, else by the documentation."""

    def met(d: Documents, subject: Subject, element: str) -> Met:
        one: Any = subject.facts or {}
        rates = any(fact.get("standing") in BELIEVED for fact in one.get("rates", ())) and "rates" in names
        if rates or any(told(one, name) is not None for name in names):
            return None
        return _documented(d, subject, element)

    return met


def _fluid_order(d: Documents, subject: Subject, element: str) -> Met:
    one: Any = subject.facts or {}
    amount = told(one, "volume") is not None or told(one, "dose") is not None
    rate = any(fact.get("standing") in BELIEVED for fact in one.get("rates", ()))
    return None if amount and rate else _documented(d, subject, element)


def _owner(d: Documents, subject: Subject, element: str) -> Met:
    pumps = {pump["id"]: pump for pump in d.world.part("pumps")}
    pump = pumps.get(told(subject.facts or {}, "pump") or "")
    if pump is None and len(pumps) == 1:
        pump = next(iter(pumps.values()))
    owner = pump.get("owner", {}) if pump else {}
    if owner.get("standing") in BELIEVED:
        return None
    return _lack(owner) if owner.get("standing", "not_stated") != "not_stated" else _documented(d, subject, element)


def _stage(d: Documents, subject: Subject, element: str) -> Met:
    spread = r"\bstage\b|metasta|\b[cp]?t[0-4][a-d]?\s?n[0-3]|extensive|unresectable|recurrent|relapsed|refractory"
    told_so = re.search(spread + r"|locally advanced", d.text("diagnosis"), re.I)
    return None if told_so else _documented(d, subject, element)


def _place(d: Documents, subject: Subject, element: str) -> Met:
    plain = r"\b(?:stage|grade)\s*[ivx0-4]*[a-d]?\b|\b(?:cancer|carcinoma|adenocarcinoma|neoplasm|malignan\w*|tumou?rs?"
    plain += r"|metasta\w*|disease|advanced|locally|recurrent|unresectable|relapsed|refractory|of|the|with|and|known"
    plain += r"|unknown|primary|secondary|squamous|cell|solid|ca)\b|[^a-z]"
    bare = told(d.entries, "diagnosis") is True
    named = len(re.sub(plain, "", d.text("diagnosis"), flags=re.I)) > 2
    return None if bare or named else _documented(d, subject, element)


def _consent(d: Documents, subject: Subject, element: str) -> Met:
    words = d.text(element)
    missing = _documented(d, subject, element)
    if missing or not words:
        return missing
    near = tuple((s["note_id"], s["start"], s["end"]) for s in d.entries[element].get("evidence", ()))
    refused = r"declin|refus|pending|unable|missing|\bno (?:signed )?consent"
    if re.search(refused + r"|not (?:yet )?(?:obtained|signed|given|on file|found)", words, re.I):
        return "denied", near
    talked = re.search(r"discuss|reviewed|explained|agree", words, re.I)
    signed = re.search(r"consent|sign(?:ed|ature)|on file|\be-?sign", words, re.I)
    return ("not_stated", near) if talked and not signed else None


def _supervised(d: Documents, subject: Subject, element: str) -> Met:
    words, missing = d.text(element), _documented(d, subject, element)
    if missing or not words:
        return missing
    video = re.search(r"video|virtual|tele(?:health|medicine)|remote", words, re.I)
    phone = re.search(r"audio[- ]only|\b(?:tele)?phone\b|by call\b", words, re.I)
    allowed = d.world.switches["supervision_virtual"] == "allowed" and d.world.on.isoformat() >= "2020-03-01"
    if (not video and not phone) or (video and allowed):
        return None
    return "not_stated", tuple((s["note_id"], s["start"], s["end"]) for s in d.entries[element].get("evidence", ()))


def _monitored(d: Documents, subject: Subject, element: str) -> Met:
    watched = d.known("vital_signs") and _or_denied(d, subject, "adverse_reactions") is None
    return None if watched else _documented(d, subject, element)


def _start(_: Documents, subject: Subject, __: str) -> Met:
    return _lack((subject.facts or {}).get("start"))


MEETS: dict[str, Callable[[Documents, Subject, str], Met]] = {
    "documented": _documented,
    "stated_or_denied": _or_denied,
    "date_of_service": _date,
    "primary_reason": _reason,
    "dose_given": _dose,
    "access_site": _access,
    "artery_named": _artery_named,
    "injection_site": _own("access_site"),
    "volume_or_rate": _own("volume", "rates"),
    "hydration_order": _fluid_order,
    "start_time": _start,
    "pump_owner": _owner,
    "package_number": _own("ndc"),
    "stage": _stage,
    "tumor_location": _place,
    "consent": _consent,
    "direct_supervision": _supervised,
    "complexity_monitoring": _monitored,
}
