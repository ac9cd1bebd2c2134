# SPDX-License-Identifier: MIT
"""Home Assistant's websocket API: what is asked, and what comes back."""

import contextlib
import json


class Refused(Exception):
    """What Home Assistant says to what it does not do."""


class Talk:
    """A connection. port: of this computer; token: of its owner."""

    def __init__(self, port: int, token: str):
        from websockets.sync.client import connect
        self._number, self._open = 0, contextlib.ExitStack()
        self._line = self._open.enter_context(
            connect("ws://127.0.0.1:%d/api/websocket" % port, max_size=None))
        self._hear()
        self._say({"type": "auth", "access_token": token})
        assert self._hear()["type"] == "auth_ok"

    def ask(self, what: str, **more):
        """The result of a command. Raises Refused."""
        self._number += 1
        self._say({"id": self._number, "type": what, **more})
        while True:
            heard = self._hear()
            if heard.get("id") == self._number and heard["type"] == "result":
                break
        if not heard["success"]:
            raise Refused(heard["error"]["message"])
        return heard["result"]

    def close(self):
        """Leave."""
        self._open.close()

    def _say(self, message):
        self._line.send(json.dumps(message))

    def _hear(self):
        return json.loads(self._line.recv(120))
