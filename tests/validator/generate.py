"""Encounters made from a seed, biased to the edges of the rules and kept within the oracle's scope.

The same seed gives the same facts (contract JSON as a dict), on every machine and Python version that this
project supports: only `random.Random` with integer seeds, `randrange`, `choice` and `random` are used.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

DAY = "2026-03-14"
NEXT_DAY = "2026-03-15"
EDGES = (1, 5, 10, 14, 15, 16, 17, 20, 29, 30, 31, 32, 45, 59, 60, 61, 75, 89, 90, 91, 92, 120, 149, 150, 151)
LONG = (152, 180, 210, 211, 240, 270, 271, 480, 481)
SHIFTS = (0, 0, 1, 5, -1, -10, -14, -15, -16, -17, -29, -30, -31, -45, -60, 15, 16, 29, 30, 31, 35)
CHEMO_BAGS = ("fluorouracil", "carboplatin", "paclitaxel", "gemcitabine", "rituximab", "infliximab")
CHEMO_PUSHES = ("fluorouracil", "doxorubicin", "vinorelbine")
THERAPEUTIC_BAGS = ("dexamethasone", "leucovorin", "ceftriaxone", "vancomycin", "magnesium sulfate")
THERAPEUTIC_PUSHES = ("dexamethasone", "ondansetron", "famotidine", "morphine")
FLUIDS = ("normal saline", "lactated Ringer's")
INJECTIONS = (
    "bortezomib",
    "azacitidine",
    "filgrastim",
    "cyanocobalamin",
    "octreotide",
    "leuprolide",
    "fulvestrant",
)


def clock(minute: int, random: Random) -> str:
    """A time on the date of service, as HH:MM or ISO; always ISO after midnight."""
    day = DAY if minute < 1440 else NEXT_DAY
    text = f"{minute % 1440 // 60:02}:{minute % 60:02}"
    return f"{day}T{text}" if minute >= 1440 or random.random() < 0.2 else text


class Maker:
    """Builds one encounter; `at` is where the last bag ended, `begun` where it began."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.few = self.random.random() < 0.5  # half of the encounters repeat a few drugs
        self.at = self.random.choice((480, 540, 600, 1290, 1380))
        self.begun = self.at
        self.items: list[dict[str, Any]] = []
        self.pumps: list[dict[str, Any]] = []
        self.services: list[dict[str, Any]] = []
        self.documentation: dict[str, Any] = {"signed_order": True, "informed_consent": True}
        self.sites = [{"id": "s1", "kind": "implanted_port", "location": "right chest"}]
        self.visits: list[dict[str, Any]] = []
        self.latest = self.at

    def one_of(self, drugs: tuple[str, ...]) -> str:
        return self.random.choice(drugs[:2] if self.few else drugs)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def add(self, **facts: Any) -> dict[str, Any]:
        item = {"id": f"a{len(self.items) + 1}", "dose": "100 mg", **facts}
        self.items.append(item)
        return item

    def place(self) -> dict[str, Any]:
        """Access site and visit of an intravenous drug."""
        where: dict[str, Any] = {"access_site": self.random.choice(self.sites)["id"]}
        if self.visits:
            where["visit"] = self.visits[-1]["id"] if self.at >= self.returned else self.visits[0]["id"]
        return where

    def length(self) -> int:
        return self.random.choice(LONG) if self.chance(0.15) else self.random.choice(EDGES)

    def begin(self) -> int:
        """Where the next bag begins: near the end of the last one, or exactly with it."""
        if self.chance(0.25):
            return self.begun
        return max(self.earliest(), self.at + self.random.choice(SHIFTS))

    def earliest(self) -> int:
        return self.returned if self.visits and self.at >= self.returned else 420

    def bag(self, drug: str, **facts: Any) -> dict[str, Any]:
        start, minutes = self.begin(), self.length()
        item = self.add(drug=drug, route="intravenous", technique="infusion", **self.place(), **facts)
        self.times(item, start, minutes)
        if minutes > 20 and self.chance(0.12):
            self.interrupt(item, start, minutes)
        if self.chance(0.05):
            del item["technique"]
        return item

    def times(self, item: dict[str, Any], start: int, minutes: int) -> None:
        lost = self.random.random()
        if lost > 0.03:
            item["start"] = clock(start, self.random)
        if lost < 0.93:
            item["stop"] = clock(start + minutes, self.random)
        self.begun, self.at = start, start + minutes
        self.latest = max(self.latest, self.at)

    def interrupt(self, item: dict[str, Any], start: int, minutes: int) -> None:
        if "start" not in item or "stop" not in item:
            return
        begin = start + self.random.randrange(1, minutes - 10)
        end = min(begin + self.random.choice((1, 5, 10, 15, 16, 30)), start + minutes - 1)
        item["interruptions"] = [{"start": clock(begin, self.random), "stop": clock(end, self.random)}]

    def push(self, drug: str) -> None:
        start = self.begin()
        item = self.add(drug=drug, route="intravenous", technique="push", **self.place())
        self.begun = start
        if self.chance(0.08):
            return
        item["start"] = clock(start, self.random)
        if self.chance(0.4):
            minutes = self.random.choice((2, 5, 10, 15, 16, 20))
            item["stop"] = clock(start + minutes, self.random)
            if minutes > 15 and self.chance(0.6):
                item["presence"] = "continuous"
            self.latest = max(self.latest, start + minutes)

    def fluid(self) -> None:
        purpose = self.random.choice(("hydration", "hydration", "hydration", "keep_open", None))
        facts = {"purpose": purpose} if purpose else {}
        item = self.bag(self.random.choice(FLUIDS), **facts)
        item["technique"] = "infusion"

    def shared_bag(self) -> None:
        first = self.bag(self.one_of(THERAPEUTIC_BAGS))
        first["technique"] = "infusion"
        others = [d for d in (*THERAPEUTIC_BAGS, "carboplatin") if d != first["drug"]]
        second = {**first, "id": f"a{len(self.items) + 1}", "drug": self.random.choice(others)}
        first["mixed_with"] = [second["id"]]
        self.items.append(second)

    def vein(self) -> None:
        """One more drug or fluid by vein."""
        kind = self.random.random()
        if kind < 0.27:
            self.bag(self.one_of(CHEMO_BAGS))
        elif kind < 0.50:
            self.bag(self.one_of(THERAPEUTIC_BAGS))
        elif kind < 0.58:
            self.push(self.one_of(CHEMO_PUSHES))
        elif kind < 0.75:
            self.push(self.one_of(THERAPEUTIC_PUSHES))
        elif kind < 0.90:
            self.fluid()
        elif kind < 0.94:
            self.shared_bag()
        elif kind < 0.96:
            (self.bag if kind < 0.95 else self.push)("zorvilumab")
        else:
            self.add(drug="carboplatin", route="intravenous", technique="infusion", status="held")

    def injections(self) -> None:
        pool = list(INJECTIONS)
        for _ in range(self.random.choice((1, 1, 2, 3))):
            drug = pool.pop(self.random.randrange(len(pool)))
            item = self.add(drug=drug, route="subcutaneous", technique="injection")
            if drug in ("cyanocobalamin", "octreotide", "leuprolide", "fulvestrant"):
                item["route"] = "intramuscular"
            if self.chance(0.7):
                item["start"] = clock(self.latest, self.random)

    def artery(self) -> None:
        self.sites.append({"id": "ia", "kind": "arterial_catheter", "location": "hepatic artery"})
        start, minutes = 600, self.length()
        technique = self.random.choice(("infusion", "push"))
        item = self.add(drug="floxuridine", route="intra_arterial", technique=technique, access_site="ia")
        item["start"] = clock(start, self.random)
        if self.chance(0.9):
            item["stop"] = clock(start + minutes, self.random)
        if technique == "push" and (minutes <= 15 or "stop" not in item or self.chance(0.6)):
            item["presence"] = "continuous"
        self.documentation["intra_arterial_reason"] = "unresectable"

    def cavity(self) -> None:
        kind = self.random.choice(("intrathecal", "intraperitoneal", "intravesical"))
        if kind == "intrathecal":
            self.sites.append({"id": "x", "kind": "spinal_needle", "location": "L3-L4"})
            self.services.append({"id": "lp", "kind": "lumbar_puncture", "performed_by": "Dr. Okafor"})
            self.add(
                drug="methotrexate",
                route=kind,
                technique="injection",
                access_site="x",
                performed_by="Dr. Okafor",
            )
        elif kind == "intraperitoneal":
            self.sites.append({"id": "x", "kind": "peritoneal_port", "location": "left"})
            self.add(
                drug="cisplatin",
                route=kind,
                technique="infusion",
                access_site="x",
                start="07:00",
                stop="08:00",
            )
        else:
            self.add(drug="mitomycin", route=kind, technique="injection", start="07:00")

    def pump(self) -> None:
        """A pump that starts after everything else; any of its facts may be missing."""
        facts = {
            "kind": self.random.choice(("portable", "portable", "implantable", "elastomeric", None))
            if self.chance(0.2)
            else "portable",
            "action": "initiated" if self.chance(0.9) else None,
            "owner": self.random.choice(("clinic", "supplier", None)),
            "planned_hours": self.random.choice((7, 8, 8.5, 46, 46, 46, None)),
        }
        if facts["kind"] == "elastomeric":
            facts["kind"] = "implantable"
        pump = {"id": "p1", **{key: value for key, value in facts.items() if value is not None}}
        self.pumps.append(pump)
        item = self.add(drug="fluorouracil", route="intravenous", technique="pump", pump="p1", access_site="s1")
        item["start"] = clock(self.latest + 5, self.random)
        if self.visits:
            item["visit"] = self.visits[-1]["id"]

    def by_vein(self) -> None:
        count = self.random.choice((1, 1, 2, 2, 3, 3, 4, 5, 6, 7))
        for number in range(count):
            if self.visits and self.at < self.returned and number >= count // 2:
                self.at = self.begun = self.latest = self.returned + 10
            self.vein()

    def circumstances(self) -> None:
        if self.chance(0.2):
            self.sites.append({"id": "s2", "kind": "peripheral_iv", "location": "left forearm"})
            if self.chance(0.6):
                self.documentation["second_site_reason"] = "incompatible drugs"
        if self.chance(0.4):
            self.documentation["hydration_reason"] = "vomiting and orthostasis"
        if self.chance(0.12):
            self.at = self.begun = self.latest = 480
            known = self.chance(0.7)
            times = ({"arrived": "07:30", "left": "11:59"}, {"arrived": "20:00"}) if known else ({}, {})
            self.visits = [{"id": f"v{n + 1}", **t} for n, t in enumerate(times)]

    returned = 1200

    def make(self) -> dict[str, Any]:
        self.circumstances()
        if self.chance(0.93):
            self.by_vein()
        veins_only = len(self.items)
        if self.chance(0.2):
            self.injections()
        if self.chance(0.05) and not any(i["drug"] in FLUIDS for i in self.items):
            self.artery()
        if self.chance(0.05):
            self.cavity()
        if self.chance(0.12):
            self.pump()
        if self.chance(0.08):
            self.services.append({"id": "f1", "kind": "port_flush"})
        if self.chance(0.03) and not any(i["drug"] in FLUIDS for i in self.items[:veins_only]):
            self.services.append({"id": "t1", "kind": "transfusion"})
        facts = {
            "encounter": {
                "id": "generated",
                "date_of_service": DAY,
                "setting": self.random.choice(("facility", "facility", "physician")),
                "payer": self.random.choice(("medicare", "commercial")),
                "primary_reason": self.random.choice(("chemotherapy", "therapy", "hydration", "other")),
            },
            "access_sites": self.sites,
            "administrations": self.items,
            "visits": self.visits,
            "pumps": self.pumps,
            "services": self.services,
            "documentation": self.documentation,
        }
        if self.services and self.chance(0.2):
            self.add(drug="carboplatin", route="intravenous", technique="infusion", status={"standing": "ungrounded"})
        return facts


def encounter(seed: int) -> dict[str, Any]:
    """The facts of encounter number `seed`."""
    return Maker(seed).make()


def untold(seed: int) -> Iterator[dict[str, Any]]:
    """Encounter number `seed` without one route, line or name that decides: one of them at a time.

    A drug without a class keeps its facts, and so does what the oracle knows only with them: a shared bag, a pump.
    """
    facts = encounter(seed)
    lines = len([site for site in facts["access_sites"] if site["kind"] in ("implanted_port", "peripheral_iv")])
    shared = {one for a in facts["administrations"] for one in a.get("mixed_with", ())}
    for number, a in enumerate(facts["administrations"]):
        if a["drug"] == "zorvilumab" or "mixed_with" in a or a["id"] in shared or "pump" in a or "status" in a:
            continue
        names = ["route"] if a["drug"] not in FLUIDS else []
        names += ["access_site"] if lines > 1 and a["route"] == "intravenous" else []
        names += ["drug"] if a["route"] == "intravenous" and a.get("technique") == "infusion" else []
        for name in names:
            lacking = copy.deepcopy(facts)
            del lacking["administrations"][number][name]
            yield lacking
