# SPDX-License-Identifier: MIT
"""What may be set where: one policy, and the same sentence by cable and at the prompt."""

import json

import pytest

from app.on_demand import membership
from core.on_demand import settings_policy as policy
from host_tools.flash.stored import nothing
from host_tools.records import member_record, serial_of
from tests.rules import KEY, a_revision
from tests.unit.test_console import console, in_a_group, stored  # noqa: F401  (a fixture)
from tests.unit.test_flash_configure import FACTS, WHOLE, configure

REVISION = a_revision(2, limit_ma=32000)
LEADER = policy.Membership("leader", "unit 1", "", REVISION)


def decided(asked, group=policy.IN_NO_GROUP, waiting=None, given=WHOLE):
    before = dict(given)
    outcome = policy.outcome(given, FACTS, group, waiting, asked)
    assert given == before
    if outcome.error:
        assert outcome.settings == before and outcome.change is None
    return outcome


@pytest.mark.parametrize("order", (("transport", "wifi_ssid", "role"),
                                   ("role", "wifi_ssid", "transport"),
                                   ("role", "transport", "wifi_ssid")))
def test_a_unit_is_set_up_in_any_order_and_what_is_missing_is_told(order):
    asked = {"transport": "udp", "wifi_ssid": "home", "role": "leader"}
    given, told = dict(WHOLE), []
    for key in order:
        outcome = decided({key: asked[key]}, given=given)
        assert outcome.error is None
        given, told = outcome.settings, told + outcome.told
    assert given == dict(WHOLE, **asked) and outcome.told == []
    assert bool(told) == (order[-1] == "wifi_ssid")
    assert decided({"wifi_ssid": ""}, given=given).error.startswith("wifi_ssid is missing")


def test_one_wrong_setting_refuses_all_that_came_with_it():
    assert "priority is 10" in decided({"breaker_a": 20, "priority": 10}).error


@pytest.mark.parametrize("waiting, asked, proposed", [
    (None, {"limit_a": 32, "priority": 2}, None),
    (None, {"limit_a": 20, "priority": 2}, {"limit_ma": 20000}),
    (None, {"enabled": False, "fallback": "stop"}, {"enabled": False, "fallback": "stop"}),
    ({"enabled": False, "limit_ma": 13000}, {"limit_a": 20},
     {"enabled": False, "limit_ma": 20000}),
    ({"limit_ma": 20000}, {"limit_a": 32}, {}),
    ({"limit_ma": 20000}, {"priority": 1}, None),
    ({"limit_ma": "half", "enabled": 7}, {"limit_a": 20}, {"limit_ma": 20000}),
    ([1], {"limit_a": 20}, {"limit_ma": 20000}),
])
def test_what_the_group_would_not_notice_is_proposed_to_it(waiting, asked, proposed):
    assert decided(asked, LEADER, waiting, dict(WHOLE, role="leader")).change == proposed


@pytest.mark.parametrize("group, words", (
    (LEADER._replace(barred="two units led"), "limit_a cannot be set on this unit: two units led"),
    (policy.Membership("follower", "unit 7", "", None), "limit_a is set on the leader, unit 7"),
    (LEADER, "limit is 11 A: must be at least 12 A")))
def test_what_only_another_unit_can_do_is_refused_with_that_unit(group, words):
    assert decided({"limit_a": 11}, group).error.startswith(words)


def test_the_role_that_its_group_gives_a_unit_may_be_repeated():
    assert decided({"role": "leader"}, LEADER).error is None
    assert "hand the group over first" in decided({"role": "alone"}, LEADER).error


def test_a_group_that_is_still_to_begin_begins_with_the_settings():
    asked = json.dumps({"key": "ab" * 32, "members": "1:..."}).encode()
    leader = membership.membership(None, asked, serial_of(1))
    outcome = decided({"limit_a": 20}, leader, given=dict(WHOLE, role="leader"))
    assert (outcome.change, outcome.settings["limit_a"]) == (None, 20)
    asked = json.dumps({"key": "ab" * 32, "leader": 4}).encode()
    follower = membership.membership(None, asked, serial_of(2))
    assert decided({"limit_a": 20}, follower).error == "limit_a is set on the leader, unit 4"


def test_a_record_that_came_from_another_board_makes_no_leader():
    record = json.dumps(member_record(KEY, serial_of(1), REVISION)).encode()
    assert membership.membership(record, None, serial_of(1)).newest == REVISION
    copied = membership.membership(record, None, serial_of(9))
    assert (copied.role, copied.newest) == ("follower", None)


@pytest.mark.parametrize("data", (b"{", b"{}", b"[" * 100000, b"null", b"7"))
def test_a_record_that_cannot_be_one_bars_the_group_and_nothing_else(data):
    group = membership.membership(data, None, serial_of(1))
    assert "not readable" in decided({"enabled": True}, group).error
    assert decided({"priority": 3}, group).error is None
    assert membership.membership(None, data, serial_of(1)) == policy.IN_NO_GROUP


# ---- the same sentence, whoever is asked

@pytest.mark.parametrize("unit, asked", (
    (0, {"breaker_a": 17}), (0, {"wifi_ssid": "\u00fc" * 17}), (0, {"limit_a": 5}),
    (1, {"limit_a": 11}), (1, {"role": "alone"}), (2, {"limit_a": 30}), (2, {"enabled": True}),
    (2, {"fallback": "stop"}), (2, {"role": "leader"})))
def test_cable_and_prompt_refuse_in_the_same_words(console, capsys, unit, asked):  # noqa: F811
    if unit:
        in_a_group(console, unit)
    [(key, value)] = asked.items()
    before = stored(console)
    console.setting(key, value)
    said = capsys.readouterr().out
    assert said.startswith("Refused: ") and stored(console) == before
    record = member_record(KEY, serial_of(unit), a_revision()) if unit else None
    found = nothing(serial_of(unit))._replace(
        settings=json.dumps(before).encode(), record=record,
        group=json.dumps(record).encode() if unit else None)
    with pytest.raises(configure.BadSettings) as refused:
        configure.merged(found, asked, {"nameplate_a": 48})
    assert said.strip() == str(refused.value)
