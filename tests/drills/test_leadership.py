# SPDX-License-Identifier: MIT
"""Drills: who leads a group, and how that changes (holes 14 and 15)."""

import pytest

from core.group.on_demand.record import revision_record
from core.sharing import frames
from core.sharing.member import LEFT
from core.sharing.on_demand import revising
from core.sharing.on_demand.change_waits import waiting_units
from core.sharing.on_demand.compare import compare
from tests import owner_words
from tests.drills.scenes import grants_to, heard, in_force, live, revise, rows, settled
from tests.rules import read


# --- rule 13


def test_hole_14_a_leader_that_cannot_store_its_epoch_sends_nothing():
    """Rule 13. Mutant: the_epoch_is_not_stored_first."""
    w = settled(3, 40000, wants=(0, 6000, 6000))
    w.node(1).store_works = False
    w.node(1).boot()
    w.run(3)
    w.node(2).want_ma = 30000
    late = heard(w, 1, lambda header, body: grants_to(body, 2) > 6000)
    w.drops = lambda source, destination, payload: payload in late
    w.run(0.5)
    w.drops = None
    w.node(2).want_ma = 6000
    w.node(3).want_ma = 48000
    w.node(1).boot()
    w.run(4)
    if late:  # a frame of the boot before, at the same epoch
        w.inject(1, 2, late[0])
    w.run(10)
    assert w.offers() == [0, 6000, 6000] and not late
    w.node(1).store_works = True
    w.run(10)
    assert live(w, 1, 2, 3)


def test_hole_14_an_older_copy_of_storage_is_left_behind():
    """Rule 13. Mutant: nobody_moves_above_an_older_copy."""
    w = settled(2, 40000, wants=(20000, 20000))
    old = w.node(1).record
    for _ in range(3):
        w.node(1).boot()
        w.run(3)
    w.node(1).record = old
    w.node(1).boot()
    w.run(8)
    assert live(w, 1, 2) and w.leader().epoch > 4


def promoted(w, unit, dead):
    """The leader has died for good; another unit's owner makes it the leader."""
    w.node(dead).die()
    w.run(32)
    node = w.node(unit)
    assert owner_words.promote(node.member, node.local(), True) is None
    node.wake()
    w.run(25)
    return w


def test_two_that_are_promoted_apart_do_not_go_on_without_each_other():
    """Rules 12 and 13: neither knows what the other one may use as a leader."""
    w = settled(3, 60000, wants=(48000, 48000, 48000))
    w.node(1).die()
    w.cut(2)
    w.run(35)
    errors = []
    for unit, other in ((2, 3), (3, 2)):
        node = w.node(unit)
        assert owner_words.promote(node.member, node.local(), True) is None
        node.wake()
        w.run(10)
        errors.append(owner_words.go_on_without(node.member, other, node.local()))
        node.wake()
    w.run(60)
    assert w.offers() == [0, 20000, 20000]
    assert errors == [("other_leader", 3), ("other_leader", 2)]
    w.node(3).die()
    node = w.node(2)
    assert revising.revise(node.member, node.local(), members=rows(w, 2),
                              limit_ma=40000) is None
    assert owner_words.without_power(node.member, 3, node.local()) is None
    node.wake()
    w.run(60)
    assert w.offers() == [0, 40000, 0]


def test_a_dead_leader_does_not_come_back_by_a_report_of_before():
    """Rule 13: it was a follower once, and somebody has recorded that."""
    w = settled(3, 42000, wants=(14000, 14000, 14000))
    for old, new in ((1, 2), (2, 1)):
        said = heard(w, 1, lambda header, body: header.kind == frames.REPORT)
        owner_words.hand_over(w.node(old).member, new, w.node(old).local())
        w.node(old).wake()
        w.run(60, until=lambda new=new: w.leader().unit == new)
        w.run(10)
    assert said
    promoted(w, 2, dead=1)
    w.inject(1, 2, said[0])
    w.run(5)
    assert len(w.leader().revisions.newest().members) == 2


def test_what_was_recorded_before_a_leadership_does_not_keep_it_unsure_for_ever():
    """Rule 12: a unit that has stored the newest revision cannot send an older one any more.
    Mutant: a_recorded_report_makes_unsure."""
    w = settled(3, 42000, wants=(14000, 14000, 14000))
    w.cut(2)
    revise(w, limit_ma=30000)  # it waits for unit 2
    w.run(5)
    leader = w.leader()
    account = leader.ledger.account(w.node(3).member.follower.tag)
    assert account.report.revision == leader.revisions.pending.number
    said = account.report._replace(revision=5, digest=99, flags=frames.IN_FORCE)
    for epoch, unsure in ((leader.epoch - 1, False), (leader.epoch, True)):
        compare(leader, frames.Header(frames.REPORT, 3, epoch, 7, 1, account.tag), said)
        assert leader.unsure() is unsure


