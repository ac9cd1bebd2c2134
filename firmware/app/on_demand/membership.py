# SPDX-License-Identifier: MIT
"""Is a unit that does not run in a group, and may that be changed there? Only on its leader."""

import json

from app.unit import JOIN, RECORD

OF_THE_GROUP = ("limit_a", "enabled", "fallback")


class Membership:
    """What the flash says. leads: it leads a group; leader: number of who does, 0: in no group."""

    def __init__(self, store):
        self.leads = False
        self.leader = 0
        for key in (RECORD, JOIN):
            try:
                found = json.loads(store.read(key) or b"{}")
            except (ValueError, RuntimeError):  # RuntimeError: too many brackets
                continue
            if not isinstance(found, dict):
                continue
            group = found.get("group", found)
            self.leads = self.leads or found.get("lead") is not None or "members" in found
            if isinstance(group, dict) and isinstance(group.get("leader"), int):
                self.leader = group["leader"]
            elif self.leads:
                self.leader = 1

    def error(self, changes: dict):
        """None, or one sentence why these settings cannot be changed on this unit."""
        if not self.leader:
            return None
        if "role" in changes:
            return ("role stays as it is: this unit is in a group. Remove it on its leader, or "
                    "factory_reset() it")
        for key in OF_THE_GROUP:
            if key in changes and not self.leads:
                return "%s is set on the leader, unit %d" % (key, self.leader)
        return None
