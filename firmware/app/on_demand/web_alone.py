# SPDX-License-Identifier: MIT
"""An owner's call may want as much memory as is free. So it is alone: what others have loaded goes
first, MQTT waits, who asks meanwhile comes again; and where it would leave too little it is
refused before it has changed anything."""

import asyncio
import gc

from core.load import let_go
from micropython import const

_SPARE_BYTES = const(5120)  # for all others, while a call's files are loaded
_LOOKS = const(20)
_LOOK_S = 0.1


async def begin(web):
    """Wait for what others are in the middle of, but not for long. web: app.web.Web."""
    for _ in range(_LOOKS):
        if not web.others():
            break
        await asyncio.sleep(_LOOK_S)
    let_go()
    gc.collect()


def spare(web):
    """Raises MemoryError where the next file would leave too little."""
    if web.room is not None and web.room() < _SPARE_BYTES:
        gc.collect()
        if web.room() < _SPARE_BYTES:
            raise MemoryError
