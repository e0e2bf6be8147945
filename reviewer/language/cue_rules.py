"""The words that stand over a drug: before it or after it, how far they reach, and whether a giving lifts them."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from reviewer.language.lazy import Lazy

Cue = Literal[
    "none",
    "plan",
    "order",
    "held",
    "refused",
    "history",
    "allergy",
    "education",
    "home",
    "denied",
    "conditional",
]


class Rule(NamedTuple):
    """Words that stand before or after a drug's name, and what they say of it."""

    cue: Cue
    words: Lazy
    reach: int  # how many characters may stand between the cue and the word
    weak: bool  # whether words of giving after the drug lift it
    list_only: bool  # whether commas between cue and word must be those of a list


_BESIDE = r"(?!,? (?:with|w/|along|together|concurrent|simultaneous|y-?site))"
"""An order or protocol that was followed says nothing against what the drug ran beside ("as ordered with 5-FU")."""

HERE_TODAY = (
    r"(?! to (?:the|our|her|his) (?:[\w']+ ){0,2}(?:clinic|hospital|office|center|suite|department|unit|practice)\b"
    r"(?![^.;:]{0,60}\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|next|in \w+ (?:days?|weeks?))\b))"
)
"""Who "returns to the clinic on 3/17/2026" in a case that is told is there; a weekday is one to come."""
_NOT_SYMPTOM = "".join(
    rf"(?<!{word} )(?<!{word} was )(?<!{word} were )"
    for word in ("pain", "nausea", "vomiting", "fever", "itching", "chills", "rigors", "headache", "reaction")
)
"""What is treated with a drug in a visit: a symptom ("pain was treated with morphine"). A person has a history."""


def _before(cue: Cue, words: str, reach: int = 60, weak: bool = False, list_only: bool = True) -> Rule:
    return Rule(cue, Lazy(rf"(?:{words})(?![\w])", re.IGNORECASE), reach, weak, list_only)


def _after(cue: Cue, words: str, reach: int = 60, weak: bool = False) -> Rule:
    return Rule(cue, Lazy(rf"(?:{words})", re.IGNORECASE), reach, weak, True)


