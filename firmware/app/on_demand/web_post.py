# SPDX-License-Identifier: MIT
"""What an owner asks for by POST: who may, and what is given. web_act.py does it.

Each wants the header X-AmpPool, which no page of somebody else can send, and no Origin but the
unit's own. Who may call it is owner.py's to say.
"""

import json

from app.on_demand.owner import AT_THE_CABLE, LOGGED_IN, find
from app.on_demand.owner_place import PAGE
from app.on_demand.web_json import HEAD, refusing
from app.on_demand.web_session import session
from app.web import Refused
from core.load import drop

# Path below /api/, function of owner.py, what it is given, in its order; ? for what may be left
# out, by: it wants to know who asks. One text: so many names would each be kept for ever.
_ROWS = """
limit limit amps by
enable enable on by
fallback fallback mode by
set set changes unit?
pair pair serial? code?
close_pairing close_pairing
identify identify unit seconds?
rename rename unit name by
remove remove unit has_no_power? by
replace replace unit has_no_power? by
go_on_without go_on_without unit by
take_back take_back by
hand_over hand_over unit by
promote promote old_leader_has_no_power by
lead_again lead_again by
self_test self_test
clear_fault clear_fault unit?
cap cap unit amps by
wish wish unit changes by
soft_limit soft_limit amps ttl_s? by
factory_reset factory_reset by
"""


def answer(web, request, name) -> tuple:
    """(status, head, pieces). Raises Refused."""
    drop("app", "web_request")  # it has done its part, and there is little room
    origin = request.header(b"origin")
    if request.header(b"x-amppool") != "1" or (
            origin and origin.partition("://")[2] != request.header(b"host")):
        raise Refused(403)
    if name == "login" or name == "logout":
        return 0, (("app", "web_login"),), (("app", "web_login"), name)
    function, keys = _row(name)
    who, file = find(function)
    if who == LOGGED_IN and session(web, request) is None:
        return 401, HEAD, ('{"login":true}',)
    if who == AT_THE_CABLE:
        return refusing(("cable",))
    found = _object(request)
    then = ()
    if name == "replace":  # the unit whose code is given takes the place
        then = [found.pop(key) for key in ("serial", "code") if found.get(key) is not None]
    elif name == "factory_reset" and found.pop("sure", None) is not True:
        return refusing(("not_sure",))
    values, error = given(found, [key for key in keys if key != "by"])
    if error:
        return refusing(error)
    if name == "pair":
        values = [value for value in values if value is not None]
    wants = function  # as needs.py has it
    if then or found.get("code") is not None:
        wants = "code"
    elif name == "remove" and found.get("has_no_power"):
        wants = "gone"
    return 0, (), (("app", "web_act"), (
        wants, function, file, values, PAGE if "by" in keys else None, then))


def _row(name):
    begin = _ROWS.find("\n%s " % name) + 1
    if not begin:
        raise Refused(404)
    parts = _ROWS[begin:_ROWS.find("\n", begin)].split(" ")
    return parts[1], parts[2:]


def _object(request):
    try:
        found = json.loads(request.body)
    except (ValueError, RuntimeError):  # RuntimeError: too many brackets
        found = None
    if type(found) is not dict:
        raise Refused(400)
    return found


def given(found: dict, keys: list) -> tuple:
    """(values in the order of keys, None), or (None, a refusal)."""
    names = [key.rstrip("?") for key in keys]
    for key in sorted(found):
        if key not in names:
            return None, ("unknown", key[:40], ", ".join(names) or "none")
    values = []
    for key, name in zip(keys, names):
        if name in found:
            values.append(found[name])
        elif key == name:
            return None, ("missing", name)
        else:
            values.append(None)
    while keys and values and values[-1] is None and keys[len(values) - 1][-1] == "?":
        values.pop()  # what it is when left out is the function's to say
    return values, None
