# SPDX-License-Identifier: MIT
"""Settings from the command line: typed, checked, merged with those on the device.

What a stored group does to them is in test_flash_group.py.
"""

import json

import pytest

from host_tools import boards
from host_tools.flash import configure
from host_tools.flash.errors import BadSettings
from host_tools.flash.start import Start
from host_tools.flash.stored import Found

FACTS = configure.board_facts(boards.load("bench"))
WHOLE = {"region": "iec", "breaker_a": 16, "phases": "L1"}
SERIAL = bytes(6)


def found(settings=None):
    """What is on a device without a group."""
    data = json.dumps(settings).encode() if isinstance(settings, dict) else settings
    return Found(SERIAL, data, None, None, None, None, None)


def test_words_become_typed_values():
    words = ["breaker_a=32", "enabled=on", "region=us", "wifi_ssid=a=b", "priority=0",
             "2:breaker_a=16", "2:wifi_ssid=c:d", "12:phases=L1"]
    assert configure.parse(words, "leader") == ({
        "role": "leader", "breaker_a": 32, "enabled": True, "region": "us", "wifi_ssid": "a=b",
        "priority": 0}, {2: {"breaker_a": 16, "wifi_ssid": "c:d"}, 12: {"phases": "L1"}})
    assert configure.parse(None, None) == ({}, {})


@pytest.mark.parametrize("word, words", [
    ("breaker_a", "must be KEY=VALUE"), ("colour=red", "with KEY one of breaker_a"),
    ("breaker_a=many", "must be one of 10, 13"), ("priority=1.5", "must be whole, 0 to 9"),
    ("limit_a=40.5", "limit_a=40.5: must be whole amperes, 0 to 1280"),
    ("1234:priority=1", "UNIT:KEY=VALUE"), (":priority=1", "UNIT:KEY=VALUE"),
    ("-1:priority=1", "UNIT:KEY=VALUE"),
    ("2:priority=x", "--set 2:priority=x: must be whole"),
    ("limit_a=" + "9" * 5000, "must be whole amperes"), ("enabled=maybe", "must be true or false"),
])
def test_a_word_that_cannot_be_is_refused(word, words):
    with pytest.raises(BadSettings, match=words):
        configure.parse([word], None)


@pytest.mark.parametrize("key", ["unit_id", "group_id", "group_key", "members"])
def test_what_is_no_setting_any_more_says_how_a_group_is_made(key):
    with pytest.raises(BadSettings, match="made by ./flash.sh --all --group") as refused:
        configure.parse(["%s=%s" % (key, "ab" * 32)], None)
    assert "abab" not in str(refused.value)


def test_a_mistyped_key_does_not_show_its_value():
    with pytest.raises(BadSettings, match="wifi_pasword: must be") as refused:
        configure.parse(["wifi_pasword=topsecret"], None)
    assert "topsecret" not in str(refused.value)


@pytest.mark.parametrize("given, words", [
    ({"priority": 10}, "priority is 10: must be 0 to 9"), ({"limit_a": 1281}, "limit_a is 1281"),
    ({"region": "iec", "breaker_a": 60, "phases": "L1"}, "breaker_a is 60: must be one of 10"),
    (dict(WHOLE, role="alone", limit_a=5), "limit is 5 A: must be at least 6 A"),
    ({"wifi_password": "short"}, "wifi_password is 5 characters: must be empty or 8 to 63"),
    ({"wifi_ssid": "ü" * 20}, "wifi_ssid has 40 bytes: must have at most 32"),
    (dict(WHOLE, role="leader", transport="udp", wifi_ssid=""), "wifi_ssid is missing"),
    ({"role": "follower", "limit_a": 40}, "limit_a is set on the leader"),
])
def test_what_is_possible_on_no_board_is_refused_before_one_is_asked(given, words):
    with pytest.raises(BadSettings, match=words):
        configure.check(given)


def test_what_a_board_may_have_stored_is_not_missed():
    configure.check({})
    configure.check({"breaker_a": 60, "transport": "udp", "limit_a": 300, "meter": "sdm120"})
    with pytest.raises(BadSettings, match="no RS485 port"):
        configure.check(dict(WHOLE, meter="sdm120"), dict(FACTS, rs485=False))


def test_what_is_on_the_device_stays():
    stored = dict(WHOLE, wifi_ssid="home", priority=4)
    assert configure.merged(found(stored), {"breaker_a": 20}, FACTS).settings == dict(
        stored, breaker_a=20)


def test_what_is_still_to_be_set_is_told_and_not_refused():
    merged = configure.merged(found(), {"role": "leader", "region": "us"}, FACTS)
    assert merged.settings == {"role": "leader", "region": "us"}
    assert [sentence.split()[0] for sentence in merged.told] == ["breaker_a", "phases"]


def test_a_leader_without_a_group_is_one_that_is_being_set_up():
    merged = configure.merged(found(WHOLE), {"role": "leader"}, FACTS)
    start = Start(merged.settings, FACTS, SERIAL)
    assert start.unfit == [] and start.no_group and "has no group yet" in start.errors[0]


@pytest.mark.parametrize("given, words", [
    ({"breaker_a": 60}, "breaker_a is 60"), ({"priority": 251}, "priority is 251: must be"),
    ({"region": "us"}, "breaker_a is 16: must be one of 15"), ({"limit_a": 5}, "limit is 5 A"),
])
def test_what_is_wrong_together_with_the_stored_is_refused(given, words):
    with pytest.raises(BadSettings, match="(?s)%s.*Nothing was changed" % words):
        configure.merged(found(WHOLE), given, FACTS)


def test_an_old_mistake_on_the_device_stops_no_update():
    merged = configure.merged(found(dict(WHOLE, breaker_a=17)), {"priority": 2}, FACTS)
    assert "breaker_a is 17" in merged.told[0]


@pytest.mark.parametrize("stored", [b"{", b"[1]", b"\xff"])
def test_an_unreadable_file_is_not_guessed_at(stored):
    with pytest.raises(BadSettings, match="--erase"):
        configure.merged(found(stored), {}, FACTS)


def test_secrets_stay_out_of_what_is_shown():
    shown = configure.shown({"wifi_password": "secret123", "limit_a": 40})
    assert "secret123" not in shown and "limit_a=40" in shown


def test_the_same_settings_are_the_same_bytes():
    assert configure.encode({"a": 1, "b": 2}) == configure.encode({"b": 2, "a": 1})
