# SPDX-License-Identifier: MIT
"""What MQTT takes of a board's heap: without a broker, while one is waited for, and connected.

The leader of a group of six runs on MicroPython with the shipped bytecode, and speaks to a broker;
in the place of sockets is a pair of objects: what a socket takes of the system is not counted.
"""

from host_tools.bench.heap import figures
from host_tools.bench.web import MAKE, PATHS, request, world
from host_tools.micropython import wasm

_HEAP_BYTES = 512 * 1024  # garbage is collected between two steps only
BROKER = """
class Line:
    def __init__(self):
        self.sent, self.comes = [], b""
    def setblocking(self, flag):
        pass
    def connect(self, place):
        raise OSError(115)
    def send(self, data):
        size = min(len(data), 200)
        if KEEPS:
            self.sent.append(bytes(data[:size]))
        return size
    def recv(self, size):
        data, self.comes = self.comes[:size], self.comes[size:]
        return data
    def close(self):
        self.comes = b""
lines = []
KEEPS = []
class Sockets:
    AF_INET = SOCK_STREAM = 0
    def getaddrinfo(self, host, port, family, kind):
        return [(0, 0, 0, "", (host, port))]
    def socket(self, family, kind):
        LINE.comes = b""
        lines.append(LINE)  # the same one each time: it was there before
        return LINE
class Polls:
    POLLIN = 1
    def poll(self):
        return POLL
class Poll:
    def register(self, line, mask):
        self.line = line
    def unregister(self, line):
        self.line = None
    def poll(self, wait):
        return [1] if self.line.comes else []
LINE, POLL = Line(), Poll()
POLL.register(LINE, 1)
sys.modules["socket"] = Sockets()
sys.modules["select"] = Polls()

hal.clock.ms += 24  # so that the sharing task has its turns, at whole fifths of a second
def turns(count):
    for _ in range(count):
        hal.run(unit, 100)
        hal.radio.sent.clear()
        if web.mqtt is not None:
            web.mqtt.step(hal.clock.now_ms())
"""
BEGIN = ('GIVEN.update({"mqtt_broker": "192.168.1.9", "mqtt_user": "evse", "mqtt_password": '
          '"12345678"})\nload("app", "mqtt_link").begin(web, GIVEN)')
_YES = 'lines[-1].comes = b"\\x20\\x02\\x00\\x00"\nturns(150)\nassert web.mqtt.client.is_up'
_PINGS = ("for _ in range(30):\n    turns(20)\n    lines[-1].comes += b'\\xd0\\x00'\n"
          "assert web.mqtt.client.is_up and web.mqtt.counts[1] >= 24, web.mqtt.counts")
_SHOW = "print(gc.mem_alloc())\nmicropython.qstr_info()"
_COLLECT = ["let_go()", "gc.collect()"]


def steps(*more) -> list:
    """A leader of six and its server, with such a broker; then these."""
    asked = ["sent = ask(%r)" % request(path) for path in PATHS]  # their names stay
    return [*world(), MAKE, *asked, BROKER, *more]


def measure() -> dict:
    """Bytes that stay: 'set' once a broker is set and not reached, 'connected' when all of a group
    of six was published and repeated for a minute."""
    made = wasm.run(steps(
        "turns(300)", *_COLLECT, _SHOW, BEGIN, *_COLLECT, _SHOW, "turns(8)", _YES, _PINGS,
        "lines[:-1] = []", *_COLLECT, _SHOW), wasm.helpers(wasm.BARE_HAL), heap_bytes=_HEAP_BYTES)
    before, waits, connected = figures(made)
    return {"set": waits - before, "connected": connected - before}


if __name__ == "__main__":
    for name, figure in measure().items():
        print("%-12s %d" % (name, figure))
