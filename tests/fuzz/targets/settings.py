# SPDX-License-Identifier: MIT
"""The settings: any values are refused in words, or make a unit that keeps to its limits."""

import copy
import json
from contextlib import contextmanager

from app.unit import JOIN, Unit
from core.connector.on_demand import wiring
from core.load import load
from core.on_demand import settings
from core.group.on_demand.record_check import record_error
from core.on_demand.serial import serial_text
from host_tools.records import serial_of
from host_tools.simulate.bare_hal import Hal
from tests.fuzz.targets.storage import plugged

_KEY = "0123456789abcdef" * 4
_SERIALS = [serial_text(serial_of(unit)) for unit in (1, 2, 3)]
_MEMBERS = "1:%s:48:48:L1 2:%s:32:48:L2 3:%s:16:16:L1L2L3" % tuple(_SERIALS)
_ALONE = {"role": "alone", "region": "us", "breaker_a": 60, "phases": "L1",
          "limit_a": 0, "priority": 3, "fallback": "equal", "enabled": True}
_LEADER = dict(_ALONE, role="leader", limit_a=60, transport="udp", wifi_ssid="home",
               wifi_password="very secret", channel=6)
_FOLLOWER = dict(_LEADER, role="follower", breaker_a=40, phases="L2")
_THREE = dict(_LEADER, role="follower", region="iec", breaker_a=16, phases="L1L2L3")
_PAIRED = {"role": "follower", "region": "iec", "breaker_a": 32, "phases": "L2"}
_JOINS = ({"key": _KEY, "members": _MEMBERS}, {"key": _KEY, "leader": 1, "epoch": 7})
_BOARD = {"nameplate_a": 48, "metered": True, "feedback": True, "ventilation": False}
BASES = (_ALONE, _LEADER, _FOLLOWER, _THREE, _PAIRED)
_STEP_MS = 500


def _one(source):
    play = source.below(16) == 1
    base = source.below(len(BASES))
    given, board = copy.deepcopy(BASES[base]), dict(_BOARD)
    if base == 3:
        board["nameplate_a"] = 16
    for _ in source.times(4):
        given = source.edit(given)
    if source.below(4) == 0:
        board = source.edit(board)
    asked = dict(_JOINS[base != 1])
    for _ in source.times(2):
        asked = source.edit(asked)
    if isinstance(asked, dict) and source.below(4) == 0:
        asked["members"] = _members(source)
    values, errors = settings.validate(given, board)
    _check_words(given, errors)
    store = {} if base == 0 else {JOIN: json.dumps(asked).encode()}
    made = load("app", "setup").Setup(given, board, serial_of(1))
    assert made.errors == errors
    if not errors:
        _check_values(values)
        record = made.record(Hal(0, stored=store).store)
        assert (record is None) == bool(made.errors)
        if record is not None and not made.alone:
            assert record_error(record) is None
            _check_shares(record["group"]["revision"])
        _check_words(asked, made.errors)
    if play:
        _check_unit(given, board, values, errors, store)


def _members(source):
    entries = [":".join(source.among(("1", "2", "3", "16", "48", "80", "L1", "L2", "L1L2L3",
                                      source.text(), *_SERIALS))
                        for _ in range(5 if source.below(8) else 4)) for _ in source.times(5)]
    return " ".join(["1:%s:48:48:L1" % _SERIALS[0], *entries])


def _check_words(given, errors):
    for error in errors:
        assert isinstance(error, str) and 0 < len(error) < 1000
        for key in ("key", "wifi_password") if isinstance(given, dict) else ():
            # The same text may stand elsewhere, where it is no secret.
            secret, text = given.get(key), str({k: v for k, v in given.items() if k != key})
            if isinstance(secret, str) and len(secret) > 20 and secret not in text:
                assert secret not in error


def _check_values(values):
    rating_ma, limit_ma = values["rating_ma"], values["limit_a"] * 1000
    carries_ma = wiring.breaker_ma(values["breaker_a"], values["region"])
    assert 6000 <= rating_ma <= min(values["nameplate_a"] * 1000, carries_ma)
    if values["role"] == "alone":
        assert 6000 <= limit_ma <= rating_ma


def _check_shares(revision):
    if revision is not None:
        assert sum(row[2] for row in revision[5]) <= revision[4]


def _check_unit(given, board, values, errors, store):
    """A unit with such settings starts, and offers nothing, or at most its greatest output."""
    unit = Unit(given, board, plugged(serial_of(1), store))
    for now_ms in range(0, 90000, _STEP_MS):
        unit.tick_once(now_ms)
        unit.charge_step(now_ms)
        assert unit.connector.offered_ma <= (0 if errors else values["rating_ma"])


@contextmanager
def world(_folder):
    """Gives the function that takes the bytes."""
    yield _one


def seeds() -> list:
    """Bytes to begin with."""
    return [bytes([play, base]) for play in (0, 1) for base in range(len(BASES))] + [
        bytes([1, base, 2, 1, key, 2, 1, 9]) for base in range(len(BASES))
        for key in range(0, 16, 3)]
