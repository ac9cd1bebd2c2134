# SPDX-License-Identifier: MIT
"""A group of three that talks for two minutes, on clocks that pass 2**30 ms, and loses a unit."""

from core.sharing.on_demand.presence import presence
from core.timing import Timing
from tests.micropython.canonical import text
from host_tools.bench.loopback import Loopback

group = Loopback(3, 40000, now_ms=(1 << 30) - 60000)
lost = None
for second in range(1, 121):
    group.run(group.now_ms + 1000)
    if second == 40:
        lost = group.members.pop()
    if second == 80:
        group.members.append(lost)
    leader = group.members[0].leader
    print(second, group.offers_ma(), group.frames, group.bytes,
          text(presence(leader, Timing(), group.now_ms)))
