# SPDX-License-Identifier: MIT
"""All successors of many states at once: what parts do is looked up, then put together by numpy.

A state is one number: the leader's and the two places'. Of two states that differ in nothing but
which follower is called 2 and which 3, only the smaller number is kept. What this overlooks: where
two followers are equal in everything else, the lower id goes first.
"""

import time

import numpy as np

from host_tools.verify.exhaustive.ages import Ages
from host_tools.verify.exhaustive.air import Table
from host_tools.verify.exhaustive.scale import LEADER, LIMIT_MA
from host_tools.verify.exhaustive.world import EVENTS, WAYS, mirrored

_BITS = 20
_MASK = (1 << _BITS) - 1
_ACCOUNT = (1 << 21) - 1
_CHUNK = 1 << 15
_PENDING = 1 << 23
_NO_MIRROR = 1 << 62 - 2 * _BITS  # above every leader
MOST_WAIT = 4  # late or doubled: two reports, two grants
MOST_COST = MOST_WAIT + 1
DELIVERIES = ((1, 1), (1, 0), (0, 1), (0, 0))  # which of both reports arrive at once


class OutOfTime(Exception):
    """There is no time left."""


class Violation(Exception):
    """The circuit rule is broken in a step that begins in `state`."""

    def __init__(self, state):
        super().__init__("the circuit rule is broken after state %x" % state)
        self.state = state


def split(states):
    """(leaders, places, places) of states."""
    return states >> 2 * _BITS, states >> _BITS & _MASK, states & _MASK


class Growing:
    """A numpy array of what a function says of 0, 1, 2 and so on, made as far as it is needed."""

    def __init__(self, function, width=None):
        self._function = function
        self._row = () if width is None else (width,)
        self._values = np.zeros((0,) + self._row, np.int64)

    def upto(self, count):
        """The array for at least so many."""
        have = len(self._values)
        if have < count:
            rows = [self._function(number) for number in range(have, count)]
            self._values = np.concatenate([self._values, np.array(rows, np.int64).reshape(
                (count - have,) + self._row)])
        return self._values


