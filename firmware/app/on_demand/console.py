# SPDX-License-Identifier: MIT
"""What an owner can type at the serial prompt while the unit stands, beside what it also answers
while it runs (live_calls.py). Each call answers in plain words; bad input is refused with what is
allowed, and nothing is half applied. Changes take effect with `run()`."""

import json

from core.load import load


def help_me(place):
    """All calls, one line each."""
    for line in (
            "status()               what this unit does and why",
            'role("leader")         or "follower", "alone"',
            "breaker(32)            the breaker that feeds this unit, A",
            "limit(60)              limit of the circuit, A; on the leader",
            "enable(True)           sharing on or off; on the leader",
            'fallback("equal")      what a unit may use without its leader; on the leader',
            'wifi(ssid, password)   home network; over espnow only the leader joins it',
            'setting("priority", 1) any other setting',
            "settings()             all settings, with what each may be",
            "label()                what is on the label of this unit",
            "clear_fault()          try again after a latched fault",
            "factory_reset()        forget group and settings",
            'bench_vehicle("C", 16) on a bench board: what is connected',
            "watch(True)            while it runs: a line at each change, for programs",
            "run()                  start again"):
        print(line)
    print("While the unit runs:")
    for line in (
            "members()              its units: state, current, signal, serial",
            "troubles()             what is not as it should be, and what to do",
            "events()               the last ten things that happened",
            "limit(60)  enable(True)  fallback(\"equal\")  for all, on the leader",
            'rename(3, "garage")    a name for unit 3',
            "identify(3)            unit 3 blinks for 10 s; identify(): this one",
            "pair()                 opens pairing, and shows who is there",
            'pair("7K2M-90QX-...")  the unit with this label code joins',
            "remove(3)              unit 3 leaves; remove(3, True): it has no power",
            "replace(3)             what is paired next takes the place of unit 3",
            "go_on_without(3)       a change does not wait for unit 3",
            "take_back()            a change that waits is not made",
            "cap(3, 16)             the most that unit 3 may use; 0: pause, None: neither",
            'wish(3, {"min_a": 8})  max_a, min_a, priority, pause of unit 3',
            "soft_limit(30, 600)    share 30 A for 600 s",
            "hand_over(2)           unit 2 becomes the leader",
            "promote(True)          this one leads, the old leader is dead",
            "lead_again()           after two units had led one group",
            "self_test()            a test of a minute; tested() shows what it found"):
        print(line)


def status(place):
    """State, offer, reason, lease, group."""
    device = place.device
    if device is not None and device.unit is not None:
        load("app", "live_shown").status(place)
        return
    print("Not running. Last run: %s. Start with run()."
          % (device.last_run.words if device else "none"))
    _print_errors(load("app", "owner_settings").errors())


def role(place, name):
    """leader, follower or alone."""
    _change(place, {"role": name})


def breaker(place, amps):
    """The breaker that feeds this unit alone, A."""
    _change(place, {"breaker_a": amps})


def limit(place, amps):
    """Limit of the circuit per phase, A."""
    _change(place, {"limit_a": amps})


def enable(place, on):
    """Sharing on or off."""
    _change(place, {"enabled": on})


def fallback(place, mode):
    """What a unit may use that has lost its leader."""
    _change(place, {"fallback": mode})


def wifi(place, ssid, password):
    """Home network."""
    _change(place, {"wifi_ssid": ssid, "wifi_password": password})


def setting(place, key, value):
    """Change one setting of the table."""
    _change(place, {str(key): value})


def _change(place, changes):
    of_group = load("app", "owner_unit").change(place, changes)
    if isinstance(of_group, tuple):
        load("app", "refusals").print_refusal(place, of_group)
        return
    for key in sorted(changes):
        value = "set" if "password" in key else changes[key]
        if key in of_group:
            print("%s %s is proposed to all units when this one runs." % (key, value))
        else:
            print("%s is now %s." % (key, value))
    _print_errors(load("app", "owner_settings").errors())


def _print_errors(errors):
    for error in errors:
        print("Not charging: %s." % error)


def settings(place):
    """All settings: value, what it may be, what it is for."""
    stored = load("app", "owner_settings")
    _print_errors(stored.errors())
    for key, value, text, allowed in stored.rows():
        print("%-11s %-9s %s (%s)" % (key, value, text, allowed))


def label(place):
    """What is printed on the unit's label."""
    identity = load("device", "identity").Identity()
    point = load("core", "access_point")
    print("serial number %s, label code %s" % (identity.serial, identity.code))
    print("its own Wi-Fi: %s, password %s" % (point.name(identity.serial),
                                              point.password(identity.code)))


def factory_reset(place, sure=False):
    """Forget group and settings; the unit then offers nothing until it is set up."""
    if sure is not True:
        others = load("app", "owner_unit").leads_others(place)
        if others:
            print("This unit leads %d others. Without it each goes on with its fallback, until "
                  "one\nis promoted. Better: hand_over(N) first, while it runs." % others)
        print("This forgets the group and all settings. To do it: factory_reset(True)")
        return
    error = load("app", "owner_unit").factory_reset(place)
    if error:
        load("app", "refusals").print_refusal(place, error)
        return
    print("Forgotten. The unit offers nothing until it is set up.")


def bench_vehicle(place, state, amps=0):
    """On a bench board: connect a vehicle in a state, drawing so many amperes."""
    files = load("device", "files")
    pilot = files.read_table(files.BOARD, []).get("pilot")
    if place.device is not None:
        load("app", "live_shown").bench_vehicle(place, state, amps)
    elif not isinstance(pilot, dict) or pilot.get("kind") != "bench":
        print("Refused: this is not a bench board.")
    else:
        error = load("hal", "bench").error(state, amps)
        if error:
            print("Refused: %s." % error)
            return
        place.vehicle = (state, amps)
        print("Vehicle in state %s, up to %s A, when the unit runs." % (state, amps))


def amppool_health(place):
    """One JSON line for the host."""
    device, files = place.device, load("device", "files")
    facts = load("device", "identity").about(files.read_table(files.SETTINGS, []))
    errors = load("app", "owner_settings").errors()
    facts.update({"running": False, "healthy": not errors, "errors": errors,
                  "last_run": device.last_run.words if device is not None else "none"})
    print(json.dumps(facts))
