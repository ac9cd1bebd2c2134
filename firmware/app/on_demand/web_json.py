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


# The files that put a refusal in words, each after those that it imports.
_WORDS = ("core", "phrases"), ("core", "refusal_words"), ("core", "serial"), (
    "core", "sharing", "names"), ("app", "refusals"), ("app", "web_json")


def refusing(refusal: tuple, status=409, head=HEAD) -> tuple:
    """What a route answers where an owner's function refuses: web_refused.py goes on."""
    return 0, _WORDS, (("app", "web_refused"), (status, head, refusal, False))
