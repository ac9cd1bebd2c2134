# SPDX-License-Identifier: MIT
"""All checkers of a simulation, and what they share, put together."""

from host_tools.simulate.checkers.circuit_rule import CircuitRule
from host_tools.simulate.checkers.contactor import ContactorStates
from host_tools.simulate.checkers.excess import Overcurrent
from host_tools.simulate.checkers.fair_share import FairShare
from host_tools.simulate.checkers.fallback import FallbackReached
from host_tools.simulate.checkers.flash import FlashWrites
from host_tools.simulate.checkers.granted import Granted
from host_tools.simulate.checkers.lease import Alone, NotEnabled, QuietAfterBoot
from host_tools.simulate.checkers.pilot import Duties, Increases, Rating
from host_tools.simulate.checkers.stays import Stays
from host_tools.simulate.checkers.terms import Terms
from host_tools.simulate.checkers.toggles import Toggles
from host_tools.simulate.checkers.waiting import Group, Recovery, Starving
from host_tools.simulate.leases import Leases


class Judges:
    """`checkers`: all of them. nodes: of all units; dealings: what the owner wants; lasts_ms: how
    long all is played.
    """

    def __init__(self, clock, nodes, air, watchers, owner, dealings, lasts_ms):
        boards = [node.board for node in nodes]
        limit_ma = owner.limit_ma
        self._owner = owner
        self._apart = {board.id for board in boards if board.spec.role == "alone"}
        self._terms = Terms(owner.leader.id, [board.id for board in boards],
                            dealings.fallbacks_ma())
        self._terms.leaders |= self._apart  # until they join, nobody grants them anything
        if dealings.is_open:
            self._terms.follow(air, boards)
        self.leases = leases = Leases(clock, nodes, air)
        stays = watchers.add(Stays(boards, watchers.add(Toggles(clock, boards))))
        self._group = group = watchers.add(Group(clock, owner, dealings.wants, leases))
        self.circuit_rule = CircuitRule(clock, boards, limit_ma, self._apart)
        self._not_enabled = NotEnabled(clock, boards, owner, self._apart)
        self.flash = FlashWrites(clock, nodes)
        self.starving = Starving(clock, nodes, air, stays, group)
        self.recovery = Recovery(clock, boards, air, stays, group)
        self.checkers = [
            self.circuit_rule, ContactorStates(clock, boards), Duties(clock), Rating(clock),
            Increases(clock, boards), QuietAfterBoot(clock, nodes),
            Alone(clock, nodes, self._terms),
            Granted(clock, nodes, leases, self._terms), self._not_enabled,
            Overcurrent(clock, boards, self.circuit_rule),
            FallbackReached(clock, nodes, leases, self._terms, stays), self.starving,
            self.recovery, self.flash,
            FairShare(clock, nodes, air, stays, group, self._terms, self.circuit_rule,
                      lambda: min(owner.limit_ma, dealings.wished["limit_ma"]), lasts_ms)]
        for checker in self.checkers:
            watchers.add(checker)

    def asked(self, *fallbacks):
        """The owner asks for a change after which the fallbacks may be these."""
        for possible in fallbacks:
            self._terms.allow(possible)
        self._group.asked()
        self.flash.changed()
        self.starving.changed()

    def steered(self, ttl_s: "int | None") -> "int | None":
        """Somebody wishes something of units for so long, None: for good. Until when it is not
        judged whether all have the current that they could have, ms."""
        self.flash.changed()
        return self._group.steered(ttl_s)

    def moves(self, unit: int, fallbacks: dict):
        """The owner wants another unit to lead, after which the fallbacks may be these."""
        self._terms.allow(fallbacks)
        self._terms.leads(unit)
        self._group.asked()
        self.flash.moved()
        self.starving.changed()

    def in_force(self, limit_ma: int, enabled: bool):
        """Another revision is in force."""
        joined = self._apart & self._owner.members
        if joined:
            self._apart -= joined
            self._terms.leaders -= joined
            self.circuit_rule.refresh(joined)
        self.circuit_rule.set_limit(limit_ma)
        self._not_enabled.set_enabled(enabled)
        self._group.in_force(enabled)
        self.starving.changed()

    def forgets(self):
        """A unit's storage gives an older copy at its next boot."""
        self._not_enabled.forgets()

    def violations(self) -> list:
        """What the checkers have found so far, in time."""
        found = [violation for checker in self.checkers for violation in checker.violations]
        return sorted(found, key=lambda v: (v.at_ms, v.checker, v.unit))