BEFORE: tuple[Rule, ...] = (
    _before(
        "allergy",
        r"\ballerg(?:y|ic|ies)(?: to)?:?|\bintoleran(?:t|ce)(?: to| of)?:?|\b(?:anaphyla\w+"
        r"|hypersensitiv\w+) to",
    ),
    _before(
        "refused",
        r"\b(?:refused|refuses|refusing|declined|declines|declining)(?: the| any| his| her| iv| premed\w*)*",
    ),
    _before(
        "held",
        r"\b(?<!hand-)(?<!hand )(?<!not )(?:held|holding|hold(?! param\w*)|omit(?:ted)?|skip(?:ped)?"
        r"|withheld|withhold|deferred|defer"
        r"|cancel(?:l?ed)?|missed)\b:?|"
        r"\b(?:not|never) (?:given|received|administered|started|infused|instilled|injected)|\bdid ?n[o']t (?:give|get"
        r"|receive|need)|"
        r"\bdid not (?:give|get|receive|need|administer|start)|\bunable to (?:give|start|administer|obtain)",
        40,
    ),
    _before(
        "denied",
        r"\b(?:no(?!,| [-–—]|,? (?:sorry|wait|i mean|correction)\b)|without|none of the|instead of|rather than|denies"
        r"|neither|nor|w/o)(?: (?:iv|po|prn"
        r"|additional|further|more|other|need for))*",
        22,
    ),
    _before(
        "denied",  # what was taken out of a pump
        r"\b(?:emptied|drained|cleared) of(?: (?:the|its|residual|old|remaining|about|\d[\d.,]* ?(?:ml|cc)(?: of)?))*",
        2,
    ),
    _before(
        "education",
        r"\b(?:teaching|taught|educat(?:ed|ion)|instruct(?:ed|ions?)|counsel(?:l?ed|l?ing)|handouts?"
        r"|side effects?|s/e|"
        r"verbali[sz](?:ed|es) understanding|discuss(?:ed|ion)|explain(?:ed)?|information|literature"
        r"|purpose|risks?|benefits?|"
        r"drug sheets?)(?: \w+){0,6}? (?:of|on|re|re:|about|for|regarding|from|with|to)|\bteaching:?"
        r"|\bdiscussed",
        50,
    ),
    _before(
        "history",
        r"\b(?:history|hx) of|\bh/o|\bs/p|\bstatus post|\bpreviously|\b(?:prior|previous|past)(?! to)\b|"
        r"\blast\b(?! (?:to|day|of|one|drops?|bag)\b)|"
        r"\b(?:has|have|had)(?: \w+)? (?:completed|failed|tried)"
        r"|\bcompleted? (?:\d+|\w+) (?:cycles?|doses?)(?: of)?|"
        r"\bafter (?:\d+|\w+) (?:cycles?|doses?)(?: of)?|\b(?:days?|weeks?|wks?) (?:#? ?\d+ )?(?:after|since"
        r"|post|s/p)|\b(?:progress(?:ed|ion)|relapsed?) (?:on|after"
        r"|following)|\bfailed|\brefractory to|"
        rf"{_NOT_SYMPTOM}\b(?:was |were |been )?treated with(?! \d[\d.,]* ?(?:mg|mcg|gm?|units?)\b)|"
        r"\b(?:usually|normally|typically|routinely|customarily)|"
        r"\bmaintained on|\byesterday|\bago\b|\bearlier this (?:week|month)|"
        r"\bsince (?:starting|beginning)|\bcurrently (?:on|receiving)|\bstable on|\btolerat(?:ing"
        r"|ed)(?: \w+)? (?:cycle|c)\d+",
        45,
    ),
    _before(  # the perfect by itself tells of no other day: "pt has had trastuzumab 380 mg first (8:30AM to 9:01AM)"
        "history",
        r"\b(?:has|have|had)(?: \w+)? (?:been|received|had|gotten|tolerated)\b",
        45,
        weak=True,
    ),
    _before(
        "history",
        r"\bat (?:an?|the|her|his|their) (?:outside|referring|other|previous|former) (?:facility|hospital|clinic|site"
        r"|practice|office|center)",
        90,
        list_only=False,
    ),
    _before(
        "home",
        r"\b(?:home|own) (?:supply of|meds?:?|medications?:?|dose of)|\btakes|\btaking|\btook(?! (?:about |approx\w* "
        r"|only |~ ?)?(?:\d+ ?(?:min|hr|hour|h\b)|from (?:\w+ )?\d))"
        r"|\bself-?(?:administers?|administered|injects?)|"
        r"\b(?:prescription|script|rx)s? (?:for|of|sent)|\be-?prescribed|\bpick(?:ed)? up"
        r"|\bcontinues?(?: on| taking| with)?|"
        r"\bresume(?: home)?|\bat home(?: on)?",
        30,
    ),
    _before(
        "history",
        r"\b(?:ems|medics?|paramedics?|ambulance(?: crew)?|transferring (?:facility|hospital|ed)|(?:outside|"
        r"sending) (?:hospital"
        r"|ed|facility)|(?:her|his|the|their) (?:husband|wife|mother|father|spouse|daughter|son|partner)|"
        r"home (?:health |care )?"
        r"nurse) (?:has |had |already )?(?:gave|given|administered|hung|pushed|injected|started)",
        70,
    ),
    _before(
        "conditional",
        r"\bif (?:needed|necessary|required|any|no|he|she|the|pt|patient|reaction|nausea|symptoms?|fever"
        r"|bp|ok)\b[^;.]{0,40}|\bin case of|"
        r"\b(?:may|can|could|should|would) (?:be )?(?:give[n]?|repeat(?:ed)?|receive|use[d]?|need|add)"
        r"|\bprn:?|\bas needed:?|\b(?<!not )(?<!un)available:?|"
        r"\bstandby:?|\bemergency (?:kit|meds?|drugs?):?",
        45,
    ),
    _before(
        "plan",
        r"\bwill (?:be )?(?:receive|receiving|get|getting|give|given|start|started|have|need|return"
        r"|continue|proceed|begin|resume|come|"
        r"complete|hang|infuse|administer|follow|switch(?:ed)?)\b|\b(?:to|should) (?:receive|start|begin"
        r"|get|continue|return|resume|follow|run)|"
        r"\bto be (?:given|started|infused|administered)|\bgoing to|\bplan(?![ ]?/[ ]?(?:done|given))(?:s|ned|ning)?"
        r"(?: to| for| is|:)?|"
        r"\bscheduled (?:for|to|on)|\brecommend(?:s|ed|ation)?(?: for)?|\bconsider(?:s|ing|ed)?"
        r"|\bpropos(?:e|ed|ing)|\bdue (?:for|today|on|tomorrow|next)|"
        r"\bis due|\bnext(?! (?:drug|med(?:ication)?|bag|agent|one)\b[ ,:])"
        r"(?!,| (?:runs|hangs|gives|administers|infuses|pushes|injects|starts|connects|came|comes|went|goes|was)\b)"
        rf"|\breturns?(?:ing)?{HERE_TODAY} (?:\w+ ){{0,4}}(?:for|to)|\btomorrow|\b(?:await|pend)ing"
        r"|\beligible for|\bcandidate for|"
        r"\b(?:prior )?auth(?:ori[sz]ation|ori[sz]ed)?(?: for| of)?|\bapprov(?:al|ed) for|\bconsent(?:ed"
        r"|s)?(?: \w+){0,3} (?:for|to)|\brandomi[sz]ed(?: to)?|"
        r"\barm [a-d1-4]\b:?|\bvs\.?|\bversus|\bswitch(?:ed|ing)? to|\boption(?:s)? (?:of|include)"
        r"|\brequir(?:es|ing)|\bneeds(?! to (?:leave|go|void|use|eat|rest)\b)",
        60,
    ),
    _before("plan", r"\bnext(?:,| (?:came|comes|went|goes|was)\b)", 40, weak=True),  # what came next today has its time
    _before(
        "plan",
        r"\b(?:here|in|seen|come|comes|came|presents?|presented|presenting|arriv(?:ed|es|ing)|admitted"
        r"|visit|today|appointment|appt|ready|"
        r"checked in|ambulatory|received \d+[fmy][^.;]{0,80}|infusion (?:center|clinic|unit)"
        r"|brought(?: in)?|referred|roomed|returns?|returned|"
        r"prep(?:ped|ared|aring)?|indicated|necessary|need|waiting|visit(?:ing)?|back|scheduled|set ?up"
        r"|accessed)(?: today| here| again| back)? for|"
        r"\bvisit:|\bvisit (?:today )?for|\breason (?:for (?:visit|infusion|today'?s visit))?:?"
        r"|\b(?:prior to|before(?! (?:th(?:ose|ese|at|is|em)|it|both|all)\b)|until(?! (?:about |at )?@? ?\d)"
        r"|awaiting|ahead of)|"
        r"\bcycle \d+(?: day \d+)?(?: of)?|\bc\d+ ?d\d+|\bregimen:?|\bindication:?"
        rf"|\bprotocol(?<!per protocol)(?<!per the protocol)(?<!by protocol)(?<!to protocol):?{_BESIDE}"
        r"|\bfor (?:his|her|their|the|a|annual|weekly|monthly|scheduled|routine)",
        70,
        weak=True,
        list_only=False,
    ),
    _before(
        "order",
        r"\b(?:new |verbal |phone |telephone |written |signed |active |standing |md |stat "
        r"|dr\.? \w+(?:'s)? )*"
        r"orders?(?: (?:received|obtained|placed|entered|written|signed|reviewed|verified"
        r"|noted))?(?: (?:for|of|to give|to start|to|reads?|states?)|:)|"
        r"\b(?:ok|okay|cleared|may) to (?:give|start|hang|administer)|(?<!as )\b(?:order(?:ed|ing)|prescribe[ds]?)"
        rf"|\bas (?:ordered|prescribed){_BESIDE}"
        r"|\b(?:phone|telephone|verbal)\b[^.:;\n]{0,24}\bread[ -]?back\b[) ]*:?"
        r"|\bprescribing|\brx:?|\bv\.?o\.?(?:r?b)?:?|\bt\.?o\.?:",
        50,
        weak=True,
    ),
    _before(
        "order",
        r"\b(?:verified|prepared|compounded|dispensed|released|mixed by|checked(?! in\b)"
        r"|double[- ]check(?:ed)?)(?: (?:the|by pharmacy|dose|for))*:?",
        25,
        weak=True,
    ),
)