def test_a_promoted_leader_that_changes_its_first_proposal_is_not_unsure_of_it():
    """Rule 12: reports of the first one are still in the air when the next one is made."""
    w = settled(3, 42000, wants=(14000, 14000, 14000))
    w.node(1).die()
    w.run(32)
    node = w.node(2)
    assert owner_words.promote(node.member, node.local(), True) is None
    node.wake()
    w.run(10, until=lambda: w.node(3).member.group.stored_number > 1000)
    w.extra_ms = {(3, 2): 900}
    w.run(3)
    for limit_ma in (40000, 30000):
        revise(w, limit_ma=limit_ma)
        w.run(0.1)
    w.run(60, until=lambda: w.leader().revisions.in_force.limit_ma == 30000)
    w.run(20)
    assert not w.leader().unsure() and w.offers()[1:] == [14000, 14000]


def test_hole_14_a_replaced_leader_that_comes_back_is_a_follower():
    """Rule 13. Mutants: epoch_ignored, a_higher_epoch_does_not_win."""
    w = settled(3, 42000, wants=(14000, 14000, 14000))
    promoted(w, 2, dead=1)
    assert w.offers()[1:] == [14000, 14000] and w.leader().unit == 2
    # The epoch alone is enough: it hears neither of the new revision nor that it was removed.
    w.drops = lambda source, to, payload: to == 1 and read(payload)[0].kind != frames.GRANT
    w.node(1).boot()
    w.run(1)
    assert w.node(1).member.leader is None
    w.drops = None
    for _ in range(2):
        w.run(25)
        assert w.offers() == [14000] * 3 and w.leader().unit == 2
        w.node(1).boot()
    w.run(5)
    assert w.node(1).member.leader is None and waiting_units(w.leader()) == []


def test_hole_15_nobody_takes_over_while_the_leader_lives():
    """Rule 13. Mutant: a_promotion_needs_no_silence."""
    w = settled(3, 42000, wants=(0, 6000, 36000))
    w.cut(2)
    w.run(5)
    node = w.node(2)
    error = owner_words.promote(node.member, node.local(), True)
    node.want_ma = 48000
    w.loss.clear()
    w.cut(1)
    w.run(30)
    assert error and error[0] == "promote_early"


def test_hole_15_a_lease_from_the_old_leader_counts_with_the_new_one():
    """Rule 13: units say what they may use, whoever granted it."""
    w = settled(4, 42000, wants=(0, 6000, 36000, 0))
    w.cut(2)
    w.run(33)
    w.node(1).die()
    w.loss.clear()
    w.block(3, 2)
    node = w.node(2)
    node.want_ma = 48000
    assert owner_words.promote(node.member, node.local(), True) is None
    node.wake()
    w.run(40)


def test_hole_15_a_second_promotion_gets_above_the_first():
    """Rule 13. The leader before the dead one is in no revision that the third unit still holds:
    it hears that it was removed, and is set up anew."""
    w = settled(3, 42000, wants=(14000, 14000, 14000))
    promoted(w, 2, dead=1)
    promoted(w, 3, dead=2)
    assert w.leader().unit == 3 and w.offers() == [0, 0, 14000]
    for unit in (2, 1):
        w.node(unit).boot()
        w.run(25)
    assert w.offers() == [0, 14000, 14000] and w.node(1).member.role == LEFT
    w.pair(w.node(1))
    revise(w, members=rows(w, 1, 2, 3))
    w.run(25)
    assert w.offers() == [14000] * 3 and w.leader().unit == 3
    assert w.node(1).member.leader is None and w.node(2).member.leader is None


def test_hole_15_an_old_leader_that_reboots_does_not_lead():
    """Rule 13. Mutant: the_old_leader_forgets_that_it_follows."""
    w = promoted(settled(3, 42000, wants=(0, 6000, 36000)), 2, dead=1)
    w.node(1).boot()
    w.run(10)
    w.cut(1)
    w.node(1).boot()
    w.node(1).want_ma = 48000
    w.run(60)
    assert w.node(1).member.leader is None and w.offers()[0] <= 14000


