# SPDX-License-Identifier: MIT
"""What the owner of a simulated group does in a story, and what the group may be by his wishes.

Each becomes a wish (wishes.py) that he asks for until it is granted. The judges are told before:
they must allow for the group as it was and as it is to be.
"""

import json

from host_tools.simulate import pairing, wishes
from host_tools.simulate.checkers.terms import fallbacks_ma
from host_tools.simulate.events import RIGHT_CODE, WRONG_CODE
from host_tools.simulate.hal import SETTINGS

# How owner.py names what the group is to be, and what it takes.
_CALLS = {"limit_ma": lambda limit_ma: ("limit", limit_ma // 1000),
          "enabled": lambda on: ("enable", on),
          "fallback": lambda mode: ("fallback", mode)}
_PAIRING_MS = 300_000  # so long somebody tries to pair a unit
_STEER_MS = 10_000
_PATIENCE_MS = 60_000  # and so long what is said of one moment
# With any of these the air shows what the group becomes: who is let in is not the owner's to say.
_OPEN = ("pair", "remove", "replace", "no_power", "go_on_without", "factory_reset", "clone")


class Dealings:
    """The owner's part in a simulation. limit_ma, fallback, enabled: as he wants them; members: of
    whom he wants the group to be."""

    def __init__(self, scenario, owner, nodes):
        self._scenario, self._owner, self._nodes = scenario, owner, nodes
        self.members = {unit.id for unit in scenario.units if unit.member}
        self.wished = {"limit_ma": scenario.limit_ma, "enabled": True,
                       "fallback": scenario.fallback}
        self.is_open = any(event.do in _OPEN for event in scenario.events)
        self._dead = set()

    def watch(self, judges, settling, revision_wait):
        """Who is told before the owner asks."""
        self._judges, self._settling, self._revision_wait = judges, settling, revision_wait

    def wants(self, unit: int) -> bool:
        """Does the owner want this unit to share?"""
        return self.wished["enabled"] and unit in self.members

    def fallbacks_ma(self, *more, without=frozenset()) -> dict:
        """Fallbacks by what the owner wished for last (rule 5); `more`: other members; `without`:
        leaders whose place another took, who are out until they are taken in again."""
        if not self.wished["enabled"]:
            return {}
        wished = self.members.union(more) - without
        members = [unit for unit in self._scenario.units if unit.id in wished]
        if not members:
            return {}
        return fallbacks_ma(self.wished["fallback"], self.wished["limit_ma"], members)

    @property
    def changing(self) -> bool:
        """Does the owner wait for a change to be in force?"""
        wished = self.wished["limit_ma"], self.wished["enabled"], self.members
        owner = self._owner
        return owner.waits or owner.moving or wished != (
            owner.limit_ma, owner.enabled, set(owner.members))

    def _asked(self):
        # A unit that leads when the owner's wish reaches it stays a member, whatever was wished.
        self._judges.asked(self.fallbacks_ma(), self.fallbacks_ma(self._owner.leader.id),
                           self.fallbacks_ma(without=self._dead))

    def _become(self, come=(), go=()):
        self.members = self.members - set(go) | set(come)
        self._settling.set_members(self.members)
        self._asked()

    # What happens in a story: each is given the Event.

    def limit(self, event):
        """Another limit for the circuit."""
        limit_ma = event.limit_ma
        self._settling.set_limit(limit_ma)
        self._revision_wait.asked(lambda in_force_ma, _: in_force_ma == limit_ma)
        self._change("limit_ma", limit_ma)

    def enable(self, event):
        """Sharing on or off."""
        self._settling.set_enabled(event.on)
        self._revision_wait.asked(lambda _, in_force: in_force == event.on)
        self._change("enabled", event.on)

    def fallback(self, event):
        """Another fallback for all."""
        self._change("fallback", event.fallback)

    def _change(self, key, value):
        self.wished[key] = value
        self._asked()
        name, value = _CALLS[key](value)
        self._owner.wish(key, wishes.of_group(name, value))

    def member(self, event):
        """A unit joins or leaves, whatever it takes."""
        unit = event.unit
        if event.on:
            self._become(come=[unit])
            self._owner.wish(("member", unit), pairing.pair(unit))
        else:
            self._become(go=[unit])
            self._owner.wish(("member", unit), wishes.remove(unit))

    def pair(self, event):
        """A unit is paired, with its code or a wrong one."""
        code = event.options["code"]
        if code != RIGHT_CODE:
            label = None if code == WRONG_CODE else code
            self._judges.flash.changed()  # how many wrong codes there were is stored
            self._owner.wish(("wrong", event.unit), pairing.pair_wrongly(event.unit, label),
                             _PATIENCE_MS)
        elif event.other is not None:
            self._replace(event.other, event.unit, False)
        else:
            self._become(come=[event.unit])
            self._owner.wish(("member", event.unit), pairing.pair(event.unit), _PAIRING_MS,
                             lambda: self._stays_out(event.unit))

    def replace(self, event):
        """Another unit takes the place of one."""
        self._replace(event.unit, event.other, event.no_power)

    def _replace(self, old, new, no_power):
        self._become(come=[new], go=[old])
        self._owner.wish(("member", new), pairing.pair(new, old, no_power), _PAIRING_MS,
                         lambda: self._stays_out(new, old))

    def _stays_out(self, unit, instead=None):
        """The owner gives it up to let a unit in."""
        if unit not in self._owner.members:
            self.members.discard(unit)
            if instead is not None:
                self.members.add(instead)
            self._settling.set_members(self.members)

    def remove(self, event):
        """A unit leaves."""
        self._become(go=[event.unit])
        self._owner.wish(("member", event.unit), wishes.remove(event.unit, event.no_power))

    def no_power(self, event):
        """The owner's word for a unit that is waited for."""
        self._judges.flash.changed()
        self._owner.wish(("word", event.unit), wishes.no_power(event.unit), _PATIENCE_MS)

    def go_on_without(self, event):
        """A change does not wait for a unit."""
        self._judges.flash.changed()
        self._owner.wish(("without", event.unit), wishes.go_on_without(event.unit), _PATIENCE_MS)

    def rename(self, event):
        """A unit gets another name."""
        self._judges.flash.changed()
        self._owner.wish(("name", event.unit), wishes.rename(event.unit, event.options["name"]),
                         _PAIRING_MS)

    def steer(self, event):
        """Somebody wishes something of a unit, or a softer limit."""
        wanted = event.options
        ends_ms = self._judges.steered(None if wanted["owner"] else wanted["ttl_s"])
        if ends_ms is not None:
            self._owner.later(ends_ms, self._judges.starving.changed)
        self._owner.wish(("steer", event.unit, wanted["what"]), wishes.steer(
            event.unit, wanted["what"], wanted["value"], wanted["ttl_s"], wanted["owner"]),
            _STEER_MS)

    def hand_over(self, event):
        """The leader makes another unit the leader."""
        self._moves(event.unit, wishes.hand_over(event.unit))

    def promote(self, event):
        """A unit takes over from a leader without power."""
        self._dead.add(self._owner.leader.id)
        self._moves(event.unit, wishes.promote(event.unit))

    def _moves(self, unit, wish):
        self._judges.moves(unit, self.fallbacks_ma(without=self._dead))
        self._owner.wish("leader", wish)

    def lead_again(self, event):
        """A leader that has stopped is started again."""
        self._judges.moves(event.unit, self.fallbacks_ma())
        self._owner.wish(("again", event.unit), wishes.lead_again(event.unit), _PATIENCE_MS)

    def factory_reset(self, event):
        """A unit forgets, at its cable."""
        self._forgets(event.unit)
        self._owner.wish(("reset", event.unit), wishes.factory_reset(event.unit), _PATIENCE_MS)

    def _forgets(self, unit):
        self._judges.leases.forget(unit, lambda: self._owner.is_blank(unit))

    def clone(self, event):
        """The flash of a unit is copied onto another one's board, which starts with it."""
        self._forgets(event.other)
        source, board = self._nodes[event.unit].board, self._nodes[event.other].board
        own = json.loads(source.store.get(SETTINGS) or b"{}")
        board.store.clear()
        board.store.update(source.store)
        board.store[SETTINGS] = json.dumps({"role": source.spec.role, **own}).encode()
        self._nodes[event.other].reboot(0, 0)
