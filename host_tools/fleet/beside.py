# SPDX-License-Identifier: MIT
"""The one thread of all fleets of a process that go on beside whoever looks at them.

Files on demand are loaded and let go of for the whole process (firmware/core/load.py), as on a
board: a second thread would find one that the first has loaded by half.
"""

import asyncio
import functools
import threading

_PATIENCE_S = 300


@functools.lru_cache(maxsize=None)
def _loop():
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="fleets", daemon=True).start()
    return loop


def begin(coroutine):
    """Let it go on in that thread. Its concurrent.futures.Future."""
    return asyncio.run_coroutine_threadsafe(coroutine, _loop())


def do(what, *given):
    """Call something there, between two steps of the fleets; gives what it gives."""
    async def call():
        return what(*given)
    return begin(call()).result(_PATIENCE_S)
