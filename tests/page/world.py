# SPDX-License-Identifier: MIT
"""A unit as its page sees it: a leader of six, a follower, or a board that was never set up.

It keeps what it was told and answers as a unit does; the tests change it from outside. It is no
second firmware: currents are what a test says, and a change is agreed as soon as all are heard.
"""

import time

from tests.page.codes import code

NAMES = ("Garage left", "Garage right", "Workshop", "Carport", "Guests", "Driveway")
UNITS_MAX = 6
_PAIRING_MS = 300_000
_TEST_MS = 60_000
_CHARGING, _NO_CAR, _NOT_ENABLED, _PAUSED = 57, 16, 17, 55


def serial_of(n: int) -> str:
    """Serial of the n-th board."""
    return "A0B1C2%06X" % (0x1B77D0 + 0x1111 * n)


class Refused(Exception):
    """Why it cannot be: code, arguments, sentence, field."""

    def __init__(self, code_, text, args=(), field=None):
        super().__init__(text)
        self.answer = {"code": code_, "args": list(args), "text": text, "field": field}


class Board:
    """One unit."""

    def __init__(self, n, index, **facts):
        self.n, self.serial, self.code = n, serial_of(index), code(serial_of(index))
        self.name, self.breaker_a, self.phases = "", None, None
        self.draws_a, self.cap_a, self.priority, self.min_a = None, None, 0, 6
        self.missing_at, self.signal, self.lost, self.held_ma = None, [55, 58], 0, 0
        self.why, self.metered = None, True
        for name, value in facts.items():
            setattr(self, name, value)

    @property
    def rating_ma(self):
        """Greatest output."""
        return min(self.breaker_a or 32, 32) * 1000

    def mask(self):
        """Phases that it is wired to."""
        return sum(1 << int(digit) - 1 for digit in (self.phases or "L1").replace("L", ""))


