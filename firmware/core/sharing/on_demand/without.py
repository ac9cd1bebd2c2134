# SPDX-License-Identifier: MIT
"""An owner's words on units that do not answer (rule 12): each gives None, or a refusal
(core/on_demand/refusal_words.py)."""

from core.group.group import row_of
from core.group.on_demand.acknowledged import waiting_for
from core.group.on_demand.revision import word_no_power
from core.load import load
from core.sharing.on_demand.change_waits import waiting_units
from core.sharing.on_demand.writes import owner_changes


def without_power(member, unit, now_ms):
    """The owner's word that a unit that leaves has no power."""
    if member.leader is None:
        return load("core", "sharing", "names").not_leader(member)
    return word_without_power(member.leader, unit, now_ms) or owner_changes(member, now_ms)


def word_without_power(leader, unit, now_ms):
    """The owner's word that a unit that leaves has no power, and gets none before it was reset or
    is where it hears the group. None, or a refusal: it is not needed."""
    revisions = leader.revisions
    stays = False
    for account in leader.ledger.accounts:
        if account.unit == unit and account.serial in waiting_for(revisions):
            if row_of(revisions.pending, account.serial) is not None:
                stays = True  # another one may leave under the number that it has taken
                continue
            word_no_power(revisions, account.serial, now_ms)
            leader.proposed = True
            return None
    if stays:
        return "stays", unit
    return not_waited_for(leader, unit)


def not_waited_for(leader, unit) -> tuple:
    """The refusal of a word that nothing waits for."""
    units = waiting_units(leader)
    return ("not_waited_for", unit, sorted(set(units))) if units else ("none_waited_for", unit)
