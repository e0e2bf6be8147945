"""The independent check of a stored review: against its notes, the rule records, and its own facts.

Nothing here imports the coding rules. The stored JSON is read as plain values, the rule records are read again from
their files, and the arithmetic is done again in another way (minutes in sets). `proof` is the small proof checker,
beyond which no line may claim; `derived` is the second derivation, which every line has to equal; the others are for
what stands beside the lines. `check.problems` runs everything.
"""
