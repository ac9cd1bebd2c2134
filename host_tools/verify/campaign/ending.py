# SPDX-License-Identifier: MIT
"""The end of an owner's story: the air is well, all have power, and the owner does what a unit's
own sentences tell him. Then the group must agree on one revision, and everyone must be in it, or
be outside and able to come in.
"""

from host_tools.simulate.events import RIGHT_CODE, Event

TAIL_S = 1800  # room for what follows; it ends as soon as all is done
AGREED_MS = 240_000  # until one revision is agreed on
_TOLD_MS = 40_000  # so long the owner looks on before he acts, and before he acts again
_JOINED_MS = 420_000  # until a unit that is let in then has its share, wrong codes before it too
_QUIET_MS = 60_000  # so long it waits for a moment in which nothing else goes on
_STEP_MS = 1000
_MINIMUM_MA = 6000
AGREEMENT, WAY_BACK, REFUSED = "agreement", "way_back", "refused"
# What a sentence must name where the owner is refused to the end: a way, or what is allowed.
_WAYS = ("wait until", "without", "remove", "hand_over", "lead_again", "start it again", "must be",
         "on unit", "set it up", "pair", "factory_reset", "not in the group", "is not waited for",
         "waiting for units", "done on the leader", "is the leader already",
         "has not stopped leading", "must confirm", "at least", "at most")


class Ending:
    """Plays the end of a simulation. untouched: who looks at the others while units are let in.
    `found`: list of (checker, at_ms, text); `agreed_ms`: how long the agreement took, None: it did
    not come."""

    def __init__(self, simulation, untouched):
        self._simulation, self._owner = simulation, simulation.owner
        self._untouched = untouched
        self._firmware = simulation.firmware
        self._units = sorted(simulation.nodes)
        self.found, self.agreed_ms = [], None

    def play(self):
        """To the end."""
        simulation = self._simulation
        start_ms = told_ms = simulation.now_ms
        self._heal()
        while not self._agree() or self._owner.waits:
            now_ms = simulation.now_ms
            if self._is_gone():
                break
            if now_ms - start_ms > AGREED_MS:
                self._fail(AGREEMENT, self._why_not())
                return
            if now_ms - told_ms > _TOLD_MS:
                told_ms = now_ms
                self._help()
            simulation.advance(now_ms + _STEP_MS)
        self.agreed_ms = simulation.now_ms - start_ms
        if self._is_gone():
            return
        self._owner.looks_anew()
        simulation.advance(simulation.now_ms + _STEP_MS)
        self._judge_refusals()
        self._let_all_in()

    def _fail(self, checker, text):
        self.found.append((checker, self._simulation.now_ms, text))

    def _heal(self):
        simulation = self._simulation
        simulation.air.change(None, None, {"loss": 0.0, "duplicate": 0.0, "delay_ms": [1, 10]})
        for node in simulation.nodes.values():
            node.set_power(True)
        if not simulation.dealings.wished["enabled"]:
            simulation.dealings.enable(self._event("enable", None))

    def _event(self, do, unit, **more):
        return Event(self._simulation.now_ms, do, unit, **more)

    # No unit holds a revision any more: they were reset, and storages fell back to before there
    # was one. Then a group is set up, as on the first day.
    def _is_gone(self):
        nodes = self._simulation.nodes.values()
        return all(node.running for node in nodes) and not any(
            self._firmware.newest(node.program) for node in nodes)

    # Does the group agree?

    def _agree(self):
        nodes = self._simulation.nodes
        return all(node.running for node in nodes.values()) and self._firmware.agreed(
            [node.program for node in nodes.values()])

    def _why_not(self):
        nodes = self._simulation.nodes
        wishes = ["%s: %s" % (wish.key, wish.refused) for wish in self._owner.open_wishes]
        return "; ".join(wishes + [
            "unit %d: %s" % (unit, self._firmware.standing(nodes[unit].program))
            for unit in self._units])

    # What the owner does where units tell him to.

    def _help(self):
        nodes, dealings = self._simulation.nodes, self._simulation.dealings
        if self._agree():  # what is still refused will be
            for wish in self._owner.open_wishes:
                self._owner.give_up(wish)
            return
        stopped = [unit for unit in self._units if self._firmware.has_stopped(nodes[unit].program)]
        leader = self._simulation.leader
        if not leader.running:
            return
        if self._firmware.is_blank(leader.board):
            heir = max(self._units, key=lambda unit: self._firmware.newest(nodes[unit].program))
            if self._firmware.newest(nodes[heir].program):
                dealings.promote(self._event("promote", heir))
            return
        if stopped and self._firmware.leads(leader.program) is None:
            dealings.lead_again(self._event("lead_again", stopped[0]))
            return
        if self._firmware.is_no_leader(leader.program):
            # Its flash is another one's: all wait for it, and it waits with them.
            dealings.factory_reset(self._event("factory_reset", leader.id))
            return
        for unit in self._firmware.waiting(leader.program):
            if not self._firmware.is_blank(nodes[unit].board):
                dealings.go_on_without(self._event("go_on_without", unit))
                continue
            if self._owner.is_named(unit):
                dealings.member(self._event("member", unit))
            dealings.no_power(self._event("no_power", unit))  # it was reset: it holds nothing
        if self._firmware.leads(leader.program) is None:
            return
        for unit in sorted(self._firmware.members(leader.program)):
            if self._firmware.is_blank(nodes[unit].board):
                dealings.member(self._event("member", unit))

    # Whoever is refused to the end must know what else to do.

    def _judge_refusals(self):
        for _, wish in self._owner.given_up:
            if wish.refused is not None and not any(way in wish.refused for way in _WAYS):
                self._fail(REFUSED, "%s: %s" % (wish.key, wish.refused))

    def _let_all_in(self):
        simulation = self._simulation
        for unit in self._units:
            if unit in self._owner.members:
                continue
            start_ms = simulation.now_ms
            while (not self._untouched.judged and not self._untouched.is_calm()
                   and simulation.now_ms - start_ms <= _QUIET_MS):
                simulation.advance(simulation.now_ms + _STEP_MS)
            start_ms = simulation.now_ms
            if self._firmware.newest(simulation.nodes[unit].program):
                # A member of what was: the leader shows it, and says that it is to be reset.
                simulation.dealings.factory_reset(self._event("factory_reset", unit))
            simulation.dealings.pair(self._event("pair", unit, options={"code": RIGHT_CODE}))
            while unit not in self._owner.members or not self._agree() or not self._takes(unit):
                if simulation.now_ms - start_ms > _JOINED_MS:
                    self._fail(WAY_BACK, f"unit {unit} is not let in: {self._why_not()}")
                    return
                simulation.advance(simulation.now_ms + _STEP_MS)

    def _takes(self, unit):
        """Has its vehicle, if one waits for it, an offer?"""
        board = self._simulation.nodes[unit].board
        vehicle = board.vehicle
        return (vehicle is None or not vehicle.hungry or board.offer_ma >= _MINIMUM_MA
                or not self._owner.enabled)
