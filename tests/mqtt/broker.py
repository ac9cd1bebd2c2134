# SPDX-License-Identifier: MIT
"""Debian's mosquitto on a free port of this computer, and a client that sees what it has."""

import getpass
import shutil
import socket
import subprocess

import pytest

from host_tools.home_assistant import broker

MOSQUITTO, free_port = broker.MOSQUITTO, broker.free_port


class Broker(broker.Broker):
    """password: of the user evse, or None: everybody may come in."""

    def __init__(self, folder, password=None):
        if MOSQUITTO is None:
            pytest.skip(broker.MISSING)
        more = ["allow_anonymous true"]
        if password is not None:
            (folder / "users").write_text("evse:%s\n" % password)
            subprocess.run([shutil.which("mosquitto_passwd"), "-U", folder / "users"], check=True)
            more = ["user %s" % getpass.getuser(),  # who may read the file
                    "allow_anonymous false", "password_file %s" % (folder / "users")]
        super().__init__(folder, more)


class Watcher:
    """A client of its own, with packets made here: `seen` has the newest payload of each topic,
    `count` how many messages came."""

    def __init__(self, port, topics=("#",), user=None, password=None):
        self.seen, self.count, self._held = {}, 0, b""
        self.all = []
        self._socket = socket.create_connection(("127.0.0.1", port), 5)
        flags = 2 | (0xC0 if user else 0)
        body = b"\x00\x04MQTT\x04" + bytes((flags, 0, 0)) + _text("watcher%d" % id(self))
        if user:
            body += _text(user) + _text(password)
        self._socket.sendall(_packet(0x10, body))
        body = b"\x00\x01" + b"".join(_text(topic) + b"\x00" for topic in topics)
        self._socket.sendall(_packet(0x82, body))
        self._socket.settimeout(0.01)

    def look(self):
        """Take in what has come."""
        try:
            data = self._socket.recv(65536)
            assert data, "the broker has closed the connection"
            self._held += data
        except TimeoutError:
            pass
        while True:
            taken = first_packet(self._held)
            if taken is None:
                return self
            kind, body, self._held = taken
            if kind >> 4 == 3:
                size = body[0] << 8 | body[1]
                topic = body[2:2 + size].decode()
                self.seen[topic] = body[2 + size:]
                self.all.append((topic, body[2 + size:], bool(kind & 1)))
                self.count += 1

    def say(self, topic, payload, retain=False):
        """Publish."""
        if isinstance(payload, str):
            payload = payload.encode()
        self._socket.sendall(_packet(0x31 if retain else 0x30, _text(topic) + payload))

    def close(self):
        """Leave."""
        self._socket.close()


def _text(text):
    data = text.encode()
    return len(data).to_bytes(2, "big") + data


def _packet(first, body):
    size, length = len(body), b""
    while True:
        size, part = divmod(size, 128)
        length += bytes((part | (128 if size else 0),))
        if not size:
            return bytes((first,)) + length + body


def first_packet(held):
    """(first byte, the rest, what comes after it) of the first packet, None: it is not whole."""
    length = 0
    for at in range(1, len(held)):
        length |= (held[at] & 127) << 7 * (at - 1)
        if held[at] < 128:
            end = at + 1 + length
            return None if len(held) < end else (held[0], held[at + 1:end], held[end:])
    return None