class World:
    """What one unit knows. speed: how much faster than ours its clock runs."""

    def __init__(self, role, members, speed=1):
        self.role, self.members, self.speed = role, members, speed
        self.me = members[0] if members else Board(None, 1)
        self.name, self.limit_ma, self.next_ma = "", 60_000, None
        self.enabled, self.fallback, self.region = False, "equal", "iec"
        self.leader_heard_at = None
        self.change = None
        self.new, self.opened_at, self.closed_at, self.wrong = [], None, None, 0
        self.joining = {}
        self.tested_at, self.test_fails = None, ()
        self.extra, self.events, self.sessions = [], [], {}
        self.fields_refused, self.told, self.session = {}, [], False
        self.login_wrong = 0

    def now(self):
        """ms of its clock."""
        return int(time.monotonic() * 1000 * self.speed)

    # --- what a test does to it

    def lose(self, n, age_ms=0):
        """A unit falls silent; what it may use is held."""
        board = self.board(n)
        board.missing_at, board.held_ma = self.now() - age_ms, self.share_ma()
        self.events.append((self.now() - age_ms, "missing", [n, board.held_ma],
                            "%s not heard. %.1f A is held for it." % (
                                board.name, board.held_ma / 1000)))

    def find(self, n):
        """It is heard again."""
        board = self.board(n)
        board.missing_at, board.held_ma = None, 0
        if self.change:
            self._agree()

    def board(self, n):
        """The unit with a number."""
        for board in self.members:
            if board.n == n:
                return board
        raise Refused("no_unit", "There is no unit %s." % n, field="unit")

    def share_ma(self):
        """Fallback of each."""
        share = self.limit_ma // max(1, len(self.members)) // 100 * 100
        return {"equal": share if share >= 6000 else 0, "minimum": 6000, "stop": 0}[self.fallback]

    def missing(self):
        """Numbers of the units that are not heard."""
        return [board.n for board in self.members if board.missing_at is not None]

    # --- changes

    def propose(self, what, text, done, by="page", waits=None):
        """A change: at once if all are heard, else it waits."""
        if self.change:
            raise Refused("change_waits", "Another change still waits.")
        self.change = {"asked": what, "text": text, "by": by, "at": self.now(), "done": done,
                       "waits": self.missing() if waits is None else waits}
        self._agree()

    def _agree(self):
        self.change["waits"] = [n for n in self.change["waits"] if n in self.missing()]
        if not self.change["waits"]:
            done, self.change, self.next_ma = self.change["done"], None, None
            done()

    def without(self, n):
        """The change waits no longer for a unit."""
        if not self.change or n not in self.change["waits"]:
            raise Refused("not_waited", "unit %s is not waited for" % n)
        self.change["waits"].remove(n)
        if not self.change["waits"]:
            done, self.change, self.next_ma = self.change["done"], None, None
            done()

    # --- pairing

    def pairing_left_ms(self):
        """ms for which pairing is still open, or None."""
        if self.opened_at is None:
            return None
        left = _PAIRING_MS - (self.now() - self.opened_at) // self.speed  # for a slow machine
        return left if left > 0 else None

    def closed_ms(self):
        """ms for which it is closed after wrong codes, or None."""
        if self.closed_at is None:
            return None
        left = 60_000 - (self.now() - self.closed_at)
        return left if left > 0 else None

    def found(self):
        """Units that show themselves, and those that have just joined."""
        self._join()
        return [{"serial": board.serial, "name": board.name, "board": "SmartEVSE 3.1",
                 "version": "0.1.0", "signal": board.signal, "vehicle": board.draws_a is not None,
                 "why_not": getattr(board, "why_not", None), "text": getattr(board, "text", None),
                 "state": "joining" if board.serial in self.joining else "new"}
                for board in self.new]

    def _join(self):
        for board in list(self.new):
            at = self.joining.get(board.serial)
            if at is None or self.now() - at < 2000:
                continue
            del self.joining[board.serial]
            self.new.remove(board)
            if board.n is None:
                board.n = max([member.n for member in self.members] + [0]) + 1
            board.breaker_a, board.phases = board.breaker_a or 32, "L1"
            self.members.append(board)
            self.members.sort(key=lambda member: member.n)

    # --- self-test

    def test(self):
        """None, or what the self-test says."""
        if self.tested_at is None:
            return {"running": False, "left_ms": None, "steps": [], "passed": None, "do": []}
        spent = self.now() - self.tested_at
        stage = min(3, spent * 3 // _TEST_MS)
        steps = [{"code": name, "state": ("ok" if i < stage else "now" if i == stage else "todo"),
                  "args": [], "text": text} for i, (name, text) in enumerate(
                      (("hear", "Hear every unit"), ("silent", "Leader silent"),
                       ("back", "Leader back")))]
        bad = [n for n in self.test_fails]
        for board in self.members:
            state = "todo" if stage < 2 else "bad" if board.n in bad else "ok"
            steps.append({"code": "unit", "state": state, "args": [board.n], "text": ""})
        over = spent >= _TEST_MS
        return {"running": not over, "left_ms": None if over else _TEST_MS - spent, "steps": steps,
                "passed": (not bad) if over else None,
                "do": ["Move the antenna of %s, then test again." % self.board(n).name
                       for n in bad] if over else []}

    # --- what it says of itself

    def live(self):
        """/api/live"""
        pairing, test = self.pairing_left_ms(), self.test()
        if self.change is None:
            change = None
        else:
            change = {"asked": self.change["asked"], "text": self.change["text"],
                      "by": self.change["by"], "since_ms": self.now() - self.change["at"],
                      "waits": self.change["waits"]}
        return {"v": 1, "me": self._me(), "leader": self._leader(), "group": self._group(),
                "units": [self._row(board) for board in self.members or [self.me]]
                if self.me.breaker_a else [], "change": change,
                "pairing": None if pairing is None and self.closed_ms() is None else {
                    "left_ms": pairing, "closed_ms": self.closed_ms()},
                "selftest": self._selftest(test), "troubles": len(self.troubles())}

    def _selftest(self, test):
        if test["running"]:
            return {"left_ms": test["left_ms"]}
        if test["passed"] is None:
            return None
        return {"passed": test["passed"], "age_ms": self.now() - self.tested_at - _TEST_MS}

    def _me(self):
        me = self.me
        return {"serial": me.serial, "n": me.n, "name": me.name, "role": self.role,
                "version": "0.1.0", "up_ms": self.now(), "login": self.session,
                "region": self.region if me.breaker_a else None, "phases": me.phases,
                "breaker_a": me.breaker_a, "rating_ma": me.rating_ma, "errors": [], "late": 0}

    def _leader(self):
        if self.leader_heard_at is None:
            return None
        return {"n": 1, "name": NAMES[0], "serial": serial_of(1),
                "heard_ms": self.now() - self.leader_heard_at}

    def _group(self):
        if self.role not in ("leader", "follower") or not self.me.breaker_a:
            return None
        drawn, held, possible = [0] * 3, [0] * 3, [0] * 3
        for board in self.members:
            row = self._row(board)
            for phase in range(3):
                if board.mask() >> phase & 1:
                    held[phase] += board.held_ma
                    possible[phase] += board.held_ma + row["offered_ma"]
                    drawn[phase] += row["drawn_ma"][phase] or 0
        phases = 0
        for board in self.members:
            phases |= board.mask()
        return {"name": self.name, "limit_ma": self.limit_ma, "limit_next_ma": self.next_ma,
                "enabled": self.enabled, "fallback": self.fallback, "possible_ma": possible,
                "held_ma": held, "drawn_ma": drawn, "phases": phases, "unsure": False}

    def _row(self, board):
        gone = board.missing_at is not None
        runs = self.enabled and board.draws_a and board.cap_a != 0 and not gone
        drawn = int((board.draws_a or 0) * 1000) if runs else 0
        why, text = self._why(board, runs)
        return {"n": board.n, "serial": board.serial, "name": board.name,
                "me": board is self.me,
                "missing_ms": self.now() - board.missing_at if gone else None,
                "state": "C2" if runs else "B1" if board.draws_a else "A1",
                "offered_ma": drawn + 400 if runs else 0,
                "drawn_ma": [drawn if board.mask() >> phase & 1 else 0 for phase in range(3)],
                "why": why, "text": text, "signal": None if gone else board.signal,
                "lost": board.lost, "energy_wh": int((board.draws_a or 0) * 412),
                "estimate": not board.metered, "session_s": 7920,
                "fallback_ma": min(self.share_ma(), board.rating_ma),
                "rating_ma": board.rating_ma, "held_ma": board.held_ma,
                "breaker_a": board.breaker_a, "phases": board.mask(), "version": None,
                "cap_a": board.cap_a, "priority": board.priority, "min_a": board.min_a}

    def _why(self, board, runs):
        if board.why:
            return board.why
        if not self.enabled:
            return [_NOT_ENABLED], "Sharing is off. No unit charges."
        if board.draws_a and board.cap_a == 0:
            return [_PAUSED], "Paused on this page."
        if runs:
            return [_CHARGING], "Charging. Gets all that its car takes."
        return [_NO_CAR], "No car."

    def troubles(self):
        """Findings."""
        found = [{"code": "missing", "args": [n, self.board(n).held_ma],
                  "what": "%s is not heard. %.1f A is held for it." % (
                      self.board(n).name, self.board(n).held_ma / 1000),
                  "do": ["Look at its breaker and its light. Switch it on again if it tripped.",
                         "Light is on: something keeps the radio out. A car, a metal door?",
                         "Switched off for longer: say so, and the others get its current."],
                  "since_ms": self.now() - self.board(n).missing_at, "unit": n}
                 for n in self.missing()]
        if self.change and self.change["waits"]:
            found.append({"code": "waits", "args": [self.change["waits"]],
                          "what": "A change waits for units %s." % self.change["waits"],
                          "do": ["Switch on what is missing.", "Or go on without it."],
                          "since_ms": self.now() - self.change["at"], "unit": None})
        return found + self.extra
