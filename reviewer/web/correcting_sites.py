"""Access sites and pauses that a person enters: which site something was given through, and when it stood still.

A pause that is struck stays as one without length, entered by a person: so the facts tell who struck it and why.
"""

from __future__ import annotations

from collections.abc import Mapping

from reviewer.errors import InputError
from reviewer.report.words import site_kind
from reviewer.web.correcting import OF_PAUSE, OF_SITE, Signed, changed, entered_word, pause_of
from validator.facts import AccessSite, Administration, Clock, Encounter, Fact, Interruption, Standing

ANOTHER = "(another)"
"""Stands for a site that the facts do not have yet."""
MIDNIGHT = "00:00"
"""Where neither the pause nor its infusion has a time, a pause without length can stand anywhere."""
_GONE = "This administration is not there any more; look at the review as it stands now."


def sites(facts: Encounter) -> list[tuple[str, str]]:
    """Id and name of each access site."""
    return [(site.id, name_of(site)) for site in facts.access_sites]


def name_of(site: AccessSite) -> str:
    """An access site in words."""
    return f"{site_kind(site.kind.value)} {site.location.value or ''}".strip()


def sited(facts: Encounter, identity: str, site: str, given: Mapping[str, str], who: Signed) -> Encounter:
    """The facts with an administration at another access site; a new one is made of `given`, its kind and place.

    Raises `InputError` for an administration or a site that is not there, and for a new site without a kind.
    """
    _administration(facts, identity)
    if site == ANOTHER:
        facts, site = _with_site(facts, given, who)
    elif site not in {one.id for one in facts.access_sites}:
        raise InputError("Access site: choose one of the values.")
    at = entered_word(site, who)
    items = (a.model_copy(update={"access_site": at}) if a.id == identity else a for a in facts.administrations)
    return facts.model_copy(update={"administrations": tuple(items)})


def paused(facts: Encounter, identity: str, given: Mapping[str, str], who: Signed) -> Encounter:
    """The facts with one more pause of an infusion, `given` by its two times. Raises `InputError` as `changed` does."""
    item = _administration(facts, identity)
    place = len(item.interruptions)
    longer = item.model_copy(update={"interruptions": (*item.interruptions, Interruption())})
    items = tuple(longer if a.id == identity else a for a in facts.administrations)
    facts = facts.model_copy(update={"administrations": items})
    for end, field in OF_PAUSE.items():
        path = f"administrations.{identity}.interruptions.{place}.{end}"
        facts = changed(facts, path, given.get(end, ""), who, field)
    return facts


def pause_at(facts: Encounter, path: str) -> tuple[Administration, int] | None:
    """The administration and the place of the pause at a path such as `administrations.a1.interruptions.0`."""
    identity, _, name = path.removeprefix("administrations.").rpartition(".interruptions.")
    found = pause_of(f"interruptions.{name}.start")
    item = next((one for one in facts.administrations if one.id == identity), None)
    return (item, found[0]) if item and found and found[0] < len(item.interruptions) else None


def unpaused(facts: Encounter, path: str, who: Signed) -> Encounter:
    """The facts with the pause at a path struck. Raises `InputError` where it is not there any more."""
    found = pause_at(facts, path)
    if found is None:
        raise InputError(_GONE)
    item, place = found
    pause = item.interruptions[place]
    at = next((one.value for one in (pause.start, pause.stop, item.start, item.stop) if one.known), MIDNIGHT)
    end = Fact[Clock](value=at, standing=Standing.ENTERED, by=who.by, why=who.why)
    pauses = (*item.interruptions[:place], Interruption(start=end, stop=end), *item.interruptions[place + 1 :])
    struck = item.model_copy(update={"interruptions": pauses})
    items = tuple(struck if one.id == item.id else one for one in facts.administrations)
    return facts.model_copy(update={"administrations": items})


def _administration(facts: Encounter, identity: str) -> Administration:
    found = next((item for item in facts.administrations if item.id == identity), None)
    if found is None:
        raise InputError(_GONE)
    return found


def _with_site(facts: Encounter, given: Mapping[str, str], who: Signed) -> tuple[Encounter, str]:
    if not given.get("kind", "").strip():
        raise InputError("Access: choose what kind of access the other site is.")
    known = {site.id for site in facts.access_sites}
    identity = next(f"entered-site-{n}" for n in range(1, len(known) + 2) if f"entered-site-{n}" not in known)
    facts = facts.model_copy(update={"access_sites": (*facts.access_sites, AccessSite(id=identity))})
    for name, field in OF_SITE.items():
        if text := given.get(name, "").strip():
            facts = changed(facts, f"access_sites.{identity}.{name}", text, who, field)
    return facts, identity
