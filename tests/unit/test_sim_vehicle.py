# SPDX-License-Identifier: MIT
"""A vehicle follows the pilot as the scenario's words say, and never draws more than it may."""

from host_tools.simulate.clock import Clock
from host_tools.simulate.scenario import VehicleSpec
from host_tools.simulate.vehicle import Vehicle


class Outlet:
    """A connector that does what the test says, and remembers the vehicle's draw."""

    def __init__(self, wired=1, volts=240, **spec):
        self.clock = Clock()
        self.offer_ma, self.contact = 0, False
        self.history = []
        values = dict(unit=1, plug_ms=0, unplug_ms=10**9, max_ma=32000, phases=1, wake_ms=0,
                      needs_wh=None, start_delay_ms=3000, ramp_ma_per_s=8000, reaction_ms=3000,
                      under_ma=0, step_ma=0, obeys=True, profile=())
        values.update(spec)
        self.vehicle = None
        self.vehicle = Vehicle(self.clock, VehicleSpec(**values), self, wired, volts)

    def vehicle_changed(self):
        """Asked for by the vehicle."""

    def draw_changed(self):
        """Asked for by the vehicle."""
        self.history.append((self.clock.now_ms, tuple(self.vehicle.draws_ma)))

    def offer(self, amount_ma):
        """Advertise something else."""
        self.offer_ma = amount_ma
        self.vehicle.pilot_changed()

    def close(self, contact=True):
        """Move the contactor."""
        self.contact = contact
        self.vehicle.contact_changed()

    def charge(self, amount_ma, at_ms=20000):
        """Get the vehicle to charge, and to have reached what it draws, by `at_ms`."""
        self.offer(amount_ma)
        self.clock.run(self.clock.now_ms + self.vehicle.spec.start_delay_ms)
        self.close()
        self.clock.run(at_ms)
        return self.vehicle


def test_s2_closes_start_delay_after_pwm_and_not_before():
    outlet = Outlet(start_delay_ms=3000)
    outlet.clock.run(1000)
    outlet.offer(16000)
    outlet.clock.run(3999)
    assert outlet.vehicle.letter == "B"
    outlet.clock.run(4000)
    assert outlet.vehicle.letter == "C" and outlet.vehicle.draws_ma == [0]


def test_a_pause_of_the_pilot_starts_the_delay_anew():
    outlet = Outlet()
    outlet.offer(16000)
    outlet.clock.run(2000)
    outlet.offer(0)
    outlet.clock.run(2500)
    outlet.offer(16000)
    outlet.clock.run(5400)
    assert outlet.vehicle.letter == "B"
    outlet.clock.run(5500)
    assert outlet.vehicle.letter == "C"


def test_draw_rises_by_its_ramp_to_the_offer():
    outlet = Outlet(ramp_ma_per_s=8000)
    outlet.offer(16000)
    outlet.clock.run(3000)
    outlet.close()
    outlet.clock.run(4000)
    assert outlet.vehicle.draws_ma == [8000]
    outlet.clock.run(5000)
    assert outlet.vehicle.draws_ma == [16000]


def test_a_decrease_is_complete_reaction_after_it_and_a_rise_begins_then():
    outlet = Outlet(reaction_ms=3000)
    vehicle = outlet.charge(20000)
    outlet.offer(10000)
    outlet.clock.run(22999)
    assert vehicle.draws_ma == [20000]
    outlet.clock.run(23000)
    assert vehicle.draws_ma == [10000]
    outlet.offer(20000)
    outlet.clock.run(26000)
    assert vehicle.draws_ma == [10000]
    outlet.clock.run(26500)
    assert vehicle.draws_ma == [14000]


def test_under_and_step_leave_some_of_the_offer():
    assert Outlet(under_ma=500, step_ma=1000).charge(16000).draws_ma == [15000]
    assert Outlet(under_ma=300).charge(16000).draws_ma == [15700]
    assert Outlet(max_ma=10000, under_ma=300).charge(16000).draws_ma == [10000]


