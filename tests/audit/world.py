# SPDX-License-Identifier: MIT
"""True time, and what happens in it, in order."""

import heapq


class World:
    """now: true milliseconds. boards: all, of every circuit. story: what happened, for people."""

    def __init__(self):
        self.now = 0
        self.boards = []
        self.air = None
        self.judge = None
        self.story = []
        self.over = False  # nothing more is worth to be seen
        self._events = []
        self._count = 0

    def at(self, true_ms, do, *given):
        self._count += 1
        heapq.heappush(self._events, (true_ms, self._count, do, given))

    def run(self, until_ms):
        events = self._events
        while events and not self.over and events[0][0] <= until_ms:
            true_ms, _, do, given = heapq.heappop(events)
            if true_ms > self.now:
                self.now = true_ms
            do(*given)
        if not self.over:
            self.now = until_ms

    def tell(self, text):
        self.story.append((self.now, text))
