# SPDX-License-Identifier: MIT
"""Drills: who is who, and which revision counts: boards removed, replaced, reset, copied, promoted
twice, and storage that returns an older copy (rules 3, 5, 12 and 13).

Each plays a sequence that an earlier wording permitted; the world asserts the circuit rule.
"""

from core.group.on_demand.first_record import joining_record
from core.sharing import frames
from core.sharing.member import LEFT
from core.sharing.on_demand import revising
from core.sharing.on_demand.change_waits import waiting_units
from core.sharing.on_demand.change_waits import repeat_revision
from host_tools.records import row, serial_of
from tests import owner_words
from tests.drills.scenes import grants_to, heard, live, settled
from tests.rules import read
from tests.world import KEY, World


def ask(w, unit, name, *given, **named):
    """An owner asks a unit for something, which it does."""
    node = w.node(unit)
    words = revising if name == "revise" else owner_words
    assert getattr(words, name)(node.member, *given, now_ms=node.local(), **named) is None
    node.wake()


def rows(*units):
    return [row(unit) for unit in units]


def in_force(w, number, seconds=60):
    return w.run(seconds, until=lambda: w.leader().revisions.in_force.number == number)


def dies(w, unit, seconds=32):
    """A leader's board is dead, and so for as long as a promotion needs."""
    w.node(unit).die()
    w.run(seconds)


def grants_of(w, unit):
    """All amounts that a leader sends from now on."""
    return heard(w, unit, lambda header, body: (
        isinstance(body, frames.GrantFrame) and body.entries))


# --- removed


def test_a_unit_that_was_removed_without_power_is_told_when_it_is_back():
    """Rule 12: the key stays, so that it hears it."""
    w = settled(3, 60000, wants=(20000, 20000, 20000))
    w.node(3).die()
    ask(w, 1, "revise", members=rows(1, 2))
    ask(w, 1, "without_power", 3)
    in_force(w, 2)
    for node in w.nodes:
        node.want_ma = 48000
    w.run(20)
    assert w.offers() == [30000, 30000, 0]
    w.node(3).boot()
    w.run(20)
    assert w.node(3).member.role == LEFT and w.node(3).record == {}
    w.run(40)
    assert w.offers() == [30000, 30000, 0]


def test_a_removed_unit_that_was_there_forgets_its_key_too():
    """Rule 12: and is not kept as a stranger."""
    w = settled(3, 60000, wants=(20000, 20000, 20000))
    ask(w, 1, "revise", members=rows(1, 2))
    in_force(w, 2)
    w.run(20)
    assert w.node(3).member.role == LEFT and w.node(3).record == {}


def test_a_unit_that_is_gone_on_without_keeps_its_old_fallback():
    """Rule 12: it gets power again out of reach, and nobody had promised that it would not."""
    w = settled(3, 60000, wants=(20000, 20000, 20000))
    w.node(3).die()
    w.cut(3)
    ask(w, 1, "revise", limit_ma=30000)
    w.run(20)
    assert w.leader().revisions.in_force.number == 1 and waiting_units(w.leader()) == [3]
    ask(w, 1, "go_on_without", 3)
    in_force(w, 3)
    assert [r.fallback_ma for r in w.leader().revisions.in_force.members] == [0, 0, 20000]
    w.node(3).boot()
    for node in w.nodes:
        node.want_ma = 48000
    w.run(60)
    assert w.offers()[2] == 20000 and sum(w.offers()) <= 30000


def test_a_unit_that_leaves_and_is_taken_back_has_forgotten_its_lease():
    """Rule 3: who joins, or may not use a lease, forgets it, before it says so."""
    w = settled(3, 60000, "minimum", wants=(0, 6000, 48000))
    w.drops = lambda source, destination, payload: (
        destination == 3 and read(payload)[0].kind == frames.GRANT)
    ask(w, 1, "revise", members=rows(1, 2))
    w.run(3, until=lambda: not w.node(3).member.group.takes)
    ask(w, 1, "revise", members=rows(1, 2, 3))
    w.run(3, until=lambda: w.node(3).member.group.takes)
    assert w.node(3).offered_ma == 0
    w.node(2).want_ma = 48000
    w.run(20)
    assert w.offers()[2] == 0  # as after any lease, its fallback comes later
    w.drops = None
    w.run(20, until=lambda: w.offers() == [0, 30000, 30000])


