"""What surrounds a dose and may make it part of something else: pain after surgery, sedation for a procedure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reviewer.extract.patterns.drafts import Draft
from reviewer.extract.patterns.page import Page, within
from reviewer.extract.patterns.particulars import PROTECTS
from reviewer.extract.wire import WireElement
from reviewer.language.cues import cue
from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy
from reviewer.language.sentences import sentence_at

_ANALGESICS = (
    "morphine", "hydromorphone", "fentanyl", "ketorolac", "meperidine", "acetaminophen", "ibuprofen", "oxycodone",
    "nalbuphine", "butorphanol", "ketamine", "buprenorphine", "sufentanil", "remifentanil", "tramadol",
)  # fmt: skip
_SURGICAL_PAIN = Lazy(
    r"\b(?:incision(?:al)?|surgical(?: site)?|post-?[ ]?op(?:erative)?|post-?surgical|post-?procedur(?:e|al)|"
    r"operative|wound)(?: site)?(?: \w+)? pain\b|\bpain (?:after|following|from|s/p) (?:the |her |his )?(?:\w+ "
    r"){0,3}(?:surgery|repair|procedure|\w+ectomy|operation|incision)\b",
    re.IGNORECASE,
)
_RECOVERY = Lazy(
    r"\b(?:(?-i:PACU)|post-?an(?:a)?esthesia|recovery room|post-?op(?:erative)? day (?:0|zero)|(?-i:POD) ?#?0|phase "
    r"(?:I|II|1|2)(?:/(?:I|II|1|2))? recovery|from (?:the )?(?:(?-i:OR)|operating room)(?! staff)|aldrete|recovery "
    r"after (?:\w+ ){0,4}(?:repair|surgery|\w+ectomy|procedure))\b",
    re.IGNORECASE,
)
_PAIN = Lazy(r"\bpain\b", re.IGNORECASE)
_FLUIDS_ORDERED = Lazy(
    r"\b(?:nausea|vomiting|n/v|emesis|diarrh?ea|weak(?:ness)?|dizz(?:y|iness)|light-?headed\w*|orthosta\w+|poor "
    r"(?:po|oral)(?: \w+)?|decreased (?:po|oral)(?: \w+)?|dry mucous|tachycardi\w+|hypotensi\w+)\b"
    r"[^.]{0,90}?\b(?:order(?:ed|s)?|gave|recommend(?:ed|s)?|for|received?)(?: \w+){0,3} (?:(?:iv )?fluids?|ivf|"
    r"hydration|bolus|rehydration)\b",
    re.IGNORECASE,
)
_PROCEDURE = Lazy(
    r"\b(?:(?:moderate|conscious|procedural|iv|minimal|deep) sedation|intra-?op(?:eratively|erative)?|during (?:the "
    r")?(?:procedure|surgery|operation|case|anesthesia)|induction of (?:general )?an(?:a)?esthesia|"
    r"(?:pre-?procedur\w+|for) sedation|anesthesia (?:fluids?|given|record))\b",
    re.IGNORECASE,
)


_DRY = Lazy(
    r"\b(?:(?:reason for (?:visit|encounter)|visit for|here for)[ :]{1,3}(?:iv |intravenous )?(?:re)?hydration|"
    r"dehydrat(?:ed|ion)|(?:volume|fluid) deplet(?:ed|ion)|hypovol(?:a?emi[ac])|"
    r"(?:b/c|because|d/t)(?: \w+){0,2} dry|(?:clinically|looks?) dry|"
    r"hydration (?:[\w.]+ ){0,6}(?:for |to )(?:the )?(?:prevent\w*|prophylaxis)(?: of)? (?:\w+ ){0,2}"
    r"(?:nephro\w+|kidney injury|renal injury|aki|cin))\b(?! (?:precautions|prevention))",
    re.IGNORECASE,
)
_SEDATIVES = ("midazolam", "fentanyl", "propofol", "ketamine", "meperidine", "etomidate", "dexmedetomidine")
_SEDATION_RECORD = Lazy(
    r"\b(?:(?:moderate|conscious|procedural|endoscopy|iv|minimal|deep) sedation|sedation (?:record|log|note"
    r"|flow ?sheet|start|"
    r"begun|began|end|time)|(?:scope|bronchoscope|probe) (?:in|out|inserted|withdrawn)|cecum (?:reached )?(?=\d))\b",
    re.IGNORECASE,
)


_WARNED = Lazy(
    r"\b(?:avoid|prevent|risk (?:of|for)|signs? (?:and symptoms )?of|s/s(?:x)?(?: of)?|watch for|no longer|resolved|if|"
    r"without|no|not|denies|h/o|history of)\b[^.;\n]{0,30}$",
    re.IGNORECASE,
)
_FROM = expression(r"[ ](?:after|from|since|following|due to|d/t|2/2|secondary to)\b", re.IGNORECASE)
"""What made a patient dry may be of last week; being dry is of today ("dehydrated after cisplatin last week")."""
_BEFORE_OR_AFTER = Lazy(r"(?:pre|post)-?[ ]?hyd(?:ration)?\b", re.IGNORECASE)
_REAL_FLUID = 250
_BARE_VOLUME = Lazy(r"[ ](?:250|500|750|1,?000|1,?500|2,?000)(?=[ ](?:IV|bag|bolus|x\b)|[ ]?[:,;])")
"""A bag told by its bare number: "NS 1000 IV"."""


_IN_WORDS = Lazy(
    r"\b(?:an?|one|two|three|half an?)[ ](?:\w+[ ])?(?:lit(?:er|re)s?|bags?)[ ]of[ ](?:\w+[ ])?\Z", re.IGNORECASE
)
"""An amount in words: "a litre of normal saline"."""
_POST = expression(r"\b(?:post|after)\b", re.IGNORECASE)


def give_purposes(page: Page, drafts: Sequence[Draft]) -> None:
    """Let a fluid that was given for no reason of its own have the one the note names before it: dehydration.

    Only a bag of fluid counts; what merely keeps a line open or rinses it is too small or says so itself.
    """
    for draft in drafts:
        if draft.note_id != page.note.id or draft.fate != "given" or draft.has("purpose"):
            continue
        if draft.admin_class != "hydration":
            continue
        line = page.text.rfind("\n", 0, draft.place) + 1
        heading = _BEFORE_OR_AFTER.search(page.text, line, draft.place)
        if heading and not within(page.mentions, line, draft.place):
            draft.add("purpose", page.said(heading[0], heading.start(), draft.place))
            continue
        if draft.like is not None and draft.like.has("purpose") and draft.like.admin_class == "hydration":
            draft.told["purpose"] = list(
                draft.like.told["purpose"]
            )  # the next litre goes on with what the first was for
            continue
        aim = PROTECTS.search(page.text, sentence_at(page.text, draft.place)[0], draft.place)
        if aim and not within(page.mentions, aim.end(), draft.place):
            draft.add("purpose", page.said(aim[0], aim.start(), draft.place))
            continue
        amount = _IN_WORDS.search(page.text, max(0, draft.place - 40), draft.place)
        if not (_is_bag(draft) or amount or _BARE_VOLUME.search(page.text, draft.place, draft.place + 30)):
            continue
        before = [d for d in drafts if d.admin_class == "hydration" and d.has("purpose") and d.place < draft.place]
        if before and _POST.search(page.text, draft.place, draft.place + 40) and _goes_with_drug(before[-1]):
            draft.told["purpose"] = list(before[-1].told["purpose"])
            continue
        for words in _DRY.finditer(page.text, 0, draft.place):
            warned = _WARNED.search(page.text, max(0, words.start() - 60), words.start())
            standing = cue(page.text, *words.span())
            told = standing in ("none", "plan", "order") or (
                standing == "history" and _FROM.match(page.text, words.end())
            )
            if not warned and told:
                draft.add("purpose", page.said(words[0], *words.span()))
                break


def _goes_with_drug(draft: Draft) -> bool:
    """Whether a fluid ran before or after a drug, so that a second one, told to be "post", is its other part."""
    return any("hyd" in said.text.lower() for said in draft.told["purpose"])


def _is_bag(draft: Draft) -> bool:
    number, _, unit = (draft.amount or "").partition(" ")
    return bool(number) and float(number) * (1000 if unit == "L" else 1) >= _REAL_FLUID and unit in ("L", "mL")


def read_context(pages: Sequence[Page], drafts: Sequence[Draft]) -> list[WireElement]:
    """The surroundings of the drugs given that may make them part of surgery or of a procedure."""
    found: list[WireElement] = []
    for page in pages:
        for draft in drafts:
            if draft.fate == "given" and draft.note_id == page.note.id:
                found += _of_draft(page, draft)
        found += _of_sedation(page, [d for d in drafts if d.fate == "given" and d.note_id == page.note.id])
    return list({element.element: element for element in reversed(found)}.values())


def _of_sedation(page: Page, given: Sequence[Draft]) -> list[WireElement]:
    """The words of a note that make its drugs part of a procedure, where it tells of sedatives and of fluids alone."""
    drugs = [draft for draft in given if draft.admin_class not in ("hydration", "flush", "local_anaesthetic")]
    if not drugs or not all(any(name in draft.ingredient for name in _SEDATIVES) for draft in drugs):
        return []
    words = next((w for w in _SEDATION_RECORD.finditer(page.text) if cue(page.text, *w.span()) == "none"), None)
    if words is None:
        return []
    return [WireElement(element="procedure_integral", said=True, words=page.said(words[0], *words.span()))]


def _of_draft(page: Page, draft: Draft) -> list[WireElement]:
    start, end = sentence_at(page.text, draft.place)
    found: list[WireElement] = []
    if any(name in draft.ingredient for name in _ANALGESICS):
        words = _SURGICAL_PAIN.search(page.text, start, end)
        recovery = _RECOVERY.search(page.text)
        if words is None and recovery and _PAIN.search(page.text, start, end):
            words = recovery
        if words and cue(page.text, words.start(), words.end()) != "denied":
            found.append(
                WireElement(
                    element="post_surgical_pain", said=True, words=page.said(words[0], words.start(), words.end())
                )
            )
    if draft.admin_class == "hydration" and not draft.has("purpose"):
        for reason in _FLUIDS_ORDERED.finditer(page.text, max(0, start - 400), end):
            if cue(page.text, reason.start(), reason.start() + 4) in ("none", "plan"):
                found.append(
                    WireElement(
                        element="hydration_reason", said=True, words=page.said(reason[0], reason.start(), reason.end())
                    )
                )
    procedure = _PROCEDURE.search(page.text, start, end)
    if procedure and draft.admin_class in ("therapeutic", "hydration", "unknown", "antiemetic"):
        found.append(
            WireElement(
                element="procedure_integral",
                said=True,
                words=page.said(procedure[0], procedure.start(), procedure.end()),
            )
        )
    return found
