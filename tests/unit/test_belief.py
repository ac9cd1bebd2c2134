# SPDX-License-Identifier: MIT
"""Rule 7: which reports the leader believes, and when a new boot of a unit becomes known."""

import pytest

from core.sharing.on_demand.ledger import new_ledger, set_members
from host_tools.records import row
from tests.rules import a_header, a_report, believes, live, RX, T

EPOCH, NONCE = 5, 1000


def a_ledger():
    """Ledger of unit 1's fifth leadership; unit 2 has not been heard."""
    ledger = new_ledger(T, EPOCH, NONCE, 1)
    set_members(ledger, [row(2)._replace(fallback_ma=10000)])
    return ledger


def says(ledger, report, number=1, nonce=2001, epoch=EPOCH, now_ms=0):
    return believes(ledger, a_header(number, nonce=nonce, epoch=epoch), report, now_ms)


def known_ledger(report, now_ms=0):
    """Unit 2's first boot is known and has said `report` as number 10."""
    ledger = a_ledger()
    says(ledger, a_report(), 1, now_ms=now_ms)
    ledger.frame_leaves(1, now_ms)
    assert says(ledger, report, 10, now_ms=now_ms)
    return ledger, ledger.accounts[0]


def test_a_nonce_is_believed_once_it_echoes_a_frame_sent_after_it_was_first_seen():
    """Rule 7."""
    ledger = a_ledger()
    ledger.frame_leaves(1, 0)
    assert not says(ledger, live(6000, echo_sequence=1), 1)  # seen for the first time
    assert not says(ledger, live(6000, echo_sequence=1), 2)
    ledger.frame_leaves(2, 100)
    assert not says(ledger, live(6000, echo_sequence=1), 3)
    ledger.frame_leaves(3, 300)
    assert says(ledger, live(6000, echo_sequence=2), 4)


def test_a_boot_seen_under_an_earlier_leadership_need_not_be_seen_twice():
    """Rule 7: the answer to another epoch shows the nonce, the greeting makes it known."""
    ledger = a_ledger()
    assert not says(ledger, live(6000), 1, epoch=EPOCH - 1)
    ledger.frame_leaves(1, 0)
    assert says(ledger, live(6000, echo_sequence=1), 2)


@pytest.mark.parametrize("changes, epoch", [
    ({}, EPOCH - 1), ({}, EPOCH + 1), ({"echo_nonce": NONCE + 1}, EPOCH),
    ({"echo_leader": 3}, EPOCH)])
def test_a_report_that_echoes_another_leadership_is_not_believed(changes, epoch):
    """Rule 7: epoch, boot and leader must be this one's."""
    ledger, account = known_ledger(live(30000))
    assert not says(ledger, live(6000, **changes), 11, epoch=epoch)
    assert account.hold(0) == [30000, 0, 0]


@pytest.mark.parametrize("number", [9, 10])
def test_a_report_that_is_not_newer_is_not_believed(number):
    """Rule 7, hole 8: delayed and replayed reports look alive."""
    ledger, account = known_ledger(live(30000))
    assert not says(ledger, live(6000), number, now_ms=9000)
    assert account.hold(0) == [30000, 0, 0] and account.received_ms == 0


def test_a_replayed_report_of_an_earlier_boot_is_never_believed():
    """Rule 7, hole 7: nonces have no order, so only an echo can tell old from new."""
    ledger, account = known_ledger(live(30000))
    ledger.frame_leaves(2, 100)
    says(ledger, a_report(echo_sequence=2), 1, nonce=2002)
    ledger.frame_leaves(3, 200)
    assert says(ledger, a_report(echo_sequence=3), 2, nonce=2002, now_ms=200)
    for sequence in range(4, 40):  # the attacker goes on and on
        assert not says(ledger, live(6000, echo_sequence=1), 10, nonce=2001, now_ms=300)
        ledger.frame_leaves(sequence, 300)
    assert account.nonce == 2002


