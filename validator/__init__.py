"""The deterministic half: facts and a dated rulebook in, supported codes and missing documentation out.

Pure and usable alone: standard library and pydantic only, no clock, no environment, no network.

`docs/coverage.md` names the functions of every rule, code and modifier. By what a module does:

- facts to events: `facts`, `normalise`, `classify`, `events`, `times`; disagreeing facts: `readings`
- events to drafts of lines: `coding` (the order), `rules/` (a module a family), `worksheet`; then `edits`, `distinct`
- drafts to the answer: `assessing` (policy, date, readings), `assembly`, `findings`
- what is missing: `gaps`, `requirements` and the modules beside it
- what would be otherwise: `fixes` and `fix_trials`, `timelines`, `outlook` and `ceiling`, over `supposing` and `tally`
- the rulebook: `records`, `rulebook`, `switches`; read by `loading`, `dated_records`, `packs`, `tables`, `edit_tables`
"""

from validator.assessing import validate

__all__ = ["validate"]
