# SPDX-License-Identifier: MIT
"""Drills: units that reboot, hang, stall, pause and wake (holes 4, 5, 12, 13, 16 to 18, 20)."""

from core.connector.pilot_state import A, B, C
from tests.drills.scenes import live, settled
from tests.rules import tag
from tests.world import World


def test_hole_4_a_restarted_leader_keeps_room_for_units_it_does_not_hear():
    """Rules 6 and 8. Mutants: no_reserve_for_a_unit_never_heard,
    raises_before_all_have_answered."""
    w = settled(3, 42000, wants=(6000, 30000, 6000))
    w.node(1).die()
    w.cut(3)
    w.run(1)
    w.node(1).boot()
    w.node(3).want_ma = 48000
    w.node(2).want_ma = 48000
    w.run(45)
    assert w.offers() == [6000, 22000, 14000]


def test_hole_5_a_restarted_leader_counts_what_vehicles_still_follow():
    """Rule 8. Mutant: adopts_without_the_tail."""
    w = settled(3, 40000, wants=(0, 34000, 6000))
    assert w.offers() == [0, 34000, 6000]
    w.node(2).want_ma = 6000
    w.run(1, until=lambda: w.offers()[1] == 6000)
    w.node(1).boot()
    w.node(3).want_ma = 48000
    w.run(10)
    assert w.offers() == [0, 6000, 34000]


def test_hole_12_a_hang_does_not_outlive_the_reserve():
    """A hung unit keeps its pins for at most a reaction. Mutant: no_reaction_after_the_lease."""
    w = settled(3, 42000, wants=(0, 36000, 6000))
    w.cut(2)
    w.run(2, until=lambda: w.node(1).member.leader.ledger.account(tag(2)).last_ma)
    w.run(8.5)
    w.node(2).hang()
    w.node(3).want_ma = 48000
    w.run(5)
    w.node(2).boot()
    w.run(20)


def test_hole_13_after_a_reboot_a_vehicle_may_still_follow_the_offer_from_before():
    """Rule 4: nothing for a reaction, even with a lease. Mutant: offers_at_once_after_boot."""
    w = settled(3, 40000, wants=(0, 34000, 6000))
    w.node(1).boot()
    w.node(2).boot()
    w.node(2).want_ma = 6000
    w.node(3).want_ma = 48000
    w.run(4.9)
    assert w.offers()[1] == 0
    w.run(10)
    assert w.offers() == [0, 6000, 34000]


def test_after_a_boot_without_a_leader_nothing_is_offered_until_others_have_made_room():
    """Rule 4. Mutant: fallback_at_once_after_boot."""
    w = settled(2, 40000, wants=(40000, 0))
    w.node(2).die()
    w.cut(2)
    w.run(20)
    w.node(2).boot()
    w.node(2).want_ma = 48000
    w.run(30)
    assert w.offers() == [20000, 0]
    w.run(3)
    assert w.offers() == [20000, 20000]


def test_a_whole_group_that_loses_power_comes_back_by_itself():
    """Design 1, row 13."""
    w = settled(3, 42000, wants=(14000, 14000, 14000))
    for node in w.nodes:
        node.die()
    w.run(10)
    for node in w.nodes:
        node.boot()
    w.run(12, until=lambda: w.offers() == [14000] * 3)


def test_hole_16_a_contactor_waits_for_a_larger_offer_to_be_forgotten():
    """Rule 10: lowered in B2, where it counts at once. Mutant: closes_after_a_larger_offer."""
    w = settled(2, 40000, wants=(6000, 34000))
    w.node(2).outlet.plug(B)
    w.node(2).wake()
    w.run(3)
    w.node(2).want_ma = 6000
    w.node(1).want_ma = 48000
    w.run(0.5)
    w.node(2).outlet.plug(C)
    w.node(2).wake()
    w.run(10)
    assert w.offers() == [34000, 6000] and w.node(2).outlet.closed


