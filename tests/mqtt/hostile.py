# SPDX-License-Identifier: MIT
"""A broker that means no good, in the same thread as the client: it does what a test says, between
two steps of the client."""

import socket

CONNACK = b"\x20\x02\x00\x00"
PINGRESP = b"\xd0\x00"


class Hostile:
    """Listens on a port of this computer. got: all bytes that came; peer: the connection."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1)
        self.address = "127.0.0.1", self._listener.getsockname()[1]
        self.peer, self.got = None, b""

    def accept(self):
        """Take the next connection."""
        self._listener.settimeout(10)
        self.peer, _ = self._listener.accept()
        self.peer.settimeout(0.005)
        self.got = b""
        return self

    def say(self, data):
        """Send; with whole buffers only as much as goes in."""
        try:
            self.peer.sendall(data)
        except TimeoutError:
            pass

    def hear(self):
        """Read what is there, all of it so far."""
        try:
            self.got += self.peer.recv(65536)
        except TimeoutError:
            pass
        return self.got

    def hang_up(self):
        """Close the connection, at once."""
        self.peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.peer.close()

    def close(self):
        """Listen no more."""
        if self.peer is not None:
            self.peer.close()
        self._listener.close()


def publish(topic, payload, first=0x30):
    """The packet."""
    name = topic.encode()
    body = len(name).to_bytes(2, "big") + name + payload
    return bytes((first,)) + length(len(body)) + body


def length(size):
    """As MQTT writes it."""
    data = b""
    while True:
        size, part = divmod(size, 128)
        data += bytes((part | (128 if size else 0),))
        if not size:
            return data
