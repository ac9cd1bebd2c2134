# SPDX-License-Identifier: MIT
"""Every step that the small world can take, each worked out once with the real objects.

What a unit does in a step depends on its own state and on the frames that reach it, on nothing
else. So the parts are worked out one by one and remembered: a state of the world is a leader and
two places, and its successors are put together from what is known of these. A place holds a
follower and what is on its way from it and to it; both places are written as unit 2's.

A step: units boot or change their mind; the pilot paths run; the followers report; the leader
hears what arrives, late reports after new ones, and sends its frame; the followers hear what
arrives, late frames last, and follow at once. The circuit rule is judged before and after.
"""

from collections import namedtuple

from host_tools.verify.exhaustive.air import Air, Table
from host_tools.verify.exhaustive.canonical import (
    Names, SameNames, account_tuple, accounts_of, tuple_of)
from host_tools.verify.exhaustive.maker import Maker
from host_tools.verify.exhaustive.scale import ALL_MA, LEADER, NOW_MS, STEP_MS, UNITS, tag
from host_tools.verify.exhaustive.unit import Unit

NOW = NOW_MS + STEP_MS
ME = 2  # both followers are written as unit 2

# At most one in a step. boots: units; wants: the unit whose vehicle changes its mind, or 0.
Event = namedtuple("Event", ("name", "boots", "wants", "cost"))
EVENTS = (Event("", (), 0, 0),
          Event("unit 1 reboots", (1,), 0, 1), Event("unit 2 reboots", (2,), 0, 1),
          Event("unit 3 reboots", (3,), 0, 1), Event("all units reboot", UNITS, 0, 1),
          Event("the vehicle of unit 2 changes its mind", (), 2, 1),
          Event("the vehicle of unit 3 changes its mind", (), 3, 1))


def mirrored(units) -> tuple:
    """The same units with 2 and 3 exchanged, sorted."""
    return tuple(sorted({1: 1, 2: 3, 3: 2}[unit] for unit in units))


# What may become of a place's two frames, apart from whether its report arrives at once. One that
# waits arrives in the next step: a late one, or the copy of one that has arrived.
Way = namedtuple("Way", ("grant_lost", "report_waits", "grant_waits"))
WAYS = tuple(Way(lost, report, grant) for report in (0, 1) for grant in (0, 1) for lost in (0, 1))

# What a follower's part of a step comes to. number: of its report; ma: what it may draw then.
# places: one for each of WAYS; most_ma: the most that the vehicle may draw at the end.
Report = namedtuple("Report", ("number", "ma"))
Ways = namedtuple("Ways", ("places", "most_ma"))
# The leader's part: its next state, its frame for either follower, and what it may draw.
Round = namedtuple("Round", ("leader", "grants", "ma", "later_ma"))


