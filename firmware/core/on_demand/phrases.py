# SPDX-License-Identifier: MIT
"""A table of phrases in one text, and a phrase of it filled with values.

Each entry begins at the start of a line, with its code; lines below that begin with a blank belong
to it. <0> is the first of the values, and a letter behind the number says how it is shown. One
text, because a board keeps each short text for ever that stands by itself.
"""


def entry(text: str, code: str):
    """The phrase of this code, or None."""
    begin = text.find("\n%s " % code) + 1
    if not begin:
        return None
    end = text.find("\n", begin)
    while text[end + 1:end + 2] == " ":
        end = text.find("\n", end + 1)
    return text[begin + len(code) + 1:end].replace("\n", "")


def filled(line: str, args, kinds) -> str:
    """A phrase with its values. kinds: ((letter, function that shows a value), ...)."""
    parts = line.split("<")
    told = parts[0]
    for part in parts[1:]:
        field, _, rest = part.partition(">")
        value = args[int(field[0])]
        show = [show for letter, show in kinds if letter == field[1:]] if field[1:] else [str]
        told += show[0](value) + rest
    return told


def units_text(units) -> str:
    """Units in a sentence: unit 2, unit 3 and unit 5."""
    named = ["unit %d" % unit for unit in sorted(set(units))]
    return " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)