def test_hole_17_a_unit_without_a_vehicle_counts_with_what_it_may_offer():
    """Rule 6: base is the larger of level and offer. Mutant: only_the_offer_counts."""
    w = settled(2, 40000, wants=(6000, 34000))
    w.node(2).want_ma = 33000
    w.run(1, until=lambda: w.offers()[1] == 33000)
    w.run(1, until=lambda: not w.leader().ledger.account(tag(2))._sent)  # all acknowledged
    w.block(1, 2)
    w.node(2).outlet.plug(A)
    w.node(2).wake()
    w.run(0.3)
    w.node(1).want_ma = 48000
    w.run(0.7)
    w.block(2, 1)
    w.node(2).outlet.plug(C)
    w.node(2).wake()
    w.run(30)


def test_hole_18_a_stall_over_the_end_of_a_lease_opens_the_contactor():
    """Rule 2. Mutant: a_stall_is_not_noticed."""
    w = settled(2, 40000, wants=(6000, 34000))
    w.cut(2)
    w.node(1).want_ma = 48000
    w.run(10.3, until=lambda: w.node(2).member.follower.lease.granted[2] - 300
          < w.node(2).local())
    w.node(2).stall(2.8)
    w.run(10)
    assert w.offers() == [20000, 20000]


def test_the_leaders_own_vehicle_has_its_time_too():
    """Rule 9: a member like any other. Mutant: the_leaders_own_connector_does_not_count."""
    w = settled(2, 40000, wants=(34000, 6000))
    assert w.offers() == [34000, 6000]
    w.node(1).want_ma = 6000
    w.node(2).want_ma = 34000
    w.run(4)
    assert w.offers() == [6000, 6000]
    w.run(3)
    assert w.offers() == [6000, 34000]


def test_a_leader_down_for_a_few_seconds_interrupts_nobody():
    """Rule 8: leases are adopted."""
    w = settled(3, 42000, wants=(0, 20000, 22000))
    w.node(1).die()
    w.run(6)
    w.node(1).boot()
    for _ in range(40):
        w.run(0.25)
        assert w.offers() == [0, 20000, 22000]
    assert live(w, 1, 2, 3)


def test_after_healing_everybody_has_its_share_within_15_s():
    """Design 1, rows 7 and 8."""
    w = settled(3, 42000, wants=(48000, 48000, 48000))
    w.cut(1)
    w.run(60)
    assert w.offers() == [14000] * 3
    w.node(3).want_ma = 0
    w.run(5)
    w.heal()
    w.run(15, until=lambda: w.offers() == [21000, 21000, 0])


# --- rule 14


def three_phase(uses, wants, limit_ma=40000, idle_ma=0):
    w = World(2, limit_ma, wired=[7, 7])
    for node, phases, want_ma in zip(w.nodes, uses, wants):
        node.outlet.uses, node.want_ma, node.outlet.idle_ma = phases, want_ma, idle_ma
    w.run(50)
    return w


def test_vehicles_on_different_phases_do_not_hold_each_other_up():
    """Rule 14."""
    w = three_phase((1, 6), (40000, 40000))
    assert w.offers() == [40000, 40000]


def test_hole_20_current_on_a_phase_left_out_counts():
    """Rule 14: below the guard's threshold. Mutant: a_phase_left_out_counts_nothing."""
    w = three_phase((6, 1), (40000, 40000), idle_ma=400)
    assert w.offers() == [39600, 39600]
    w.block(2, 1)
    w.node(1).outlet.idle_ma = 0
    w.run(40)


def test_a_phase_that_wakes_is_opened_and_comes_back_with_all_phases():
    """Rule 14. Mutant: phases_are_added_without_a_raise."""
    w = three_phase((1, 6), (40000, 40000))
    w.node(1).outlet.uses = 7
    w.node(1).wake()
    w.run(0.3, until=lambda: not w.node(1).outlet.closed)
    w.run(15, until=lambda: w.offers() == [20000, 20000])
    assert w.node(1).outlet.closed and w.node(1).outlet.guard.mask == 0
