# SPDX-License-Identifier: MIT
"""Drills: changes of the group, its leader, its storage (holes 10, 14, 15, 19 and 21)."""

import pytest

from core.sharing import frames
from core.sharing.member import LEFT
from core.sharing.on_demand.change_waits import waiting_units
from tests import owner_words
from tests.drills.scenes import heard, in_force, revise, rows, settled
from tests.rules import read
from tests.world import World


# --- rule 12


def test_a_smaller_limit_is_in_force_within_a_reaction():
    w = settled(3, 60000, wants=(48000, 48000, 48000))
    revise(w, limit_ma=30000)
    assert in_force(w, 2) < 8
    assert w.offers() == [10000] * 3


def test_a_restless_owner_does_not_use_up_what_his_units_may_store():
    w = settled(3, 60000)
    for number in range(2, 26):
        revise(w, limit_ma=60000 - 1000 * number)
        assert in_force(w, number, 20) < 8
    assert w.node(2).stores <= 1 + 24 + 10


def test_hole_10_a_new_member_offers_nothing_before_the_others_have_made_room():
    """Rule 12. Mutants: revision_in_one_step, in_force_without_waiting_for_all."""
    w = settled(2, 40000, wants=(48000, 48000))
    new = w.newcomer()
    new.want_ma = 48000
    w.cut(2)
    revise(w, members=rows(w, 1, 2, 3))
    w.run(5)
    w.cut(2, 3)
    w.run(45)
    assert w.offers() == [20000, 20000, 0]
    assert waiting_units(w.leader()) == [2]
    w.heal()
    in_force(w, 2)
    w.run(20)
    assert w.offers() == [13400, 13300, 13300]


def test_hole_10_old_fallbacks_are_reserved_also_after_the_leaders_reboot():
    """Rule 12. Mutant: a_proposal_counts_as_in_force_after_a_boot."""
    w = settled(2, 40000, wants=(6000, 6000))
    w.cut(2)
    revise(w, fallback="stop")
    w.run(1)
    w.node(1).boot()
    for node in w.nodes:
        node.want_ma = 48000
    w.run(60)
    assert w.offers() == [20000, 20000]


def test_hole_10_a_raised_fallback_is_used_only_when_leases_from_before_are_over():
    """Rule 12. Mutant: raised_fallback_used_at_once."""
    w = settled(2, 40000, "minimum", wants=(0, 48000))
    w.cut(2)
    w.run(40)
    assert w.offers() == [0, 6000]

    def only_revisions(source, destination, payload):
        return destination == 2 and read(payload)[0].kind == frames.GRANT
    w.heal()
    w.node(1).want_ma = 48000
    w.drops = only_revisions
    revise(w, fallback="equal")
    in_force(w, 2)
    w.run(14)
    assert w.offers() == [20000, 6000]
    w.run(10)
    assert w.offers() == [20000, 20000]


def test_hole_10_nothing_is_raised_while_one_unit_has_not_lowered():
    """Rule 12. Mutant: in_force_without_waiting_for_all."""
    w = settled(3, 60000, wants=(20000, 20000, 20000))
    w.cut(3)
    revise(w, limit_ma=30000)
    w.run(60)
    assert w.offers()[2] == 20000 and waiting_units(w.leader()) == [3]


def test_hole_19_a_leader_that_reboots_during_a_removal_waits_for_all_of_it():
    """Rule 12. Mutants: a_removal_waits_only_for_the_reaction,
    a_proposal_counts_as_in_force_after_a_boot."""
    def only_revisions(source, destination, payload):
        return destination == 3 and read(payload)[0].kind == frames.GRANT
    for reboot_s in (0, 0.5, 3, 8):
        w = settled(3, 42000, "minimum", wants=(0, 6000, 36000))
        w.drops = only_revisions
        w.node(2).want_ma = 48000
        revise(w, members=rows(w, 1, 2))
        w.run(3, until=lambda w=w: 3 not in waiting_units(w.leader()))
        w.run(reboot_s)
        if reboot_s:
            w.block(1, 3)
            w.node(1).boot()
        w.run(30)
        assert w.offers()[1:] == ([36000, 0] if reboot_s else [42000, 0])


def test_a_removed_unit_offers_nothing_whatever_happens():
    """Design 1, row 10."""
    w = settled(3, 42000, wants=(6000, 18000, 18000))
    revise(w, members=rows(w, 1, 2))
    in_force(w, 2)
    w.run(40)
    assert w.offers()[2] == 0 and w.offers()[1] == 18000


