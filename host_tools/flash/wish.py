# SPDX-License-Identifier: MIT
"""What is wanted of several boards together: `--group` or `--join`, with the settings for each."""

from collections import namedtuple

from core.on_demand import settings_policy as policy
from host_tools.flash import configure
from host_tools.flash.errors import BadSettings

# joins: boards are added to the group of the first one, else a new group is made; given: settings
# for all; by_unit: {number: settings}; leader: port of the new group's leader, None for the first;
# yes: make it without asking.
Wish = namedtuple("Wish", ("joins", "given", "by_unit", "leader", "yes"))

_ONE_UNIT = "--set %d:%s: settings for one unit of a group want --group or --join"
_OF_ALL = "--set %d:%s: this is for the whole group: say %s without a number"
_WITHOUT = {"role": "--leader PORT", "limit_a": "--limit A", "enabled": "--enable",
            "fallback": "--set fallback=..."}
_TWICE = "--limit and --set limit_a say two limits: say one"


def of(options, given: dict, by_unit: dict, facts):
    """A Wish, or None where each board is flashed for itself. facts: configure.board_facts, or
    None. Raises BadSettings for what is possible on no board."""
    if not options.group and not options.join:
        for unit in by_unit:
            raise BadSettings(_ONE_UNIT % (unit, sorted(by_unit[unit])[0]))
        configure.check(given, facts)
        return None
    given = _of_the_group(options, given)
    configure.check(dict(given, role="leader"), facts)
    for unit, own in by_unit.items():
        for key in own:
            if key == "role" or key in policy.OF_THE_GROUP:
                raise BadSettings(_OF_ALL % (unit, key, _WITHOUT[key]))
        configure.check(dict(configure.without_group_settings(given), **own), facts)
    return Wish(options.join, given, by_unit, options.leader, options.yes)


def _of_the_group(options, given):
    given = dict(given)
    if options.limit is not None:
        if given.get("limit_a", options.limit) != options.limit:
            raise BadSettings(_TWICE)
        given["limit_a"] = options.limit
    if options.enable:
        given["enabled"] = True
    if "role" in given:
        raise BadSettings("--set role: in a group the units get their roles from --group and "
                          "--join")
    return given


def check_ports(chosen: list, wanted, given: dict):
    """Do these ports fit what is wanted? Raises BadSettings."""
    if wanted is None and len(chosen) > 1 and given.get("role") == "leader":
        raise BadSettings("A group has one leader: set it on one board, with --port")
    if len(set(chosen)) < len(chosen):
        raise BadSettings("One port is named twice. Nothing was changed.")
    if wanted and wanted.leader not in (None, *chosen):
        raise BadSettings("--leader %s: no board is plugged in there; there are %s. Nothing was "
                          "changed." % (wanted.leader, ", ".join(chosen)))
