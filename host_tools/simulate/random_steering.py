# SPDX-License-Identifier: MIT
"""What programs, and now and then an owner, wish of units and of the group in random scenarios.

As with troubles (random_troubles.py) it comes from random numbers of its own and only adds to a
story.
"""

from random import Random

_PART = 0.3  # of all stories have some
_WORDS = {"max_a": "maximum currents wished", "min_a": "smallest currents wished",
          "priority": "priorities wished", "pause": "pauses wished",
          "soft_limit": "soft limits wished"}
KINDS = tuple(_WORDS.values())


def add_steering(content: dict, seed: int, kinds) -> dict:
    """The scenario with what is wished in it, if its seed has any; `kinds` counts them."""
    draw = Random(f"steering/{seed}")
    if draw.random() >= _PART:
        return content
    events = [_wish(draw, content, kinds) for _ in range(draw.choice((1, 2, 4, 8)))]
    return {**content, "events": content["events"] + events}


def _wish(draw, content, kinds):
    what = draw.choice(sorted(_WORDS))
    kinds[_WORDS[what]] += 1
    value = {"max_a": draw.choice((6, 7, 10, 16, 32)), "min_a": draw.choice((6, 8, 12, 16)),
             "priority": draw.randint(0, 9), "pause": 1,
             "soft_limit": draw.randint(0, min(80, content["limit_a"]))}[what]
    at_s = round(draw.uniform(1, max(2, content["duration_s"] - 2)), 2)
    event = {"at_s": at_s, "do": "steer", "unit": draw.choice(content["units"])["id"],
             "what": what, "ttl_s": draw.choice((1, 5, 20, 60))}
    if draw.random() < 0.75:  # else it ends what was wished before
        event["value"] = value
    if what != "soft_limit" and draw.random() < 0.1:
        event["owner"] = True
        del event["ttl_s"]
    return event
