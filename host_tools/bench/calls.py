# SPDX-License-Identifier: MIT
"""What an owner's calls take of a board's heap for a moment, and the sharing task after them.

An owner who is logged in asks the leader of a group of six, on MicroPython with the shipped
bytecode. A turn goes from one sleep to the next, as between the other tasks of a board; garbage is
collected between two turns. Names do not count: they stay.
"""

import json
import re

from core.on_demand.serial import serial_text
from host_tools.bench import web
from host_tools.micropython import wasm
from host_tools.records import serial_of

_HEAP_BYTES = 512 * 1024  # garbage is collected between two steps only
_TURNS_MOST = 50
_SHARING = 20  # turns of 100 ms, in which what was asked for is stored and told
CALLS = {
    "limit": {"amps": 50}, "rename": {"unit": 2, "name": "garage"},
    "wish": {"unit": 2, "changes": {"max_a": 16}}, "cap": {"unit": 2, "amps": 16},
    "soft_limit": {"amps": 30}, "set": {"changes": {"priority": 3}}, "remove": {"unit": 6},
    "pair": {}, "identify": {"unit": 2}, "enable": {"on": False},
    "fallback": {"mode": "minimum"}, "take_back": {}, "go_on_without": {"unit": 6},
    "hand_over": {"unit": 2}, "promote": {"old_leader_has_no_power": True}, "lead_again": {},
    "replace": {"unit": 6}, "close_pairing": {}, "clear_fault": {"unit": 2}, "self_test": {},
}
# Other tasks have their turn with each sleep; the rest is as in web.ASK. What is loaded is seen
# where it is imported.
_TURNS = """
import builtins
class Turn:
    def __init__(self):
        self.over = False
    def __iter__(self):
        return self
    __await__ = __iter__
    def __next__(self):
        if self.over:
            raise StopIteration
        self.over = True
async def sleep(seconds):
    await Turn()
sys.modules["asyncio"].sleep = sleep
loaded = []
usual = __import__
def counted(name, *given):
    before = len(sys.modules)
    found = usual(name, *given)
    if len(sys.modules) > before:
        loaded.append(name)
    return found
builtins.__import__ = counted
writer = Ends()
def turn():
    global job
    try:
        if job is not None:
            job.send(None)
    except StopIteration:
        job = None
    print("loaded", len(loaded))
    loaded.clear()
def share():
    hal.run(unit, 100)
from app.web import Login
web.login = Login()
web.login.sessions = [["secret", hal.clock.ms]]
web.login.newest_ms, web.login.wrong, web.login.until_ms = -1, 0, 0
unit.web = web
del Login
let_go()
"""
_BEGIN = """
def begin(data):
    global job
    job = web.serve(Ends(data), writer)
begin(%r)
"""
_SHOW = "print('bytes', gc.mem_alloc())\nmicropython.qstr_info()"
_TAKEN = re.compile(r"(?:loaded (\d+)\n)?bytes (\d+)\n.*?n_total_bytes=(\d+)", re.DOTALL)


def request(name: str) -> bytes:
    """The bytes of a POST of whoever is logged in."""
    body = json.dumps(CALLS[name])
    return ("POST /api/%s HTTP/1.1\r\nHost: 1.1.1.1\r\nX-AmpPool: 1\r\n"
            "Cookie: amppool_%s=secret\r\nContent-Length: %d\r\n\r\n%s" % (
                name, serial_text(serial_of(1))[-6:], len(body), body)).encode()


class Call:
    """What one has taken. answer: what was sent; loads: how many files each turn has loaded, the
    last one being that in which it was done and answered; most: bytes at any time; shared: the
    same of the sharing task in the 2 s after it."""

    def __init__(self, name):
        self.name = name
        after = ["gc.collect()", _SHOW]
        steps = [*web.world(), web.MAKE, "KEEPS.append(1)", _TURNS, *after,
                 _BEGIN % request(name), *["turn()", *after] * _TURNS_MOST,
                 "print('answer', writer.sent)\nwriter = None\nlet_go()", *after,
                 *["share()", *after] * _SHARING]
        shown = wasm.run(steps, wasm.helpers(wasm.BARE_HAL), heap_bytes=_HEAP_BYTES)
        before, _, later = shown.partition("answer ")
        self.answer = later.partition("\n")[0]
        turns = [(int(count or 0), int(taken) - int(names))
                 for count, taken, names in _TAKEN.findall(before)]
        while turns[-1] == turns[-2]:
            turns.pop()
        self.loads = [count for count, _ in turns]
        self.most = max(taken for _, taken in turns) - turns[0][1]
        shared = [int(taken) - int(names) for _, taken, names in _TAKEN.findall(later)]
        self.shared = max(shared) - shared[0]


def measure(calls=tuple(CALLS)) -> dict:
    """{call: (bytes that it takes at most, bytes that the sharing task takes for it)}."""
    return {call.name: (call.most, call.shared) for call in map(Call, calls)}


if __name__ == "__main__":
    for call, figures in measure().items():
        print("%-24s %s" % (call, figures))