def test_a_unit_that_was_added_again_is_not_removed_by_a_frame_of_before():
    """Rule 3: after its boot it knows no sequence number of the leader's."""
    w = settled(3, 42000, wants=(6000, 18000, 18000))
    told = heard(w, 1, lambda header, body: header.kind == frames.REMOVED)
    revise(w, members=rows(w, 1, 2))
    w.run(20)
    assert w.node(3).record == {} and told
    revise(w, members=rows(w, 1, 2, 3))
    w.pair(w.node(3))
    w.node(3).record["group"]["leader_tag"] = ""  # by cable: it learns it from the first frame
    w.node(3).boot()
    w.run(60)
    assert w.offers()[2] == 18000
    w.cut(3)
    w.node(3).boot()
    w.inject(1, 3, told[-1])
    w.run(5)
    w.heal()
    w.run(20)
    assert w.offers()[2] == 18000


def test_a_removed_unit_that_is_heard_is_told_and_forgets_the_group():
    """Rule 12: also one that was off when it left, and comes back much later."""
    for away in (False, True):
        w = settled(3, 42000, wants=(6000, 18000, 18000))
        if away:
            w.node(3).die()
        revise(w, members=rows(w, 1, 2))
        w.run(5)
        if away:
            assert owner_words.without_power(w.node(1).member, 3, w.node(1).local()) is None
        in_force(w, 2)
        if away:
            w.run(100)
            w.node(3).boot()
        w.run(10)
        assert w.node(3).member.role == LEFT and w.node(3).record == {}
        w.run(60)
        assert w.offers()[2] == 0 and w.offers()[1] == 18000


def test_storage_that_fails_anywhere_delays_a_change_and_breaks_nothing():
    """Rule 12."""
    for unit in (1, 2, 3):
        w = settled(3, 60000, wants=(48000, 48000, 48000))
        w.node(unit).store_works = False
        revise(w, limit_ma=30000)
        w.run(40)
        assert w.leader().revisions.in_force.number == 1
        w.node(unit).store_works = True
        in_force(w, 2)


@pytest.mark.parametrize("unit", [1, 2])
@pytest.mark.parametrize("limit_ma", [30000, 90000])
def test_a_reboot_in_the_middle_of_each_step_of_a_change_breaks_nothing(unit, limit_ma):
    """Rule 12: at the leader and at a unit."""
    for after_ms in (0, 60, 300, 900, 2000, 5000, 5600, 6200, 9000, 21500):
        w = settled(3, 60000, wants=(48000, 48000, 48000), seconds=10)
        revise(w, limit_ma=limit_ma)
        w.run(after_ms / 1000)
        w.node(unit).die()
        w.run(1)
        w.node(unit).boot()
        w.run(45)
        if w.leader().revisions.in_force.number == 1:  # power was lost before it was stored
            assert (unit, after_ms) == (1, 0)
        else:
            assert w.offers() == [limit_ma // 3] * 3


def test_hole_21_a_rating_raised_later_does_not_raise_the_fallback():
    """Rule 5. Mutant: the_fallback_follows_the_rating."""
    w = settled(2, 40000, wants=(48000, 0))
    w.node(2).config = w.node(2).config._replace(rating_ma=12000)
    w.node(2).boot()
    in_force(w, 2)  # its leader has followed what it reports
    w.run(20)
    w.node(2).config = w.node(2).config._replace(rating_ma=32000)
    w.cut(2)
    w.node(2).boot()
    w.node(2).want_ma = 48000
    w.run(60)
    assert w.offers() == [28000, 12000]


def test_a_unit_that_was_rewired_uses_nothing_until_its_leader_has_followed():
    """Rule 5: its row of the group says L1. Mutant: the_fallback_follows_the_wiring."""
    w = World(2, 40000, wired=[2, 1])
    w.node(1).want_ma = 48000
    w.run(10)
    assert w.offers() == [40000, 0]
    w.node(2).config = w.node(2).config._replace(wired=7)
    w.node(2).outlet.config = w.node(2).config
    w.cut(2)
    w.node(2).boot()
    w.node(2).want_ma = 48000
    w.node(2).outlet.uses = 1
    w.run(60)
    assert w.offers() == [40000, 0] or w.offers() == [20000, 0]
    w.heal()
    in_force(w, 2)
    w.run(30, until=lambda: w.offers() == [20000, 20000])
    w.run(30)
    assert w.offers() == [40000, 40000]
    assert w.node(2).outlet.guard.mask == 6


def test_a_phase_added_to_a_units_wiring_waits_like_a_raised_fallback():
    """Rules 5, 12 and 14: its leader follows what it reports, and hears no more of it then."""
    w = World(2, 40000, wired=[2, 1])
    w.node(1).want_ma = 48000
    node = w.node(2)
    node.config = node.outlet.config = node.config._replace(wired=3)
    node.boot()
    w.run(10, until=lambda: w.leader().revisions.pending is not None)

    def only_revisions(source, destination, payload):
        return destination == 2 and read(payload)[0].kind == frames.GRANT
    w.drops = only_revisions
    in_force(w, 2)
    node.want_ma = 48000
    w.run(3, until=lambda: node.member.group.takes)
    w.cut(2)
    w.run(14)
    assert w.offers()[1] == 0
    w.run(20)
    assert w.offers() == [20000, 20000] and node.outlet.guard.mask == 0