AFTER: tuple[Rule, ...] = (
    _after(
        "history",
        r"\bself-?(?:inject|administer)\w*|\b(?:was |were )?last (?:given|taken|injected|received)\b|"
        r"\bbefore (?:coming|arriving|arrival|(?:he|she|they) (?:came|arrived))\b|"
        r"\bby (?:her|his|their|the) (?:husband|wife|mother|father|spouse|daughter|son|partner|"
        r"home (?:health |care )?nurse)\b",
        55,
    ),
    _after("conditional", r"(?<!not )\b(?:available|due)(?: again)? (?:at|after|@|from)\b", 30),
    # A refusal is why it was held: "held, patient declined" tells both.
    _after("refused", r"\b(?:was |were )?(?:refused|declined)\b|\bpt (?:refuses|declines)\b", 50),
    _after(
        "refused",
        r"\b(?:pt|patient|she|he)\b[^.;,\n\d]{0,12}?\b(?:refus(?:es|ed|ing)|declin(?:es|ed|ing)|did ?n[o'’]?t want"
        r"|does ?n[o'’]?t want|wants? to skip|said no\b|would rather not)(?! to\b)"
        r"(?=[ ]*(?:[.;,()\n]|\Z|due|because|d/t|as\b|this|it\b|any|dose|\d))",
        50,
    ),
    _after(
        "held",
        r"\b(?:is |was |were |are |being |been |has been )?(?<!hand-)(?<!hand )(?<!not )(?:on hold|held|withheld"
        r"|omitted|skipped|deferred|delayed|postponed|"
        r"cancel(?:l?ed)|not (?:given|administered|started|infused|instilled|injected|hung|available|received|needed"
        r"|required|done|indicated|re-?started|resumed|re-?challenged|re-?initiated)|"
        r"never (?:given|started|administered|received)|missed|not due)\b"
        r"(?! (?:for |x ?)?\d+ ?(?:min|h\b|hrs?\b|hours?\b))",
        50,
    ),
    _after(  # what the writer took back: "Melphalan... no, thiotepa 400 mg"
        "denied",
        r"[ ]*(?:\.{2,}|…|,|-|–|\()[ ]*"
        r"(?:no,|correction\b|i mean\b|i meant\b|scratch that\b|make that\b|sorry,|rather,)",
        1,
    ),
    _after(
        "history",
        r"\b(?:pump|cadd|infusor|ball)\b[^.;\n]{0,12}?\b(?:from|since|started|begun|connected|placed|hooked up)(?: on)?"
        r"(?: last)? (?:mon|tues|wednes|thurs|fri|satur|sun)day\b",
        20,
    ),
    _after(
        "denied",
        r"\b(?:was |were )?(?:drained|removed|withdrawn|emptied|aspirated) (?:from|out of)"
        r"(?: the| her| his)? (?:\w+ ){0,2}?(?:pump|reservoir)\b",
        30,
    ),
    _after(
        "history",
        r"\b(?:(?<!from )(?<!since )yesterday|(?:\d+|one|two|three|a few|several) (?:days?|weeks?|months?|years?|wks?"
        r"|cycles?) ago|last (?:week|month|visit|cycle|year|"
        r"night|time)|(?<!visit: )(?<!visit )in (?:19|20)\d\d(?!,? [^.;]{0,80}\bout\b)|(?:at"
        r"|by) (?:an? )?(?:outside|other|another|different"
        r"|referring) (?:facility|hospital|clinic|site|practice|office|center)|"
        r"(?:given )?elsewhere|prior to arrival|pta\b|en route|by (?:ems|medics|ambulance)"
        r"|in the (?:field|ambulance|or\b)|previously|"
        r"at (?:the )?(?:last|prior|previous) (?:visit|cycle)|on (?:day|d) ?-\d)",
        55,
    ),
    _after("history", r"\b(?:was |were )?(?:given|received|done) (?:on )?(?:day|d) ?\d+\b", 4),
    _after(
        "home",
        r"\b(?:at home|from home(?! (?:infusion|health|care))|home (?:med|supply)|taken (?:at home|this (?:am|"
        r"morning)|before|prior)"
        r"|this (?:am|morning) at home|to (?:take|use|give|inject|apply)(?: at)? home)",
        55,
    ),
    _after("allergy", r"\b(?:allergy|allergic|intolerance)\b", 15),
    _after(
        "plan",
        r"\b(?:will be|to be|to (?:start|follow|be given|begin|infuse|run|receive)|(?:is|are"
        r"|was)? ?(?:planned|scheduled|recommended|considered|"
        r"due|pending|anticipated|proposed)|tomorrow|next (?:week|visit|cycle|month|time)|on (?:monday"
        r"|tuesday|wednesday|thursday|friday|"
        r"saturday|sunday)|in (?:\d+|one|two|three|four|six) (?:days?|weeks?|wks?|months?)"
        r"|when (?:available|approved|counts)|upcoming)\b",
        45,
        weak=True,
    ),
    _after(
        "conditional",
        r"\b(?:prn|as needed|if (?:needed|necessary|reaction|nausea\w*|symptoms)|(?:kept "
        r"|readily )?available|(?:at|@) (?:the )?bedside|on standby|in room)\b",
        45,
        weak=True,
    ),
    _after(
        "education",
        r"\b(?:side effects?|education|teaching|handout|information|precautions|fact sheet) (?:reviewed"
        r"|discussed|given|provided|explained|completed)",
        30,
    ),
    _after(
        "order",
        r"\b(?:(?<!as )(?:ordered|prescribed)|(?:ordered|prescribed)(?= \w)"
        r"|order (?:received|placed|entered|noted|verified|reviewed|written)"
        r"|(?:ivp|push(?:ed)?|im|sq|sc|sub-?[ ]?q|sub-?cut\w*|inject\w*)\b[^.;\d]{0,24}"
        r"\b(?:as (?:ordered|prescribed)|per (?:md )?orders?)\b"
        r"|(?<!per )(?<!per md )order\b(?! of)|orders? per|per order\b(?=[^.;]*\bpending))",
        60,
        weak=True,
    ),
    _after(
        "order",
        r"(?<![\w/])(?:bid|tid|qid|q ?\d+ ?(?:h|hr|hrs|hours?|d|days?|w|wk|weeks?)|qhs|qam|qpm|nightly"
        r"|daily|twice (?:a day|daily|weekly)|once (?:daily|weekly|over|prior|before)|"
        r"once(?=[ ]*(?:[;,.]|\Z))|"
        r"every (?:\d+|other|two|three|four|six|eight) (?:hours?|days?|weeks?)|q(?:week|month|day)\w*"
        r"|days? \d+(?:[-,&/ ]+\d+)+|x ?\d+ (?:cycles|doses)|"
        r"(?:on )?d(?:ay)? ?\d+ (?:of|every|q))\b",
        40,
        weak=True,
    ),
    _after(
        "order",
        r"\b(?:verified|prepared|compounded|dispensed|released|double[- ]checked|checked (?:with|by|against)|mixed)\b"
        r"(?: (?:by|with|per|and|in) (?:pharmacy|pharmd|rph|hood))?",
        40,
        weak=True,
    ),
)
