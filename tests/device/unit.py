# SPDX-License-Identifier: MIT
"""One board on its serial port: what it says, what it is asked, what it offered and when."""

import json
import threading
import time

import serial

from host_tools.flash.link import Link

_BAUD = 115200
_ANSWER_S = 15.0
# main.py as it is, up to the second that it can be interrupted in.
_ALL_BUT_RUN = "exec(open('/main.py').read().rsplit('\\ntry:\\n    kbd_intr(3)',1)[0])"


class Unit:
    """A unit that runs. `lines`: (host second, text); `facts`: what watch(True) printed."""

    def __init__(self, port: str, number: int):
        self.port = port
        self.number = number
        self.lines = []
        self.facts = []
        self._open()

    def _open(self):
        self._serial = serial.serial_for_url(self.port, _BAUD, timeout=0.2)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def close(self):
        """Gives the port free; the unit runs on."""
        self._stop.set()
        self._thread.join()
        self._serial.close()

    def _read(self):
        pending = b""
        while not self._stop.is_set():
            pending += self._serial.read(max(1, self._serial.in_waiting))
            *whole, pending = pending.split(b"\n")
            for line in whole:
                self._take(time.monotonic(), line.decode(errors="replace").strip())

    def _take(self, at_s, text):
        self.lines.append((at_s, text))
        if text.startswith('{"') and '"offered_ma"' in text:
            try:
                self.facts.append(dict(json.loads(text), host_s=at_s))
            except ValueError:
                pass  # a line that was cut off by a reset

    def type(self, text: str):
        """Sends characters and does not wait."""
        self._serial.write(text.encode())

    def say(self, call: str):
        """Types a call and does not wait."""
        self.type(call + "\r")

    def ask(self, call: str, part: str, within_s: float = _ANSWER_S) -> str:
        """Types a call; the first line that then contains `part`. Fails if none comes."""
        begin = len(self.lines)
        self.say(call)
        return self.wait_line(part, within_s, begin)

    def wait_line(self, part: str, within_s: float, begin: int = None) -> str:
        """The next line that contains `part`."""
        begin = len(self.lines) if begin is None else begin
        end_s = time.monotonic() + within_s
        while time.monotonic() < end_s:
            for _, text in self.lines[begin:]:
                if part in text and not text.startswith(part + "("):
                    return text
            time.sleep(0.1)
        raise AssertionError("unit %d on %s did not say %r within %.0f s; it said %r" % (
            self.number, self.port, part, within_s, [t for _, t in self.lines[begin:]][-8:]))

    def health(self) -> dict:
        """The report of a unit that runs."""
        return json.loads(self.ask("amppool_health()", '"healthy"'))

    def watch(self):
        """From now on `facts` grows."""
        self.ask("watch(True)", "Watching.")

    def vehicle(self, state: str, amps: float = 0):
        """Connects a vehicle."""
        self.ask("bench_vehicle(%r, %r)" % (state, amps), "Vehicle in state %s" % state)

    def now(self) -> dict:
        """The last watched line."""
        return self.facts[-1]

    def wait_for(self, holds, within_s: float, what: str) -> float:
        """Seconds until holds(now) is true. Fails after within_s."""
        begin_s = time.monotonic()
        while time.monotonic() - begin_s < within_s:
            if self.facts and holds(self.now()):
                return time.monotonic() - begin_s
            time.sleep(0.05)
        raise AssertionError("unit %d: not within %.0f s: %s; last: %r; said: %r" % (
            self.number, within_s, what, self.facts[-1:], [t for _, t in self.lines[-6:]]))

    def stop(self):
        """Ctrl-C: the unit is safe and at its prompt."""
        begin = len(self.lines)
        self._serial.write(b"\x03")
        self.wait_line("the contactor is open", _ANSWER_S, begin)

    def restart(self):
        """Runs again after `stop()`."""
        self.say("run()")

    def at_prompt(self, program: str, silence_s: float = 60) -> str:
        """Stops the unit, runs a program there, resets the board. What the program printed."""
        return self.with_link(lambda link: link.run(program, silence_s))

    def with_link(self, work):
        """Stops the unit, calls work(link), resets the board. What the work returned."""
        def and_reset(link):
            done = work(link)
            link.reset()
            return done
        return self._linked(and_reset)

    def start_with(self, program: str):
        """Resets the board, runs a program before the unit is loaded, then starts the unit."""
        def prepare(link):
            link.reset()
            link.interrupt(60)
            link.run(_ALL_BUT_RUN, 60)
            link.run(program, 60)
        self._linked(prepare)
        self.type("\x02")
        self.restart()

    def _linked(self, work):
        self.close()
        try:
            link = Link(self.port)
            try:
                link.interrupt(60)
                return work(link)
            finally:
                link.close()
        finally:
            self._open()

    def wait_running(self, within_s: float = 120):
        """Until the unit has reported after a start; then it is watched again."""
        self.wait_line('"healthy"', within_s, max(0, len(self.lines) - 1))
        self.watch()
