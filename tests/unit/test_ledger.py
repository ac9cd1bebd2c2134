# SPDX-License-Identifier: MIT
"""Rule 6 term by term: what the leader must count a unit with, now and later."""

from core.sharing.on_demand.account import new_account, overdraw_ma
from core.sharing.on_demand.ledger import new_ledger, set_members
from host_tools.records import row
from tests.rules import a_header, a_report, an_account, believes, live, LX, RX, T, tag


def l1(vector):
    """On the circuit's first phase; nothing on the others."""
    assert vector[1:] == [0, 0]
    return vector[0]


def hold(account, now_ms):
    return l1(account.hold(now_ms))


# --- base: what the unit says it may use


def test_a_lease_counts_until_its_end_and_a_reaction_more():
    """Rule 6: the remaining time on a clock 2 % off, two loops, and the vehicle's reaction."""
    account = an_account(live(30000, remaining_ms=7000), now_ms=500)
    end_ms = 500 + 7140 + 2 * T.loop_ms + RX
    assert hold(account, end_ms - 1) == 30000
    assert hold(account, end_ms) == 20000  # its fallback: it drops to min(last grant, fallback)
    assert account.next_fall_ms(500) == end_ms


def test_a_lease_below_the_fallback_stays_what_it_is():
    """Rule 4: a unit at rest keeps the lower of grant and fallback."""
    account = an_account(live(8000))
    assert hold(account, 60000) == 8000


def test_an_offer_above_the_level_counts():
    """Rule 6: base is max(level, offer): the pilot may be behind the lease."""
    account = an_account(live(10000, offered_ma=32000))
    assert hold(account, 5000) == 32000


def test_a_level_above_the_offer_counts():
    """Rule 6, hole 17: no vehicle, the offer reads 0, and later one plugs in."""
    account = an_account(live(30000, offered_ma=0))
    assert hold(account, 5000) == 30000
    account = an_account(a_report(level_ma=15000, offered_ma=0))
    assert hold(account, 5000) == 15000


def test_without_a_lease_the_base_ends_at_once_but_the_reaction_remains():
    """Rule 6: base_end = t."""
    account = an_account(a_report(level_ma=20000, offered_ma=32000), fallback_ma=20000)
    assert hold(account, RX - 1) == 32000
    assert hold(account, RX) == 20000


# --- tails: what the vehicle may still be following


def test_a_tail_counts_for_its_time_on_a_slow_clock_and_a_loop():
    """Rule 6, hole 5."""
    account = an_account(live(6000, possible_ma=(26000, 0, 0), tail_ms=4000), now_ms=100)
    end_ms = 100 + 4080 + T.loop_ms
    assert hold(account, end_ms - 1) == 26000
    assert hold(account, end_ms) == 6000
    assert account.next_fall_ms(100) == end_ms


def test_a_small_draw_does_not_end_a_tail():
    """Hole 9: a vehicle at 5 of 26 A, cut to 6 A, may go to 26 A for a reaction."""
    account = an_account(live(6000, possible_ma=(26000, 0, 0), tail_ms=5000,
                              draw_ma=(5000, 0, 0)))
    account.believe(2001, 2, live(6000, possible_ma=(26000, 0, 0), tail_ms=4000,
                                  draw_ma=(5000, 0, 0)), 1000, 1000)
    assert hold(account, 5000) == 26000


def test_a_tail_outlives_the_report_that_told_of_it():
    """Rule 6: tails are added, never taken back."""
    account = an_account(live(6000, possible_ma=(26000, 0, 0), tail_ms=4000))
    account.believe(2001, 2, live(6000), 1000, 1000)
    assert hold(account, 4200) == 26000


def test_many_tails_are_merged_to_more_and_never_forgotten():
    """Memory is bounded; what is merged counts at least as long and as high as each part."""
    account = an_account(live(6000, phases=7), wired=7)
    for i in range(40):
        vector = (30000 - 100 * i, 7000 + 300 * (i * 7 % 11), 9000 + 100 * i)
        account.believe(2001, 2 + i, live(6000, phases=7, possible_ma=vector,
                                          tail_ms=5000 - 100 * i), i * 100, i * 100)
    assert len(account._tails) <= 6
    for now_ms in range(3900, 6000, 50):
        told = [(30000 - 100 * i, 7000 + 300 * (i * 7 % 11), 9000 + 100 * i) for i in range(40)
                if now_ms < i * 100 + T.stretch(5000 - 100 * i) + T.loop_ms]
        for p in (0, 1, 2):
            assert account.hold(now_ms)[p] >= max([vector[p] for vector in told] + [6000])


# --- sent: what it may have got since


def test_an_amount_sent_counts_until_its_lease_and_a_reaction_are_over():
    """Rule 6: from the arrival of the report that the amount answers."""
    account = an_account(live(6000, remaining_ms=3000), now_ms=1000)
    account.amount_sent(5, 30000, 1)
    assert hold(account, 1000 + LX + RX - 1) == 30000
    assert hold(account, 1000 + LX + RX) == 20000
    assert account.next_fall_ms(14000) == 1000 + LX + RX


