"""The sentences in which a review gives its reasons, by rule: what stands in `<name>` and the like is looked at too.

A sentence that is not here, or that stands under another rule, is a problem: so is a drug in it that the entry is not
about.
"""

from __future__ import annotations

import re
from functools import cache

NAMES, CODES, NUMBER, DATE, TIMES = "<name>", "<codes>", "<n>", "<date>", "<times>"
_PARTS = {
    NAMES: r"(?P<name{0}>.+?)",
    CODES: r"(?P<codes{0}>[A-Z]?\d{{4,5}}[A-Z]?(?:, [A-Z]?\d{{4,5}}[A-Z]?)*)",
    NUMBER: r"(?P<n{0}>\d+)",
    DATE: r"(?P<date{0}>\d{{4}}-\d\d-\d\d)",
    TIMES: r"(?:start time|stop time|start time or stop time|pause or restart time)",
}
_HOURS = "no <times> for <name>: further hours cannot be counted"
_FLUSH = (
    "a flush is never reported",
    "fluid that keeps a vein open is never reported",
    "a flush is part of the administration and never reported on its own",
    "local anaesthetic for access is included",
    "contrast belongs to the imaging it was given for",
    "a vaccine is coded outside this family",
)
PHRASES: dict[str, tuple[str, ...]] = {
    "never.included": _FLUSH,
    "never.silent": ("no rule here says how it is reported",),
    "administration.given-only": (
        "documented as held; a dose that was not given has no code",
        "documented as refused; a dose that was not given has no code",
        "ordered or planned; no words say that it was given",
    ),
    "drug.radiopharmaceutical": ("a radiopharmaceutical is coded outside this family",),
    "drug.cellular": ("a cell therapy is coded outside this family",),
    "drug.class": (
        "the drug is not named",
        "not in the drug table, so its class is not known",
        "a hormonal drug into a vein has no certain code",
    ),
    "drug.dose": ("no dose for <name>",),
    "route.family": (
        "a drug by mouth has no administration code",
        "a drug on the skin has no administration code",
        "an inhaled drug has no administration code",
        "this route has no specific code in this family",
        "no route for <name>",
        "no code of this family for this drug by this route",
    ),
    "hydration.not-hydration": ("fluid by this route is not hydration", "fluid given by push is not hydration"),
    "hydration.toxicity": ("fluid that goes with a chemotherapy drug is part of it under this policy",),
    "hydration.purpose": ("no words say what the <name> was for",),
    "hydration.units": (
        "<n> minutes of hydration outside other infusions; at least 31 are needed",
        _HOURS,
        "no <times> for <name>",
    ),
    "procedure.integral": (
        "pain control after surgery belongs to the surgery",
        "given as part of a procedure, which includes it",
    ),
    "push.up-to-15": (
        "<name> is charted as a push of more than 15 minutes without words of continuous presence",
        "no words say whether <name> was pushed or infused",
    ),
    "push.continuous-presence": ("<name> ran longer than 15 minutes; no words say that the giver stayed throughout",),
    "push.chemotherapy-once": ("a chemotherapy push is reported once for each drug",),
    "push.repeat-facility-only": ("a repeat push of the same drug is a facility-only code",),
    "push.repeat": (
        "given <n> minutes after the push before it",
        "no time for a push of <name>, so its distance from the one before is unknown",
    ),
    "push.beside-infusion": (
        "pushed and infused in one visit; the infusion is reported",
        "within 30 minutes of an infusion of the same drug",
        "an infusion without a (?:drug name|route|start time|stop time) may have been of <name> too",
    ),
    "infusion.missing-time": ("no <times> for <name>",),
    "infusion.additional-hour": (_HOURS,),
    "infusion.subcutaneous": (
        "no words say whether <name> was injected or infused under the skin",
        "a subcutaneous infusion of this drug has no certain code",
        "no <times> for <name>",
    ),
    "concurrent.unknown-extent": (
        "whether <name> ran beside or after <name> cannot be told",
        "whether <name> took minutes of <name> cannot be told: these hours are not certain",
        "whether a code that 96368 needs beside it is reported depends on how long <name> ran",
    ),
    "concurrent.once-per-encounter": ("one concurrent infusion is already reported for this visit",),
    "concurrent.both-parts-short": (
        "overlapped another infusion by less than 16 minutes and ran less than 16 minutes outside it",
    ),
    "concurrent.chemotherapy": (
        "ran at the same time as another chemotherapy infusion; the policy reports nothing",
        "ran at the same time as another chemotherapy infusion; no specific code describes that",
    ),
    "hierarchy.unknown-drug": ("whether <name> is the initial service or an add-on depends on what <name> is",),
    "hierarchy.every-way": ("whether this stands depends on the name, route or line of <name>, which is not told",),
    "access.second-initial": ("no documented reason why <name> needed a second access site",),
    "visit.second-encounter": ("no words say that the patient left and came back",),
    "injection.on-body": (
        "no words say that staff applied the on-body injector of <name>",
        "an on-body injector is reported once",
    ),
    "injection.family": ("an injection of this kind is coded outside this family",),
    "injection.units": ("no words say that a further injection of <name> was a separately prepared dose",),
    "pump.prolonged-start": (
        "(?:pump type|whether the pump was started or refilled|proof that it runs longer than 8 hours|, )+"
        ": not documented for <name>",
        "a prolonged pump infusion of this drug by this route has no specific code",
        "no drug is documented for the pump",
    ),
    "pump.short": ("a pump infusion of 8 hours or less that runs on after the visit has no specific code",),
    "pump.refill": (
        "refills of spinal pumps are coded outside this family",
        "pump type not documented for the refill of <name>",
        "no drug is documented for the pump refill",
        "a pump was serviced without new drug; refill codes need a fill",
    ),
    "pump.disconnect": (
        "taking a pump off is not a refill and has no code of its own",
        "whether the pump disconnection was the only service of the day cannot be told",
    ),
    "pump.community-code": ("this policy reports no other chemotherapy beside a community pump start",),
    "arterial.therapeutic": (
        "no specific code for an arterial infusion of this drug",
        "an arterial push is reported once for each drug",
    ),
    "arterial.push": (
        "the push was given by someone other than the billing professional",
        "an arterial push is reported once for each drug",
        "neither a length of 15 minutes or less nor continuous presence is documented for <name>",
    ),
    "arterial.first-hour": (
        "a second drug infused into an artery in the same visit has no code of its own",
        "no words say whether <name> was pushed or infused",
        "no <times> for <name>",
    ),
    "arterial.additional-hour": (_HOURS,),
    "safety.vinca": (
        "a vinca alkaloid documented into cerebrospinal fluid is a safety emergency: stop and verify the record",
    ),
    "csf.spinal": ("no puncture is described for <name> given into the spinal canal",),
    "cavity.peritoneal": (
        "chemotherapy into the belly other than through a placed port or catheter has no specific code",
        "no placed port or catheter is documented for <name> into the belly",
    ),
    "cavity.pleural": ("no tap or drainage is described for <name> into the chest; the reduced service is reported",),
    "lesions.count": ("the number of lesions injected with <name> is not documented",),
    "declotting.dwell": ("the line clearance is not fully documented",),
    "scope.other-procedure": (
        "a spinal puncture is coded outside this family unless a drug was given through it",
        "placing an arterial catheter is a separate procedure, coded outside this family",
        "a chest tap is coded outside this family unless a drug was given through it",
        "a service outside drug administration; it was not assessed",
    ),
    "perfusion.isolated": (
        "surgical perfusion of an isolated limb or organ is coded outside this family",
        "given with an isolated perfusion, which includes it unless it was a distinct session",
    ),
    "visit.nurse-level": ("a nurse-level visit is part of the administration on a professional claim",),
    "visit.modifier-25": (
        "its level is chosen outside this tool; beside an administration it needs modifier 25 and work of its own",
    ),
    "sole-service.port-flush": (
        "part of the day's other services; reported only when it is the sole service of the day",
        "whether the port flush was the only service of the day cannot be told",
    ),
    "sole-service.blood-draw": (
        "part of the day's other services; reported only when it is the sole service of the day",
        "whether the port blood draw was the only service of the day cannot be told",
    ),
    "scalp.code-set": (
        "scalp cooling is reported once for each session",
        "no (?:start|stop|start or stop|start and stop) times? .*",
        ".*scalp cooling.*",
        ".*cooling.*",
    ),
    "scalp.after-cooling": (
        "<n> minutes of cooling after the infusion; 30 are needed for a unit",
        ".*cooling.*",
    ),
    "edit.in-force": (
        r"<codes> is not a code of the rulebook on <date>; not assessed(?: \(before <date> the service had the code "
        r"<codes>, which is not in this rulebook\))?",
        r"<codes> may not be billed on <date> by the HCPCS file of \d{4}Q\d; not assessed",
    ),
    "edit.drug-code-dated": ("the first day of <codes> is not recorded; before <date> it is not assessed",),
    "edit.pair": ("never reported on the same day as <codes>",),
    "edit.add-on-primary": (
        "<codes> needs one of <codes> beside it"
        "(?:, or another of its payer's own list|, or another that its payer accepts)?",
        "<codes> has no primary code in the add-on table on this date",
    ),
    "conflict.readings": ("documented statements disagree, and not every reading gives this",),
    "policy.strict-payment": ("the policy withholds what has no documented order or diagnosis",),
    "drug.billing-units": (
        "no dose is documented for <name>",
        "the dose of <name> is in a unit that cannot be made into the unit of <codes>",
    ),
    "drug.total-given": (
        "<name> is documented by body size or AUC only; the total that was given is not documented",
        "<name> was stopped early, and the amount that had been given by then is not documented",
    ),
    "drug.concentration": ("<name> is documented as a volume without its concentration",),
    "drug.product-specific": (
        "which product of <name> was given is not documented, and its products have codes of their own: <codes>",
        "the product documented for <name> does not settle its code: <codes>",
        "no line for the drug itself: it is packaged, and which of its products was given is not documented",
    ),
    "drug.supplied-free": (
        "no line for the drug itself: (?:the patient brought it|a pharmacy that bills for it supplied it|the "
        "manufacturer supplied it free of charge|the study sponsor supplied it|it was a sample)",
    ),
    "drug.code-in-force": ("<codes> may not be used on the date of service",),
    "drug.unlisted": (
        "no line for the drug itself: it is packaged, and no code and unit of its own are known here",
        "the billing unit of <codes> is not known here",
        r"no code of its own is known here; a catch-all code needs name, dose, route and package number \(NDC\): "
        r"(?:all are documented|not documented: (?:package number \(NDC\)|dose|route|, )+)",
    ),
    "drug.private-payer-code": ("no line for the drug itself: <codes> is for payers other than Medicare",),
    "waste.vial-contents": (
        "more <name> is documented as given than the documented containers hold",
        "dose and discarded amount of <name> are more than the documented containers hold",
    ),
}


@cache
def _patterns(rule: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(_pattern(phrase), re.S) for phrase in PHRASES.get(rule, ()))


def _pattern(phrase: str) -> str:
    """A phrase as an expression: its marks become groups, numbered where one stands twice."""
    number = 0
    for mark, group in _PARTS.items():
        while mark in phrase:
            number += 1
            phrase = phrase.replace(mark, group.format(number), 1)
    return phrase


def read(rule: str, reason: str) -> dict[str, list[str]] | None:
    """What a reason names ("name", "codes", "n", "date"), None when the rule never says this."""
    for pattern in _patterns(rule):
        found = pattern.fullmatch(reason)
        if found is not None:
            said: dict[str, list[str]] = {}
            for group, value in found.groupdict().items():
                if value is not None:
                    said.setdefault(group.rstrip("0123456789"), []).append(value)
            return said
    return None
