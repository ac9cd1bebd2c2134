# SPDX-License-Identifier: MIT
"""The owner, who changes the group by the firmware's own owner functions, and what revision is in
force (rule 12).

While a unit is down its page cannot be reached, and some changes must wait for others: the owner
tries again every second, in the order in which he wanted it. The leadership moves at his wish
alone (rule 13).
"""

from host_tools.simulate.clock import STORY
from host_tools.simulate.wishes import GONE, WAIT

_AGAIN_MS = 1000


class Wish:
    """Something that the owner wants. key: a later one of the same key, once it is granted, ends
    it; ask(owner): see wishes.py; until_ms: he gives it up then, and `lost()` is called, None:
    never."""

    def __init__(self, key, ask, until_ms, lost):
        self.key, self.ask, self.until_ms, self.lost = key, ask, until_ms, lost
        self.refused = None  # the sentence of its last refusal


class Owner:
    """Asks units for changes, most of them the one that leads, and tells those concerned what is
    in force."""

    def __init__(self, clock, firmware, nodes: dict, leader: int, limit_ma: int, members):
        self._clock, self._firmware, self._nodes = clock, firmware, nodes
        self.leader = nodes[leader]  # the node that led last
        self._epoch = 0  # of its leadership
        self._wishes = []
        self._asks = False
        self._listeners, self._watchers = [], []
        self.refused = []  # (at_ms, sentence)
        self.given_up = []  # (at_ms, Wish)
        self.members = frozenset(members)
        self._in_force = (limit_ma, True)
        self.moves = 0  # changes of the leadership so far
        self._heads_for = None  # unit that the leadership is on its way to

    @property
    def limit_ma(self) -> int:
        """Limit in force."""
        return self._in_force[0]

    @property
    def enabled(self) -> bool:
        """Is sharing on in the revision in force?"""
        return self._in_force[1]

    @property
    def moving(self) -> bool:
        """Is the leadership on its way to another unit?"""
        return self._heads_for is not None

    @property
    def waits(self) -> bool:
        """Is there a wish that nobody has granted yet?"""
        return bool(self._wishes)

    def later(self, at_ms: int, call):
        """Call something at a time to come."""
        self._clock.at(at_ms, STORY, lambda _: call(), None)

    def listen(self, listener):
        """Call listener(limit_ma, enabled) when another revision is in force."""
        self._listeners.append(listener)

    def watch(self, watcher):
        """Call watcher(wish) when the owner begins to want something."""
        self._watchers.append(watcher)

    def busy_with(self, wish) -> bool:
        """Does the owner want anything else than this wish?"""
        return any(other is not wish for other in self._wishes)

    @property
    def open_wishes(self) -> list:
        """What has not been granted yet."""
        return list(self._wishes)

    def wish(self, key, ask, patience_ms: "int | None" = None, lost=lambda: None):
        """The owner wants something from now on (Wish). patience_ms: he gives it up after it, and
        lost() is called."""
        until_ms = None if patience_ms is None else self._clock.now_ms + patience_ms
        wish = Wish(key, ask, until_ms, lost)
        self._wishes.append(wish)
        for watcher in self._watchers:
            watcher(wish)
        if not self._asks:
            self._asks = True
            self._ask(None)

    def look(self, node):
        """Called after the turns of `node`: does it lead, and what is in force?"""
        if not node.running:
            return
        epoch = self._firmware.leads(node.program)
        if epoch is None or epoch < self._epoch:
            return
        if node is not self.leader:
            self.moves += 1
            self.leader = node
            self._heads_for = None
        self._epoch = epoch
        in_force = self._firmware.in_force(node.program)
        members = self._firmware.members(node.program)
        if in_force is None or in_force == self._in_force and members in (None, self.members):
            return
        self._in_force = in_force
        self.members = self.members if members is None else members
        for listener in self._listeners:
            listener(*in_force)

    def looks_anew(self):
        """All agree now: also on an epoch lower than one that was seen, where storages fell back
        and nobody knows of that one any more."""
        self._epoch = 0

    def _ask(self, _):
        for wish in list(self._wishes):
            if wish in self._wishes:
                self._ask_for(wish)
        self._asks = bool(self._wishes)
        if self._asks:
            self._clock.at(self._clock.now_ms + _AGAIN_MS, STORY, self._ask, None)

    def _ask_for(self, wish):
        answer = wish.ask(self)
        if answer is None:  # what he wanted of the same before is no longer wanted
            until = self._wishes.index(wish)
            self._wishes = [other for index, other in enumerate(self._wishes)
                            if index > until or other.key != wish.key]
        elif answer is GONE:
            self._wishes.remove(wish)
        else:
            if answer is not WAIT:
                wish.refused = answer
                self.refused.append((self._clock.now_ms, answer))
            if wish.until_ms is not None and self._clock.now_ms >= wish.until_ms:
                self.give_up(wish)

    def give_up(self, wish):
        """The owner does not want it any more, as it cannot be had."""
        self._wishes.remove(wish)
        self.given_up.append((self._clock.now_ms, wish))
        wish.lost()

    # What wishes do.

    def on_leader(self, name: str, *given):
        """Ask the unit that leads for one of owner.py. None, its refusal, or WAIT."""
        return self._on(self.leader, name, given)

    def on(self, unit: int, name: str, *given):
        """The same of any unit."""
        return self._on(self._nodes[unit], name, given)

    def _on(self, node, name, given):
        if not node.running:
            return WAIT
        answer = self._firmware.ask(node, name, *given)
        if not isinstance(answer, str):
            node.nudge()
        return answer

    def serial(self, unit: int) -> str:
        """What stands on a unit's label: its serial."""
        return self._firmware.serial(unit)

    def code(self, unit: "int | None") -> str:
        """... and its code; None: one that is on no label."""
        return self._firmware.code_of(unit)

    def has_key(self, unit: int) -> bool:
        """Does a unit go by the present leader's group?"""
        return self._firmware.same_group(self._nodes[unit].program, self.leader.program)

    def is_safe(self, unit: int) -> bool:
        """Has a unit no power, or was it reset? Then the owner's word for it is true."""
        return not self._nodes[unit].board.powered or self.is_blank(unit)

    def is_blank(self, unit: int) -> bool:
        """Does a unit hold nothing of a group?"""
        return self._firmware.is_blank(self._nodes[unit].board)

    def number(self, unit: int) -> "int | None":
        """Under what number does the leader, who must run, know a unit? None: it does not."""
        return self._firmware.number(self.leader.program, unit)

    def is_named(self, unit: int) -> bool:
        """Is a unit in the newest revision of the leader, who must run?"""
        return self._firmware.is_named(self.leader.program, unit)

    def heads_for(self, unit: int):
        """The leadership is on its way to another unit."""
        self._heads_for = unit

    def reset(self, unit: int):
        """A unit forgets its group, at its cable, and starts anew. As on_leader."""
        node = self._nodes[unit]
        if not node.board.powered:
            return GONE
        self._firmware.reset(node.board)
        node.reboot(0, 0)
        return None
