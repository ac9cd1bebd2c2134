# SPDX-License-Identifier: MIT
"""The checker of starving by energy finds who gets too little beside others, and nobody else."""

import pytest

from host_tools.simulate.simulation import Simulation
from tests.simulation.fake_unit import FakeFirmware, FakeUnit
from tests.simulation.outside import scenario

HOUR_S = 3600
_CUT = {"do": "air", "loss": 1.0}


class Unjust(FakeUnit):
    """Unit 2 offers `second_ma`, from `from_ms` on; the others what the firmware says."""

    second_ma = 0
    from_ms = 0

    def charge_step(self, now_ms):
        """Offer what this unit is to offer."""
        if self.hal.radio._unit == 2:
            self.amount_ma = self.second_ma
            self.enabled = self.second_ma > 0 and now_ms - self.start_ms >= self.from_ms
        super().charge_step(now_ms)
        self._due_ms = now_ms + 1000


def unjust(amount_ma, begins_s=0):
    """A kind of Unjust."""
    return type("Some", (Unjust,), {"second_ma": amount_ma, "from_ms": begins_s * 1000})


def found(make, to_s=2 * HOUR_S, count=2, vehicles=None, **more):
    """(unit, at_s, words) of what the checker says first about each unit."""
    if vehicles is None:
        vehicles = [{"unit": n, "plug_s": 1, "max_a": 32} for n in range(1, count + 1)]
    made = scenario(count, vehicles=vehicles, phases="L1", **more)
    simulation = Simulation(made, FakeFirmware(16000, make), trace=False)
    simulation.advance(to_s * 1000)
    first = {}
    for violation in simulation.violations():
        if violation.checker == "fair_share":
            first.setdefault(violation.unit, (violation.at_ms // 1000, violation.text))
    return [(unit,) + first[unit] for unit in sorted(first)]


def test_all_with_their_share_are_well():
    assert found(FakeUnit) == []


@pytest.mark.parametrize("second_ma, starves", [(8300, False), (7700, True)])
def test_half_of_the_fair_share_over_an_hour_is_the_least(second_ma, starves):
    words = found(unjust(second_ma))
    assert bool(words) == starves
    if starves:
        (unit, at_s, text), = words
        # A minute after its start it is judged, and then for an hour.
        assert (unit, at_s) == (2, 60 + HOUR_S)
        assert "48 % of its fair share" in text and "16000 mA" in text


def test_the_first_current_comes_within_15_min():
    assert found(unjust(16000, 900)) == []
    (unit, at_s, text), = found(unjust(16000, 1000))
    assert (unit, at_s) == (2, 970) and "none in 910 s" in text


def test_wanting_begins_when_it_is_plugged_or_wants_again():
    late = [{"unit": 2, "plug_s": 1, "max_a": 16, "profile": [[10, 0], [500, 16]]}]
    assert found(unjust(16000, 1350), vehicles=late) == []
    (unit, at_s, _), = found(unjust(16000, 1500), vehicles=late)
    assert (unit, at_s) == (2, 1400)


def test_a_vehicle_that_takes_little_has_a_small_share():
    vehicles = [{"unit": 1, "plug_s": 1, "max_a": 16}, {"unit": 2, "plug_s": 1, "max_a": 7}]
    assert found(unjust(7000), vehicles=vehicles, limit_a=60) == []


def test_priority_makes_the_share_of_the_others_small():
    made = scenario(2, phases="L1", vehicles=[{"unit": n, "max_a": 32} for n in (1, 2)])
    units = [dict(id=n, role="leader" if n == 1 else "follower", breaker_a=40, region="iec",
                  nameplate_a=32, phases="L1", priority=9 if n == 1 else 0) for n in (1, 2)]
    assert made.units[0].priority == 0
    assert found(unjust(6000), units=units) == [] != found(unjust(6000))


@pytest.mark.parametrize("more", [
    {"events": [{"at_s": 5, "do": "fault", "unit": 2, "fault": "rcm"}]},
    {"events": [{"at_s": 5, "do": "fault", "unit": 2, "fault": "temperature_dead"}]},
    {"events": [{"at_s": 5, "do": "power", "unit": 2, "on": False}]},
    {"events": [{"at_s": 5, "do": "enable", "on": False}]},
    {"events": [{"at_s": 5, **_CUT}]},
    {"events": [{"at_s": 5, "from": [2], "to": [1], **_CUT}]},
    {"events": [{"at_s": 5, "do": "fault", "unit": 1, "fault": "radio_dead"}]},
    {"events": [{"at_s": at_s, "do": "reboot", "unit": 1, "down_s": 30}
                for at_s in range(5, 2 * HOUR_S, 80)]},
    {"vehicles": [{"unit": 2, "plug_s": 1, "max_a": 32, "start_delay_s": 91}]},
    {"vehicles": [{"unit": 2, "plug_s": 1, "max_a": 32, "obeys": False}]},
    {"vehicles": [{"unit": 2, "plug_s": 1, "unplug_s": 800, "max_a": 32}]},
    {"vehicles": [{"unit": 2, "plug_s": 1, "max_a": 32, "profile": [[800, 0]]}]}])
def test_what_excuses_a_group_from_giving(more):
    # Unit 1, then alone, may have all.
    assert 2 not in [unit for unit, _, _ in found(unjust(0), **more)]


@pytest.mark.parametrize("more", [
    {"events": [{"at_s": 5, "do": "fault", "unit": 2, "fault": "meter_zero"}]},
    {"events": [{"at_s": 5, "do": "fault", "unit": 2, "fault": "proximity_outliers"}]},
    {"events": [{"at_s": 5, "do": "reboot", "unit": 2}]},
    {"count": 3, "events": [{"at_s": 5, "do": "power", "unit": 3, "on": False}]},
    {"count": 3, "events": [{"at_s": 5, "from": [3], **_CUT}]}])
def test_what_is_no_excuse(more):
    assert [unit for unit, _, _ in found(unjust(0), **more)] == [2]


def test_a_lost_unit_keeps_what_it_may_use_by_itself():
    # 42 A: 21 A each for two; with 14 A kept for the third, whose air is cut, 14 A.
    cut = [{"at_s": 5, "from": [3], **_CUT}]
    for second_ma, starves in ((7300, False), (6700, True)):
        words = found(unjust(second_ma), count=3, limit_a=42, events=cut)
        assert [unit for unit, _, _ in words] == [2] * starves


def test_when_the_minimums_do_not_fit_they_take_turns():
    vehicles = [{"unit": n, "plug_s": 1, "max_a": 32} for n in (1, 2)]
    made = scenario(2, vehicles=vehicles, limit_a=12, phases="L1")
    simulation = Simulation(made, FakeFirmware(16000, unjust(0)), trace=False)
    simulation._owner._in_force = (11000, True)  # which no owner could make it
    simulation.advance(2_750_000)
    assert "fair_share" not in {v.checker for v in simulation.violations()}
    simulation.advance(2_800_000)
    assert [v.text for v in simulation.violations() if v.checker == "fair_share"] == [
        "wants current and had none in 2710 s"]
