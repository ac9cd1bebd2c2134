# SPDX-License-Identifier: MIT
"""Boards share one circuit over the real radio. Needs boards: see conftest.py."""

import time

import pytest

from tests.device import judge
from tests.device.conftest import BREAKER_A, LIMIT_A

pytestmark = pytest.mark.device
LIMIT_MA = 1000 * LIMIT_A
_LEASE_S = 11  # 10 s on the unit's own clock
_SETTLE_S = 45


def charge(*units, amps=32):
    for unit in units:
        unit.say("clear_fault()")  # one vehicle that comes so often would have to wait
        unit.vehicle("C", amps)


def settled(charging, within_s=_SETTLE_S):
    """Until these have equal shares, as large as limit and breakers allow, within 1 A."""
    share_ma = min(LIMIT_MA // len(charging), 1000 * BREAKER_A)
    end_s = time.monotonic() + within_s
    while time.monotonic() < end_s:
        now = [(unit.now()["offered_ma"], max(unit.now()["possible_ma"])) for unit in charging]
        if all(abs(ma - share_ma) <= 1000 // len(charging) for pair in now for ma in pair):
            return
        time.sleep(0.1)
    raise AssertionError("not %d mA each within %d s: %r" % (share_ma, within_s, [
        (unit.number, unit.now()) for unit in charging]))


def test_all_run_the_same_firmware(group):
    program = ("import hashlib,binascii\nprint(binascii.hexlify(hashlib.sha256("
               "open('/manifest.json','rb').read()).digest()).decode())")
    seen = set()
    for unit in group:
        seen.add(unit.at_prompt(program).splitlines()[-1])
        unit.wait_running()
    assert len(seen) == 1


def test_leader_and_followers_hear_each_other(group):
    leader, *followers = group
    for follower in followers:
        leader.ask("status()", "unit %d: heard" % follower.number)
        follower.ask("status()", "lease: live")


def test_grants_arrive_and_offers_follow_the_allocation(group):
    begin_s = time.monotonic()
    leader, follower = group[0], group[1]
    charge(follower)
    settled([follower])
    charge(leader)
    settled([leader, follower])
    granted = leader.now()["granted_ma"]
    for unit in (leader, follower):
        assert abs(granted[str(unit.number)] - unit.now()["offered_ma"]) <= 100
    leader.vehicle("A")
    settled([follower])
    assert judge.moments_over(group, LIMIT_MA) == []
    assert judge.worst_ma(group, begin_s) > LIMIT_MA - 1000, "the circuit was never in use"


def test_the_circuit_is_shared_by_all(group):
    begin_s = time.monotonic()
    charge(*group)
    settled(group)
    assert judge.moments_over(group, LIMIT_MA) == []
    assert judge.worst_ma(group, begin_s) > LIMIT_MA - 1000


def test_followers_without_their_leader_fall_to_their_fallback_and_come_back(group):
    leader, *followers = group
    fallback_ma = LIMIT_MA // len(group) // 100 * 100
    charge(followers[0])
    settled(followers[:1])
    leader.stop()
    stopped_s = time.monotonic()
    followers[0].wait_for(lambda now: now["lease"] != "live", _LEASE_S + 2, "the lease ends")
    expected_ma = fallback_ma if fallback_ma >= 6000 else 0
    followers[0].wait_for(lambda now: now["offered_ma"] == expected_ma
                          and now["lease"] == "fallback", 60, "the fallback of %d mA"
                          % expected_ma)
    assert followers[0].facts[-1]["host_s"] - stopped_s >= 5
    leader.restart()
    leader.wait_running()
    followers[0].wait_for(lambda now: now["lease"] == "live", 60, "a lease again")
    settled(followers[:1])
    assert judge.moments_over(group, LIMIT_MA) == []


def test_a_unit_that_was_reset_comes_back(group):
    leader, follower = group[0], group[1]
    charge(leader, follower)
    settled([leader, follower])
    follower.at_prompt("print('here')")
    follower.wait_running()
    follower.wait_for(lambda now: now["lease"] == "live", 90, "a lease after the reset")
    charge(follower)
    settled([leader, follower], 120)
    assert judge.moments_over(group, LIMIT_MA) == []


@pytest.mark.long
def test_ten_minutes_of_loss_cuts_and_a_leader_reset_never_overload_the_circuit(group, air):
    leader, follower = group[0], group[1]
    charge(*group)
    settled(group)
    begin_s = time.monotonic()
    steps = [(0, lambda: air(loss=0.6)), (240, lambda: air(deaf=[follower.number])),
             (300, lambda: air(loss=0.6)), (330, lambda: air(mute=[follower.number])),
             (390, lambda: air(loss=0.6)), (450, lambda: leader.at_prompt("print('here')"))]
    watch_again = False
    while time.monotonic() - begin_s < 600:
        while steps and time.monotonic() - begin_s >= steps[0][0]:
            steps.pop(0)[1]()
            watch_again = not steps
        if watch_again:
            leader.wait_running()
            charge(leader)
            watch_again = False
        toggles = int(time.monotonic() - begin_s) // 20 % 2
        group[-1].say("bench_vehicle('%s', 32)" % "AC"[toggles])
        for unit in group:
            unit.say("watch(True)")  # one that has started anew by itself would say nothing
        time.sleep(5)
    air()
    for unit in group:
        unit.watch()
    assert judge.moments_over(group, LIMIT_MA) == []
    charge(*group)
    settled(group, 120)
    assert judge.moments_over(group, LIMIT_MA) == []
    # A unit reports by itself each time that it has started.
    started = [unit.number for unit in group[1:] for at_s, text in unit.lines
               if at_s > begin_s and '"healthy"' in text]
    assert started == [], "units other than the leader have started anew"
    heard = [fact for unit in group for fact in unit.facts if fact["host_s"] > begin_s]
    assert len(heard) > 300 * len(group), "too few reports to judge by"
