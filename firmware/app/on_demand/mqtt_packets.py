# SPDX-License-Identifier: MIT
"""MQTT 3.1.1 packets that a client sends, as bytes."""

from micropython import const

_ALIVE_S = const(30)
_CONNECT = const(0x10)
_SUBSCRIBE = const(0x82)
_PUBLISH = const(0x30)


def hello(name: str, user: str, password: str, will: str) -> bytes:
    """The first one. will: a topic on which the broker says offline, retained, when the connection
    is lost."""
    # A clean session, a will that is retained; then user and password, if there are.
    flags = 0x26 | (0x80 if user else 0) | (0x40 if user and password else 0)
    body = (b"\x00\x04MQTT\x04" + bytes((flags, 0, _ALIVE_S)) + _text(name) + _text(will)
            + b"\x00\x07offline")
    if user:
        body += _text(user)
        if password:
            body += _text(password)
    return _head(_CONNECT, len(body)) + body


def listening(topics) -> bytes:
    """Asks for what is published on these, at QoS 0."""
    body = b"\x00\x01"
    for topic in topics:
        body += _text(topic) + b"\x00"
    return _head(_SUBSCRIBE, len(body)) + body


def message(topic: str, length: int, retain: bool) -> bytes:
    """The beginning of one, before its `length` bytes."""
    name = _text(topic)
    return _head(_PUBLISH | retain, len(name) + length) + name


def _head(first, length):
    head = bytes((first,))
    while length > 127:
        head += bytes((length & 127 | 128,))
        length >>= 7
    return head + bytes((length,))


def _text(text):
    data = text.encode()
    return bytes((len(data) >> 8, len(data) & 255)) + data
