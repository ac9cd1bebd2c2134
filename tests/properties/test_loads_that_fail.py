# SPDX-License-Identifier: MIT
"""Whatever is loaded for a moment may fail to load: flash or memory refuse. Then who asked is told
so, nothing is half done, and the group goes on as if a frame had been lost.

A story leads through all that loads something. Nothing stays loaded between two things that
happen, so each of them loads what it needs; one load of them fails, once.
"""

import ast
import functools
import inspect
import sys
from contextlib import contextmanager

import pytest

import core.load
from core.connector.pilot_state import A, B, C
from core.group.on_demand.first_record import first_record
from core.group.on_demand.proposal import make
from core.load import NotLoaded
from core.sharing.follower import UnitConfig
from core.sharing.on_demand import naming, revising
from core.sharing.on_demand.member import new_member
from core.timing import Timing
from tests import owner_words
from tests.rules import frozen
from host_tools.core_state import state_of
from host_tools.records import row, serial_of
from tests.unit.demand_bench import Bench
from tests.world import Node, World

PARTS = 8
_DUE = "asked when it is due next"


@functools.cache
def brought(name) -> frozenset:
    """Paths of a file on demand and of those that it imports: all are there with it."""
    found = {tuple(name.replace(".on_demand", "").split("."))}
    for node in ast.parse(inspect.getsource(sys.modules[name])).body:
        if isinstance(node, ast.ImportFrom) and ".on_demand" in node.module:
            found |= brought(node.module)
    return frozenset(found)


class Loads:
    """What is loaded, in place of core.load.load; `fails`: number of the load that fails."""

    def __init__(self, fails=None):
        self.fails = fails
        self.during = None  # what a unit does; None: it starts
        self.seen = []  # kinds of loads: (path, function that asked, what the unit does)
        self.failed = None
        self.held = set()  # since the last thing that happened

    def __call__(self, path, asked):
        assert self.during != _DUE, "when it is due must be known without loading %s" % (path,)
        if path not in self.held and self.during is not None:
            self.held.add(path)
            self.seen.append((path, asked, self.during))
            if len(self.seen) - 1 == self.fails:
                self.failed = self.seen[-1]
                self.held.clear()  # as let_go() would
                raise NotLoaded("%s could not be loaded: try again" % path[-1])
        name = "%s.on_demand.%s" % (".".join(path[:-1]), path[-1])
        __import__(name)
        self.held |= brought(name)
        return sys.modules[name]


def _load(*path):
    return _asked(path, sys._getframe(1).f_code.co_qualname)  # noqa: F821  (of core.load)


