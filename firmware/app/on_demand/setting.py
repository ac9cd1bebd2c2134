# SPDX-License-Identifier: MIT
"""Settings of a unit that runs. What may be set where is core/on_demand/settings_policy.py's to
say, as for one that stands.

A setting is stored first, and only while the contactor is open. Priority and smallest current
count at once, and so does a broker; all that makes up the unit itself counts at once while it is
in no group and offers nothing to a vehicle; anything else waits for the next start, and that is
said.
"""

from core.connector.pilot_state import A
from core.load import let_go, load
from core.sharing.follower import UnitConfig

_FOR_GROUP = ("limit_a", "enabled", "fallback")  # of a group these are changes that go round
_LIVE = ("priority", "min_a", "openevse_password")
# What only the start can take in: radio and meter are opened there.
_AT_START = ("transport", "wifi_ssid", "wifi_password", "meter", "meter_address", "channel")


def change(unit, changes, number=None):
    """The keys, a list, of those that count only after the next start; or a refusal: then nothing
    was changed. unit: an app.unit.Unit; changes: {key: value}; number: whose, None: its own."""
    if number is not None and (unit.errors or type(number) is not int
                               or number != unit.member.group.unit):
        return "set_there", str(number)[:40]
    if type(changes) is not dict or not changes:
        return "settings", "what is to be set is a table of names and values, with one at least"
    given = unit.web.settings()
    new = {key: changes[key] for key in changes if changes[key] != given.get(key)}
    refusal = _misfit(changes) or _not_now(unit, given, new)
    if refusal:
        return refusal
    if not new:
        return []
    before = [] if _lacks_only_a_group(unit) else load("core", "settings").validate(
        given, unit.hal.board_facts())[1]
    link = [key for key in new if key[:4] == "mqtt"] and _link()
    if not unit.hal.set_settings(new):
        return ("flash",)
    unit.web.facts = None
    given = dict(given)
    given.update(new)
    if link:
        link.begin(unit.web, given)
    return _apply(unit, given, [key for key in sorted(new) if key[:4] != "mqtt"], before)


# What begins with another broker, loaded before anything is stored.
def _link():
    load("app", "mqtt")
    return load("app", "mqtt_link")


# The value of one setting cannot be, whatever the others are.
def _misfit(changes):
    table = load("core", "settings")
    rows = {row.key: row for row in table.table()}
    for key in sorted([str(key) for key in changes]):
        row = rows.get(key)
        if row is None:
            return "setting_unknown", key[:40]
        value = changes[key]
        if table.fits(row, value):
            continue
        shown = str(value)[:40]
        if row.kind == "int":
            return "setting_number", key, shown, row.low, row.high
        if row.kind in ("text", "secret"):
            size = len(value) if type(value) is str else 0
            return "setting_length", key, size, row.low, row.high
        if key == "breaker_a":
            return "breaker", shown, ", ".join([str(choice) for choice in row.choices])
        return "setting_choice", key, shown, table.allowed(row)
    return None


# They do not fit together, or not here, or not at this moment.
def _not_now(unit, given, new):
    group = load("app", "membership_now").membership(unit)
    if new.get("role", group.role) != group.role and group.role:
        return "role_fixed", group.role
    if group.role == "follower" and [key for key in _FOR_GROUP if key in new]:
        return load("core", "sharing", "names").elsewhere(unit.member)
    region, amps = [new.get(key, given.get(key)) for key in ("region", "breaker_a")]
    if region and amps and not load("core", "connector", "wiring").breaker_ma(amps, region):
        return "breaker", amps, ", ".join([str(a) for a, _ in load(
            "core", "connector", "wiring").breakers(region)])
    error = load("core", "settings_policy").outcome(given, unit.hal.board_facts(), group, {},
                                                      new).error
    if error:
        return "settings", error
    if unit.connector.snapshot(unit.hal.clock.now_ms()).closed:
        return ("charging",)
    return None


def _lacks_only_a_group(unit):
    return unit.member.codec is None and getattr(unit.member, "config", None) is not None


def _apply(unit, given, keys, before):
    member = unit.member
    if not keys:
        return keys
    if member.codec is None:
        left = [key for key in keys if key in _AT_START]
        # One that offers nothing may have a vehicle: for that it is as if the board started.
        if left or unit.connector.fault or not unit.errors and unit.connector.state != A:
            return keys
        _anew(unit, given, before)
        return []
    if member.leader is None and not member.group.confirmed_number:
        return keys
    values = load("core", "settings").validate(given, unit.hal.board_facts())[0]
    old = member.group.config
    member.group.config = UnitConfig(old.serial, old.rating_ma, old.wired, old.metered,
                                     values["priority"], old.nameplate_ma,
                                     values["min_a"] * 1000)
    return [key for key in keys if key not in _LIVE]


# It charges nobody, and is in no group: it becomes what its settings say now. What else was wrong
# with it, such as a self-test that failed, stays so.
def _anew(unit, given, before):
    errors = [] if _lacks_only_a_group(unit) else [
        error for error in unit.errors if error not in before]
    let_go()  # a board has no room for what checks beside what makes
    setup = load("app", "setup").Setup(given, unit.hal.board_facts(), unit.hal.serial, errors)
    load("app", "unit").fit(unit, setup)
