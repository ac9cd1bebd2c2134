# SPDX-License-Identifier: MIT
"""Settings and limits: good and bad sets, with the very words of each refusal."""

from tests.micropython.canonical import text
from core.group.on_demand import limits
from core.on_demand import settings
from tests.micropython.dice import Dice

dice = Dice(3)
VALUES = {
    "channel": (1, 13, 0, 14, True, "7"), "role": ("leader", "follower", "alone", "boss"),
    "region": ("us", "iec", "eu"), "breaker_a": (60, 32, 12, 40, 63),
    "phases": ("L1", "L2L3L1", "L3L2L1"), "priority": (0, 9, 10, -1),
    "limit_a": (0, 5, 6, 48, 60, 1280, 1281), "fallback": ("equal", "stop", 0),
    "enabled": (True, False, 1), "transport": ("udp", "radio"), "unit_id": (1,),
    "wifi_ssid": ("home", "n" * 33, 5), "colour": (1,),
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
