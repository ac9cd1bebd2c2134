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

import select
import socket

from micropython import const

_PIECE = const(256)  # read at once
_PACKET_MAX = const(384)  # one that is larger is of no use here
_LENGTH_BYTES = const(4)
_OPEN_MS = const(5000)  # for the connection to stand, and for the broker's answer after it
_PING_MS = const(10000)
_DEAD_MS = const(21000)  # two pings without an answer
_STUCK_MS = const(10000)  # so long nothing of what is to be sent was taken
_ALIVE_S = const(30)
_CONNECT = const(0x10)
_SUBSCRIBE = const(0x82)
_PING = b"\xc0\x00"
_CONNACK = const(2)
_PUBLISH = const(3)
_PINGRESP = const(13)
_RETAINED = const(1)
_QOS = const(6)
# EAGAIN, EALREADY, EINPROGRESS, ENOTCONN, as Linux and the boards number them.
_WAITS = (11, 114, 115, 107, 119, 120, 128)


class Client:
    """up: messages may be published; ended: "" or why the connection is over, for people."""

    __slots__ = ("up", "ended", "_socket", "_poll", "_out", "_left", "_in", "_skip", "_topics",
                 "_sent_ms", "_heard_ms", "_pinged_ms")

    def __init__(self, address, names, will, topics, now_ms: int):
        """address: (numeric host, port); names: (client, user or "", password or ""); will: a
        topic on which the broker says offline, retained, when the connection is lost; topics: to
        listen to."""
        self.up, self.ended = False, ""
        self._topics = topics
        self._out = _hello(names, will)
        self._left = self._skip = 0  # of the message that is being written, of what is thrown away
        self._in = b""
        self._sent_ms = self._heard_ms = self._pinged_ms = now_ms
        self._socket = self._poll = None
        try:
            self._begin(address)
        except OSError as error:
            if error.args[0] not in _WAITS:
                self.end("no connection: %s" % error.args[0])

    def _begin(self, address):
        place = socket.getaddrinfo(address[0], address[1], 0, socket.SOCK_STREAM)[0][-1]
        self._socket = made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        made.setblocking(False)
        self._poll = select.poll()
        self._poll.register(made, select.POLLIN)
        made.connect(place)

    def end(self, why: str):
        """Close it; the broker then publishes the will."""
        self.up, self.ended = False, self.ended or why
        self._out = self._in = b""
        if self._socket is not None:
            self._poll.unregister(self._socket)
            self._socket.close()
            self._socket = None

    def step(self, now_ms: int, listens=True):
        """Go on, about ten times a second. What came, if anybody listens: (topic, payload, was it
        retained?), or None."""
        if self.ended:
            return None
        try:
            self._send(now_ms)
            message = self._received(now_ms) if listens else None
            self._look(now_ms)
            return message
        except OSError as error:
            self.end("the connection broke: %s" % error.args[0])
        except (ValueError, LookupError, MemoryError):
            self.end("the broker does not speak MQTT")

    def ready(self) -> bool:
        """Is there room for the next piece?"""
        return self.up and not self._out

    def begin(self, topic: str, length: int, retain=True):
        """Begin a message of so many bytes; write() brings them."""
        name = topic.encode()
        self._left = length
        self._out = (_head(0x31 if retain else 0x30, 2 + len(name) + length)
                     + _text(name))

    def write(self, piece: bytes, now_ms: int):
        """The next bytes of it. What does not keep to the length ends the connection: the broker
        would take what follows for something else."""
        self._left -= len(piece)
        if self._left < 0:
            self.end("a message was longer than it said")
        else:
            self._out += piece
            self.step_out(now_ms)

    def whole(self) -> bool:
        """Has the message all its bytes?"""
        return self._left == 0

    def step_out(self, now_ms: int):
        """Send what there is, as much as is taken."""
        try:
            self._send(now_ms)
        except OSError as error:
            self.end("the connection broke: %s" % error.args[0])

    def _send(self, now_ms):
        if not self._out:
            self._sent_ms = now_ms
            return
        try:
            count = self._socket.send(self._out)
        except OSError as error:
            if error.args[0] not in _WAITS:
                raise
            return
        if count:
            self._out = self._out[count:]
            self._sent_ms = now_ms

    def _received(self, now_ms):
        packet = self._packet()
        if packet is None and self._poll.poll(0):
            try:
                data = self._socket.recv(_PIECE)
            except OSError as error:
                if error.args[0] not in _WAITS:
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
        if not self.up:
            if kind != _CONNACK:
                raise ValueError
            if body[1]:
                self.end("the broker refuses: %d" % body[1])
                return None
            self.up = True
            self._heard_ms = self._pinged_ms = now_ms
            self._out += _subscribe(self._topics)
        elif kind == _PINGRESP:
            self._heard_ms = now_ms
        elif kind == _PUBLISH and not first & _QOS:
            size = body[0] << 8 | body[1]
            if len(body) < 2 + size:
                raise ValueError
            return body[2:2 + size].decode(), body[2 + size:], bool(first & _RETAINED)
        return None

    def _look(self, now_ms):
        if self._socket is None:
            return
        if now_ms - self._heard_ms > (_DEAD_MS if self.up else 2 * _OPEN_MS) or (
                not self.up and self._out and now_ms - self._heard_ms > _OPEN_MS):
            self.end("the broker does not answer")
        elif now_ms - self._sent_ms > _STUCK_MS:
            self.end("the broker takes nothing")
        elif self.up and now_ms - self._pinged_ms >= _PING_MS and not self._left:
            self._pinged_ms = now_ms
            self._out += _PING


def _head(first, length):
    head = bytes((first,))
    while length > 127:
        head += bytes((length & 127 | 128,))
        length >>= 7
    return head + bytes((length,))


def _text(text):
    return bytes((len(text) >> 8, len(text) & 255)) + text


def _hello(names, will):
    name, user, password = [name.encode() for name in names]
    flags = 0x26 | (0x80 if user else 0) | (0x40 if user and password else 0)
    body = (b"\x00\x04MQTT\x04" + bytes((flags, 0, _ALIVE_S)) + _text(name)
            + _text(will.encode()) + _text(b"offline"))
    if user:
        body += _text(user)
        if password:
            body += _text(password)
    return _head(_CONNECT, len(body)) + body


def _subscribe(topics):
    body = b"\x00\x01"
    for topic in topics:
        body += _text(topic.encode()) + b"\x00"
    return _head(_SUBSCRIBE, len(body)) + body
