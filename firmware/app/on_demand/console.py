# SPDX-License-Identifier: MIT
"""What an owner can type at the serial prompt. Each call answers in plain words; bad input is
refused with what is allowed, and nothing is half applied. Changes take effect with `run()`."""

import json

from device.on_demand.files import BOARD, GROUP_CHANGE, SETTINGS, STORE, read_table, write_json
from device.on_demand.identity import Identity, about
from app.on_demand.live_calls import LIVE, LiveCalls
from hal.on_demand.facts import core_board


class Console(LiveCalls):
    """The calls, as methods; main.py gives them their short names."""

    def help_me(self):
        """All calls, one line each."""
        for line in (
                "status()               what this unit does and why",
                'role("leader")         or "follower", "alone"',
                "breaker(32)            the breaker that feeds this unit, A",
                "limit(60)              limit of the circuit, A; on the leader",
                "enable(True)           sharing on or off; on the leader",
                'wifi(ssid, password)   home network, for transport "udp"',
                'setting("priority", 1) any other setting',
                "settings()             all settings, with what each may be",
                "label()                serial number and codes of this unit",
                "clear_fault()          try again after a latched fault",
                "factory_reset()        forget group and settings",
                'bench_vehicle("C", 16) on a bench board: what is connected',
                "watch(True)            while it runs: a line at each change, for programs",
                "remove(3)              while it runs: unit 3 leaves; remove(3, True): no power",
                "go_on_without(3)       while it runs: a change does not wait for unit 3",
                "hand_over(2)           while it runs: unit 2 becomes the leader",
                "promote(True)          while it runs: this one leads, the old leader is dead",
                "lead_again()           while it runs: after two units had led one group",
                "run()                  start again"):
            print(line)
        print("While the unit runs: %s." % ", ".join(sorted(LIVE)))

    def status(self):
        """State, offer, reason, lease, group."""
        device = self._supervisor.device
        if device is not None and device.unit is not None:
            LiveCalls.status(self)
            return
        print("Not running. Last run: %s. Start with run()."
              % (device.last_run.words if device else "none"))
        self._print_errors(self._all_errors())

    def role(self, name):
        """leader, follower or alone."""
        self.setting("role", name)

    def breaker(self, amps):
        """The breaker that feeds this unit alone, A."""
        self.setting("breaker_a", amps)

    def limit(self, amps):
        """Limit of the circuit per phase, A."""
        self.setting("limit_a", amps)

    def enable(self, on):
        """Sharing on or off."""
        self.setting("enabled", on)

    def wifi(self, ssid, password):
        """Home network."""
        self._change({"wifi_ssid": ssid, "wifi_password": password})

    def setting(self, key, value):
        """Change one setting of the table."""
        from core.on_demand import settings as table
        if key not in [row.key for row in table.table()]:
            print("Refused: %s is no setting. See settings()." % (key,))
            return
        self._change({key: value})

    def _change(self, changes):
        unfit = []
        given = read_table(SETTINGS, unfit)
        board = read_table(BOARD, unfit)
        if unfit:
            print("Refused: %s. Nothing was changed." % unfit[0])
            return
        from app.on_demand.membership import Membership
        membership = Membership(self._store())
        error = membership.error(changes)
        if error:
            print("Refused: %s. Nothing was changed." % error)
            return
        before = self._errors(given, board)
        given.update(changes)
        # A unit that is being set up has other settings still missing: only new errors refuse,
        # and those of what was changed.
        errors = [e for e in self._errors(given, board)
                  if e not in before or e.split(" ")[0] in changes]
        if errors:
            print("Refused: %s. Nothing was changed." % errors[0])
            return
        of_group = self._note_group_change(changes) if membership.leads else ()
        write_json(SETTINGS, given)
        for key in sorted(changes):
            value = "set" if key == "wifi_password" else changes[key]
            if key in of_group:
                print("%s %s is proposed to all units when this one runs." % (key, value))
            else:
                print("%s is now %s." % (key, value))
        self._print_errors(self._errors(given, board))

    def _store(self):
        device = self._supervisor.device
        if device is not None:
            return device.hardware.store
        from hal.store import Store  # nothing has run: another one can still be made
        return Store(STORE)

    # A group's own settings are a revision, which its leader proposes when it runs again.
    def _note_group_change(self, changes):
        from app.on_demand.membership import OF_THE_GROUP
        change = {key: changes[key] for key in OF_THE_GROUP if key in changes}
        noted = tuple(change)
        if "limit_a" in change:
            change["limit_ma"] = change.pop("limit_a") * 1000
        if change:
            pending = read_table(GROUP_CHANGE, [])  # one that cannot be is replaced
            pending.update(change)
            write_json(GROUP_CHANGE, pending)
        return noted

    def _errors(self, given, board):
        from core.on_demand import settings as table
        return table.validate(given, core_board(board))[1]

    def _all_errors(self):
        unfit = []
        given, board = read_table(SETTINGS, unfit), read_table(BOARD, unfit)
        return unfit or self._errors(given, board)

    def settings(self):
        """All settings: value, what it may be, what it is for."""
        from core.on_demand import settings as table
        unfit = []
        given = read_table(SETTINGS, unfit)
        self._print_errors(unfit)
        for row in table.table():
            value = given.get(row.key, row.default)
            if row.kind == "secret":
                value = "set" if value else "not set"
            print("%-11s %-9s %s (%s)" % (row.key, value, row.text, table.allowed(row)))

    def label(self):
        """What is printed on the unit's label."""
        identity = Identity()
        print("serial number %s, label code %s" % (identity.serial, identity.code))

    def factory_reset(self, sure=False):
        """Forget group and settings; the unit then offers nothing until it is set up."""
        if sure is not True:
            print("This forgets the group and all settings. To do it: factory_reset(True)")
            return
        from device.on_demand.reset import factory_reset
        try:
            factory_reset(self._supervisor.device)
        except OSError:
            print("Refused: the flash cannot be written. Nothing was changed.")
            return
        print("Forgotten. The unit offers nothing until it is set up.")

    def bench_vehicle(self, state, amps=0):
        """On a bench board: connect a vehicle in a state, drawing so many amperes."""
        from hal.bench import Bench
        pilot = read_table(BOARD, []).get("pilot")
        if self._supervisor.device is not None:
            LiveCalls.bench_vehicle(self, state, amps)
        elif not isinstance(pilot, dict) or pilot.get("kind") != "bench":
            print("Refused: this is not a bench board.")
        else:
            try:
                Bench({}).vehicle(state, amps)
            except ValueError as error:
                print("Refused: %s." % error)
                return
            self._supervisor.vehicle = (state, amps)
            print("Vehicle in state %s, up to %s A, when the unit runs." % (state, amps))

    def amppool_health(self):
        """One JSON line for the host."""
        device = self._supervisor.device
        facts = about(read_table(SETTINGS, []))
        errors = self._all_errors()
        facts.update({"running": False, "healthy": not errors, "errors": errors,
                      "last_run": device.last_run.words if device is not None else "none"})
        print(json.dumps(facts))