def test_the_old_boots_hold_stands_until_the_new_one_is_known():
    """Rule 7: somebody who replays a report could otherwise end it."""
    ledger, account = known_ledger(live(30000))
    account.amount_sent(2, 32000, 1)
    ledger.frame_leaves(2, 0)
    assert not says(ledger, a_report(echo_sequence=2), 1, nonce=2002, now_ms=100)
    assert account.hold(100) == [32000, 0, 0]


def test_the_old_boots_hold_becomes_a_tail_of_the_new_one():
    """Rule 7: its vehicle may still follow; what was sent to it can reach nobody any more."""
    ledger, account = known_ledger(live(30000))
    account.amount_sent(2, 32000, 1)
    ledger.frame_leaves(2, 0)
    says(ledger, a_report(echo_sequence=2), 1, nonce=2002)
    ledger.frame_leaves(3, 0)
    assert says(ledger, a_report(echo_sequence=3), 2, nonce=2002, now_ms=400)
    assert account.hold(400 + RX - 1) == [32000, 0, 0]
    assert account.hold(400 + RX) == [0, 0, 0]


def test_the_last_sent_is_nothing_for_a_new_boot():
    """Rule 6: any amount for it is a raise."""
    ledger, account = known_ledger(live(30000))
    account.amount_sent(2, 32000, 1)
    ledger.frame_leaves(2, 0)
    says(ledger, a_report(echo_sequence=2), 1, nonce=2002)
    ledger.frame_leaves(3, 0)
    says(ledger, a_report(echo_sequence=3), 2, nonce=2002)
    assert (account.last_ma, account.last_phases) == (0, 0)


def test_after_the_leaders_boot_what_a_unit_may_use_is_the_last_sent():
    """Rule 6: so running sessions go on without a raise."""
    _, account = known_ledger(live(30000, phases=0b001))
    assert (account.last_ma, account.last_phases) == (30000, 1)


def test_after_the_leaders_boot_no_more_phases_are_taken_as_sent_than_a_unit_may_use():
    """Rule 6: its guard has tripped, so it offers nothing, on all phases; its lease is for one.
    What is kept for it may be more than it has, what was sent to it may not: on the other two
    phases the whole of it would have been no raise. Campaign seed 221723."""
    _, account = known_ledger(live(10000, phases=0b001, offered_ma=0, offered_phases=0b111))
    assert account.hold(0) == [10000] * 3
    assert (account.last_ma, account.last_phases) == (10000, 0b001)


def test_after_the_leaders_boot_an_offer_that_still_sinks_is_no_amount():
    """Rule 6: the pilot shows 20 A yet, of which the lease allows 8."""
    _, account = known_ledger(live(8000, offered_ma=20000))
    assert account.hold(0) == [20000, 0, 0] and account.last_ma == 8000


def test_a_frame_without_an_amount_makes_the_next_one_a_raise():
    """Rule 6: last sent is 0 if the last frame held none."""
    _, account = known_ledger(live(30000))
    account.last_ma = account.last_phases = 0
    assert account.last_ma == 0


def test_replays_of_old_boots_do_not_keep_the_present_one_from_being_known():
    """Rule 7: and none of them is ever believed, for what they echo was sent long before."""
    ledger = a_ledger()
    believed = []
    for sequence in range(1, 20):
        for nonce, echo in ((2001, sequence - 1), (2002, 0), (2003, 0)):
            if says(ledger, live(6000, echo_sequence=echo), sequence, nonce=nonce):
                believed.append((sequence, nonce))
        ledger.frame_leaves(sequence, 0)
    assert believed == [(sequence, 2001) for sequence in range(2, 20)]


def test_more_replayed_boots_than_are_remembered_are_not_believed_either():
    """Rule 7: one that was forgotten is new when it comes again."""
    ledger = a_ledger()
    for sequence in range(1, 40):
        for nonce in range(2001, 2009):
            assert not says(ledger, live(6000, echo_sequence=0), sequence, nonce=nonce)
        ledger.frame_leaves(sequence, 0)
