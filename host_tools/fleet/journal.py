# SPDX-License-Identifier: MIT
"""What happened, in words: the scenario's own events, and what the units made of them."""

_VEHICLE = {"A": "vehicle left", "B": "vehicle connected", "C": "charging", "D": "charging",
            "E": "pilot shorted", "F": "not available"}
_LOST = {"fallback": "does not hear its leader: goes by its fallback",
         "none": "does not hear its leader: offers nothing"}
_GIVES_WAY_MA = 2000  # less is the ordinary to and fro of sharing


def clock(at_ms: int) -> str:
    """Time since the start for people: 3:07."""
    seconds = at_ms // 1000
    return "%d:%02d" % (seconds // 60, seconds % 60)


def amperes(amount_ma: int) -> str:
    """Amperes with one digit after the point."""
    return "%.1f" % (amount_ma / 1000)


def _one_or_all(unit) -> str:
    return "all units" if unit is None else "unit %d" % unit


def _air_text(event):
    loss = event.air.get("loss")
    if loss is None:
        return "the radio's delay or duplication changes"
    ends = [" %s unit %s" % (word, ", ".join(str(unit) for unit in units))
            for word, units in (("from", event.sources), ("to", event.targets)) if units]
    if loss >= 1:
        return "the radio%s fails" % "".join(ends)
    return "the radio%s works, %d %% of the frames get lost" % ("".join(ends), round(loss * 100))


def event_text(event) -> str:
    """One sentence part for an event of a scenario."""
    unit = _one_or_all(event.unit)
    if event.do == "air":
        return _air_text(event)
    if event.do == "reboot":
        return "%s restarts, away for %d s" % (unit, (event.hang_ms + event.down_ms) // 1000)
    if event.do == "power":
        return "%s: power %s" % (unit, "back" if event.on else "lost")
    if event.do == "limit":
        return "new limit: %s A" % amperes(event.limit_ma)
    if event.do == "fault":
        return "%s: %s %s" % (unit, event.fault, "appears" if event.on else "cleared")
    return "sharing %s" % ("enabled" if event.on else "disabled")


class Journal:
    """Collects (at_ms, text) lines; entries are only appended."""

    def __init__(self, scenario):
        self._events = sorted(scenario.events, key=lambda event: event.at_ms)
        self._next = 0
        self._rows = {}
        self._lost = {}  # unit: what the others offered when it was lost, None once they gave way
        self.lines = []

    def look(self, now_ms: int, rows: list):
        """Takes in the state at now_ms, which must not go back."""
        while self._next < len(self._events) and self._events[self._next].at_ms <= now_ms:
            event = self._events[self._next]
            self._add(event.at_ms, event_text(event))
            self._next += 1
        offered_ma = sum(row["offered_ma"] for row in rows if row["lease"] == "live")
        for row in rows:
            before = self._rows.get(row["id"])
            if before is not None:
                self._compare_state(now_ms, before["pilot_state"][:1], row)
                self._compare_lease(now_ms, before["lease"], row, offered_ma)
            self._rows[row["id"]] = row
        self._look_who_gives_way(now_ms, offered_ma)

    def _compare_state(self, now_ms, before, row):
        state = row["pilot_state"][:1]
        if state == before or state not in _VEHICLE:
            return
        stopped = state == "B" and before in ("C", "D")
        text = "charging stopped" if stopped else _VEHICLE[state]
        self._add(now_ms, "unit %d: %s" % (row["id"], text))

    def _compare_lease(self, now_ms, before, row, offered_ma):
        unit, lease = row["id"], row["lease"]
        if lease == before:
            return
        if lease in _LOST:
            self._lost.setdefault(unit, offered_ma)
            self._add(now_ms, "unit %d %s" % (unit, _LOST[lease]))
        elif unit in self._lost:  # not at the start, when all hear their leader at once
            del self._lost[unit]
            self._add(now_ms, "unit %d hears its leader again" % unit)

    def _look_who_gives_way(self, now_ms, offered_ma):
        for unit, before_ma in self._lost.items():
            if before_ma is not None and before_ma - offered_ma >= _GIVES_WAY_MA:
                self._lost[unit] = None
                self._add(now_ms, "the others give way to unit %d" % unit)

    def _add(self, at_ms, text):
        # Two events of one moment that say the same in two directions are one line.
        line = (at_ms, text)
        if line not in self.lines[-4:]:
            self.lines.append(line)
