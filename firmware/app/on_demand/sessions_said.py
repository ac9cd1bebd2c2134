# SPDX-License-Identifier: MIT
"""A unit says its sessions to its leader, a few frames for each time that it is asked.

It reads its files; while a vehicle is there it writes none.
"""

from app.on_demand.session_list import records
from app.on_demand.session_store import so_far
from core.load import load
from core.on_demand.session_record import packed
from micropython import const

_FRAMES = const(4)
_IN_FRAME = const(8)


def say(unit, number: int, now_ms: int):
    """unit: an app.unit.Unit; number: from which one down, 0: the newest."""
    fetching, member, web = load("core", "sharing", "fetching"), unit.member, unit.web
    if web is not None and web.session is None and not unit.connector.snapshot(now_ms).closed:
        so_far(web)  # what a loss of power has left open counts
    group, left = [], _FRAMES
    try:
        for record in records(unit, web, number):
            if len(group) == _IN_FRAME:
                fetching.say(member, number, record.number, b"".join(group))
                number, group = record.number, []
                left -= 1
                if not left:
                    return
            group.append(packed(record))
    except MemoryError:
        return  # its leader asks again
    fetching.say(member, number, 0, b"".join(group))
