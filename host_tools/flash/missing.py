# SPDX-License-Identifier: MIT
"""What a group cannot be made without and no board has stored: asked for, or said how to give it.

A region is asked for once, and not at all where one of the boards has one: a circuit lies in one
region. Breaker and phases are asked for each unit. `person`: has ask(text) -> str and tell(text);
None where nobody can be asked.
"""

from core.connector.on_demand.wiring import breakers
from core.on_demand import settings
from core.on_demand import settings_policy as policy
from host_tools.flash import seats
from host_tools.flash.errors import BadSettings

_KEYS = ("region", "breaker_a", "phases")
_REGIONS = ("us", "iec")
_EXAMPLE = {"region": "us", "breaker_a": "40", "phases": "L1"}
_QUESTION = {"region": "Region, us (80 %% of a breaker is used for hours) or iec (all of it)%s: ",
             "breaker_a": "  Breaker, A (%s)%s: ", "phases": "  Phases (%s)%s: "}
_SAY = """These settings are missing, and nobody can be asked without a terminal:
%s
Say them in the same command: %s
A number before the setting is that of the unit; without one it is for all. %s"""


def filled(seated, person, region=None) -> list:
    """The same seats with what was missing. region: of the circuit, if it is known. Raises
    BadSettings where nobody can be asked."""
    known = {seats.settings_of(one).get("region") for one in seated} & set(_REGIONS)
    if region is None and len(known) == 1:
        region = known.pop()
    if region:
        seated = [_in_region(one, region) for one in seated]
    gaps = [_gaps(one) for one in seated]
    if not any(gaps):
        return list(seated)
    if person is None:
        raise BadSettings(_how(seated, gaps))
    last = {}
    done = []
    for one, keys in zip(seated, gaps):
        if "region" in keys:
            region = region or _asked("region", None, None, person)
            one = _in_region(one, region)
        own = seats.settings_of(one)
        if set(keys) - {"region"}:
            person.tell("Unit %s:" % seats.whom(one).removeprefix("unit "))
        answers = {key: _asked(key, last.get(key), own["region"], person)
                   for key in keys if key != "region"}
        one = one._replace(given=dict(one.given, **answers))
        last = seats.settings_of(one)
        done.append(one)
    return done


def _in_region(one, region):
    if seats.settings_of(one).get("region") in _REGIONS:
        return one
    return one._replace(given=dict(one.given, region=region))


def _gaps(one):
    known = seats.settings_of(one)
    return [key for key in _KEYS if known.get(key) in (None, "")
            or key == "region" and known[key] not in _REGIONS]


def _how(seated, gaps):
    lines = ["  %s: %s" % (seats.whom(one), ", ".join(keys))
             for one, keys in zip(seated, gaps) if keys]
    words = ["--set region=%s" % _EXAMPLE["region"]] * any("region" in keys for keys in gaps)
    words += ["--set %d:%s=%s" % (one.unit, key, _EXAMPLE[key])
              for one, keys in zip(seated, gaps) for key in keys if key != "region"]
    return _SAY % ("\n".join(lines), " ".join(words), seats.UNCHANGED)


# Again and again, until it can be. last: what the unit before has, for Enter.
def _asked(key, last, region, person):
    setting = next(each for each in settings.table() if each.key == key)
    choices = [str(choice) for choice in setting.choices]
    if key == "breaker_a":
        choices = [str(amperes) for amperes, _ in breakers(region)]
    usual = str(last) if str(last) in choices else None
    enter = ", Enter: %s" % usual if usual else ""
    text = _QUESTION[key] % (enter if key == "region" else (", ".join(choices), enter))
    while True:
        typed = person.ask(text).strip()
        value = policy.value_from(setting, typed or usual or "")[0]
        if str(value) in choices:
            return value
        person.tell("%s is %s: must be one of %s" % (key, typed or "empty", ", ".join(choices)))
