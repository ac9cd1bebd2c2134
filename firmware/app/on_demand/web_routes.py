# SPDX-License-Identifier: MIT
"""Where a request goes: the file that answers it, and what that needs, each to be loaded alone.

Everything but the answers that open a captive portal wants a Host that is the unit's own: an
address, a name of ours, or localhost. A page of somebody else, whose name was made to lead here
(DNS rebinding), has another one.
"""

from app.web import Refused
from micropython import const

_PAGE = ("/", "/index.html")
# What phones and computers ask to learn whether a network leads anywhere.
_PROBES = " /generate_204 /gen_204 /hotspot-detect.html /library/test/success.html " \
    "/connecttest.txt /ncsi.txt /redirect /canonical.html /success.txt /fwlink "

_ROWS = "core.serial core.connector.state_words core.sharing.presence " \
    "core.sharing.reception core.sharing.names app.web_json app.web_facts app.unit_reason " \
    "app.unit_rows "
_TROUBLES = "core.serial core.connector.state_words core.sharing.presence " \
    "core.sharing.reception core.sharing.names app.troubles "
_WORDS = "core.group.amounts core.phrases core.finding_words core.finding_text_radio " \
    "core.finding_text_group core.finding_text_unit "
# Path below /api/ and what it needs, one by one; + tells of units, ! of troubles, : in words. The
# last one answers. One text: a table of so many names takes twice the memory.
_GETS = """
live + app.web_group app.web_live
troubles ! : core.reason_words app.web_json app.web_facts app.web_troubles
settings core.connector.wiring core.group.amounts core.group.limits core.settings \
core.settings_text app.web_json app.web_settings
pairing core.serial app.web_json app.web_pairing
selftest ! : app.events app.jobs app.self_test app.web_json app.web_facts app.web_selftest
history + app.history app.web_history
sessions + core.session_record app.session_store app.session_list app.web_sessions
diagnosis + ! app.web_group app.web_diagnosis
login core.serial app.web_json app.web_session app.web_login
"""
_POST = "core.serial app.owner_place app.owner app.web_json app.web_session"
_TESLA = " vitals lifetime version wifi_status "
_NUMBER_MAX = const(250)


def answer(web, request, name) -> tuple:
    """(0, files to be loaded one by one, (file that goes on, name for it)). Raises Refused."""
    needs, place, name = find(web, request)
    return 0, needs, (place, name)


def find(web, request) -> tuple:
    """(files to be loaded one by one, file whose answer() goes on, name for it). Raises
    Refused."""
    path = request.path
    if request.method == "GET" and " %s " % path in _PROBES:
        return (), ("app", "web_portal"), ""
    if not host_ok(request.header(b"host")):
        if request.method == "GET" and path[:5] != "/api/":
            return (), ("app", "web_portal"), ""
        raise Refused(421)
    if path in _PAGE:
        _only_get(request)
        return (), ("app", "web_page"), ""
    parts = path[1:].split("/")
    if parts[0] == "unit" and len(parts) == 5 and parts[2:4] == ["api", "1"]:
        return _tesla(request, parts[4], _number(parts[1]))
    if parts[0] == "openevse" and len(parts) == 3:
        return (_places("+ app.web_meter app.web_basic app.owner_place"),
                ("app", "web_openevse"),
                (_number(parts[1]), parts[2]))
    if parts[0] != "api":
        raise Refused(404)
    if len(parts) == 3 and parts[1] == "1":
        return _tesla(request, parts[2], None)
    if len(parts) != 2:
        raise Refused(404)
    if request.method == "POST":
        return _places(_POST), ("app", "web_post"), parts[1]
    begin = _GETS.find("\n%s " % parts[1])
    if begin < 0:
        raise Refused(404)
    begin += len(parts[1]) + 2
    needs = _places(_GETS[begin:_GETS.find("\n", begin)])
    return needs[:-1], needs[-1], parts[1]


# ("core", "sharing", "presence") for core.sharing.presence, as load() is given it.
def _places(text):
    for mark, more in (("+ ", _ROWS), ("! ", _TROUBLES), (": ", _WORDS)):
        text = text.replace(mark, more)
    return [place.split(".") for place in text.split()]


def _tesla(request, name, unit):
    _only_get(request)
    if " %s " % name not in _TESLA:
        raise Refused(404)
    more = "core.session_record app.session_store " if name == "lifetime" else ""
    return _places("+ app.web_meter " + more), ("app", "web_tesla"), (unit, name)


def _only_get(request):
    if request.method != "GET":
        raise Refused(405)


def _number(text):
    if not text.isdigit() or len(text) > 3 or not 0 < int(text) <= _NUMBER_MAX:
        raise Refused(404)
    return int(text)


def host_ok(host: str) -> bool:
    """Is this a Host by which only this unit can be meant?"""
    if host[:1] == "[":  # an IPv6 address
        return "]" in host
    name = host.partition(":")[0].lower()
    if name == "localhost" or name[:8] == "amppool-" and name[-6:] == ".local":
        return True
    numbers = name.split(".")
    return len(numbers) == 4 and not [n for n in numbers if not n.isdigit()]
