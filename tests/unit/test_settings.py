# SPDX-License-Identifier: MIT
"""Settings: what is refused, with which words, and what follows from a good set."""

import pytest

from core.connector.on_demand import wiring
from core.on_demand import settings, settings_text

BOARD = {"nameplate_a": 48, "metered": True}
ALONE = {"region": "us", "breaker_a": 60, "phases": "L1"}
LEADER = dict(ALONE, role="leader", limit_a=60)


def errors_of(given, board=BOARD):
    return settings.validate(given, board)[1]


def test_a_good_set_gets_its_defaults_and_its_rating():
    values, errors = settings.validate(LEADER, BOARD)
    assert errors == []
    assert values["rating_ma"] == 48000
    assert (values["priority"], values["fallback"], values["transport"]) == (0, "equal", "espnow")
    assert values["enabled"] is False
    assert (values["metered"], values["ventilation"]) == (True, False)


def test_a_unit_alone_leads_itself_up_to_its_rating():
    values, errors = settings.validate(dict(ALONE, breaker_a=30), BOARD)
    assert (errors, values["limit_a"]) == ([], 24)
    assert settings.validate(dict(ALONE, limit_a=6), BOARD)[1] == []
    assert settings.validate(dict(ALONE, limit_a=48), BOARD)[1] == []


@pytest.mark.parametrize("limit_a, bound", [(5, "at least 6 A"), (49, "at most 48 A")])
def test_the_limit_of_a_unit_alone_is_bounded_by_its_rating(limit_a, bound):
    [error] = errors_of(dict(ALONE, limit_a=limit_a))
    assert "limit is %d A" % limit_a in error and bound in error


@pytest.mark.parametrize("key", ["region", "breaker_a", "phases"])
def test_what_would_be_dangerous_to_guess_must_be_chosen(key):
    [error] = errors_of({name: value for name, value in ALONE.items() if name != key})
    assert error.startswith("%s is missing: must be " % key)


@pytest.mark.parametrize("key, value, allowed", [
    ("channel", 0, "1 to 13"), ("channel", 14, "1 to 13"), ("channel", "7", "1 to 13"),
    ("channel", True, "1 to 13"), ("channel", 7.0, "1 to 13"),
    ("role", "boss", "leader, follower, alone"), ("region", "eu", "us, iec"),
    ("phases", "L2L1", "L1L2L3, L2L3L1, L3L1L2"), ("priority", 10, "0 to 9"),
    ("limit_a", -1, "0 to 1280"), ("fallback", "none", "equal, minimum, stop"),
    ("enabled", 1, "true or false"), ("transport", "wifi", "espnow, udp"),
    ("breaker_a", 41, "40, 50"),
    ("breaker_a", 40.0, "40, 50"),
])
def test_a_value_out_of_range_is_named_with_what_is_allowed(key, value, allowed):
    [error] = errors_of(dict(ALONE, **{key: value}))
    assert error.startswith("%s is %s: must be " % (key, value))
    assert allowed in error


@pytest.mark.parametrize("change, said", (
    ({"transport": "udp"}, "wifi_ssid is missing"),
    ({"wifi_password": "short"}, "wifi_password is 5 characters"),
    ({"wifi_ssid": "n" * 33}, "empty or 1 to 32 characters"),
    ({"wifi_ssid": "\u00fc" * 17}, "wifi_ssid has 34 bytes: must have at most 32"),
    ({"wifi_ssid": "\u20ac" * 11}, "wifi_ssid has 33 bytes: must have at most 32"),
    ({"wifi_ssid": "\U0001f50c" * 9}, "wifi_ssid has 36 bytes: must have at most 32")))
def test_the_home_network_is_checked_and_its_password_never_shown(change, said):
    errors = errors_of(dict(LEADER, **change))
    assert said in errors[0] and "short" not in errors[0]


def test_an_unknown_setting_is_refused_by_name():
    [error] = errors_of(dict(ALONE, braeker_a=40))
    assert error.startswith("braeker_a is no setting: known are breaker_a, ")