def test_a_replaced_unit_is_waited_for_and_its_successor_is_not_it():
    """Rule 12: the old board has power; the new one of its number does not speak for it."""
    w = settled(3, 60000, wants=(48000, 48000, 48000))
    w.cut(3)
    new = w.newcomer()
    new.want_ma = 48000
    ask(w, 1, "revise", members=rows(1, 2) + [row(4)._replace(unit=3)])
    w.run(60)
    assert waiting_units(w.leader()) == [3] and w.offers() == [20000, 20000, 20000, 0]
    w.heal()
    in_force(w, 2)
    w.run(30)
    assert w.offers() == [20000, 20000, 0, 20000] and w.node(3).member.role == LEFT


# --- pending changes


def test_a_change_that_waits_for_a_missing_unit_stops_nobody_else():
    """Rule 3: amounts go on while both revisions are enabled and name the unit."""
    w = settled(3, 60000, wants=(20000, 20000, 20000))
    w.cut(3)
    ask(w, 1, "revise", limit_ma=45000)
    for _ in range(20):
        w.run(3)
        assert live(w, 1, 2) and min(w.offers()[:2]) >= 12000


# --- two leaders


def test_two_heirs_that_do_not_hear_each_other_grant_nothing():
    """Rules 12 and 13: the leader between them is dead; each waits for the other's half."""
    w = settled(3, 60000, wants=(48000, 48000, 48000))
    w.block(2, 3)
    w.block(3, 2)
    dies(w, 1)
    ask(w, 2, "promote", old_leader_has_no_power=True)
    ask(w, 3, "promote", old_leader_has_no_power=True)
    sent = grants_of(w, 2), grants_of(w, 3)
    w.run(60)
    assert sent == ([], []) and w.offers()[1:] == [20000, 20000]
    assert w.node(2).member.leader.unsure() and w.node(3).member.leader.unsure()
    # Their two revisions have one number: neither is taken for the other.
    one, other = [w.node(unit).member.leader.revisions for unit in (2, 3)]
    assert one.pending.number == other.pending.number and one.digest != other.digest
    w.heal()
    w.run(60, until=lambda: w.offers()[1:] == [30000, 30000])
    assert [n.member.leader is not None for n in w.nodes[1:]] == [False, True]


def test_a_board_that_starts_without_end_does_not_outbid_the_heir():
    """Rules 3 and 13: its epochs are higher by now, its revision in force is older."""
    w = settled(3, 60000, wants=(48000, 48000, 48000))
    dies(w, 1)
    ask(w, 2, "promote", old_leader_has_no_power=True)
    w.run(30, until=lambda: not w.leader().unsure())
    w.node(1).record["epoch"] = w.node(1).record["group"]["epoch"] = 5000
    w.node(1).boot()
    sent = grants_of(w, 1)
    w.run(60)
    assert sent == [] and w.node(1).member.leader is None
    assert w.offers() == [20000] * 3 and w.leader().unit == 2  # it was added again


def test_who_stepped_back_says_so_until_the_new_leader_is_heard():
    """Rule 13: also after a restart; the new one has missed that its revision is in force."""
    w = settled(3, 42000, wants=(14000, 14000, 14000))
    ask(w, 1, "hand_over", 3)
    w.run(60, until=lambda: w.leader().revisions.pending is not None)
    w.run(3, until=lambda: not waiting_units(w.leader()))
    w.block(1, 3)
    w.run(30, until=lambda: w.leader().retired())
    w.run(20)
    w.node(1).boot()
    w.run(5)
    assert w.node(3).member.leader is None
    w.heal()
    w.run(20, until=lambda: w.node(3).member.leader is not None)
    w.run(20)
    assert w.offers() == [14000] * 3 and w.node(1).member.leader is None