@contextmanager
def loading(found):
    """Put a Loads in place of the function that everybody has imported."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(core.load.load, "__code__", _load.__code__)
        patch.setattr(core.load, "_asked", found, raising=False)
        yield found


# All but the newest epoch and number that it has heard of: those it has heard, whatever came next.
def _state(member):
    return frozen({name: value for name, value in state_of(member).items()
                   if name not in ("epoch_max", "number_max")})


class CarefulNode(Node):
    """As app/unit.py: what cannot be loaded is done later, and a frame is dropped."""

    def __init__(self, world, *given):
        super().__init__(world, *given)
        self.refused = []  # (what failed to load, in what, was all left as it was?)
        self._wrote = False

    def _try(self, action, *given, whole=True):
        loads = self.world.loads
        loads.held.clear()
        loads.during = action.__name__
        # To look at everything takes long: where the load that fails may come next.
        near = loads.fails is not None and 0 <= loads.fails - len(loads.seen) < 20
        before = near and _state(self.member)
        try:
            return action(*given)
        except NotLoaded as error:
            assert "could not be loaded: try again" in str(error)
            same = not whole or _state(self.member) == before
            self.refused.append((loads.failed, action.__name__, same))
            self.wake()
            return None
        finally:
            loads.during = None

    def step(self):
        """The sharing task, then the pilot path."""
        now, member = self.local(), self.member
        for source, payload in self._waiting:
            self._try(member.on_frame, source, payload, now)
        self._waiting = []
        self.outlet.step(member.offer(now), now, self.world.now_ms)
        member.on_connector(self.outlet.snapshot(now), now)
        self._try(member.tick, now, whole=False)  # of several things, each for itself
        record = self._try(member.record_to_store, now)
        if record is not None:
            self.record = record
            self._wrote = True
        if self._wrote:
            refused = len(self.refused)
            self._try(member.on_stored, True, now)
            self._wrote = len(self.refused) > refused
        frames = member.frames_to_send()
        for destination, payload in frames:
            self.world.send(self.unit, destination, payload)
        if frames:
            self.outlet.step(member.offer(now), now, self.world.now_ms)
        self.world.loads.during = _DUE
        due = min(member.next_deadline_ms(), member.offer_until_ms(now), self.outlet.due_ms(now))
        self.world.loads.during = None
        self._next_ms = self.world.now_ms + max(20, self._true_span(due - now))

    def says(self, words, *given, **named):
        """Its owner says something; refused for want of memory, he says it again."""
        def asked():
            core.load.load("core", "sharing", words.__module__.rpartition(".")[2])  # as who asks
            return words(self.member, *given, now_ms=self.local(), **named)
        refused = len(self.refused)
        error = self._try(asked)
        if len(self.refused) > refused:
            error = asked()
        assert error is None, error
        self.wake()


class CarefulWorld(World):
    """A World of such nodes."""

    NODE = CarefulNode

    def __init__(self, *given, loads):
        self.loads = loads
        super().__init__(*given)

    def agreed(self, number, units, seconds=90):
        """Run until these units hold a revision of that number or a later one, in force."""
        def reached():
            return all(self.node(u).member.group.confirmed_number >= number
                       and self.node(u).member.group.stored_in_force() for u in units)
        self.run(seconds, until=reached)


def rows(w, *units):
    """Rows of the newest revision for some of its units."""
    return [r for r in w.leader().revisions.newest().members if r.unit in units]


def beginning(found):
    """A group starts, and its limit is changed; judged by World at every step."""
    w = CarefulWorld(3, 40000, loads=found)
    for node in w.nodes:
        node.want_ma = 16000
    w.run(14)
    w.node(1).says(revising.revise, limit_ma=36000)
    w.agreed(2, (1, 2, 3))
    return w


def story(found):
    """It goes on to change in all the ways there are."""
    w = beginning(found)
    new = w.newcomer()
    new.want_ma = 16000
    w.run(4)
    w.node(1).says(revising.revise, members=rows(w, 1, 2, 3) + [row(4)])
    w.agreed(3, (1, 2, 3, 4))
    w.node(1).says(owner_words.hand_over, 2)
    w.agreed(4, (1, 2, 3, 4), 120)
    w.run(5)
    removed = w.node(3).record
    w.node(2).says(revising.revise, members=rows(w, 1, 2, 4))
    w.agreed(5, (1, 2, 4))
    w.run(3)
    w.node(3).record = removed  # its storage has fallen back: it is told once more
    w.node(3).boot()
    w.run(3, until=lambda: w.node(3).record == {})
    older = w.node(2).record
    w.node(4).die()
    w.node(2).says(revising.revise, limit_ma=30000)
    w.run(2)
    w.node(2).says(owner_words.go_on_without, 4)
    w.agreed(6, (1, 2))
    w.node(2).record = older  # it leads by what it held before, and must learn what is newer
    w.node(2).boot()
    w.node(4).boot()
    w.agreed(7, (1, 2, 4), 120)
    named(w)
    w.node(2).die()
    w.run(45)
    w.node(1).says(owner_words.promote, old_leader_has_no_power=True)
    w.agreed(1000, (1, 4), 120)
    w.node(2).boot()
    w.run(20)
    w.node(4).die()
    w.node(1).says(revising.revise, members=rows(w, 1, 2))
    w.run(2)
    w.node(1).says(owner_words.without_power, 4)
    w.agreed(w.leader().revisions.newest().number, (1, 2))
    w.run(40)
    return w


def named(w):
    """The owner names two units, one of which must be told, and has it blink."""
    w.node(2).says(naming.rename, 1, "door")
    w.node(2).says(naming.rename, 2, "garage")
    w.run(5, until=lambda: w.node(1).record["group"]["name"] == "door")
    leader = w.node(2).member
    tag = leader.leader.ledger.accounts[0].tag
    w.node(2).says(_blink, tag, 5)
    w.run(3)
    assert w.node(1).member.blink_ms > w.node(1).local()


def _blink(member, tag, seconds, now_ms):
    core.load.load("core", "sharing", "rare_frames").send_blink(member, tag, seconds, now_ms)


_blink.__module__ = "core.sharing.on_demand.rare_frames"  # what says() is to load


def outcome(w):
    """What the group has come to."""
    newest = w.leader().revisions.in_force
    return (w.leader().unit, newest.limit_ma, [r.unit for r in newest.members], w.offers())


def kinds(found):
    """{kind: number of its first load} of a story."""
    first = {}
    for number, kind in enumerate(found.seen):
        first.setdefault(kind, number)
    return first


def usual(tell):
    """(what a story comes to, {kind: number of its first load}) if no load fails."""
    with loading(Loads()) as found:
        return outcome(tell(found)), kinds(found)


def fails_once(tell, kind, number, expected):
    """One load of a story fails: nothing is half done, and it comes to what was expected."""
    with loading(Loads(number)) as found:
        w = tell(found)
    assert found.failed == kind
    refused = [one for node in w.nodes for one in node.refused]
    assert refused and all(whole for _, _, whole in refused), refused
    assert outcome(w) == expected, kind


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_fails_to_load_once_is_done_later_and_nothing_is_half_done(part):
    expected, first = usual(story)
    assert len(first) > 20
    for kind in sorted(first)[part::PARTS]:
        fails_once(story, kind, first[kind], expected)


def each_fails_once(tell) -> list:
    """What comes of it where nothing fails to load, and then for each load if that one fails."""
    with loading(Loads()) as found:
        told = [tell(found)]
    for number in range(len(found.seen)):
        with loading(Loads(number)) as again:
            told.append(tell(again))
        assert again.failed
    return told


def asks(found):
    """What is asked for a vehicle that comes, charges, stops and goes. A step that cannot load
    what it needs has changed nothing, and is made again."""
    bench = Bench()
    asked = []
    for state, draw_ma in ((A, 0), (B, 0), (B, 0), (C, 0), (C, 15800), (C, 15800), (B, 0), (A, 0)):
        bench.now_ms += 500
        found.held.clear()
        found.during = "step"
        before = frozen(bench.estimator)
        try:
            asked.append(bench.step(state, 16000, draw_ma))
        except NotLoaded:
            assert frozen(bench.estimator) == before
            asked.append(bench.step(state, 16000, draw_ma))
    return asked


def test_a_step_of_an_estimator_that_cannot_be_made_is_made_later():
    first, *others = each_fails_once(asks)
    assert len(others) >= 5 and others == [first] * len(others)


def changed_alone(found) -> int:
    """A unit alone raises its limit; its turns come until that is in force. Their number."""
    config = UnitConfig(serial_of(1), 16000, 1, False, 0, 16000, 6000)
    revision = make(1, 1, True, "equal", 10000, [row(1, 1, 16000)])
    member = new_member(config, first_record(bytes(32), serial_of(1), revision), Timing(), 1, 0,
                        radio=False)
    assert revising.revise(member, 100, limit_ma=16000) is None
    for turn in range(1, 200):
        found.held.clear()
        found.during = "tick"
        try:
            member.tick(100 + 200 * turn)
        except NotLoaded:
            pass
        finally:
            found.during = None
        if member.leader.revisions.in_force.limit_ma == 16000:
            return turn
    raise AssertionError("not in force in %d turns" % turn)


def test_a_change_of_a_unit_alone_comes_into_force_whatever_cannot_be_loaded_once():
    turns, *others = each_fails_once(changed_alone)
    assert len(others) >= 4 and max(others) <= turns + 2
