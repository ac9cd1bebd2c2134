# SPDX-License-Identifier: MIT
"""Headers of what a unit says beside its reports."""

from core.sharing import frames


def hello_header(follower, now_ms):
    """Header of what is sent instead of a report while no revision names this unit."""
    follower.number += 1
    follower.last_report_ms = now_ms
    follower.report_at_ms = now_ms + follower.timing.period_ms
    return frames.Header(frames.HELLO, 0, follower.heard[0], follower.nonce, follower.number,
                         follower.tag)


def said_header(follower, kind):
    """Header of what is said beside reports: under the number of the last one, which stays the
    last."""
    return frames.Header(kind, follower.group.unit, follower.heard[0], follower.nonce,
                         follower.number, follower.tag)
