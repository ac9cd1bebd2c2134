# SPDX-License-Identifier: MIT
"""A leader proposes a revision, or has it in force: its units are told (rule 12)."""

from core.group.on_demand.revision import put_forward, rows_of
from core.sharing.on_demand.change_waits import repeat_revision
from core.sharing.on_demand.ledger import set_members


def follow_members(leader):
    """Keep an account of each unit of any revision."""
    set_members(leader.ledger, rows_of(leader.revisions))


def start_revision(leader, revision, now_ms):
    """Propose this revision from now on."""
    put_forward(leader.revisions, revision, now_ms)
    leader.asked_by = ""  # whoever asks says so after it
    follow_members(leader)
    leader.proposed = True
    repeat_revision(leader, now_ms)


def note_commit(leader, now_ms):
    """It has been stored."""
    leader.said_ms = now_ms
    follow_members(leader)
    repeat_revision(leader, now_ms)
