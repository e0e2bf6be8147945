"""Put one fault at a time into a copy of the validator and see whether the tests notice.

    python benchmarks/seeded_faults.py [--only WORD] [--batch 400]

Each fault is a small change of source that a person could make by mistake. The judge runs every case file, a batch
of generated encounters against the oracle, and the checks of modifiers and dates that the cases hold, on the
changed copy in a process of its own; a fault is caught when something differs that does not differ on the
unchanged source. Exit code 1 when a fault escapes or no longer applies to the source.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Fault:
    """One change: `old` stands exactly once in `file` and becomes `new`."""

    file: str
    old: str
    new: str
    why: str


FAULTS = (
    Fault("events.py", "PUSH_LIMIT = 15", "PUSH_LIMIT = 16", "16 minutes called a push"),
    Fault("events.py", "PUSH_LIMIT = 15", "PUSH_LIMIT = 14", "15 minutes called an infusion"),
    Fault(
        "normalise.py",
        'return long_push if technique in PUSH_TECHNIQUES else "unknown"\n    return "infusion"',
        'return long_push\n    return "push" if technique in PUSH_TECHNIQUES else "infusion"',
        "a long push without words of presence stays a push",
    ),
    Fault(
        "normalise.py",
        "self.segments = subtract(self.segments, pauses)",
        "self.segments = subtract(self.segments, ())",
        "pauses not taken out",
    ),
    Fault("normalise.py", "if self.stop <= self.start:", "if self.stop < self.start:", "zero minutes pass"),
    Fault(
        "normalise.py",
        "for other in a.mixed_with:",
        "for other in a.concurrent_with:",
        "drugs of one bag coded apart",
    ),
    Fault(
        "normalise.py",
        "return all(drugs and all(d.pushable for d in drugs) for drugs in",
        "return all(drugs and all(True for d in drugs) for drugs in",
        "paclitaxel falls back to a push",
    ),
    Fault("normalise.py", 'if value in ("given", "stopped_early"):', "if value:", "held doses count as given"),
    Fault(
        "classify.py", '"hormonal": "hormonal",', '"hormonal": "chemotherapy",', "hormonal drugs called chemotherapy"
    ),
    Fault(
        "classify.py",
        '"complex_biologic": "chemotherapy",\n    "hormonal": ',
        '"complex_biologic": "therapeutic",\n    "hormonal": ',
        "complex biologics therapeutic by default",
    ),
    Fault(
        "classify.py",
        'return "unknown", False',
        'return "therapeutic", False',
        "an unknown drug defaults to therapeutic",
    ),
    Fault("rules/infusions.py", "INFUSION_MINIMUM = 16", "INFUSION_MINIMUM = 15", "15 own minutes enough"),
    Fault("rules/infusions.py", "INFUSION_MINIMUM = 16", "INFUSION_MINIMUM = 17", "16 own minutes too few"),
    Fault(
        "rules/infusions.py",
        'threshold = 31 if sheet.context.switches.addl_hour_threshold == "gt30" else 30',
        "threshold = 30",
        "a further hour at 90 minutes",
    ),
    Fault(
        "rules/infusions.py",
        "return max(0, (minutes - threshold) // 60)",
        "return max(0, (minutes - threshold + 1) // 61)",
        "further hours of 61 minutes",
    ),
    Fault(
        "rules/infusions.py",
        'FIRST |= {("therapeutic", True): "96365", ("therapeutic", False): "96367"}',
        'FIRST |= {("therapeutic", True): "96365", ("therapeutic", False): "96365"}',
        "every therapeutic infusion an initial",
    ),
    Fault(
        "rules/infusions.py",
        'HOUR = {"chemotherapy": "96415", "therapeutic": "96366"}',
        'HOUR = {"chemotherapy": "96415", "therapeutic": "96415"}',
        "therapeutic hours billed as chemotherapy hours",
    ),
    Fault(
        "rules/infusions.py",
        'FAMILY_RANK = {"chemotherapy": 0, "therapeutic": 1}',
        'FAMILY_RANK = {"chemotherapy": 1, "therapeutic": 0}',
        "therapeutic infusions own the minutes first",
    ),
    Fault(
        "rules/infusions.py",
        "return FAMILY_RANK[infusion.family], -infusion.minutes, start, infusion.key",
        "return FAMILY_RANK[infusion.family], start, -infusion.minutes, infusion.key",
        "the earlier infusion wins, not the longer",
    ),
    Fault(
        "rules/infusions.py",
        'return "concurrent" if shared >= least else "too short"',
        'return "concurrent"',
        "any overlap is concurrent",
    ),
    Fault(
        "rules/infusions.py",
        'return "concurrent" if shared >= least else "too short"',
        'return "concurrent" if shared > least else "too short"',
        "16 minutes of overlap too few",
    ),
    Fault(
        "rules/infusions.py",
        "taken = (*taken, *infusion.segments)",
        "taken = (*taken, *infusion.own[:0])",
        "the same minutes feed two hourly codes",
    ),
    Fault(
        "rules/infusions.py",
        'already = any(d.code == "96368" and d.visit == line.visit for d in sheet.drafts)',
        "already = False",
        "96368 once for each site instead of once for each visit",
    ),
    Fault(
        "rules/unmeasured.py",
        "lost = [i for i in touched if total(left[i.key]) + i.unplaced < INFUSION_MINIMUM]",
        "lost = [i for i in touched if total(left[i.key]) + i.unplaced < 0]",
        "what ran beside an infusion without an end keeps its own line",
    ),
    Fault(
        "rules/infusions.py",
        'if infusion.family == "therapeutic" and (rivals := _outranked(infusion, line)):',
        'if infusion.family == "none" and (rivals := _outranked(infusion, line)):',
        "a drug beside chemotherapy of unknown end keeps its line",
    ),
    Fault(
        "rules/pushes.py",
        '(False, True): "96374", (False, False): "96375"',
        '(False, True): "96375", (False, False): "96375"',
        "no initial therapeutic push",
    ),
    Fault("rules/pushes.py", "if event.start - last > apart:", "if event.start - last >= apart:", "30 minutes enough"),
    Fault(
        "rules/pushes.py",
        "last = event.start if from_any else last",
        "last = event.start",
        "the interval runs from any push by default",
    ),
    Fault(
        "rules/pushes.py",
        "    if not sheet.context.facility:\n        for event in repeats:",
        "    if False:\n        for event in repeats:",
        "repeat pushes reported by an office",
    ),
    Fault(
        "rules/pushes.py",
        "return self.infusion is None and self.rival is None",
        "return self.rival is None",
        "a push of an infused drug may lead",
    ),
    Fault(
        "rules/pushes.py",
        "(start - apart, stop + apart + 1) for start, stop",
        "(start - apart, stop + apart) for start, stop",
        "30 minutes after the infusion enough",
    ),
    Fault("rules/hydration.py", "MINIMUM = 31", "MINIMUM = 30", "30 minutes of hydration enough"),
    Fault(
        "rules/hydration.py",
        "hours, first = (minutes + 29) // 60, 0",
        "hours, first = (minutes + 30) // 60, 0",
        "hydration as an add-on rounded up a minute early",
    ),
    Fault(
        "rules/hydration.py",
        "hours, first = (minutes - MINIMUM) // 60, 1",
        "hours, first = (minutes - MINIMUM) // 60 + 1, 1",
        "one hour of hydration too many",
    ),
    Fault(
        "rules/hydration.py",
        "bags.append((fluid, subtract(fluid.segments, taken)))",
        "bags.append((fluid, fluid.segments))",
        "fluid beside a drug counted as hydration",
    ),
    Fault(
        "coding.py",
        "    if purpose in PURPOSES:\n",
        "    if purpose in ():\n",
        "line-keeping fluid is hydration once a reason is documented",
    ),
    Fault(
        "rules/hydration.py",
        "    if purpose is None:\n        sheet.gap",
        "    if purpose == 0:\n        sheet.gap",
        "fluid of unstated purpose coded",
    ),
    Fault(
        "rules/intravenous.py",
        "    if chemo:\n        return chemo[0]\n",
        "    if chemo and ranked:\n        return chemo[0]\n",
        "a chemotherapy push alone is no initial",
    ),
    Fault(
        "rules/intravenous.py",
        'if not sheet.context.facility and reason == "hydration" and wet.reportable:',
        'if reason == "hydration" and wet.reportable:',
        "the office's order of rank used in a hospital",
    ),
    Fault(
        "rules/intravenous.py",
        '    if not sheet.context.documented("second_site_reason"):\n        line',
        "    if False:\n        line",
        "a second initial without its reason",
    ),
    Fault(
        "rules/intravenous.py",
        "    if not _left_and_returned(sheet, named):\n",
        "    if False:\n",
        "a second encounter without leaving and returning",
    ),
    Fault(
        "rules/intravenous.py",
        'line.second, line.modifiers = True, ("59",)',
        "line.second, line.modifiers = True, ()",
        "the second site not marked as distinct",
    ),
    Fault("rules/injections.py", 'return "96402"', 'return "96401"', "hormonal injections as chemotherapy"),
    Fault(
        "rules/injections.py",
        'if event.family == "therapeutic":\n        return "96372"',
        'if event.family == "therapeutic":\n        return "96401"',
        "therapeutic injections as chemotherapy",
    ),
    Fault(
        "rules/injections.py",
        "if minutes < INFUSION_MINIMUM:",
        "if minutes <= INFUSION_MINIMUM:",
        "16 subcutaneous minutes an injection",
    ),
    Fault(
        "rules/injections.py",
        "if event.start is None or event.start in seen or events[0].start is None:",
        "if False:",
        "a split dose counted twice",
    ),
    Fault("rules/intra_arterial.py", "elif short or present:", "elif present:", "a short arterial push needs more"),
    Fault(
        "rules/intra_arterial.py",
        'sheet.line("96422", 1,',
        'sheet.line("96413", 1,',
        "an arterial infusion as an intravenous one",
    ),
    Fault(
        "rules/pumps.py",
        "if hours is not None and hours <= limit:",
        "if hours is not None and hours < limit:",
        "eight hours exactly prolonged",
    ),
    Fault(
        "rules/pumps.py",
        'return "G0498" if medicare and owner == "clinic" else "96416"',
        'return "G0498" if medicare else "96416"',
        "a supplier's pump as the clinic's",
    ),
    Fault("rules/pumps.py", 'if action == "refilled" and', 'if action == "none" and', "a refill coded as a start"),
    Fault(
        "rules/pumps.py",
        'REFILL = {"portable": "96521", "implantable": "96522"}',
        'REFILL = {"portable": "96522", "implantable": "96521"}',
        "refill codes exchanged",
    ),
    Fault("rules/cavities.py", "LESIONS_MANY = 8", "LESIONS_MANY = 7", "seven lesions called many"),
    Fault(
        "rules/cavities.py",
        "reduced = not sheet.context.facility and _by_another(sheet, punctures)",
        "reduced = _by_another(sheet, punctures)",
        "a hospital's puncture reduced",
    ),
    Fault(
        "rules/sole_services.py",
        "alone, untold = not _something_else(sheet, events), _untold(sheet)",
        "alone, untold = True, _untold(sheet)",
        "a port flush beside other services",
    ),
    Fault(
        "rules/related.py",
        "NEW_SCALP_SET = date(2026, 1, 1)",
        "NEW_SCALP_SET = date(2026, 1, 2)",
        "the scalp cooling set changes a day late",
    ),
    Fault(
        "rules/drug_doses.py",
        "to_integral_value(ROUND_CEILING)",
        "to_integral_value()",
        "billing units rounded to the nearest",
    ),
    Fault(
        "rules/drug_products.py",
        "(valid and not rows) or len(codes) > 1 or",
        "(valid and not rows) or",
        "drug line of a generic name guessed among several codes",
    ),
    Fault(
        "rules/drug_products.py",
        "    if reason is None:",
        "    if True:",
        "drug line for a drug brought by the patient",
    ),
    Fault(
        "rules/drug_doses.py",
        "if by_size is not None and _by_size(by_size):",
        "if by_size is not None and by_size is not dose and _by_size(by_size):",
        "drug line: a total given hides behind its order by body size",
    ),
    Fault(
        "rules/drug_doses.py", "abs(given - expected) * 10 >", "abs(given - expected) * 10 >=", "drug dose a tenth away"
    ),
    Fault(
        "rules/drug_waste.py",
        "if sum([amount for amount, _ in told]) > held:",
        "if sum([amount for amount, _ in told]) > held * 3:",
        "drug line for more than the vials hold",
    ),
    Fault(
        "rules/drug_waste.py",
        "if opened is not None and given + wasted > opened:",
        "if opened is not None and given + wasted > opened * 3:",
        "drug waste for more than the vials hold",
    ),
    Fault(
        "rules/drug_waste.py",
        "if context.facility and not drug.separately_paid:",
        "if not drug.separately_paid:",
        "drug waste hidden in an office",
    ),
    Fault("rules/drug_waste.py", "in_use = bool(", "in_use = True or bool(", "drug waste: JZ before it was in use"),
    Fault("edits.py", "if counted > limit.units:", "if counted < limit.units:", "no flag over the daily limit"),
    Fault(
        "edits.py",
        "    _pairs_never_together(sheet, edits)\n    drop_orphans",
        "    drop_orphans",
        "codes reported that may never stand together",
    ),
    Fault(
        "distinct.py", "    _pairs_with_modifier(sheet, edits)\n    _mark", "    _mark", "no 59 on the lesser of a pair"
    ),
    Fault("distinct.py", "    _mark_column_two(sheet, edits)\n", "", "59 on the greater of a pair"),
    Fault("edits.py", "    drop_orphans(sheet, edits)\n    distinct", "    distinct", "add-ons without their primary"),
    Fault(
        "edits.py", "    _isolated_perfusion(sheet)\n    _alone", "    _alone", "administration beside limb perfusion"
    ),
    Fault("assembly.py", "if len(candidates) == len(sheets):", "if candidates:", "one reading of several is enough"),
    Fault(
        "assembly.py",
        "kept[key] = min(candidates, key=lambda d: d.units)",
        "kept[key] = max(candidates, key=lambda d: d.units)",
        "the reading with most units wins",
    ),
    Fault(
        "times.py", "return local if zone is None else local - _offset(local, zone)", "return local", "no clock change"
    ),
)


def judge(source: str, batch: int, known: frozenset[str]) -> list[str]:
    """Names of what differs on the validator in `source`; stops at the first that is not in `known`."""
    sys.path[:0] = [source, str(ROOT / "tests" / "validator"), str(ROOT / "tests")]
    from case_files import all_cases, disagreements
    from test_oracle import disagreement

    from validator import validate
    from validator.facts import Encounter
    from validator.loading import default_rulebook

    def case_differs(case: object) -> bool:
        facts, policy = case.facts, case.policy  # type: ignore[attr-defined]
        assessment = validate(Encounter.model_validate(facts), default_rulebook(), policy=policy)
        return bool(disagreements(case, assessment.model_dump(mode="json")))  # type: ignore[arg-type]

    found: list[str] = []
    checks = [(case.id, lambda case=case: case_differs(case)) for case in all_cases()]
    checks += [(f"seed {seed}", lambda seed=seed: bool(disagreement(seed))) for seed in range(batch)]
    for name, differs in checks:
        try:
            wrong = differs()
        except Exception as crash:
            name, wrong = f"{name} ({type(crash).__name__})", True
        if wrong:
            found.append(name)
            if name not in known:
                break
    return found


def run(source: Path, batch: int, known: frozenset[str] | None) -> list[str]:
    """`judge` in a process of its own; `known` None means: go through everything."""
    arguments = [sys.executable, __file__, "--judge", str(source), "--batch", str(batch)]
    arguments += ["--known", json.dumps(sorted(known)) if known is not None else "all"]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if done.returncode:
        return [f"does not run: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else '?'}"]
    names: list[str] = json.loads(done.stdout)
    return names


def seeded(fault: Fault, folder: Path) -> Path:
    """A copy of the validator with the fault in it. ValueError when the fault does not fit the source exactly once."""
    copy = folder / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(ROOT / "validator", copy / "validator", ignore=shutil.ignore_patterns("__pycache__"))
    path = copy / "validator" / fault.file
    text = path.read_text(encoding="utf-8")
    if text.count(fault.old) != 1:
        raise ValueError(f"stands {text.count(fault.old)} times in {fault.file}")
    path.write_text(text.replace(fault.old, fault.new), encoding="utf-8")
    return copy


class Everything(frozenset[str]):
    """Contains every name: the judge then never stops early."""

    def __contains__(self, name: object) -> bool:
        return True


def hunt(faults: tuple[Fault, ...], batch: int) -> tuple[list[str], int]:
    """Report lines, and how many faults escaped or did not fit."""
    report: list[str] = []
    escaped = 0
    with tempfile.TemporaryDirectory() as name:
        known = frozenset(run(ROOT, batch, None))
        report.append(f"unchanged source: {len(known)} differences")
        for number, fault in enumerate(faults, 1):
            try:
                found = set(run(seeded(fault, Path(name)), batch, known)) - known
                verdict = f"caught by {min(found)}" if found else "ESCAPED"
            except ValueError as stale:
                found, verdict = set(), f"DOES NOT FIT: {stale}"
            escaped += 0 if found else 1
            report.append(f"{number:3} {fault.file:24} {fault.why}: {verdict}")
    return report, escaped


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--only", default="", help="faults whose file or reason contains this")
    arguments.add_argument("--batch", type=int, default=400, help="generated encounters for each fault")
    arguments.add_argument("--judge", help=argparse.SUPPRESS)
    arguments.add_argument("--known", default="all", help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.judge:
        known = Everything() if chosen.known == "all" else frozenset(json.loads(chosen.known))
        print(json.dumps(judge(chosen.judge, chosen.batch, known)))
        return 0
    started = time.perf_counter()
    faults = tuple(f for f in FAULTS if chosen.only in f.file or chosen.only in f.why)
    report, escaped = hunt(faults, chosen.batch)
    print("\n".join(report))
    print(f"{len(faults)} faults, {len(faults) - escaped} caught, {escaped} not; batch {chosen.batch}")
    print(f"seconds {time.perf_counter() - started:.0f}")
    return 1 if escaped else 0


if __name__ == "__main__":
    sys.exit(main())
