"""Quick reading of plain TOML, the form the data files keep to; everything else is left to the standard library.

`tomllib` goes character by character, which made the rulebook's files a tenth of the program's start; here a
statement is one match. What is not plain or not right is never judged here: the standard library reads it, or
says what is wrong with it.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

_WORD = r"[A-Za-z0-9_-]+"
_TEXT = r'"[^"\\\n]*"'
_WHOLE = r"(?:0|[1-9][0-9]{0,17})"
_SINGLE = rf"(?:{_TEXT}|{_WHOLE}|true|false)"
_INLINE = rf"\{{ {_WORD} = {_SINGLE}(?:, {_WORD} = {_SINGLE})* \}}"
_ITEM = rf"(?:{_SINGLE}|{_INLINE})"
_ARRAY = rf"\[[ \n]*(?:{_ITEM}(?:,[ \n]*{_ITEM})*,?[ \n]*)?\]"
_VALUE = rf"({_TEXT})|([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})|({_WHOLE}|true|false|{_INLINE})|({_ARRAY})"
_NAME = rf"({_WORD})(?:\.({_WORD}))?"
_STATEMENT = re.compile(rf"(?:({_WORD}) = (?:{_VALUE})|\[\[{_NAME}\]\]|\[{_NAME}\])?[ \t]*(?:#[^\n]*)?(?:\n|\Z)")
_ITEMS = re.compile(_ITEM)
_PAIRS = re.compile(rf"({_WORD}) = ({_SINGLE})")
_NEVER_PLAIN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

Table = dict[str, Any]


class _NotPlainError(Exception):
    """The text holds a form that is not read here, or a mistake."""


def loads(text: str) -> Table:
    """What `tomllib.loads` returns, and its TOMLDecodeError (a ValueError) for what is no TOML."""
    try:
        return _Plain(text.replace("\r\n", "\n")).whole
    except _NotPlainError:
        import tomllib  # here, because the files that ship never need it

        return tomllib.loads(text)


class _Plain:
    """The tables of a plain text. Raises `_NotPlainError` at the first form that is not known for certain."""

    def __init__(self, text: str) -> None:
        if _NEVER_PLAIN.search(text):
            raise _NotPlainError
        self.whole: Table = {}
        self._table = self.whole
        self._opened: dict[int, Any] = {}  # by identity: the tables and lists of tables that headers opened
        position, match = 0, _STATEMENT.match
        while position < len(text):
            found = match(text, position)
            if found is None:
                raise _NotPlainError
            position = found.end()
            if found.lastindex is not None:
                self._take(*found.groups())

    def _take(
        self,
        key: str | None,
        text: str | None,
        day: str | None,
        plain: str | None,
        array: str | None,
        *headers: str | None,
    ) -> None:
        if key is None:
            self._open(headers)
        elif key in self._table:
            raise _NotPlainError
        elif text is not None:
            self._table[key] = text[1:-1]
        elif array is not None:
            self._table[key] = [_item(item) for item in _ITEMS.findall(array)]
        else:
            self._table[key] = _item(plain) if plain is not None else _day(day or "")

    def _open(self, headers: tuple[str | None, ...]) -> None:
        """Go on in the table that a header opens: `[[a]]`, `[[a.b]]`, `[a]` or `[a.b]`."""
        entry, entry_below, table, table_below = headers
        first, below = entry or table or "", entry_below or table_below
        parent = self._inside(first) if below else self.whole
        name = below or first
        fresh: Table = {}
        if entry is None:
            if name in parent:
                raise _NotPlainError
            parent[name] = fresh
        elif name in parent:
            if id(parent[name]) not in self._opened or not isinstance(parent[name], list):
                raise _NotPlainError
            parent[name].append(fresh)
        else:
            parent[name] = self._kept([fresh])
        self._table = self._kept(fresh)

    def _inside(self, name: str) -> Table:
        """The table a header's first word names: the newest of a list of tables, or one that a header opened."""
        if name not in self.whole:
            self.whole[name] = self._kept({})
        found = self.whole[name]
        if id(found) not in self._opened:
            raise _NotPlainError
        inside: Table = found[-1] if isinstance(found, list) else found
        return inside

    def _kept(self, opened: Any) -> Any:
        self._opened[id(opened)] = opened
        return opened


def _item(item: str) -> Any:
    if item[0] == '"':
        return item[1:-1]
    if item[0] == "{":
        pairs = _PAIRS.findall(item)
        table = {key: _item(value) for key, value in pairs}
        if len(table) != len(pairs):
            raise _NotPlainError
        return table
    return item == "true" if item[0] in "tf" else int(item)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _NotPlainError from None
