# SPDX-License-Identifier: MIT
"""One board with its connector as the outside sees it: pins, pilot, contactor, vehicle, faults.

The program reaches it only through `hal.py`. What changes is told three ways: to the vehicle, to
the program's runner (`inputs_changed`, its inputs read differently now) and to the watchers.
"""

from random import Random

from host_tools.simulate.clock import PIN, VEHICLE, Alarm, Clock
from host_tools.simulate.flash import Flash
from host_tools.simulate.pilot_circuit import X1_U16, PilotCircuit, amount_ma, pwm_on
from host_tools.simulate.troubles import FLASH, Troubles

_DROP_OUT_MS = 25  # a contactor's armature needs this long to let go
_COOL_DC, _HOT_DC = 350, 800
_WARM_STEP_DC, _WARM_STEP_MS = 5, 500


class Board:
    """Pins and surroundings of one unit. `watchers`: see watchers.py; air: for its radio."""

    def __init__(self, clock: Clock, spec, watchers, seed, air=None):
        self.spec, self.id, self.wiring = spec, spec.id, spec.wiring
        self._clock, self._watchers = clock, watchers
        self._circuit = PilotCircuit(Random(f"{seed}/pilot/{spec.id}"))
        self._drop = Alarm(clock, PIN, self._let_go)
        self._warm = Alarm(clock, VEHICLE, self._warm_up)
        self.inputs_changed = lambda: None
        self.flash = Flash(clock)
        self.store = self.flash.blocks  # survives reboots and power loss
        self.powered = True
        self.hung = False  # the program stands still, the pins stay as they are
        self.faults = set()
        self.troubles = Troubles(clock, self, air, seed)
        self.vehicle = None
        self.duty_u16 = X1_U16
        self.output = False  # the contactor's pin
        self.contact = False  # the contactor itself
        self._stuck = False  # welded when the power went
        self.guard = 0  # circuit phases whose current opens the contactor
        self._opening = 0  # those guarded when it was told to open: it does already
        self.offer_ma = 0
        self.draw_ma = (0, 0, 0)  # per phase of the circuit
        self.meter_ma = (0, 0, 0)  # per phase of the unit, as its meter shows it
        self.temperature_dc = _COOL_DC
        self.cycles = 0
        self.levels_mv = (None, None)
        self._refresh_pilot()

    # What the program does.

    def write_duty(self, duty_u16: int):
        """Set the pilot's duty."""
        if duty_u16 != self.duty_u16:
            self.duty_u16 = duty_u16
            self._watchers.duty_changed(self)
            self._refresh_pilot()

    def write_output(self, closed: bool):
        """Set the contactor's pin. Closing is instant, opening takes the drop-out time."""
        if closed == self.output:
            return
        self.output = closed
        self._opening = 0 if closed else self.guard
        self._drop.set(None if closed else self._clock.now_ms + _DROP_OUT_MS)
        self._watchers.output_changed(self)
        if closed and not self.contact:
            self.cycles += 1
            self._set_contact(True)

    def write_guard(self, mask: int):
        """Set which phases of the circuit are guarded."""
        if mask != self.guard:
            self.guard = mask
            self._watchers.guard_changed(self)

    def write_block(self, key: str, data: bytes) -> bool:
        """Write a block of the store. False: it was tried, and is not stored."""
        if FLASH in self.troubles.now:
            self.flash.fail()
            self._watchers.store_changed(self)  # it wears all the same
            return False
        if self.store.get(key) == data:
            self._watchers.store_unchanged(self)
        self.flash.write(key, data)
        self._watchers.store_changed(self)
        return True

    def remove_block(self, key: str):
        """Forget a block of the store."""
        if self.store.pop(key, None) is not None:
            self._watchers.store_changed(self)

    @property
    def guarded(self) -> int:
        """Phases whose current opens the contactor, or that it is just being opened for."""
        return self.guard | self._opening

    def booted(self, power_returned: bool):
        """Its program starts."""
        self.flash.boot()
        self.troubles.booted(power_returned)

    def safe_pins(self):
        """What the first lines of boot.py do: contactor off, X1."""
        self.write_output(False)
        self.write_duty(X1_U16)
        self.write_guard(0)

    # What happens to it.

    def set_power(self, powered: bool):
        """Supply of the whole unit; without it nothing flows, whatever its contactor does."""
        self.powered = powered
        self.safe_pins()
        self._drop.set(None)
        if not powered:
            self._stuck = self.contact and "welded" in self.faults
        if self.contact != (powered and self._stuck):
            self._set_contact(powered and self._stuck)
        self._refresh_pilot()

    def set_fault(self, fault: str, on: bool):
        """One of scenario.FAULTS begins or is gone."""
        (self.faults.add if on else self.faults.discard)(fault)
        if fault == "overheat":
            self._warm.sooner(self._clock.now_ms + _WARM_STEP_MS)
        if fault == "welded" and not on:
            self._stuck = False  # also where it is repaired without power
            if not self.output:
                self._let_go()
        self._refresh_pilot()
        self.inputs_changed()
        self._watchers.vehicle_changed(self)

    def troubles_changed(self):
        """One has begun or is over."""
        self.inputs_changed()
        self._watchers.vehicle_changed(self)

    def plug(self, vehicle):
        """A vehicle arrives."""
        self.vehicle = vehicle
        self._refresh_pilot()
        self._watchers.vehicle_changed(self)

    def unplug(self):
        """The vehicle leaves, under load or not."""
        vehicle, self.vehicle = self.vehicle, None
        vehicle.unplug()
        self._refresh_pilot()
        self._watchers.vehicle_changed(self)

    def vehicle_changed(self):
        """The vehicle has closed or opened S2, or wants something else."""
        self._refresh_pilot()
        self._watchers.vehicle_changed(self)

    def draw_changed(self):
        """The vehicle draws something else."""
        draws = self.vehicle.draws_ma if self.vehicle is not None else ()
        circuit = [0, 0, 0]
        error = 1000 + self.spec.meter_error_permille
        metered = [0, 0, 0]
        for own, draw_ma in enumerate(draws):
            circuit[self.wiring[own]] = draw_ma
            metered[own] = draw_ma * error // 1000
        self.draw_ma, self.meter_ma = tuple(circuit), tuple(metered)
        self.inputs_changed()
        self._watchers.draw_changed(self)

    # What is seen from outside.

    @property
    def letter(self) -> str:
        """What the vehicle makes of the pilot: A, B or C."""
        return "A" if self.vehicle is None else self.vehicle.letter

    @property
    def pilot_state(self) -> str:
        """A1 to D2, E (no voltage) or F, from the voltages and the generator."""
        if not self.powered or "pilot_short" in self.faults:
            return "E"
        if self.duty_u16 == 0:
            return "F"
        return self.letter + ("2" if pwm_on(self.duty_u16) else "1")

    def _refresh_pilot(self):
        shorted = "pilot_short" in self.faults
        levels = (0, 0)
        if self.powered:
            levels = self._circuit.levels(self.duty_u16, self.letter,
                                          "diode" not in self.faults, shorted)
        if levels != self.levels_mv:
            self.levels_mv = levels
            self.inputs_changed()
        self._watchers.pilot_changed(self)
        offer_ma = amount_ma(self.duty_u16) if self.powered and not shorted else 0
        if offer_ma != self.offer_ma:
            self.offer_ma = offer_ma
            self._watchers.offer_changed(self)
            if self.vehicle is not None:
                self.vehicle.pilot_changed()

    def _let_go(self):
        if self.contact and "welded" not in self.faults:
            self._set_contact(False)

    def _set_contact(self, closed):
        self.contact = closed
        self._opening = 0
        self.inputs_changed()
        self._watchers.contact_changed(self)
        if self.vehicle is not None:
            self.vehicle.contact_changed()

    def _warm_up(self):
        goal_dc = _HOT_DC if "overheat" in self.faults else _COOL_DC
        if self.temperature_dc != goal_dc:
            up = goal_dc > self.temperature_dc
            self.temperature_dc += _WARM_STEP_DC if up else -_WARM_STEP_DC
            self.inputs_changed()
            self._warm.set(self._clock.now_ms + _WARM_STEP_MS)
