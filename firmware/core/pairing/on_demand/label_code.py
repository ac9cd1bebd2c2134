# SPDX-License-Identifier: MIT
"""The code on a unit's label: 60 random bits as 12 characters of Crockford's 32, and a check.

The check character is one of the same 32. The 13 characters, as elements of GF(32) with x**5 +
x**2 + 1, are weighted with powers of x and add up to 0; all weights are different, so every
single wrong character is found, and every two that changed places.
"""

from micropython import const

_DIGITS = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BETWEEN = ("-", " ", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212", "\t", "\r",
            "\n", "\u00a0")
_COUNT = const(12)


def make(bits: int) -> str:
    """XXXX-XXXX-XXXX-X. bits: 0 to 2**60 - 1."""
    values = [bits >> 5 * i & 31 for i in range(_COUNT - 1, -1, -1)]
    values.append(_check(values))
    text = bytes([_DIGITS[value] for value in values]).decode()
    return "%s-%s-%s-%s" % (text[:4], text[4:8], text[8:12], text[12:])


def bits_of(text) -> tuple:
    """(bits, None), or (None, a refusal). Lower case, O for 0, I and L for 1,
    dashes and spaces are all right."""
    if type(text) is not str:
        return None, ("code_text",)
    for between in _BETWEEN:
        text = text.replace(between, "")
    values = []
    # Byte by byte: MicroPython keeps every letter for ever that it has taken out of a text.
    for byte in text.encode():
        value = _DIGITS.find(bytes((_alike(byte),)))
        if value < 0:
            return None, ("code_letter",)
        values.append(value)
    if len(values) != _COUNT + 1:
        return None, ("code_length", len(values))
    if values.pop() != _check(values):
        return None, ("code_check",)
    bits = 0
    for value in values:
        bits = bits << 5 | value
    return bits, None


# Small letters are the same, and what looks like a digit is one.
def _alike(byte):
    if 97 <= byte <= 122:
        byte -= 32
    if byte == 79:
        return 48
    return 49 if byte == 73 or byte == 76 else byte


def _check(values):
    total = 0
    for value in values:
        total = (total ^ value) << 1
        if total & 32:
            total ^= 37
    return total
