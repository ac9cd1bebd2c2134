# SPDX-License-Identifier: MIT
"""Somebody who hears every frame and can send any, at any time, but has no key."""

_KEPT = 2000
_SENT = 300


class Attacker:
    """frames: what he has recorded, of the whole time."""

    def __init__(self, world, rng):
        self._world, self._rng = world, rng
        self.frames = []
        self.address = b"\xde\xad" + rng.randbytes(4)
        self._stopped = False
        world.air.tap = self._tap

    def _tap(self, payload):
        if self._stopped:
            return
        if len(self.frames) < _KEPT:
            self.frames.append(payload)
        else:
            self.frames[self._rng.randrange(_SENT, _KEPT)] = payload

    def stop(self):
        """He goes home."""
        self.frames = []
        self._stopped = True

    def replay(self, count, span_ms):
        """Old frames, in any order, to anybody."""
        for _ in range(count if self.frames else 0):
            self._send(self._rng.choice(self.frames), self._rng.randrange(span_ms))

    def replay_all(self, span_ms):
        """Everything recorded, in its order, to everybody."""
        some = self.frames[::1 + len(self.frames) // _SENT]
        if self._rng.random() < 0.5:
            some = self.frames[:_SENT]  # the oldest: of another time of the group
        for index, frame in enumerate(some):
            for board in self._world.boards:
                self._world.at(self._world.now + 1 + index * span_ms // _SENT, self._throw,
                               board, frame)

    def replay_rare(self, span_ms):
        """In their order, those that are not like most: what they are shows in their length."""
        lengths = [len(frame) for frame in self.frames]
        rare = [frame for frame in self.frames if lengths.count(len(frame)) * 8 < len(lengths)]
        for index, frame in enumerate(rare[:_SENT]):
            for board in self._world.boards:
                self._world.at(self._world.now + 1 + index * span_ms // len(rare), self._throw,
                               board, frame)

    def forge(self, count, span_ms):
        """Recorded frames with something changed, and any bytes."""
        for _ in range(count if self.frames else 0):
            frame = bytearray(self._rng.choice(self.frames))
            for _ in range(self._rng.choice((1, 1, 4))):
                frame[self._rng.randrange(len(frame))] = self._rng.randrange(256)
            if self._rng.random() < 0.1:
                frame = self._rng.randbytes(self._rng.randrange(251))
            self._send(bytes(frame), self._rng.randrange(span_ms))

    def _send(self, frame, in_ms):
        board = self._rng.choice(self._world.boards)
        self._world.at(self._world.now + 1 + in_ms, self._throw, board, frame)

    def _throw(self, board, frame):
        if not self._stopped:
            board.receive(self.address, frame)
