# SPDX-License-Identifier: MIT
"""A group whose leader has a server, asked without sockets: bytes in, bytes out."""

import asyncio
import json

from app.on_demand.web_login import mac
from app.web import Web
from host_tools.fleet.web import VirtualOwner, settings_of
from host_tools.simulate.place import Place
from host_tools.simulate.scenario import load
from host_tools.simulate.simulation import Simulation
from hashlib import sha256

POST = "X-AmpPool: 1\r\n"


class Reader:
    """data: what comes; then it ends, or with `stays` nothing more comes."""

    def __init__(self, data, stays=False, piece=4096):
        self._data, self._stays, self._piece = data, stays, piece
        self.taken = 0

    async def read(self, count):
        """At most so many bytes."""
        count = min(count, self._piece)
        data, self._data = self._data[:count], self._data[count:]
        if not data and self._stays:
            await asyncio.sleep(1000)
        self.taken += len(data)
        await asyncio.sleep(0)
        return data


class Writer:
    """sent: all of it; largest: the largest piece; breaks_after: bytes until it is gone."""

    def __init__(self, breaks_after=None):
        self.sent, self.largest, self.closed = b"", 0, False
        self._breaks_after = breaks_after

    def write(self, data):
        """Kept."""
        self.sent += data
        self.largest = max(self.largest, len(data))

    async def drain(self):
        """A turn for the others."""
        await asyncio.sleep(0)
        if self._breaks_after is not None and len(self.sent) > self._breaks_after:
            raise ConnectionResetError

    def close(self):
        """Noted."""
        self.closed = True

    async def wait_closed(self):
        """At once."""


class Answer:
    """What came back: status, headers (small letters), body."""

    def __init__(self, sent):
        head, _, self.body = sent.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        self.status = int(lines[0].split(" ")[1]) if head else None
        self.headers = dict(line.lower().split(": ", 1) for line in lines[1:])
        self.cookie = next((line[12:].split(";")[0] for line in lines
                            if line.startswith("Set-Cookie: ")), "")

    @property
    def json(self):
        """The body, read."""
        return json.loads(self.body)


def group(units=3, seconds=60, **more):
    """A Simulation of so many units, all with a vehicle, after so many seconds."""
    scenario = {"name": "web", "duration_s": 100000, "limit_a": 40, "units": [
        {"id": unit, "role": "leader" if unit == 1 else "follower", "breaker_a": 32,
         "region": "iec", "nameplate_a": 32, "phases": "L1"} for unit in range(1, units + 1)],
        "vehicles": [{"unit": unit, "max_a": 16} for unit in range(1, units + 1)], **more}
    simulation = Simulation(load(scenario), trace=False)
    simulation.advance(1000 * seconds)
    return simulation


class Bench:
    """The server of one unit of a group."""

    def __init__(self, simulation=None, unit=1, page=None):
        self.simulation = simulation or group()
        self.node = self.simulation.nodes[unit]
        self.hal = self.node.program.hal
        self.code = self.hal.identity()[0]
        settings = settings_of(self.simulation.scenario, self.node.board.spec)
        self.web = Web(Place(self.node), self.hal.clock.now_ms, self.hal.identity,
                       lambda: settings, page)
        self.web.owner = VirtualOwner()
        self.node.program.web = self.web

    def bytes_of(self, data, **reader):
        """What is sent back for these bytes."""
        writer = Writer()
        asyncio.run(self.web.serve(Reader(data, **reader), writer))
        assert writer.closed
        return writer.sent

    def ask(self, path, method="GET", body=None, head="", host="127.0.0.1:8080"):
        """The Answer to a request. body: an object, or bytes as they are."""
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        size = "" if body is None else "Content-Length: %d\r\n" % len(body)
        return Answer(self.bytes_of(("%s %s HTTP/1.1\r\nHost: %s\r\n%s%s\r\n" % (
            method, path, host, head, size)).encode() + (body or b"")))

    def post(self, path, body, head=POST, **more):
        """With the header that is wanted."""
        return self.ask(path, "POST", body, head, **more)

    def answered(self, code=None, challenge=None):
        """A challenge with its answer, by a label code."""
        challenge = challenge or self.ask("/api/login").json["challenge"]
        secret = sha256(b"login" + (code or self.code).replace("-", "").encode()).digest()
        return {"challenge": challenge, "answer": mac(secret, bytes.fromhex(challenge)).hex()}

    def log_in(self):
        """The headers of somebody who is logged in."""
        self.simulation.advance(self.simulation.now_ms + 1)  # no two logins in one ms
        done = self.post("/api/login", self.answered())
        assert done.status == 200, done.body
        return POST + "Cookie: other=1; %s\r\n" % done.cookie

    def later(self, seconds):
        """Time passes."""
        self.simulation.advance(self.simulation.now_ms + 1000 * seconds)


