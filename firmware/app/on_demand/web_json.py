# SPDX-License-Identifier: MIT
"""JSON in pieces: one object is made at a time, and sent before the next.

The names of an object stand in one long text: each by itself would be a name that the board keeps
for ever.
"""

import json

HEAD = "application/json"


def filled(template: str, *values) -> str:
    """A piece of JSON. template: with %s where a value belongs, each a plain value."""
    return template % tuple([json.dumps(value) for value in values])


def listed(pieces):
    """The same with commas between them: what stands between the brackets of a list."""
    comma = ""
    for piece in pieces:
        yield comma + piece
        comma = ","


def refused(error) -> str:
    """An owner's refusal. error: a sentence, or (code, arguments, sentence, field or None)."""
    code, given, text, field = ("", (), error, None) if type(error) is str else error
    return filled('{"refused":{"code":%s,"args":%s,"text":%s,"field":%s}}',
                  code, list(given), text[:400], field)