# --- storage that falls back


def test_a_leader_whose_storage_fell_back_takes_its_own_revision_as_in_force():
    """Rule 12: a unit has heard it, and another one is out of reach."""
    w = settled(3, 60000, wants=(48000, 48000, 48000))
    ask(w, 1, "revise", limit_ma=48000)
    w.run(3, until=lambda: w.node(1).record["lead"]["pending"] is not None)
    old = w.node(1).record
    in_force(w, 2)
    w.run(3)
    w.cut(3)
    w.node(1).record = old
    w.node(1).boot()
    w.run(30)
    assert w.leader().revisions.in_force.number == 2 and w.leader().revisions.pending is None
    assert live(w, 1, 2) and sum(w.offers()) <= 48000


def test_a_leader_that_does_not_know_its_newest_member_asks_it_too():
    """Rule 12: every unit of every revision that it has heard of."""
    w = settled(3, 60000, wants=(48000, 48000, 48000))
    old = w.node(1).record
    new = w.newcomer()
    new.want_ma = 48000
    ask(w, 1, "revise", members=rows(1, 2, 3, 4))
    in_force(w, 2)
    w.run(30)
    assert w.offers() == [15000] * 4
    w.cut(4)
    w.node(1).record = old
    w.node(1).boot()
    sent = grants_of(w, 1)
    w.run(3)
    del sent[:]  # before it had heard of it
    w.run(60)
    assert sent == [] and waiting_units(w.leader()) == [4]
    assert w.offers() == [15000] * 4
    w.heal()
    w.run(60, until=lambda: not w.leader().unsure())
    assert w.leader().revisions.in_force.number == 3
    w.run(30)
    assert w.offers() == [15000] * 4 and live(w, 1, 2, 3, 4)


def test_a_leader_whose_record_is_gone_leads_nobody():
    """Rule 5: a first record is made only with the key of a new group."""
    w = settled(3, 60000, wants=(48000, 48000, 48000))
    node = w.node(1)
    node.record = joining_record(KEY, serial_of(1), 1)
    node.boot()
    w.run(60)
    assert node.member.leader is None and w.offers() == [0, 20000, 20000]
    ask(w, 2, "promote", old_leader_has_no_power=True)
    w.run(60)
    assert w.leader().unit == 2 and not w.leader().unsure()
    w.run(20)
    assert sum(w.offers()) <= 60000 and min(w.offers()[1:]) >= 20000


# --- boards that are other than before


def test_a_row_for_another_wiring_is_nobodys():
    """Rule 5: the same revision is said again to a unit that is on another phase by now."""
    w = World(2, 40000, wired=[2, 1])
    w.node(1).want_ma = 48000
    w.run(10)
    node = w.node(2)
    node.config = node.outlet.config = node.config._replace(wired=2)
    w.block(2, 1)
    node.boot()
    node.want_ma = 48000
    for _ in range(6):
        repeat_revision(w.leader(), w.node(1).local())
        w.run(10)
        assert node.offered_ma == 0 and not node.member.group.takes
    w.heal()
    w.run(60, until=lambda: w.offers() == [20000, 20000])


def test_nothing_from_before_counts_for_a_unit_that_is_paired_again():
    """Rules 3 and 12: it is given the leader's epoch, sequence and revision."""
    w = settled(3, 60000, wants=(6000, 48000, 6000))
    old = heard(w, 1, lambda header, body: header.kind != frames.GRANT or grants_to(body, 2))
    ask(w, 1, "revise", limit_ma=66000)
    in_force(w, 2)
    w.run(5)
    ask(w, 1, "revise", limit_ma=30000)
    in_force(w, 3)
    node = w.node(2)
    w.pair(node)
    w.cut(2)
    assert len(old) > 10
    for payload in old:
        w.inject(1, 2, payload)
    w.run(60)
    assert node.member.group.revision is None and node.offered_ma == 0
    w.heal()
    w.run(30, until=lambda: live(w, 2))
    assert node.member.group.number() == 3