def test_every_unacknowledged_amount_counts_not_only_the_last():
    """Rule 6: an increase before the decrease is acknowledged breaks the circuit."""
    account = an_account(live(6000))
    for sequence, amount_ma in enumerate((30000, 10000, 6000), 5):
        account.amount_sent(sequence, amount_ma, 1)
    assert hold(account, 0) == 30000


def test_an_echo_covers_what_was_sent_up_to_it_and_no_more():
    """Rule 6: the unit has moved past the frames before the echoed one (rule 3)."""
    account = an_account(live(6000))
    for sequence, amount_ma in enumerate((30000, 20000, 10000), 5):
        account.amount_sent(sequence, amount_ma, 1)
    account.believe(2001, 2, live(6000, echo_sequence=4), 100, 100)
    assert hold(account, 100) == 30000
    account.believe(2001, 3, live(6000, echo_sequence=5), 200, 200)
    assert hold(account, 200) == 20000
    account.believe(2001, 4, live(10000, echo_sequence=7), 300, 300)
    assert hold(account, 300) == 10000


def test_the_same_amount_again_is_acknowledged_by_the_newer_frame():
    account = an_account(live(6000))
    account.amount_sent(5, 30000, 1)
    account.amount_sent(6, 30000, 1)
    account.believe(2001, 2, live(6000, echo_sequence=5), 100, 100)
    assert hold(account, 100) == 30000


def test_many_sent_amounts_are_merged_to_more_and_never_forgotten():
    account = an_account(live(6000))
    for i in range(30):
        account.amount_sent(5 + i, 30000 - 100 * i, 1 if i % 2 else 4)
    assert len(account._sent) <= 8
    for echo in range(4, 34):
        account.believe(2001, 2 + echo, live(6000, echo_sequence=echo), 100, 100)
        assert max(account.hold(100)) >= 30000 - 100 * (echo - 4)


def test_a_raise_may_wait_for_the_first_hold_that_falls_by_a_good_part_of_an_ampere():
    """Design 4, demand 9: a meter that reads high makes small tails for ever."""
    account = an_account(live(6000, possible_ma=(26000, 0, 0), tail_ms=4000))
    assert account.falling_ms(0) == 4080 + T.loop_ms
    account.believe(2001, 2, live(6000, possible_ma=(20000, 0, 0), tail_ms=2000), 0, 0)
    assert account.falling_ms(0) == 2040 + T.loop_ms
    assert account.falling_ms(3000) == 4080 + T.loop_ms
    assert account.falling_ms(5000) is None
    account = an_account(live(6000, possible_ma=(6500, 0, 0), tail_ms=4000))
    assert account.falling_ms(0) is None
    account.base_ma, account.last_ma, account.last_phases = 0, 26000, 1
    account.believe(2001, 2, live(6000, possible_ma=(26000, 0, 0), tail_ms=4000), 0, 0)
    assert account.falling_ms(0) is None  # it was told to come back up


def test_what_a_meter_reads_too_much_lasts_and_what_follows_a_cut_does_not():
    """Design 4, demand: room that no waiting frees is nobody's to aim at."""
    account = an_account(live(30000, possible_ma=(30480, 0, 0), tail_ms=3000))
    assert overdraw_ma(account, 0) == [480, 0, 0]
    assert overdraw_ma(account, 3000 + T.react_x_ms) == [0, 0, 0]
    account = an_account(live(48000, possible_ma=(48840, 0, 0), tail_ms=3000))
    assert account.falling_ms(0) is None and overdraw_ma(account, 0) == [840, 0, 0]
    account.amount_sent(2, 47100, 1)  # cut by it: as long as it is followed, 2 % remain
    account.believe(2001, 2, live(47100, possible_ma=(48840, 0, 0), tail_ms=3000), 0, 0)
    assert overdraw_ma(account, 0) == [942, 0, 0]
    account = an_account(live(20000, possible_ma=(30000, 0, 0), tail_ms=3000))
    assert overdraw_ma(account, 0) == [0, 0, 0]


def test_what_is_drawn_on_a_phase_left_out_lasts_too():
    """Rule 14: below the guard's threshold."""
    account = an_account(live(20000, phases=1, draw_ma=(20000, 400, 0)), wired=7)
    assert overdraw_ma(account, 0) == [0, 400, 0]


# --- due and floor: what is kept for a unit that may use it without being told


def rises_at_ms(account):
    """First moment at which the unit counts as due, plus what is needed before."""
    now_ms = next(t for t in range(0, 60000) if account.due(t))
    return now_ms - 1 + LX + RX


def test_the_rise_is_counted_from_the_echoed_frame_and_not_from_the_report():
    """Rule 6, hole 1: reports of a deaf unit still arrive."""
    account = an_account()
    account.believe(2001, 1, live(30000, rise_ms=31000), 0, 9000)
    account.received_ms = 9000
    assert rises_at_ms(account) == 31000 * 98 // 100


