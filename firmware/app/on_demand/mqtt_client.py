# SPDX-License-Identifier: MIT
"""An MQTT 3.1.1 client that waits for nothing: QoS 0, one connection from begin to end.

Why not umqtt.simple, which is in the image: its connect() looks a name up and waits for an answer,
its reading waits for the rest of a half packet, its publishing holds a whole message and takes for
granted that all of it was sent. With these replaced, what is left of it are the few bytes of each
packet. Here every call does a bounded part and comes back: at most one write and one read of a
piece. What a broker sends is believed in nothing: lengths are bounded, what is too large is thrown
away byte by byte, and one that says nothing for long, or takes nothing, is given up.

It stays loaded while there is a connection.
"""

from micropython import const

_PIECE = const(256)  # read at once
_PACKET_MAX = const(384)  # one that is larger is of no use here
_LENGTH_BYTES = const(4)
_OPEN_MS = const(5000)  # for the connection to stand, and for the broker's answer after it
_PING_MS = const(10000)
_DEAD_MS = const(21000)  # two pings without an answer
_STUCK_MS = const(10000)  # so long nothing of what is to be sent was taken
_PING = b"\xc0\x00"
_CONNACK = const(2)
_PUBLISH = const(3)
_PINGRESP = const(13)
_RETAINED = const(1)
_QOS = const(6)
# EAGAIN, EALREADY, EINPROGRESS, ENOTCONN, as Linux and the boards number them.
WAITS = (11, 114, 115, 107, 119, 120, 128)


class Client:
    """is_up: messages may be published; ended: "" or why the connection is over, for people; out:
    bytes that are not sent yet: while there are any, there is no room for more. to_come: how many
    bytes are of the message that is being written. Who begins one sets both.

    Made by mqtt_link.py. line: a socket that is being connected and never waits; poll: of it
    alone; hello: the first packets.
    """

    __slots__ = ("is_up", "ended", "_line", "_poll", "out", "to_come", "_in", "_skip",
                 "_sent_ms", "_heard_ms", "_pinged_ms")

    def __init__(self, line, poll, hello: bytes, now_ms: int):
        self.is_up, self.ended = False, ""
        self._line, self._poll = line, poll
        self.out = hello
        self.to_come = self._skip = 0  # _skip: bytes that are thrown away
        self._in = b""
        self._sent_ms = self._heard_ms = self._pinged_ms = now_ms

    def end(self, why: str):
        """Close it; the broker then publishes the will."""
        self.is_up, self.ended = False, self.ended or why
        self.out = self._in = b""
        if self._line is not None:
            self._poll.unregister(self._line)
            self._line.close()
            self._line = None

    def step(self, now_ms: int, listens=True):
        """Go on, about ten times a second. What came, if anybody listens: (topic, payload, was it
        retained?), or None."""
        if self.ended:
            return None
        try:
            self._send(now_ms)
            message = None
            if listens:
                message = self._received(now_ms)
            else:
                self.rest(now_ms)
            self._look(now_ms)
            return message
        except OSError as error:
            self._broke(error)
        except (ValueError, LookupError, MemoryError):
            self.end("the broker does not speak MQTT")

    def rest(self, now_ms: int):
        """Nobody listens now: that the broker is not heard shows nothing."""
        self._heard_ms = max(self._heard_ms, now_ms - _DEAD_MS // 2)

    def write(self, piece: bytes, now_ms: int):
        """The next bytes of a message. What does not keep to the length ends the connection: the
        broker would take what follows for something else."""
        self.to_come -= len(piece)
        if self.to_come < 0:
            self.end("a message was longer than it said")
        else:
            self.out += piece
            try:
                self._send(now_ms)
            except OSError as error:
                self._broke(error)

    def _broke(self, error):
        self.end("the connection broke: %s" % error.args[0])

    def _send(self, now_ms):
        if not self.out:
            self._sent_ms = now_ms
            return
        try:
            count = self._line.send(self.out)
        except OSError as error:
            if error.args[0] not in WAITS:
                raise
            return
        if count:
            self.out = self.out[count:]
            self._sent_ms = now_ms

    def _received(self, now_ms):
        packet = self._packet()
        if packet is None and self._poll.poll(0):
            try:
                data = self._line.recv(_PIECE)
            except OSError as error:
                if error.args[0] not in WAITS:
                    raise
                return None
            if not data:
                raise OSError("closed")
            thrown = min(self._skip, len(data))
            self._skip -= thrown
            self._in += data[thrown:]
            packet = self._packet()
        return None if packet is None else self._take(packet[0], packet[1], now_ms)

    # (first byte, the rest) of the first packet, if all of it is there.
    def _packet(self):
        held = self._in
        length = at = 0
        while True:
            at += 1
            if at > _LENGTH_BYTES:
                raise ValueError
            if at >= len(held):
                return None
            length |= (held[at] & 127) << 7 * at - 7
            if held[at] < 128:
                break
        end = at + 1 + length
        if length > _PACKET_MAX:
            self._skip = max(0, end - len(held))
            self._in = held[end:]
            return None
        if len(held) < end:
            return None
        self._in = held[end:]
        return held[0], held[at + 1:end]

    def _take(self, first, body, now_ms):
        kind = first >> 4
        if not self.is_up:
            if kind != _CONNACK:
                raise ValueError
            if body[1]:
                self.end("the broker refuses: %d" % body[1])
                return None
            self.is_up = True
            self._heard_ms = self._pinged_ms = now_ms
        elif kind == _PINGRESP:
            self._heard_ms = now_ms
        elif kind == _PUBLISH and not first & _QOS:
            size = body[0] << 8 | body[1]
            if len(body) < 2 + size:
                raise ValueError
            return body[2:2 + size].decode(), body[2 + size:], bool(first & _RETAINED)
        return None

    def _look(self, now_ms):
        if self._line is None:
            return
        if now_ms - self._heard_ms > (_DEAD_MS if self.is_up else 2 * _OPEN_MS) or (
                not self.is_up and self.out and now_ms - self._heard_ms > _OPEN_MS):
            self.end("the broker does not answer")
        elif now_ms - self._sent_ms > _STUCK_MS:
            self.end("the broker takes nothing")
        elif self.is_up and now_ms - self._pinged_ms >= _PING_MS and not self.to_come:
            self._pinged_ms = now_ms
            self.out += _PING
