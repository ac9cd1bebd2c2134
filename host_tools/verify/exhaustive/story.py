# SPDX-License-Identifier: MIT
"""A path through the small world in words: what became of every frame, and who offered what.

States are kept without telling the followers apart where they are alike, so a path is told by
following one of the worlds that it stands for.
"""

from host_tools.verify.exhaustive.levels import DELIVERIES
from host_tools.verify.exhaustive.scale import LIMIT_MA
from host_tools.verify.exhaustive.world import EVENTS, WAYS, mirrored


class Teller:
    """Tells the path of a search that has found a violation."""

    def __init__(self, search):
        self._search, self._world, self._levels = search, search.world, search.levels

    def lines(self) -> list:
        """The path, one line for each step."""
        numbers = self._search.path()
        state = self._start(numbers[0])
        lines = ["start: all units have just got power"]
        for step, number in enumerate(numbers[1:], 1):
            state, words = self._step(state, number)
            lines.append("step %d: %s; offers %s" % (step, words, self._offers(state)))
        lines.append("step %d: %s" % (len(numbers), self._end(state)))
        return lines

    def _start(self, number):
        for wants_ma in self._search.starts:
            state = self._world.first(wants_ma)
            if self._levels.number(*state) == number:
                return state
        raise KeyError(number)

    def _choices(self, state):
        """(state, words) of every step from a state."""
        leader, two, three = state
        world = self._world
        for event in EVENTS:
            boots = mirrored(event.boots)
            reports = (world.report(two, 2 in event.boots, event.wants == 2),
                       world.report(three, 3 in event.boots, event.wants == 3))
            for delivery in DELIVERIES:
                done = self._round(leader, (two, three), event, reports, delivery)
                ends = (world.end(two, event.boots, event.wants == 2, done.grants[0]),
                        world.end(three, boots, event.wants == 3, done.grants[1]))
                for i, one in enumerate(ends[0].places):
                    for j, other in enumerate(ends[1].places):
                        yield (done.leader, one, other), (event, delivery, (i, j))

    def _round(self, leader, places, event, reports, delivery):
        waited = [self._world.places.things[place][1] for place in places]
        return self._world.round(leader, event.boots, tuple([
            (report.number if arrives else 0, late)
            for report, arrives, late in zip(reports, delivery, waited)]))

    def _step(self, state, number):
        best = None
        for after, choice in self._choices(state):
            young = self._young(after)
            if self._levels.number(*young) == number and (best is None
                                                          or _cost(choice) < _cost(best[1])):
                best = young, choice
        if best is None:
            raise KeyError(number)
        return best[0], _words(*best[1])

    def _young(self, state):
        leader, *places = state
        head, own, *accounts = self._world.leaders.things[leader]
        for n in (0, 1):
            accounts[n], places[n] = self._levels.ages.young(accounts[n], places[n])
        return (self._world.leader(head, own, *accounts), *places)

    def _offers(self, state):
        world = self._world
        leader, *places = state
        units = [world.heads.things[world.leaders.things[leader][0]]]
        units += [world.followers.things[world.places.things[place][0]] for place in places]
        return " ".join("%.1f" % (unit[0][1] / 1000) for unit in units)

    def _end(self, state):
        """The step in which the rule is broken."""
        leader, two, three = state
        world = self._world
        best = None
        for _, choice in self._choices(state):
            event, delivery, _ = choice
            if best is not None and _cost(choice) >= _cost(best[0]):
                continue
            reports = (world.report(two, 2 in event.boots, event.wants == 2),
                       world.report(three, 3 in event.boots, event.wants == 3))
            done = self._round(leader, (two, three), event, reports, delivery)
            before_ma = (done.ma, reports[0].ma, reports[1].ma)
            later_ma = (done.later_ma,) + self._ends_ma(state, choice, done)
            worst_ma = max(before_ma, later_ma, key=sum)
            if sum(worst_ma) > LIMIT_MA:
                best = choice, worst_ma
        choice, worst_ma = best
        return "%s; then the vehicles may draw %s A, together %.1f of %.1f A" % (
            _words(*choice), " ".join("%.1f" % (ma / 1000) for ma in worst_ma),
            sum(worst_ma) / 1000, LIMIT_MA / 1000)

    def _ends_ma(self, state, choice, done):
        event, _, ways = choice
        return (self._world.may_draw(state[1], event.boots, event.wants == 2, done.grants[0],
                                     WAYS[ways[0]]),
                self._world.may_draw(state[2], mirrored(event.boots), event.wants == 3,
                                     done.grants[1], WAYS[ways[1]]))


def _cost(choice):
    event, delivery, ways = choice
    waits = sum(WAYS[way].report_waits + WAYS[way].grant_waits for way in ways)
    lost = sum(WAYS[way].grant_lost for way in ways) + delivery.count(0)
    return event.cost + waits, lost, choice


_FATES = {(True, False): "", (True, True): "%s arrives twice", (False, True): "%s comes late",
          (False, False): "%s is lost"}


def _words(event, delivery, ways):
    """What happened in a step."""
    said = [event.name] if event.name else []
    for unit, arrives, way in zip((2, 3), delivery, ways):
        fate = _FATES[bool(arrives), bool(WAYS[way].report_waits)]
        said += [fate % ("the report of unit %d" % unit)] if fate else []
        fate = _FATES[not WAYS[way].grant_lost, bool(WAYS[way].grant_waits)]
        said += [fate % ("the frame to unit %d" % unit)] if fate else []
    return ", ".join(said) or "every frame arrives"
