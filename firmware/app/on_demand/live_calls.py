# SPDX-License-Identifier: MIT
"""Calls at the serial line that a unit answers while it runs, as well as when it stands.

Nothing here writes to the flash, which would delay the pilot path: what changes the group is
stored by the sharing task.
"""

import json

from core.on_demand import reason_words
from core.sharing.on_demand.presence import presence
from core.connector.on_demand.state_words import state_name

OF_THE_GROUP = ("go_on_without", "remove", "hand_over", "promote", "lead_again")
LIVE = ("help_me", "status", "clear_fault", "bench_vehicle", "watch",
        "amppool_health") + OF_THE_GROUP


def _amps(ma):
    return "%d.%d A" % (ma // 1000, ma // 100 % 10)


class LiveCalls:
    """supervisor: what runs, device.supervisor.Supervisor."""

    def __init__(self, supervisor):
        self._supervisor = supervisor

    def help_me(self):
        """What may be called while the unit runs."""
        print("While the unit runs: %s. Ctrl-C stops it and gives all other calls."
              % ", ".join([name + "()" for name in sorted(LIVE)]))

    def status(self):
        """State, offer, reason, lease, group."""
        device = self._supervisor.device
        unit = device.unit
        now_ms = device.hardware.clock.now_ms()
        connector = unit.connector
        if not device.running:
            print("Stopped: the contactor is open, the pilot says not ready. When it still ran:")
        print("pilot %s, %s offered, contactor %s" % (
            state_name(connector), _amps(connector.offered_ma),
            "closed" if connector.snapshot(now_ms).closed else "open"))
        print("because: %s" % reason_words.words(connector.reason))
        print("lease: %s" % unit.member.lease_state(now_ms))
        self._print_errors(unit.errors)
        if unit.member.leader is not None:
            for number, missing_ms, _, amount_ma in presence(
                    unit.member.leader, unit.timing, now_ms):
                print("unit %d: %s, %s granted" % (
                    number, "heard" if missing_ms is None
                    else "missing for %d s" % (missing_ms // 1000), _amps(amount_ma)))
        from app.on_demand.owner_group import show
        show(unit.member, now_ms)

    def _print_errors(self, errors):
        for error in errors:
            print("Not charging: %s." % error)

    def clear_fault(self):
        """The owner has looked: a latched fault may be tried again."""
        device = self._supervisor.device
        if device is None:
            print("Nothing runs.")
            return
        device.last_run.unlock()
        if device.unit is not None:
            device.unit.connector.clear_fault()
        # What was found at the start is looked at anew only by another start.
        again = not device.running or device.unit.errors
        print("Cleared. Start with run()." if again else "Cleared.")

    def bench_vehicle(self, state, amps=0):
        """On a bench board: connect a vehicle in a state, drawing so many amperes."""
        device = self._supervisor.device
        if device is None:
            print("Refused: nothing has run yet. Start with run().")
        elif device.hardware.bench is None:
            print("Refused: this is not a bench board.")
        else:
            try:
                device.hardware.bench.vehicle(state, amps)
            except ValueError as error:
                print("Refused: %s." % error)
                return
            self._supervisor.vehicle = (state, amps)
            print("Vehicle in state %s, up to %s A." % (state, amps))
            if not device.running:
                print("It is gone when the board starts again.")

    def go_on_without(self, unit):
        """Let a change not wait for a unit: what it may still use is kept for it."""
        self._tell("go_on_without", unit)

    def remove(self, unit, has_no_power=False):
        """Take a unit out of the group; True: it has no power, and gets none before it was reset
        or hears the group."""
        self._tell("remove", unit, has_no_power)

    def hand_over(self, unit):
        """Make another unit the leader."""
        self._tell("hand_over", unit)

    def promote(self, old_leader_has_no_power=False):
        """Make this unit the leader of a group whose leader is dead."""
        self._tell("promote", old_leader_has_no_power)

    def lead_again(self):
        """Start a leader again that has stopped beside another one."""
        self._tell("lead_again")

    def _tell(self, name, *given):
        device = self._supervisor.device
        if device is None or device.unit is None:
            print("Refused: nothing runs. Start with run().")
            return
        from app.on_demand.owner_group import tell
        tell(device, name, *given)

    def watch(self, on=True):
        """Print what is offered at each change, for a program that listens."""
        device = self._supervisor.device
        if on is not True and on is not False:
            print("Refused: watch(%r): must be True or False." % (on,))
        elif device is None or not device.running:
            print("Refused: nothing runs. Start with run().")
        else:
            device.watch(on)
            print("Watching." if on else "Not watching.")

    def amppool_health(self):
        """One JSON line for the host."""
        from device.on_demand.health import health
        from device.say import say
        say(json.dumps(health(self._supervisor.device)))