class Levels:
    """Successors of arrays of states. A step costs its faults: each frame that waits in the air,
    and an event; lost frames cost nothing. until_s: of time.process_time(), then OutOfTime;
    merged: mirror images are one; watch: called now and then."""

    def __init__(self, world, until_s=None, merged=True, watch=None):
        self.world = world
        self.until_s = until_s
        self.transitions = 0
        self.most_ma = 0
        waits = [way.report_waits + way.grant_waits for way in WAYS]
        ways = range(len(WAYS))
        self._pairs = [[(i, j) for i in ways for j in ways if waits[i] + waits[j] == cost]
                       for cost in range(MOST_WAIT + 1)]
        self._sounds = {event: (self._sound(event, 2), self._sound(event, 3)) for event in EVENTS}
        self._mirror = Growing((lambda number: world.mirror[number]) if merged
                               else (lambda number: _NO_MIRROR))
        self._watch = watch or (lambda: None)
        self.ages = Ages(world)
        self._old_accounts = Growing(self.ages.account_is_old)
        self._old_places = Growing(self.ages.place_is_old)
        self._tops = Table()  # (head, own account)
        self._parts = Growing(self._parts_of, 6)
        self.heard = []
        self._heard_numbers = {}

    def _parts_of(self, leader):
        # (head, own account, account, account, times, top)
        if not leader:
            return (0,) * 6
        head, own, two, three = self.world.leaders.things[leader]
        return head, own, two, three, self.world.times(head), self._tops.number((head, own))

    def _sound(self, event, unit):
        # What a place sounds like to the leader: its report, and what waited on its way.
        return Growing(lambda place: self._sound_of(event, unit, place), 2)

    def _sound_of(self, event, unit, place):
        if not place:
            return (0, 0)
        report = self.world.report(place, unit in event.boots, event.wants == unit)
        key = report.number, self.world.places.things[place][1]
        if key not in self._heard_numbers:
            self._heard_numbers[key] = len(self.heard)
            self.heard.append(key)
            if len(self.heard) > _MASK:
                raise RuntimeError("more reports than a key has room for")
        return self._heard_numbers[key], report.ma

    def after(self, states, costs):
        """All states one step after these at one of these costs, sorted, each once. Raises
        Violation, or OutOfTime."""
        found = []
        for begin in range(0, len(states), _CHUNK):
            part = states[begin:begin + _CHUNK]
            for event in EVENTS:
                pairs = [pair for waits, pairs in enumerate(self._pairs)
                         if waits + event.cost in costs for pair in pairs]
                if pairs:
                    found.append(np.unique(np.concatenate(self._after_event(part, event, pairs))))
                self._watch()
                if self.until_s is not None and time.process_time() > self.until_s:
                    raise OutOfTime
                if sum(map(len, found)) > _PENDING:
                    found = [self._young(np.unique(np.concatenate(found)))]
        return self._young(np.unique(np.concatenate(found)))

    def _young(self, states):
        """The same states with old counters made anew: see ages.py."""
        world = self.world
        leaders, *places = split(states)
        parts = self._parts.upto(len(world.leaders.things))[leaders]
        accounts = self._old_accounts.upto(len(world.accounts.things))
        held = self._old_places.upto(len(world.places.things))
        old = np.zeros(len(states), bool)
        for place, account in zip(places, (parts[:, 2], parts[:, 3])):
            old |= (accounts[account] | held[place]) != 0
        if not old.any():
            return states
        parts = parts[old, :4]
        for n in (0, 1):
            places[n] = places[n][old]
            keys, inverse = np.unique(parts[:, 2 + n] << 32 | places[n], return_inverse=True)
            pairs = np.array([self.ages.young(key >> 32, key & 0xffffffff)
                              for key in keys.tolist()], np.int64)[inverse]
            parts[:, 2 + n], places[n] = pairs[:, 0], pairs[:, 1]
        rows, inverse = np.unique(parts, axis=0, return_inverse=True)
        leaders = np.array([world.leader(*row) for row in rows.tolist()], np.int64)[inverse]
        return np.unique(np.concatenate([states[~old], self.numbers(leaders, *places)]))

    def number(self, leader, two, three) -> int:
        """The number of a state, of its mirror image if that is smaller."""
        return int(self.numbers(*np.array([[leader], [two], [three]], np.int64))[0])

    def numbers(self, leaders, twos, threes):
        """The numbers of states, of their mirror images where these are smaller."""
        mirrors = self._mirror.upto(len(self.world.leaders.things))[leaders]
        return np.minimum(leaders << 2 * _BITS | twos << _BITS | threes,
                          mirrors << 2 * _BITS | threes << _BITS | twos)

    def _after_event(self, states, event, pairs):
        leaders, *places = split(states)
        parts = self._parts.upto(len(self.world.leaders.things))[leaders]
        sounds = [sound.upto(len(self.world.places.things))[place]
                  for sound, place in zip(self._sounds[event], places)]
        heard = [self._hear(parts[:, 4], parts[:, 2 + n], sounds[n][:, 0], event) for n in (0, 1)]
        first_ma = sounds[0][:, 1] + sounds[1][:, 1]
        found = []
        for delivery in DELIVERIES:
            rounds = self._decide(parts, heard[0][:, delivery[0]], heard[1][:, delivery[1]], event)
            self._judge(states, rounds[:, 3] + first_ma)
            ends = [self._ends(places[0], rounds[:, 1], event.boots, event.wants == 2),
                    self._ends(places[1], rounds[:, 2], mirrored(event.boots), event.wants == 3)]
            self._judge(states, rounds[:, 4] + ends[0][:, -1] + ends[1][:, -1])
            found += self._combined(pairs, rounds[:, 0], *ends)
        return found

    def _hear(self, times, accounts, sounds, event):
        """Accounts after the step's reports: in column 1 if the new one arrives at once."""
        if LEADER in event.boots:
            times, accounts = times * 0, accounts * 0
        keys, inverse = np.unique(times << 42 | accounts << 20 | sounds, return_inverse=True)
        rows = []
        for key in keys.tolist():
            report, waited = self.heard[key & _MASK]
            account = key >> 20 & (1 << 22) - 1
            rows.append([self.world.hears(key >> 42, account, (new, waited))
                         for new in (0, report)])
        return np.array(rows, np.int64)[inverse]

    def _decide(self, parts, twos, threes, event):
        """Rows (leader, grant, grant, mA, mA) of the leader's rounds."""
        if len(self.world.accounts.things) >> 21 or len(self._tops.things) >> 20:
            raise RuntimeError("more accounts than a key has room for")
        keys, inverse = np.unique(parts[:, 5] << 42 | twos << 21 | threes, return_inverse=True)
        rows = []
        for key in keys.tolist():
            head, own = self._tops.things[key >> 42]
            done = self.world.decide(head, own, key >> 21 & _ACCOUNT, key & _ACCOUNT, event.boots)
            rows.append((done.leader,) + done.grants + (done.ma, done.later_ma))
        return np.array(rows, np.int64)[inverse]

    def _ends(self, places, grants, boots, wants):
        keys, inverse = np.unique(places << 32 | grants, return_inverse=True)
        ends = [self.world.end(key >> 32, boots, wants, key & 0xffffffff)
                for key in keys.tolist()]
        return np.array([end.places + (end.most_ma,) for end in ends], np.int64)[inverse]

    def _judge(self, states, possible_ma):
        most_ma = int(possible_ma.max())
        self.most_ma = max(self.most_ma, most_ma)
        if most_ma > LIMIT_MA:
            raise Violation(int(states[possible_ma > LIMIT_MA].min()))

    def _combined(self, pairs, leaders, twos, threes):
        if len(self.world.places.things) > _MASK:
            raise RuntimeError("more places than a state's number has room for")
        mirrors = self._mirror.upto(len(self.world.leaders.things))[leaders]
        turned = (mirrors < leaders)[:, None]
        even = mirrors == leaders
        high = np.where(turned, threes, twos)
        low = np.where(turned, twos, threes)
        base = np.minimum(leaders, mirrors) << 2 * _BITS
        found = []
        for i, j in pairs:
            x, y = high[:, i], low[:, j]
            # Turned ones have their ways the other way round, which is the same set of pairs.
            swap = even & (x > y)
            found.append(base | np.where(swap, y, x) << _BITS | np.where(swap, x, y))
        self.transitions += len(leaders) * len(pairs)
        return found
