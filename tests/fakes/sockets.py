# SPDX-License-Identifier: MIT
"""A small `socket` module for the hal."""


class Sockets:
    """The `socket` module for one UDP port. open: sockets that hold one of the chip's few; fail:
    {what is called: error}."""

    AF_INET = SOCK_DGRAM = SOL_SOCKET = SO_REUSEADDR = 1

    def __init__(self):
        self.open = self.made = 0
        self.sent = []
        self.waiting = []
        self.fail = {}

    def maybe_fail(self, what):
        if what in self.fail:
            raise self.fail[what]

    def socket(self, *_):
        self.maybe_fail("socket")
        self.open += 1
        self.made += 1
        return _Port(self)


class _Port:
    def __init__(self, sockets):
        self._of = sockets

    def setsockopt(self, *_):
        self._of.maybe_fail("setsockopt")

    def bind(self, where):
        self._of.maybe_fail("bind")

    def setblocking(self, on):
        pass

    def recvfrom(self, most):
        self._of.maybe_fail("recvfrom")
        if not self._of.waiting:
            raise OSError(11)
        return self._of.waiting.pop(0)

    def sendto(self, payload, where):
        self._of.maybe_fail("sendto")
        self._of.sent.append((payload, where))

    def close(self):
        self._of.open -= 1
