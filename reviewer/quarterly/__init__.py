"""The official quarterly files of CMS, taken into a site's own data folder and from there into the rulebook.

`opening` reads files and archives as rows, `layouts` knows the published forms, `store` keeps what was read, and
`merging` makes a rulebook of it. Where each layout was learned stands in `docs/quarterly_files.md`.
"""
