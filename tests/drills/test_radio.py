# SPDX-License-Identifier: MIT
"""Drills: links that fail one way, frames that come late or again (holes 1 to 3, 6 to 9, 11).

Each replays a way in which an earlier wording of the lease rules overloaded the circuit. The
world asserts the circuit rule at every step; each drill fails under the mutant named in it.
"""

from core.sharing import frames
from core.timing import Timing
from tests.drills.scenes import grants_to, heard, settled
from tests.rules import frozen, read, tag


def test_hole_1_a_deaf_unit_rises_into_room_that_was_kept():
    """Rule 6. Its reports still arrive. Mutants: no_reserve_for_a_deaf_unit,
    renewals_need_not_fit, no_reserve_for_a_silent_unit."""
    w = settled(2, 40000, wants=(48000, 0), priorities=(5, 0))
    assert w.offers() == [40000, 0]
    w.block(1, 2)
    w.node(2).want_ma = 48000
    w.run(32)
    assert w.offers() == [20000, 20000]
    assert w.node(2).member.lease_state(w.node(2).local()) == "fallback"
    w.run(30)


def test_hole_2_reports_of_a_unit_back_from_silence_do_not_end_its_reserve():
    """Rule 6: it still hears nothing. Mutant: silence_instead_of_due."""
    w = settled(2, 40000, wants=(48000, 0), priorities=(5, 0))
    w.cut(2)
    w.node(2).want_ma = 48000
    w.run(24)
    del w.loss[(2, 1)]
    w.run(20)
    assert w.offers() == [20000, 20000]


def test_hole_3_at_rest_a_unit_stays_at_the_lower_of_last_grant_and_fallback():
    """Rule 4. Mutants: fallback_at_once_after_the_lease, keeps_the_last_grant_without_a_lease."""
    w = settled(2, 40000, wants=(48000, 6000))
    assert w.offers() == [34000, 6000]
    w.cut(2)
    w.node(2).want_ma = 48000
    w.run(25)
    assert w.offers()[1] == 6000
    w = settled(2, 40000, wants=(6000, 48000))
    w.cut(2)
    w.node(1).want_ma = 48000
    w.run(25)
    assert w.offers() == [20000, 20000]


def test_hole_6_a_late_frame_of_an_earlier_leadership_is_dropped():
    """Rule 3. Mutant: epoch_ignored."""
    w = settled(3, 40000, wants=(0, 6000, 6000))
    late = heard(w, 1, lambda header, body: grants_to(body, 2) > 6000)
    w.drops = lambda source, destination, payload: destination == 2 and payload in late
    w.node(2).want_ma = 30000
    w.run(2, until=lambda: late)
    w.node(2).want_ma = 6000
    w.node(3).want_ma = 48000
    w.node(1).boot()
    w.run(5, until=lambda: w.offers()[2] > 30000)
    w.inject(1, 2, late[0])
    w.run(10)
    assert w.offers() == [0, 6000, 34000]


def test_hole_7_replayed_reports_of_an_earlier_boot_are_not_believed():
    """Rule 7: nonces have no order. Mutant: any_boot_is_believed."""
    w = settled(3, 40000, wants=(0, 0, 6000))
    old = heard(w, 2, lambda header, body: header.kind == frames.REPORT)
    w.run(3)
    replayed = old[-1]
    node = w.node(2)
    node.boot()
    node.want_ma = 48000
    w.run(20)
    assert w.offers() == [0, 34000, 6000]
    w.node(3).want_ma = 48000
    w.inject(2, 1, replayed)
    w.cut(2)
    w.run(20)


def test_hole_8_delayed_reports_look_alive_and_are_not():
    """Rule 7. Mutant: reports_to_earlier_leaderships_count."""
    w = settled(2, 40000, wants=(6000, 6000), seconds=60)
    w.extra_ms[(2, 1)] = 6000
    w.run(2)
    w.heal()
    w.node(2).want_ma = 30000
    w.run(1)
    assert w.offers() == [6000, 30000]
    w.block(2, 1)
    w.node(1).want_ma = 48000
    w.node(1).boot()
    w.run(20)


def test_hole_8_an_old_report_does_not_undo_a_newer_one():
    """Rule 7. Mutant: older_reports_count."""
    w = settled(3, 40000, wants=(0, 6000, 6000))
    small = heard(w, 2, lambda header, body: header.kind == frames.REPORT)
    w.run(1.5)
    w.node(2).want_ma = 30000
    w.run(3)
    assert w.offers() == [0, 30000, 6000]
    w.run(3, until=lambda: not w.leader().ledger.account(tag(2))._sent)  # all acknowledged
    w.cut(2)
    w.node(3).want_ma = 48000
    w.inject(2, 1, small[0])
    w.run(20)


