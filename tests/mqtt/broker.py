# SPDX-License-Identifier: MIT
"""Debian's mosquitto on a free port of this computer, and a client that sees what it has."""

import getpass
import shutil
import signal
import socket
import subprocess
import time

import pytest

MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
_WAIT_S = 20


def free_port() -> int:
    """One that nobody listens on."""
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return made.getsockname()[1]


class Broker:
    """A mosquitto that forgets all when it ends. port: the same after a new start; password: of
    the user evse, or None: everybody may come in."""

    def __init__(self, folder, password=None):
        if MOSQUITTO is None:
            pytest.skip("mosquitto is not installed: apt install mosquitto")
        self.port, self._folder, self._process = free_port(), folder, None
        lines = ["listener %d 127.0.0.1" % self.port, "persistence false"]
        if password is None:
            lines.append("allow_anonymous true")
        else:
            lines.append("user %s" % getpass.getuser())  # who may read the file
            (folder / "users").write_text("evse:%s\n" % password)
            subprocess.run([shutil.which("mosquitto_passwd"), "-U", folder / "users"], check=True)
            lines += ["allow_anonymous false", "password_file %s" % (folder / "users")]
        (folder / "mosquitto.conf").write_text("\n".join(lines) + "\n")

    def start(self):
        """Until it takes connections."""
        self._process = subprocess.Popen(
            [MOSQUITTO, "-c", self._folder / "mosquitto.conf"], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        until_s = time.monotonic() + _WAIT_S
        while time.monotonic() < until_s:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                assert self._process.poll() is None, "mosquitto does not start"
                time.sleep(0.05)
        raise AssertionError("mosquitto takes no connections")

    def stop(self):
        """It dies."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self, on: bool):
        """It takes connections, and does nothing, as one that hangs."""
        self._process.send_signal(signal.SIGSTOP if on else signal.SIGCONT)


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
