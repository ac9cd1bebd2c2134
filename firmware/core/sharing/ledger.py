# SPDX-License-Identifier: MIT
"""The leader's ledger (design 3, rules 6 and 7): what each unit may still use, whatever happens.

For every future instant, assuming that not one more frame arrives anywhere, the sum over the
units of what each may then use must stay within the limit, per phase. An Account (account.py)
holds what one unit may use; the Ledger knows them all, and which reports answer this leadership.
"""

from core.load import load
from micropython import const

TIMES_KEPT = const(32)  # 6 s of frames at five a second


class Ledger:
    """The accounts of all units of the group, sorted by unit."""

    __slots__ = ("accounts", "_timing", "_epoch", "_nonce", "_leader", "_times", "_newest")

    def account(self, tag):
        """Account of the unit whose serial has this tag, or None."""
        for account in self.accounts:
            if account.tag == tag:
                return account
        return None

    def frame_leaves(self, sequence, now_ms):
        """Note when frame `sequence` left."""
        self._times[sequence % TIMES_KEPT] = now_ms
        self._newest = sequence
        for account in self.accounts:
            account.frame_leaves(sequence)

    def believes(self, account, header, report, now_ms) -> bool:
        """Believe a report of the unit with this account or not (rule 7). True if it was."""
        _, _, epoch, nonce, number, _ = header
        if (epoch != self._epoch or report.echo_leader != self._leader
                or report.echo_nonce != self._nonce):
            # Not an answer to this leadership: it may have been said before it, or to another.
            # But a boot has been seen, and need not be seen a second time.
            load("core", "sharing", "account").knows(account, nonce, -1)
            return False
        echo = report.echo_sequence
        if nonce == account.nonce:
            if number <= account.number:
                # Late, or replayed: it would make a unit look alive, and its hold too small.
                return False
        elif not load("core", "sharing", "account").knows(account, nonce, echo):
            # Another boot, and maybe the replay of an earlier one: nonces have no order. Only an
            # echo of a frame that was sent since it was first seen shows that it is the present
            # one; until then the old boot's hold stands.
            return False
        # A unit's time without hearing runs from the frame that it echoes, not from this report:
        # one that hears nothing any more still reports, and rises to its fallback all the same.
        echo_ms = None
        if self._newest - TIMES_KEPT < echo <= self._newest:
            echo_ms = self._times[echo % TIMES_KEPT]
        if echo_ms is None:
            # Older than what is kept, so nobody knows how old. Taken as very old, its whole
            # fallback is kept for it.
            echo_ms = now_ms - (1 << 29)
        account.believe(nonce, number, report, echo_ms, now_ms)
        return True
