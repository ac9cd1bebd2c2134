# SPDX-License-Identifier: MIT
"""After flashing: a unit counts as well only when it runs and says so."""

import json

import pytest

from host_tools.flash import health
from host_tools.flash.errors import NotHealthy
from host_tools.flash.link import DeviceError

WELL = {"serial": "AP-1", "role": "alone", "label": "X", "healthy": True, "running": True,
        "errors": [], "version": "1"}


class Unit:
    """A unit that prints something after each reset, and answers or not when asked."""

    def __init__(self, prints=(), answers=()):
        self._prints = list(prints)
        self._answers = list(answers)
        self.history = []

    def reset(self):
        self.history.append("reset")

    def listen(self, span_s, until):
        self.history.append(span_s)
        return self._prints.pop(0) if self._prints else ""

    def interrupt(self):
        self.history.append("stopped")

    def run(self, code):
        answer = self._answers.pop(0) if self._answers else None
        if answer is None:
            raise DeviceError("Traceback\nNameError: name 'amppool_health' isn't defined")
        return answer


def wait(unit, expected=()):
    return health.wait(unit, list(expected), lambda text, part: None)


def test_a_unit_that_reports_by_itself_is_not_disturbed():
    unit = Unit(["boot\r\n" + json.dumps(WELL) + "\r\n"])
    assert wait(unit) == WELL and unit.history == ["reset", 30]


def test_a_unit_that_is_asked_runs_again_afterwards():
    unit = Unit(answers=[json.dumps(WELL)])
    assert wait(unit) == WELL and unit.history == ["reset", 30, "stopped", "reset"]


def test_a_slow_unit_gets_more_time():
    early = json.dumps(dict(WELL, running=False))
    unit = Unit(answers=[early, json.dumps(WELL)])
    assert wait(unit) == WELL
    assert [entry for entry in unit.history if isinstance(entry, int)] == [30, 120]


def test_settings_that_are_still_missing_are_no_illness():
    missing = "breaker_a is missing: must be one of 10, 13"
    report = dict(WELL, healthy=False, errors=[missing])
    assert wait(Unit(answers=[json.dumps(report)]), [missing]) == report


def test_another_error_is_one_and_is_named():
    report = json.dumps(dict(WELL, healthy=False, errors=["a is missing", "the RCM is silent"]))
    with pytest.raises(NotHealthy, match="as it should: the RCM is silent"):
        wait(Unit(answers=[report] * 3), ["a is missing"])


def test_unhealthy_without_a_reason_is_unhealthy():
    report = json.dumps({"serial": "AP-1", "healthy": False})
    with pytest.raises(NotHealthy):
        wait(Unit(answers=[report] * 3))


def test_a_program_that_dies_shows_its_error():
    crash = "Traceback (most recent call last):\r\n  ...\r\nValueError: /board.json is missing\r\n"
    with pytest.raises(NotHealthy, match="ValueError: /board.json is missing"):
        wait(Unit([crash] * 3))


def test_a_unit_that_says_nothing_at_all():
    with pytest.raises(NotHealthy, match="it prints nothing"):
        wait(Unit())


@pytest.mark.parametrize("text", ["", "{", '{"healthy": tru', '{"other": 1}', "healthy"])
def test_what_is_no_report(text):
    assert health.report_in(text) is None


def test_the_newest_report_counts():
    text = "%s\r\n>>> %s\r\n%s\r\n" % (json.dumps(dict(WELL, role="leader")), "x",
                                       json.dumps(dict(WELL, role="follower")))
    assert health.report_in(text)["role"] == "follower"
