# SPDX-License-Identifier: MIT
"""The ledger's accounts follow the group's members."""

from core.sharing.ledger import TIMES_KEPT, Ledger
from core.sharing.on_demand.account import new_account


def new_ledger(timing, epoch, nonce, leader):
    """A Ledger without accounts. epoch, nonce, leader: what reports echo that answer this
    leadership; leader is its unit."""
    ledger = Ledger()
    ledger._timing = timing
    ledger._epoch = epoch
    ledger._nonce = nonce
    ledger._leader = leader
    ledger._times = [None] * TIMES_KEPT  # when frames left, by their sequence
    ledger._newest = -1  # sequence of the last one; they are counted without gaps
    ledger.accounts = []
    return ledger


def set_members(ledger, rows):
    """Follow the group's members: rows of change.reserved()."""
    old = {account.serial: account for account in ledger.accounts}
    ledger.accounts = []
    for row in rows:
        account = old.get(row.serial) or new_account(ledger._timing, row)
        account.follow(row)
        ledger.accounts.append(account)
