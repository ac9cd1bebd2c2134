# SPDX-License-Identifier: MIT
"""Settings from the command line: typed, checked, merged with those on the device."""

import json

import pytest

from host_tools import boards
from host_tools.flash import configure
from host_tools.flash.errors import BadSettings

FACTS = configure.board_facts(boards.load("bench"))
WHOLE = {"unit_id": 3, "region": "iec", "breaker_a": 16, "phases": "L1"}


def test_words_become_typed_values():
    words = ["breaker_a=32", "enabled=on", "region=us", "group_key=" + "ab" * 32,
             "wifi_ssid=a=b", "priority=0"]
    assert configure.parse(words, "leader") == {
        "role": "leader", "breaker_a": 32, "enabled": True, "region": "us",
        "group_key": "ab" * 32, "wifi_ssid": "a=b", "priority": 0}
    assert configure.parse(None, None) == {}


@pytest.mark.parametrize("word, words", [
    ("breaker_a", "must be KEY=VALUE"), ("colour=red", "with KEY one of breaker_a"),
    ("breaker_a=many", "must be one of 10, 13"), ("unit_id=1.5", "must be 1 to 250"),
    ("enabled=maybe", "must be true or false"), ("wifi_ssid=", "1 to 32"),
    ("wifi_password=short", "8 to 63"),
])
def test_a_word_that_cannot_be_is_refused(word, words):
    with pytest.raises(BadSettings, match=words):
        configure.parse([word], None)


def test_what_is_on_the_device_stays():
    stored = json.dumps(dict(WHOLE, wifi_ssid="home", priority=4)).encode()
    merged, missing = configure.merge(stored, {"breaker_a": 20}, FACTS)
    assert merged == dict(WHOLE, wifi_ssid="home", priority=4, breaker_a=20)
    assert missing == []


def test_what_is_still_to_be_set_is_told_and_not_refused():
    merged, missing = configure.merge(None, {"role": "leader", "region": "us"}, FACTS)
    assert merged == {"role": "leader", "region": "us"}
    assert [sentence.split()[0] for sentence in missing] == ["unit_id", "breaker_a", "phases"]


def test_a_leader_without_group_or_limit_is_one_that_is_being_set_up():
    _, missing = configure.merge(json.dumps(WHOLE).encode(), {"role": "leader"}, FACTS)
    assert missing and all(sentence.split()[0] in ("group_id", "group_key", "limit_a")
                           for sentence in missing)


@pytest.mark.parametrize("given, words", [
    ({"breaker_a": 60}, "breaker_a is 60"), ({"unit_id": 251}, "unit_id is 251: must be"),
    ({"region": "us"}, "breaker_a is 16: must be one of 15"), ({"limit_a": 5}, "limit is 5 A"),
])
def test_what_is_wrong_together_with_the_stored_is_refused(given, words):
    with pytest.raises(BadSettings, match="(?s)%s.*Nothing was changed" % words):
        configure.merge(json.dumps(WHOLE).encode(), given, FACTS)


def test_an_old_mistake_on_the_device_stops_no_update():
    stored = json.dumps(dict(WHOLE, breaker_a=17)).encode()
    _, wrong = configure.merge(stored, {"priority": 2}, FACTS)
    assert wrong and "breaker_a is 17" in wrong[0]


@pytest.mark.parametrize("stored", [b"{", b"[1]", b"\xff"])
def test_an_unreadable_file_is_not_guessed_at(stored):
    with pytest.raises(BadSettings, match="--erase"):
        configure.merge(stored, {}, FACTS)


def test_several_boards_share_no_leadership():
    configure.check_alone({"unit_id": 1, "role": "leader"}, 1)
    configure.check_alone({"region": "us", "role": "follower", "unit_id": 4}, 6)
    with pytest.raises(BadSettings, match="one leader"):
        configure.check_alone({"role": "leader"}, 2)


@pytest.mark.parametrize("stored, pending, given, found", [
    (None, None, {"limit_a": 20}, None),
    ({"limit_a": 32}, None, {"limit_a": 32, "priority": 2}, None),
    ({"limit_a": 32}, None, {"limit_a": 20, "priority": 2}, {"limit_ma": 20000}),
    ({"role": "leader"}, None, {"enabled": True, "fallback": "stop"},
     {"enabled": True, "fallback": "stop"}),
    ({"limit_a": 32}, b'{"enabled": false, "limit_ma": 9000}', {"limit_a": 20},
     {"enabled": False, "limit_ma": 20000}),
    ({"limit_a": 32}, b"{half", {"limit_a": 20}, {"limit_ma": 20000}),
    ({"limit_a": 32}, b"[1]", {"limit_a": 20}, {"limit_ma": 20000}),
])
def test_what_the_stored_group_would_not_notice_is_proposed_to_it(stored, pending, given, found):
    """A lower limit that is only stored would be believed, and not kept."""
    change = configure.group_change(stored and json.dumps(stored).encode(), pending, given)
    assert (json.loads(change) if change else None) == found


def test_secrets_stay_out_of_what_is_shown():
    shown = configure.shown({"group_key": "ab" * 32, "wifi_password": "secret123", "limit_a": 40})
    assert "ab" * 32 not in shown and "secret123" not in shown and "limit_a=40" in shown


def test_the_same_settings_are_the_same_bytes():
    assert configure.encode({"a": 1, "b": 2}) == configure.encode({"b": 2, "a": 1})
