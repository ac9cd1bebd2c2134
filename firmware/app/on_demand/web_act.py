# SPDX-License-Identifier: MIT
"""An owner's function is called, and what it gives is said. What it needs is loaded already."""

from app.on_demand import owner as _functions
from app.on_demand.web_json import HEAD, filled, refused


def answer(web, request, asked) -> tuple:
    """(status, head, pieces). asked: (function of owner.py, its values)."""
    web.facts = None
    done = getattr(web.owner or _functions, asked[0])(web.place, *asked[1])
    if type(done) is str or type(done) is tuple:
        return 409, HEAD, (refused(done),)
    if type(done) is dict:
        return 200, HEAD, (filled('{"done":true,"values":%s}', done),)
    return 200, HEAD, ('{"done":true}',)