def test_hole_9_a_small_draw_does_not_prove_that_the_vehicle_has_followed():
    """At 5 of 26 A and cut to 6 A it may still go to 26. Mutant: the_meter_ends_a_tail."""
    w = settled(2, 32000, wants=(6000, 26000))
    w.node(2).outlet.draws_ma = 5000
    w.run(2)
    assert w.offers() == [6000, 26000]
    w.node(2).want_ma = 6000
    w.node(1).want_ma = 48000
    w.run(3)
    assert w.offers() == [6000, 6000]
    w.run(4)
    assert w.offers() == [26000, 6000]


def test_hole_11_what_was_lowered_rises_only_beside_all_that_is_in_use():
    """Rule 6: last sent, not hold. Mutant: raise_judged_against_the_hold.

    Unit 1 was cut for unit 3, which will rise by itself; unit 2 lets go, but does not hear it.
    """
    w = settled(3, 40000, "minimum", wants=(20000, 20000, 0), priorities=(0, 5, 0))
    assert w.offers() == [20000, 20000, 0]
    w.cut(3)
    w.node(3).want_ma = 48000
    w.run(20, until=lambda: w.offers() == [14000, 20000, 0])
    w.run(4)
    w.block(1, 2)
    w.node(2).want_ma = 6000
    w.node(1).want_ma = 48000
    w.run(30)


def test_an_increase_waits_for_the_echo_of_the_decrease():
    """Rule 6. Mutants: acknowledged_before_the_echo,
    increase_before_the_decrease_is_acknowledged."""
    w = settled(2, 40000, wants=(6000, 6000))
    w.extra_ms[(1, 2)] = 3000
    w.node(2).want_ma = 30000
    w.run(2)
    w.node(2).want_ma = 6000
    w.node(1).want_ma = 48000
    w.run(20)
    assert w.offers()[1] == 6000


def test_a_late_grant_is_worth_what_is_left_of_its_report():
    """Rules 2 and 3. Mutant: lease_counted_from_receipt."""
    w = settled(2, 40000, wants=(6000, 34000))
    w.extra_ms[(1, 2)] = 6000
    w.run(8)
    w.cut(2)
    w.node(1).want_ma = 48000
    w.run(30)


def test_a_unit_whose_lease_runs_out_is_reserved_until_its_vehicle_has_followed():
    """Rule 6. Mutant: no_reaction_after_the_lease."""
    w = settled(2, 40000, wants=(6000, 34000))
    w.cut(2)
    w.node(1).want_ma = 48000
    w.run(8.5)
    assert w.offers() == [6000, 34000]
    w.run(8)
    assert w.offers() == [20000, 20000]


def test_clocks_that_run_apart_are_allowed_for():
    """Times. The drift is made larger than a loop. Mutant: clocks_do_not_drift."""
    for block_ms in range(14000, 17000, 250):
        w = settled(3, 42000, wants=(6000, 0, 36000), ppm=(-50000, 50000, -50000),
                    timing=Timing(drift_permille=50))
        w.cut(2)
        w.node(2).want_ma = 48000
        w.run(block_ms / 1000)
        w.block(1, 3)
        w.run(25)


def test_forged_and_foreign_frames_are_counted_and_do_nothing():
    """Rule 3. Mutants: the_tag_is_not_checked, the_group_is_not_checked."""
    w = settled(2, 40000, wants=(34000, 6000))
    seen = heard(w, 1, lambda header, body: header.kind == frames.GRANT)
    w.run(1)
    for change in (6, 34, len(seen[0]) - 1):
        forged = bytearray(seen[-1])
        forged[change] ^= 1
        w.inject(1, 2, bytes(forged))
    w.run(0.2)
    counts = w.node(2).member.counts
    assert (counts["foreign"], counts["forged"]) == (1, 2)
    assert read(seen[-1]) is not None


def test_replayed_frames_change_nothing_in_leader_or_follower():
    """Rules 3 and 7: everything that was ever sent, sent again."""
    w = settled(3, 42000, wants=(6000, 18000, 18000))
    reports = heard(w, 2, lambda header, body: header.kind == frames.REPORT)
    spoken = heard(w, 1, lambda header, body: True)
    w.run(5)
    leader, follower = w.node(1).member, w.node(2).member
    before = frozen(leader.leader.ledger), frozen(follower.follower), frozen(follower.group)
    for payload in reports:
        leader.on_frame(2, payload, w.node(1).local())
    for payload in spoken:
        follower.on_frame(1, payload, w.node(2).local())
    assert (frozen(leader.leader.ledger), frozen(follower.follower),
            frozen(follower.group)) == before
    assert follower.counts["old"] == len(spoken) > 4
