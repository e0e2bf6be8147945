"""The second derivation: from the facts to the lines they support, in other code than the rules, to be compared.

`lines` and `drugs` compare; `claim` derives the services of one reading, with `vein`, `others` and `edits`; `world` and
`readings` are the facts as the derivation sees them.
"""
