# SPDX-License-Identifier: MIT
"""Keeps counters from growing for ever beside a follower that hears nothing.

Of a frame that is older than canonical.ECHOES nothing matters but its order: has the follower
heard this amount of the leader's or not? So old sequence numbers, those in the leader's account of
a follower and those in its place, are numbered anew without gaps.
"""

from host_tools.verify.exhaustive.canonical import ECHOES
from host_tools.verify.exhaustive.scale import EPOCH, SEQUENCE
from host_tools.verify.exhaustive.unit import CODEC

_OLD = -ECHOES
_CANDIDATE, _SENT = 4, 9  # in a tuple of canonical.account_tuple


class Ages:
    """Renumbers what is old, pair by pair of an account and its place."""

    def __init__(self, world):
        self._world = world
        self._echoes = {}
        self._pairs = {}
        self.account_is_old = lambda number: any(
            age < _OLD for age in _account_ages(world.accounts.things[number]))
        self.place_is_old = lambda number: any(
            age < _OLD for age in self._place_ages(world.places.things[number]))

    def young(self, account, place):
        """(account, place) with their old sequence numbers made anew."""
        key = account, place
        if key not in self._pairs:
            world = self._world
            kept, held = world.accounts.things[account], world.places.things[place]
            old = sorted({age for age in _account_ages(kept) + self._place_ages(held)
                          if age < _OLD}, reverse=True)
            new = {age: _OLD - 1 - n for n, age in enumerate(old)}
            if any(age != new[age] for age in old):
                account = world.accounts.number(_account_with(kept, new))
                place = world.place(*self._place_with(held, new))
            self._pairs[key] = account, place
        return self._pairs[key]

    def _echo(self, report):
        """Age of the frame that a report on its way echoes."""
        if report not in self._echoes:
            header, body = CODEC.decode(self._world.air.payload(report))
            self._echoes[report] = (body.echo_sequence - SEQUENCE if header.epoch == EPOCH
                                    else 1)
        return self._echoes[report]

    def _place_ages(self, held):
        if held is None:
            return []
        follower, report, _ = held
        heard = self._world.followers.things[follower][1][1]
        ages = [] if heard is None else [heard]
        return ages + [self._echo(report)] if report else ages

    def _place_with(self, held, new):
        world = self._world
        follower, report, grant = held
        outlet, (lease, heard), leader = world.followers.things[follower]
        if report and self._echo(report) in new:
            header, body = CODEC.decode(world.air.payload(report))
            report = world.air.table.number(CODEC.report(header, body._replace(
                echo_sequence=SEQUENCE + new[self._echo(report)])))
        return (world.followers.number((outlet, (lease, new.get(heard, heard)), leader)), report,
                grant)


def _account_ages(thing):
    if thing is None:
        return []
    kept = thing[0]
    candidate = kept[_CANDIDATE]
    ages = [sent[0] for sent in kept[_SENT]]
    return ages if candidate is None or candidate[1] is None else ages + [candidate[1]]


def _account_with(thing, new):
    kept, usage = list(thing[0]), thing[1]
    kept[_SENT] = tuple([(new.get(sent[0], sent[0]),) + sent[1:] for sent in kept[_SENT]])
    if kept[_CANDIDATE] is not None:
        boot, after = kept[_CANDIDATE]
        kept[_CANDIDATE] = boot, new.get(after, after)
    return tuple(kept), usage