def test_a_unit_never_heard_is_due_with_its_whole_fallback():
    """Rule 6: it may have been silent for long, and hear nothing now."""
    account = new_account(T, row(2, 0b101)._replace(fallback_ma=15000))
    assert account.due(0)
    assert account.floor(0, account.hold(0)) == [15000, 0, 15000]


def test_a_unit_that_may_rise_soon_keeps_its_whole_fallback():
    """Rule 6: for a lease and a reaction of others, however little it uses now."""
    account = an_account(live(6000, rise_ms=31000), fallback_ma=15000)
    begin_ms = 31000 * 98 // 100 - LX - RX
    assert account.floor(begin_ms, [6000, 0, 0]) == [6000, 0, 0]
    assert account.floor(begin_ms + 1, [6000, 0, 0]) == [15000, 0, 0]


def test_the_floor_of_a_unit_that_hears_is_what_it_may_use_up_to_its_fallback():
    account = an_account(live(30000), fallback_ma=15000)
    assert account.floor(0, [30000, 0, 0]) == [15000, 0, 0]
    assert account.floor(0, [0, 0, 0]) == [0, 0, 0]


# --- phases (rule 14): each is added up by itself


def test_each_phase_is_counted_by_itself():
    """Rule 14."""
    account = an_account(live(10000, phases=0b010, possible_ma=(0, 12000, 0), tail_ms=1000),
                         wired=0b111)
    account.amount_sent(5, 16000, 0b011)
    assert account.hold(0) == [16000, 16000, 0]
    account.believe(2001, 2, live(10000, phases=0b010, echo_sequence=5), 100, 100)
    assert account.hold(100) == [0, 12000, 0]


def test_a_phase_counts_if_lease_or_pilot_still_name_it():
    """Rule 14: the guard may lag behind the grant, or the grant behind the guard."""
    account = an_account(live(10000, level_phases=0b001, offered_phases=0b100), wired=0b111)
    assert account.hold(0) == [10000, 0, 10000]


def test_what_is_drawn_on_a_phase_left_out_counts():
    """Rule 14, hole 20: below the guard's threshold current may flow there for long."""
    account = an_account(live(10000, phases=0b001, possible_ma=(10000, 400, 0), tail_ms=3000,
                              draw_ma=(10000, 400, 0)), wired=0b111)
    for now_ms in (0, 3000, 9000, 20000):
        assert account.hold(now_ms)[1] == 400


# --- the ledger itself


def kept(unit, fallback_ma, wired=1):
    return row(unit, wired)._replace(fallback_ma=fallback_ma)


def a_ledger(*fallbacks):
    ledger = new_ledger(T, 1, 1000, 1)
    set_members(ledger, [kept(i + 2, f) for i, f in enumerate(fallbacks)])
    return ledger


def test_an_echo_older_than_what_is_kept_counts_as_very_old():
    """64 frames are remembered; a unit that heard none of them is as good as deaf."""
    ledger = a_ledger(20000)
    account = ledger.accounts[0]
    account.nonce = 2001
    for sequence in range(1, 80):
        ledger.frame_leaves(sequence, sequence * 200)
    assert believes(ledger, a_header(1), live(6000, echo_sequence=15), 16000)
    assert account.due(16000)
    assert believes(ledger, a_header(2), live(6000, echo_sequence=79), 16000)
    assert not account.due(16000)


def test_members_that_stay_keep_their_accounts():
    """Rule 12: a new fallback changes what is reserved, not what is in use."""
    ledger = a_ledger(20000, 20000)
    ledger.accounts[1].believe(3001, 1, live(30000), 0, 0)
    set_members(ledger, [kept(3, 9000), kept(4, 0, 2)])
    assert [a.unit for a in ledger.accounts] == [3, 4]
    assert ledger.account(tag(3)).hold(0) == [30000, 0, 0]
    assert ledger.account(tag(3)).fallback_ma == 9000
    assert ledger.account(tag(2)) is None
    assert not believes(ledger, a_header(9), live(6000), 0)


def test_what_a_unit_says_that_it_has_stored_is_kept_for_it():
    """Rule 6: it may go by more than its leader has in force, also on other phases."""
    account = an_account(a_report(stored_ma=25000, wired=3), fallback_ma=20000)
    assert account.due(60000) and account.floor(60000, [0, 0, 0]) == [25000, 25000, 0]
    account.follow(row(2)._replace(fallback_ma=10000))
    assert account.floor(60000, [0, 0, 0]) == [25000, 25000, 0]  # as long as it says so
    account.believe(2001, 2, a_report(stored_ma=10000), 60000, 60000)
    account.follow(row(2)._replace(fallback_ma=10000))
    assert account.floor(120000, [0, 0, 0]) == [10000, 0, 0]
