# SPDX-License-Identifier: MIT
"""An owner's call, and what is said of it.

It may want as much memory as is free. So it is alone: what others have loaded goes first, MQTT
waits, who asks meanwhile comes again; and where it would leave too little it is refused before it
has changed anything.
"""

import asyncio
import gc

from core.load import drop, let_go, load
from micropython import const

_SPARE_BYTES = const(4096)  # for all others, while a call's files are loaded
_LOOKS = const(20)
_LOOK_S = 0.1


async def begin(web, asked):
    """Wait for what others are in the middle of, but not for long. The files that the call wants.
    web: app.web.Web; asked: as for answer()."""
    for _ in range(_LOOKS):
        if not web.others():
            break
        await asyncio.sleep(_LOOK_S)
    over()
    await asyncio.sleep(0)
    needs = load("app", "needs").needs(asked[0])
    drop("app", "needs")
    return needs


def over():
    """It is done, or refused. What it has loaded goes at once: what it has changed is stored and
    told by the sharing task, which loads what that wants in its next turn."""
    let_go()
    gc.collect()


def spare(web):
    """Raises MemoryError where the next file would leave too little."""
    if web.free is not None and web.free() < _SPARE_BYTES:
        gc.collect()
        if web.free() < _SPARE_BYTES:
            raise MemoryError


def answer(web, request, asked) -> tuple:
    """(status, head, pieces). asked: (the call as needs.py has it, what of owner.py, the file that
    has it, its values, who asks if it wants to know that, what pair() of the same file is given
    afterwards)."""
    _, name, file, values, by, then = asked
    web.facts = web.badge = None
    call = _function(web, file, name)
    done = call(web.place, *values, by=by) if by else call(web.place, *values)
    if then and type(done) is not tuple:
        done = _function(web, file, "pair")(web.place, *then)
    if type(done) is tuple:
        return load("app", "web_json").refusing(done)
    # What a change of settings gives are those that count after the next start only.
    return 200, "application/json", ('{"done":true,"restart":true}' if name == "set" and done
                                     else '{"done":true}',)


def _function(web, file, name):
    return getattr(web.owner, name, None) or getattr(load(*file), name)
