# SPDX-License-Identifier: MIT
"""An HTTP server in front of a World: the page, and its JSON as a unit speaks it.

It checks what a unit checks: the header of every POST, the login by challenge and response, that a
body is an object. `down` makes it fall silent, `asked` lists what it was asked for.
"""

import hashlib
import hmac
import http.server
import inspect
import json
import secrets
import threading
import urllib.parse

from host_tools.build.page import page
from tests.page import actions
from tests.page.world import Refused

# As the unit sends it: the page needs nothing but itself and its unit.
_POLICY = ("default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
           "connect-src 'self'; img-src data:; form-action 'none'; base-uri 'none'")


class Server:
    """Serves one World at a port of this machine."""

    def __init__(self, world):
        self.world, self.down, self.busy, self.asked = world, False, False, []
        self.challenges, self.cookie = [], secrets.token_hex(8)
        handler = type("Handler", (_Handler,), {"server_": self})
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.lock = threading.Lock()
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        self.url = "http://127.0.0.1:%d/" % self._server.server_port

    def close(self):
        """Ends it."""
        self._server.shutdown()
        self._server.server_close()

    def posts(self, name):
        """Arguments of each POST of this name that was asked for."""
        return [body for path, body in self.asked if path == "/api/" + name]

    def answer_to_get(self, path, query):
        """(status, value) of a GET."""
        world = self.world
        if path == "login":
            self.challenges.append(secrets.token_hex(16))
            return 200, {"challenge": self.challenges[-1], "serial": world.me.serial}
        if path == "live":
            return 200, world.live()
        if path == "history":
            return 200, history(world)
        if path == "troubles":
            return 200, {"troubles": world.troubles(), "events": [
                {"age_ms": world.now() - at, "code": code, "args": args, "text": text}
                for at, code, args, text in reversed(world.events)]}
        if path == "settings":
            low, high = actions.bounds(world)
            return 200, {"settings": [{"key": "limit_a", "kind": "int", "value": 0, "low": low,
                                       "high": high, "choices": [], "unit": "A", "text": ""}]}
        if path == "pairing":
            return 200, {"open": world.pairing_left_ms() is not None,
                         "left_ms": world.pairing_left_ms(), "closed_ms": world.closed_ms(),
                         "found": world.found() if world.pairing_left_ms() is not None else []}
        if path == "selftest":
            return 200, world.test()
        if path == "sessions":
            return self._sessions(int(query["unit"][0]))
        return 404, {}

    def _sessions(self, n):
        found = self.world.sessions.get(n, [])
        if n in self.world.missing():
            return 409, {"refused": {"code": "silent", "args": [n], "text": "It is not heard.",
                                     "field": None}}
        return 200, {"sessions": found, "total_wh": sum(s["energy_wh"] for s in found)}

    def answer_to_post(self, name, body, headers):
        """(status, value, headers) of a POST."""
        if headers.get("X-AmpPool") != "1":
            return 403, {}, {}
        if not isinstance(body, dict):
            return 400, {}, {}
        if name == "login":
            return self._log_in(body)
        if name == "logout":
            self.world.session = False
            return 200, {"done": True}, {}
        if not self._logged_in(headers):
            return 401, {"login": True}, {}
        action = actions.ALL.get(name)
        if action is None:
            return 404, {}, {}
        known = list(inspect.signature(action).parameters)[1:]
        assert not set(body) - set(known), "%s is given %s" % (name, sorted(body))
        try:
            values = action(self.world, **body)
        except Refused as refused:
            return 409, {"refused": refused.answer}, {}
        return 200, {"done": True, **(values or {})}, {}

    def _logged_in(self, headers):
        return self.world.session and "session=" + self.cookie in headers.get("Cookie", "")

    def _log_in(self, body):
        secret = hashlib.sha256(b"login" + self.world.me.code.encode()).digest()
        right = body.get("challenge") in self.challenges and hmac.compare_digest(
            body.get("answer", ""), hmac.new(secret, bytes.fromhex(body["challenge"]),
                                             "sha256").hexdigest())
        if not right:
            return 401, {"refused": {"code": "login_wrong", "args": [], "field": "code",
                                     "text": "That is not the code of this unit."}}, {}
        self.world.session = True
        return 200, {"done": True}, {
            "Set-Cookie": "session=%s; HttpOnly; SameSite=Strict; Path=/" % self.cookie}


def history(world):
    """Four hours: each unit for a while, as in an ordinary afternoon."""
    boards = world.members or [world.me]
    points = []
    for minute in range(240):
        row = [int(2 * (board.draws_a or 12)) if (minute + 60 * i) % 240 < 90 + 25 * i else 0
               for i, board in enumerate(boards)]
        held = sum(2 * board.held_ma // 1000 for board in boards) if minute > 220 else 0
        points.append([*row, held])
    return {"step_s": 60, "limit_ma": world.limit_ma, "points": points}


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_ = None

    def do_GET(self):  # noqa: N802
        """The page, or an answer of the API."""
        parts = urllib.parse.urlsplit(self.path)
        if self.server_.down:
            self.close_connection = True
            return
        if parts.path == "/":
            self._send(200, page(), {"Content-Type": "text/html; charset=utf-8",
                                     "Content-Encoding": "gzip",
                                     "Content-Security-Policy": _POLICY})
        elif parts.path == "/api/diagnosis":
            self._send(200, b"AmpPool 0.1.0\n", {"Content-Type": "text/plain"})
        elif parts.path.startswith("/api/"):
            with self.server_.lock:
                status, value = self.server_.answer_to_get(
                    parts.path[5:], urllib.parse.parse_qs(parts.query))
            self._json(status, value, {})
        else:
            self._json(404, {}, {})

    def do_POST(self):  # noqa: N802
        """Something that the owner does."""
        data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.server_.down:
            self.close_connection = True
            return
        if self.server_.busy:
            self._json(503, {"busy": True}, {})
            return
        body = json.loads(data)
        with self.server_.lock:
            self.server_.asked.append((self.path, body))
            answer = self.server_.answer_to_post(self.path[5:], body, self.headers)
        self._json(*answer)

    def _json(self, status, value, headers):
        self._send(status, json.dumps(value).encode(),
                   {"Content-Type": "application/json", **headers})

    def _send(self, status, data, headers):
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(data)),
                            "Cache-Control": "no-store"}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        """Silence."""
