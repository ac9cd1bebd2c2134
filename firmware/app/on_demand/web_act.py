# SPDX-License-Identifier: MIT
"""An owner's function is called, and what it gives is said. What it needs is loaded already."""

from app.on_demand import owner as _functions
from app.on_demand.web_json import HEAD, refusing


def answer(web, request, asked) -> tuple:
    """(status, head, pieces). asked: (function of owner.py, its values, who asks if it wants to
    know that, what pair() is given afterwards)."""
    name, values, by, then = asked
    web.facts = web.badge = None
    functions = web.owner or _functions
    call = getattr(functions, name)
    done = call(web.place, *values, by=by) if by else call(web.place, *values)
    if then and type(done) is not tuple:
        done = functions.pair(web.place, *then)
    if type(done) is tuple:
        return refusing(done)
    # What a change of settings gives are those that count after the next start only.
    return 200, HEAD, ('{"done":true,"restart":true}' if name == "set" and done
                       else '{"done":true}',)
