# SPDX-License-Identifier: MIT
"""What the server takes of a board's heap: resident, and for the time of a request.

The leader of a group of six is asked on MicroPython with the shipped bytecode, through streams
that are no sockets: what a socket and asyncio's own task take comes on top.
"""

import json

import host_tools  # noqa: F401  (sets the import path)
from core.group.on_demand.proposal import make
from host_tools.bench.heap import figures
from host_tools.micropython import wasm
from host_tools.records import member_record, row, serial_of

_HEAP_BYTES = 512 * 1024  # garbage is collected between two steps only
PATHS = ("/", "/api/live", "/api/troubles", "/api/settings", "/api/history", "/api/login",
         "/api/diagnosis", "/api/1/vitals", "/unit/2/api/1/vitals", "/openevse/1/status",
         "/generate_204")
_ANSWERED = "assert sent[9:12] in (b'200', b'302', b'503'), sent"
ASK = """
class Streams:
    class TimeoutError(Exception):
        pass
    class CancelledError(BaseException):
        pass
    async def sleep(self, seconds):
        pass
    async def wait_for(self, job, seconds):
        return await job
    def current_task(self):
        return None
sys.modules["asyncio"] = Streams()

class Ends:
    def __init__(self, data=b""):
        self.data, self.sent = data, b""
    async def read(self, count):
        data, self.data = self.data[:count], self.data[count:]
        return data
    def write(self, data):
        self.sent += data
    async def drain(self):
        if not KEEPS:
            self.sent = self.sent[:12]
    def close(self):
        pass
    async def wait_closed(self):
        pass
KEEPS = []

def ask(data):
    writer = Ends()
    job = web.serve(Ends(data), writer)
    try:
        while True:
            job.send(None)
    except StopIteration:
        pass
    return writer.sent
"""
WORLD = """
import collections, gc, json, micropython
from app.unit import Unit
from core.load import let_go, load
from host_tools.simulate.bare_hal import Hal
BOARD = {"nameplate_a": 32, "metered": True, "feedback": False, "ventilation": False}
GIVEN = {"role": "leader", "region": "iec", "breaker_a": 32, "phases": "L1"}
class Place:
    class device:
        running = True
hal = Hal(1000000, SERIAL, {"group": RECORD})
hal.store.write = lambda key, data: True
hal.meter.draw_ma = (0, 0, 0)
unit = Unit(GIVEN, BOARD, hal)
Place.device.unit, Place.device.hardware = unit, hal
hal.run(unit, 4000)
open("/page", "wb").write(bytes(3000))
"""
MAKE = """
from app.web import Web
web = Web(Place, hal.clock.now_ms, lambda: ("0123-4567-89AB-C", "bench", "0.1.0"), lambda: GIVEN,
          "/page")
"""


def world() -> list:
    """Steps that make a leader of six and its server, `web`; ask(bytes) gives what it sends."""
    revision = make(1, 1, True, "equal", 60000, [row(unit, 1, 32000) for unit in range(1, 7)])
    record = json.dumps(member_record(bytes(range(32)), serial_of(1), revision)).encode()
    return ["SERIAL = %r\nRECORD = %r" % (serial_of(1), record), WORLD, ASK]


def request(path: str) -> bytes:
    """The bytes of a GET."""
    return ("GET %s HTTP/1.1\r\nHost: 192.168.4.1\r\n\r\n" % path).encode()


def measure() -> dict:
    """'resident': bytes of the server beside a unit; by path: (bytes allocated by a request
    without any collection, bytes loaded for it that stay until they are let go of)."""
    show = "print(gc.mem_alloc())\nmicropython.qstr_info()"
    collect = ["let_go()", "gc.collect()"]
    steps = [*world(), *collect, show, MAKE, *collect, show]
    for path in PATHS:
        steps += [*collect, show, "sent = ask(%r)\n%s\n%s" % (request(path), show, _ANSWERED),
                  "gc.collect()", show]
    shown = figures(wasm.run(steps, wasm.helpers(wasm.BARE_HAL), heap_bytes=_HEAP_BYTES))
    found = {"resident": shown[1] - shown[0]}
    for at, path in enumerate(PATHS):
        before, peak, after = shown[2 + 3 * at:5 + 3 * at]
        found[path] = (peak - before, after - before)
    return found


if __name__ == "__main__":
    for name, figure in measure().items():
        print("%-24s %s" % (name, figure))
