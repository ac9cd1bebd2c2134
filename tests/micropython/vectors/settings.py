# SPDX-License-Identifier: MIT
"""Settings and limits: good and bad sets, with the very words of each refusal."""

from tests.micropython.canonical import text
from core.group.on_demand import limits
from core.on_demand import access_point, settings
from core.on_demand import settings_policy as policy
from core.pairing.on_demand import label_code
from core.sharing.frames import Revision, Row
from tests.micropython.dice import Dice

dice = Dice(3)
VALUES = {
    "channel": (1, 13, 0, 14, True, "7"), "role": ("leader", "follower", "alone", "boss"),
    "region": ("us", "iec", "eu"), "breaker_a": (60, 32, 12, 40, 63),
    "phases": ("L1", "L2L3L1", "L3L2L1"), "priority": (0, 9, 10, -1),
    "limit_a": (0, 5, 6, 48, 60, 1280, 1281), "fallback": ("equal", "stop", 0),
    "enabled": (True, False, 1), "transport": ("udp", "radio"), "unit_id": (1,),
    "wifi_ssid": ("home", "n" * 33, "\xfc" * 17, 5), "colour": (1,),
}
KEYS = sorted(VALUES)

for case in range(400):
    given = {"region": "us", "breaker_a": 60, "phases": "L1", "limit_a": 40}
    for _ in range(dice.below(4)):
        key = dice.among(KEYS)
        given[key] = dice.among(VALUES[key])
    print(case, text(settings.validate(given, {"nameplate_a": dice.among((48, 16, 6, 81))})))

for case in range(200):
    members = [limits.GroupUnit(1 + dice.below(30), dice.among(("follower",) * 5 + ("leader",)),
                                48000, dice.among((12000, 32000, 48000)),
                                dice.among((6000, 6000, 6000, 10000)))
               for _ in range(dice.below(8))]
    limit_ma = dice.below(500) * 1000
    print(case, limits.check_group(limit_ma, members, "equal"))
    if members and limit_ma:
        print([limits.fallback_ma(mode, max(limit_ma, 6000 * len(members)),
                                  [member.rating_ma for member in members])
               for mode in ("equal", "minimum", "stop")])

REVISION = Revision(4, 1, True, "equal", 32000, tuple(
    [Row(unit, bytes((0, 0, 0, 0, 0, unit)), 6000, 1, 16000, 32000, 6000) for unit in (1, 2)]))
GROUPS = (policy.IN_NO_GROUP, policy.Membership("leader", "unit 1", "", REVISION),
          policy.Membership("leader", "unit 1", "", None),
          policy.Membership("leader", "unit 1", "two lead", REVISION),
          policy.Membership("follower", "unit 1", "", None),
          policy.Membership("", "", "not readable", None))
ADD = [[number, "00000000000" + str(number), 0, 1, 16000, 32000, 6000] for number in (1, 2, 3, 7)]
WAITING = (None, {}, {"limit_ma": 20000}, [1], {"limit_ma": "x", "enabled": False},
           {"add": ADD[1:]}, {"add": [1, ADD[0][:6], ADD[3]]})

for case in range(400):
    given = dice.among(({}, {"region": "us", "breaker_a": 60, "phases": "L1", "limit_a": 40}))
    asked = {}
    for _ in range(1 + dice.below(3)):
        key = dice.among(KEYS)
        asked[key] = dice.among(VALUES[key])
    board = {"nameplate_a": dice.among((48, 16))}
    print(case, policy.impossible(asked, dice.among((None, board))))
    done = policy.outcome(given, board, dice.among(GROUPS), dice.among(WAITING), asked,
                          dice.among(((), (), (ADD[2],), (ADD[0], ADD[3]))))
    print(done.error, text(done.settings), text(done.change), done.told)

for row in settings.table():
    for typed in ("", "1", "16", "-1", "+1", "1.5", "1_0", "9" * 30, "yes", "OFF", "udp", "\xb2"):
        print(row.key, policy.value_from(row, typed))

for case in range(20):
    bits = case
    for _ in range(3):
        bits = bits << 16 | dice.below(1 << 16)
    code = label_code.make(bits)
    print(case, code, access_point.password(code))