def handed_over(w, unit):
    node = w.node(w.leader().unit)
    assert owner_words.hand_over(node.member, unit, node.local()) is None
    node.wake()
    return w.run(60, until=lambda: w.leader() is not None and w.leader().unit == unit)


def test_a_handover_moves_the_leadership_and_the_group_goes_on():
    """Rule 13."""
    w = settled(3, 42000, wants=(14000, 14000, 14000))
    assert handed_over(w, 3) > 15.9
    w.run(8)
    assert w.offers() == [14000] * 3
    assert [n.member.leader is not None for n in w.nodes] == [False, False, True]
    revise(w, limit_ma=30000)
    w.run(15)
    assert w.offers() == [10000] * 3


def _hand_over_and_die(after_s):
    w = settled(3, 42000, wants=(48000, 48000, 48000))
    node = w.node(1)
    assert owner_words.hand_over(node.member, 3, node.local()) is None
    node.wake()
    w.run(after_s)
    w.node(3).die()
    return w, node


def test_going_on_without_the_unit_that_was_to_lead_ends_the_handover():
    for after_s in (5, 17):
        w, node = _hand_over_and_die(after_s)
        w.run(40)
        assert waiting_units(w.leader()) == [3]
        assert owner_words.go_on_without(node.member, 3, node.local()) is None
        node.wake()
        w.run(60)
        assert w.leader().unit == 1 and waiting_units(w.leader()) == []
        assert revising.revise(node.member, node.local(), limit_ma=41000) is None


def test_who_has_stepped_back_for_a_unit_that_died_at_once_can_be_promoted():
    w, node = _hand_over_and_die(0)
    w.node(3).boot()
    w.drops = lambda source, to, payload: source == 3 and read(payload)[0].kind == 1
    w.run(60, until=lambda: w.node(3).member.leader is not None)
    w.node(3).die()
    assert node.member.leader.retired()
    assert owner_words.promote(node.member, node.local(), True)[0] == "promote_early"
    w.run(40)
    assert owner_words.promote(w.node(2).member, w.node(2).local(), True)[0] == (
        "promote_early")
    assert owner_words.promote(node.member, node.local(), True) is None
    node.wake()
    w.run(60)
    assert w.leader().unit == 1 and w.offers()[:2] == [21000, 21000]
    w.drops = None
    w.node(3).boot()
    w.run(90)
    assert w.offers() == [14000] * 3 and not w.node(3).member.leader


@pytest.mark.parametrize("unit", [1, 2, 3])
def test_a_reboot_in_the_middle_of_a_handover_breaks_nothing(unit):
    """Rule 13: of the old leader, the new one and of another."""
    for after_s in (1, 15.5, 16.2, 17, 21, 21.6, 22):
        w = settled(3, 42000, wants=(48000, 48000, 48000), seconds=10)
        node = w.node(1)
        owner_words.hand_over(node.member, 3, node.local())
        node.wake()
        w.run(after_s)
        w.node(unit).boot()
        w.run(50)
        leader = 1 if (unit, after_s < 16) == (1, True) else 3
        assert w.leader().unit == leader and w.offers() == [14000] * 3
        assert sum(n.member.leader is not None for n in w.nodes) == 1


def test_an_heir_that_missed_a_lowered_limit_does_not_undo_it():
    """Rules 12 and 13: with the fallback stop nobody had to acknowledge it."""
    w = settled(4, 60000, "stop", wants=(15000, 30000, 30000, 30000))
    w.cut(3)
    revise(w, limit_ma=30000)
    in_force(w, 2)
    w.node(1).die()
    w.run(35)
    node = w.node(3)
    assert owner_words.promote(node.member, node.local(), True) is None
    node.wake()
    w.run(5)
    w.heal()
    w.run(60)
    assert w.leader().unit == 3 and not w.leader().unsure()
    assert w.leader().revisions.in_force.limit_ma == 30000
    assert w.offers()[1:] == [10000, 10000, 10000]


def test_a_leader_that_boots_unsure_and_without_a_proposal_becomes_sure_again():
    """Rule 12: whoever was not heard before the boot may never be: nobody waits for ever."""
    w = settled(2, 40000, wants=(16000, 16000))
    node = w.node(1)
    newer = node.member.leader.revisions.in_force._replace(number=4, limit_ma=38000)
    node.record["lead"]["known"] = [revision_record(newer)]
    node.boot()
    w.run(60, until=lambda: not w.leader().unsure())
    w.run(20, until=lambda: w.offers() == [16000, 16000])
    assert w.leader().revisions.in_force.limit_ma == 38000