def test_a_board_fact_is_checked_like_a_setting():
    assert errors_of(ALONE, {"nameplate_a": 100}) == ["nameplate_a is 100: must be 6 to 80"]
    assert errors_of(ALONE, {}) == ["nameplate_a is missing: must be 6 to 80"]
    assert "colour is no board fact" in errors_of(ALONE, dict(BOARD, colour=1))[0]


@pytest.mark.parametrize("given", [None, [], "text", 4])
def test_an_unreadable_set_is_an_error_and_not_an_exception(given):
    assert errors_of(given) == ["settings are not a table of names and values"]


@pytest.mark.parametrize("region, breaker_a, known", [
    ("us", 63, "15, 20, 30, 40, 50, 60"), ("us", 16, "15, 20, 30, 40, 50, 60"),
    ("iec", 60, "10, 13, 16, 20, 25, 32, 40, 50, 63"),
])
def test_a_breaker_that_does_not_exist_in_the_region_is_refused(region, breaker_a, known):
    [error] = errors_of(dict(ALONE, region=region, breaker_a=breaker_a))
    assert error == "breaker_a is %d: must be one of %s in region %s" % (breaker_a, known, region)


def test_the_table_offers_exactly_the_breakers_that_exist_somewhere():
    [row] = [row for row in settings.table() if row.key == "breaker_a"]
    exist = {a for region in ("us", "iec") for a, _ in wiring.breakers(region)}
    assert sorted(exist) == list(row.choices)


@pytest.mark.parametrize("name", ["unit_id", "group_id", "group_key", "members"])
def test_what_names_a_group_is_no_setting(name):
    """Rule 5: it comes from the leader, or with the key of a new group."""
    [error] = errors_of(dict(LEADER, **{name: 1}))
    assert error.startswith("%s is no setting" % name)


@pytest.mark.parametrize("role", ["leader", "follower"])
def test_the_limit_of_a_group_is_checked_with_its_members_only(role):
    assert errors_of(dict(LEADER, role=role, limit_a=0)) == []
    assert errors_of(dict(LEADER, role=role, limit_a=200)) == []


def test_every_row_is_documented_and_its_default_is_allowed():
    rows = settings.table() + settings.board_table()
    assert len({row.key for row in rows}) == len(rows)
    for row in rows:
        text = settings_text.text_of(row.key)
        assert text.endswith(".") and text[0].isupper() and "\n" not in text
        if row.default is not None:
            others = dict(ALONE, **{row.key: row.default})
            board = dict(BOARD)
            if row in settings.board_table():
                del others[row.key]
                board[row.key] = row.default
            assert errors_of(others, board) == []


@pytest.mark.parametrize("given, rs485, begins", (
    ({"meter": "sdm630"}, False, "meter is sdm630: this board has no RS485 port"),
    ({"meter": "sdm120", "phases": "L1L2L3"}, True, "meter is sdm120: it measures one phase"),
    ({"meter": "clamp"}, True, "meter is clamp: must be one of board, sdm120, sdm630"),
    ({"meter": "sdm630", "meter_address": 248}, True, "meter_address is 248: must be 1 to 247")))
def test_a_meter_that_cannot_be_there_is_refused(given, rs485, begins):
    [error] = errors_of(dict(ALONE, **given), dict(BOARD, rs485=rs485))
    assert error.startswith(begins)


@pytest.mark.parametrize("meter, phases", (("sdm120", "L2"), ("sdm630", "L2"),
                                           ("sdm630", "L3L1L2"), ("board", "L1L2L3")))
def test_a_meter_on_a_port_that_is_there_is_taken(meter, phases):
    assert errors_of(dict(ALONE, meter=meter, phases=phases), dict(BOARD, rs485=True)) == []


@pytest.mark.parametrize("value", ["x" * 5000, 10 ** 5000, -10 ** 5000, ["y"] * 5000],
                         ids=["text", "digits", "below", "list"])
def test_a_refusal_stays_short_whatever_was_given(value):
    for key in ("limit_a", "region", "enabled", "wifi_ssid"):
        errors = errors_of(dict(ALONE, **{key: value}))
        assert len(errors) == 1 and errors[0].startswith("%s is " % key)
        assert len(errors[0]) < 300
    errors = errors_of(dict(ALONE, **{"z" * 5000: value}))
    assert "is no setting" in errors[0] and len(errors[0]) < 400