def test_without_pwm_it_stops_and_opens_s2():
    outlet = Outlet(reaction_ms=2000)
    vehicle = outlet.charge(16000)
    outlet.offer(0)
    outlet.clock.run(22000)
    assert vehicle.letter == "B" and vehicle.draws_ma == [0]


def test_an_open_contactor_stops_it_at_once_and_s2_stays_closed():
    outlet = Outlet()
    vehicle = outlet.charge(16000)
    outlet.close(False)
    assert vehicle.draws_ma == [0] and vehicle.letter == "C"
    outlet.close()
    outlet.clock.run(21000)
    assert vehicle.draws_ma == [8000]


def test_its_other_phases_wake_later():
    outlet = Outlet(wired=3, phases=3, wake_ms=10000)
    outlet.charge(16000, at_ms=12000)
    assert outlet.vehicle.draws_ma == [16000, 0, 0] and outlet.vehicle.lanes == 1
    outlet.clock.run(13000)
    assert outlet.vehicle.lanes == 3
    outlet.clock.run(14000)
    assert outlet.vehicle.draws_ma == [16000, 8000, 8000]


def test_phases_that_the_unit_lacks_stay_unused():
    assert Outlet(wired=1, phases=3).charge(16000).draws_ma == [16000]


def test_it_is_full_after_what_it_needs():
    outlet = Outlet(needs_wh=10, volts=240, ramp_ma_per_s=1000000)
    vehicle = outlet.charge(10000)
    assert vehicle.letter == "B" and not vehicle.hungry
    assert abs(vehicle.delivered_wh() - 10) < 0.01
    # 10 Wh at 2400 W are 15 s, and the ramp's first step.
    assert outlet.history[-1] == (18100, (0,))


def test_a_profile_pauses_and_resumes_it():
    outlet = Outlet(profile=((30000, 0), (40000, 8000)))
    vehicle = outlet.charge(16000)
    outlet.clock.run(30000)
    assert vehicle.letter == "B" and vehicle.draws_ma == [0] and not vehicle.hungry
    outlet.clock.run(41000)
    assert vehicle.letter == "C" and vehicle.draws_ma == [8000]


def test_one_that_does_not_obey_never_reduces_until_its_contactor_opens():
    outlet = Outlet(obeys=False)
    vehicle = outlet.charge(16000)
    outlet.offer(6000)
    outlet.clock.run(40000)
    assert vehicle.draws_ma == [16000]
    outlet.offer(0)
    outlet.clock.run(60000)
    assert vehicle.draws_ma == [16000] and vehicle.letter == "C"
    outlet.close(False)
    assert vehicle.draws_ma == [0] and vehicle.letter == "B"


def test_an_unplugged_vehicle_does_nothing_any_more():
    outlet = Outlet(profile=((30000, 20000),), needs_wh=1000)
    vehicle = outlet.charge(16000)
    vehicle.unplug()
    outlet.history.clear()
    outlet.clock.run(100000)
    assert vehicle.draws_ma == [0] and outlet.history == []


def test_no_draw_is_above_what_was_offered_in_its_reaction_time():
    outlet = Outlet(reaction_ms=5000, ramp_ma_per_s=50000)
    outlet.charge(16000)
    offers = [(0, 16000)]
    for at_ms, amount_ma in ((21000, 30000), (24000, 8000), (27000, 25000), (27500, 6000),
                             (40000, 12000)):
        outlet.clock.run(at_ms)
        outlet.offer(amount_ma)
        offers.append((at_ms, amount_ma))
    outlet.clock.run(60000)
    for at_ms, draws in outlet.history:
        before = [ma for ms, ma in offers if ms <= at_ms - 5000][-1:]
        recent = [ma for ms, ma in offers if at_ms - 5000 < ms <= at_ms]
        assert draws[0] <= max(before + recent)
    assert outlet.vehicle.draws_ma == [12000]