class World:
    """What is known so far. Leaders and places have numbers, made in the order of discovery."""

    def __init__(self):
        self.air = Air()
        self.heads = Table()  # leaders without their accounts
        self.accounts = Table()
        self.leaders = Table()  # (head, own account, account of either place)
        self.followers = Table()
        self.places = Table()
        self.mirror = [0]  # number of the leader with units 2 and 3 exchanged
        self.worked = 0  # steps of units that were worked out with the real objects
        self._makers = {unit: Maker(unit) for unit in (LEADER, ME)}
        self._names = {}
        self._reports = {}
        self._follows = {}
        self._ends = {}
        self._times = Table()
        self._heads_of = {}
        self.heard = {}
        self._rounds = {}

    def _named(self, boots):
        if boots not in self._names:
            self._names[boots] = Names(boots)
        return self._names[boots]

    def first(self, wants_ma=(ALL_MA, ALL_MA, ALL_MA)):
        """Power comes to all: (leader, place of unit 2, place of unit 3)."""
        made = []
        for unit, want_ma in zip((LEADER, ME, ME), wants_ma):
            made.append(Unit.new(unit, want_ma))
            made[-1].boot(NOW)
            made[-1].pilot(NOW)
            made[-1].share(NOW)
        leader = self._leader(made[0], UNITS)
        places = [self.place(self.followers.number(tuple_of(follower, self._named(UNITS))), 0, 0)
                  for follower in made[1:]]
        return leader, places[0], places[1]

    def _leader(self, unit, boots):
        names = self._named(boots)
        head = self.heads.number(tuple_of(unit, names))
        own, two, three = [self.accounts.number(account)
                           for account in accounts_of(unit.member.leader, names)]
        self.times(head)
        return self.leader(head, own, two, three)

    def leader(self, head, own, two, three) -> int:
        """The number of a leader with these parts."""
        number = self.leaders.number((head, own, two, three))
        if number == len(self.mirror):
            self.mirror.append(number)
            if two != three:
                self.mirror[number] = self.leaders.number((head, own, three, two))
                self.mirror.append(number)
        return number

    def place(self, follower, report, grant) -> int:
        """The number of a place with these parts."""
        return self.places.number((follower, report, grant))

    # --- a follower

    def report(self, place, boots, wants) -> Report:
        """The report that a follower sends, and what its vehicle may draw then."""
        follower = self.places.things[place][0]
        key = follower, boots, wants
        if key not in self._reports:
            unit, payload, ma = self._reporting(*key)
            self._reports[key] = Report(self.air.table.number(payload), ma)
        return self._reports[key]

    def _reporting(self, follower, boots, wants):
        self.worked += 1
        unit = self._makers[ME].make(self.followers.things[follower])
        if wants:
            unit.want_other()
        if boots:
            unit.boot(NOW)
        ma = unit.pilot(NOW)
        payload, = unit.share(NOW)
        return unit, payload, ma

    def _follow(self, follower, boots, wants, payloads):
        """The follower after its step, and what its vehicle may draw at the end of it."""
        key = follower, boots, wants, payloads
        if key not in self._follows:
            unit, _, _ = self._reporting(follower, ME in boots, wants)
            for payload in payloads:
                if payload:
                    unit.member.on_frame(LEADER, self.air.payload(payload), NOW)
            ma = unit.pilot(NOW)
            after = tuple_of(unit, self._named(boots))
            self._follows[key] = self.followers.number(after), ma
        return self._follows[key]

    def end(self, place, boots, wants, grant) -> Ways:
        """All that a place may be after a step in which the leader sent `grant`."""
        key = place, boots, wants, grant
        if key not in self._ends:
            follower, _, waiting = self.places.things[place]
            names = self._named(boots)
            report = self.air.older(self.report(place, ME in boots, wants).number, names, boots)
            late = self.air.older(grant, names, boots)
            ends = [self._follow(follower, boots, wants, (arrives, waiting))
                    for arrives in (grant, 0)]
            places = [self.place(ends[way.grant_lost][0], report if way.report_waits else 0,
                                  late if way.grant_waits else 0) for way in WAYS]
            self._ends[key] = Ways(tuple(places), max(ends[0][1], ends[1][1]))
        return self._ends[key]

    def may_draw(self, place, boots, wants, grant, way) -> int:
        """What a vehicle may draw at the end of a step in which this became of the frames."""
        follower, _, waiting = self.places.things[place]
        arrives = 0 if way.grant_lost else grant
        return self._follow(follower, boots, wants, (arrives, waiting))[1]

    # --- the leader

    def times(self, head) -> int:
        """The number of what a leader knows of when its frames left; that is all it needs of
        itself to hear a report."""
        number = self._times.number(self.heads.things[head][2][2])
        self._heads_of.setdefault(number, head)
        return number

    def hears(self, times, account, reports) -> int:
        """What the leader keeps of a follower once it has heard its reports. times: see there,
        0 for a leader that boots in this step: it knows nothing of before."""
        key = times, account if times else 0, reports
        if key not in self.heard:
            self.worked += 1
            maker = self._makers[LEADER]
            unit = maker.make(self.heads.things[self._heads_of[times or 1]])
            kept = self.accounts.things[account]
            if times:
                maker.keep_accounts(unit.member.leader, [kept, kept])
            else:
                unit.boot(NOW)
            for report in reports:
                if report:
                    unit.member.on_frame(ME, self.air.payload(report), NOW)
            self.heard[key] = self.accounts.number((
                account_tuple(unit.member.leader.ledger.account(tag(ME)), SameNames()),
                kept[1] if times else None))
        return self.heard[key]

    def decide(self, head, own, two, three, boots) -> Round:
        """The leader's round with these accounts, which have heard what arrived."""
        key = head, own, two, three, boots
        if key not in self._rounds:
            self.worked += 1
            maker = self._makers[LEADER]
            unit = maker.make(self.heads.things[head])
            things = self.accounts.things
            accounts = [things[own], things[two], things[three]]
            if LEADER in boots:
                unit.boot(NOW)
                accounts[0] = accounts_of(unit.member.leader, SameNames())[0]
            maker.keep_accounts(unit.member.leader, accounts)
            ma = unit.pilot(NOW)
            payload, = unit.share(NOW)
            later_ma = unit.pilot(NOW)
            self._rounds[key] = Round(
                self._leader(unit, boots), tuple([self.air.grant_for(u, payload) for u in (2, 3)]),
                ma, later_ma)
        return self._rounds[key]

    def round(self, leader, boots, reports) -> Round:
        """The leader's part. reports: those that arrive from either place, in their order."""
        head, own, *accounts = self.leaders.things[leader]
        times = 0 if LEADER in boots else self.times(head)
        heard = [self.hears(times, *pair) for pair in zip(accounts, reports)]
        return self.decide(head, own, *heard, boots)
