# SPDX-License-Identifier: MIT
"""The page's table of texts as it travels: a column for each language, and short names.

texts.js has a row for each text, which people read and mend. A browser is sent each language in
one piece, which is smaller; rows that the scripts use only as they stand have a number for their
name. The others, and all rows of codes.js, have a larger number made from their name, as keyOf()
in words.js makes it of the code that a unit sends. They stand in the order of these numbers, so
that a sign or two for what one is more than the one before is enough.
"""

import re

from host_tools.build.firmware import BuildError

_TABLE = re.compile(r"^const (TEXTS|CODES) = \{\n(.*?)^\};\n", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r'\s*(\w+): \[((?:0|"(?:\\.|[^"\\])*")(?:, "(?:\\.|[^"\\])*")*)\],?')
_CELL = re.compile(r'0|"((?:\\.|[^"\\])*)"')
_USED = re.compile(r'\b(t|many)\("(\w+)"(?=[,)])')
_BETWEEN = "|"
_FACTOR = re.compile(r"(?<=const KEY_FACTOR = )\d+(?=;)")
# For 0, 1, 2 ...; the last one says that so much is added to the next. As columns() in texts.js.
_SIGNS = "".join(map(chr, [*range(35, 92), *range(93, 124)]))
_NUMBERS = 7744
_FIRST = 1000  # smaller numbers are those of rows without a name


def rows(source: str, table: str) -> dict:
    """{name: [a text or None for each language]} of one table. Raises BuildError."""
    for match in _TABLE.finditer(source):
        if match[1] == table:
            return _rows(match[2])
    raise BuildError("there is no table %s" % table)


def _rows(body):
    found, languages = {}, None
    for line in body.splitlines():
        if not line.strip() or line.strip().startswith("//"):
            continue
        match = _ROW.fullmatch(line)
        if not match:
            raise BuildError("no row of texts: %s" % line.strip())
        cells = [cell[1] for cell in _CELL.finditer(match[2])]
        if match[1] in found:
            raise BuildError("two rows of texts are called %s" % match[1])
        if len(cells) != (languages or len(cells)):
            raise BuildError("the row %s has %d languages, others have %d"
                             % (match[1], len(cells), languages))
        if any(cell and (_BETWEEN in cell or "\\" in cell) for cell in cells):
            raise BuildError("the row %s has a sign that no text may have" % match[1])
        found[match[1]], languages = cells, len(cells)
    return found


def tables(sources: list) -> list:
    """The sources with the tables as columns. Raises BuildError for a text that is not there."""
    names = [name for source in sources for match in _TABLE.finditer(source)
             if match[1] == "TEXTS" for name in _rows(match[2])]
    code = "\n".join(_TABLE.sub("", source) for source in sources)
    for _, name in _USED.findall(code):
        if name not in names:
            raise BuildError("there is no text %s" % name)
    short = _short(code, names)
    factor = _factor([[name for name in _rows(match[2])
                       if match[1] == "CODES" or name not in short]
                      for source in sources for match in _TABLE.finditer(source)])
    return [_FACTOR.sub(str(factor), _with_columns(_USED.sub(
        lambda match: "%s(%s" % (match[1], short.get(match[2], '"%s"' % match[2])), source),
        short, factor)) for source in sources]


def key_of(name: str, factor: int) -> int:
    """The number for a name: keyOf() of words.js."""
    total = 0
    for letter in name:
        total = (total * factor + ord(letter)) % _NUMBERS
    return _FIRST + total


def steps(keys: list) -> str:
    """Signs for numbers that become larger, from _FIRST on."""
    found, before, most = "", _FIRST, len(_SIGNS) - 1
    for key in keys:
        found += _SIGNS[most] * ((key - before) // most) + _SIGNS[(key - before) % most]
        before = key
    return found


# The first factor that gives no two names of a table the same number.
def _factor(tables_):
    return next(factor for factor in range(3, _NUMBERS, 2) if all(
        len({key_of(name, factor) for name in names}) == len(names) for names in tables_))


# {name: its place among those that have no name} of those that stand in the code as they are.
def _short(code, names):
    direct = {name for _, name in _USED.findall(code)}
    other = set(re.findall(r'"([^"\n]*)"', _USED.sub("", code)))
    fixed = {name for name in names if name in other or name not in direct
             or name.endswith("_1") or name + "_1" in names
             or any(part.endswith("_") and name.startswith(part) for part in other)
             or any(part.startswith("_") and name.endswith(part) for part in other)}
    return {name: str(i) for i, name in enumerate(name for name in names if name not in fixed)}


def _with_columns(source, short, factor):
    def columns(match):
        found = _rows(match[2])
        named = sorted((name for name in found if match[1] == "CODES" or name not in short),
                       key=lambda name: key_of(name, factor))
        order = [name for name in found if name not in named] + named
        keys = steps([key_of(name, factor) for name in named])
        pieces = [_BETWEEN.join(found[name][i] or "" for name in order)
                  for i in range(len(next(iter(found.values()))))]
        return "const %s = columns(%s);\n" % (
            match[1], ", ".join('"%s"' % piece for piece in [keys, *pieces]))
    return _TABLE.sub(columns, source)
