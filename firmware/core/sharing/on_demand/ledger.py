# SPDX-License-Identifier: MIT
"""The ledger's accounts follow the group's members."""

from core.sharing.account import Account
# Where each Account begins: loaded with this file, so that no change stops half-way for it.
from core.sharing.on_demand import account as _beginning  # noqa: F401


def set_members(ledger, rows):
    """Follow the group's members: rows of change.reserved()."""
    old = {account.serial: account for account in ledger.accounts}
    ledger.accounts = []
    for row in rows:
        account = old.get(row.serial) or Account(ledger._timing, row)
        account.follow(row)
        ledger.accounts.append(account)
