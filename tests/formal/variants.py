# SPDX-License-Identifier: MIT
"""The broken variants of the lease model: which rule each breaks, and what the search may do.

A variant is the model with one fault of `faults.pml`. `spin` must refute it within so many events
of the kinds named. One that it cannot refute says why: then another rule stands behind it.
"""

from collections import namedtuple

# Kinds of events, as in world.pml.
LINKS, LATE, POWER, STANDSTILL, WISH, REVISION, ANY_LOSS, PLUG = (1 << bit for bit in range(8))
EVERYTHING = LINKS | LATE | POWER | STANDSTILL | WISH | REVISION | PLUG

# Revisions of the group: members (1 + 2 + 4), limit, fallbacks of units 2, 1 and 0.
START = 73111
MOVES = 73021  # unit 1 gets the fallback of unit 2
SMALLER = 72110  # a smaller limit
LARGER = 74112
LEAVES = 53201  # unit 1 leaves, unit 2 gets its fallback
WITHOUT_1 = 53102
JOINS = 73111

Variant = namedtuple("Variant", "fault rule kinds events rows holes second_line",
                     defaults=((START, MOVES, START), (), None))

_AIR = LINKS | WISH
_BOOT = LINKS | WISH | POWER
_REPLAY = LATE | WISH
_CHANGE = LINKS | REVISION | WISH

VARIANTS = (
    # rules 1 to 4: what a unit may use
    Variant("LEASE_NEVER_ENDS", 1, _AIR, 2),
    Variant("STALL_UNNOTICED", 2, STANDSTILL | _AIR, 3, holes=(18,)),
    Variant("OLD_FRAME_FOLLOWED", 3, _REPLAY, 3),
    Variant("OLD_EPOCH_FOLLOWED", 3, _REPLAY | POWER, 3, holes=(6,)),
    Variant("RISES_AT_ONCE", 4, _AIR, 2, holes=(3,)),
    Variant("KEEPS_LAST_GRANT", 4, _AIR, 2, holes=(3,)),
    Variant("OFFERS_AT_BOOT", 4, POWER | WISH, 3, holes=(13,)),
    Variant("FALLBACK_AT_BOOT", 4, _BOOT, 2),
    # rule 5: fallbacks
    Variant("FALLBACK_FOLLOWS_RATING", 5, LINKS | POWER, 2, holes=(21,)),
    # rule 6: the ledger
    Variant("LEASE_NOT_WAITED_FOR", 6, _AIR, 2),
    Variant("NO_REACTION_AFTER_LEASE", 6, _BOOT, 3),
    Variant("NO_TAILS", 6, _AIR, 2, holes=(9,)),
    Variant("ONLY_LAST_SENT_COUNTS", 6, _AIR, 2),
    Variant("NO_RESERVE_SILENT", 6, _AIR, 2, holes=(1,)),
    Variant("DUE_BY_ARRIVAL", 6, _AIR, 2, holes=(1,)),
    Variant("DUE_BY_LEASE", 6, _AIR, 2, holes=(2,)),
    Variant("RENEWALS_NEED_NOT_FIT", 6, _CHANGE | POWER, 2, holes=(1,)),
    Variant("RAISES_NEED_NOT_FIT", 6, WISH, 2),
    Variant("HANG_OUTLIVES_RESERVE", 6, STANDSTILL | _AIR, 3, holes=(12,)),
    # rule 8: a leader that starts
    Variant("NO_RESERVE_UNHEARD", 8, _BOOT, 2, holes=(4,)),
    Variant("ADOPTS_WITHOUT_TAIL", 8, _BOOT, 3, holes=(5,)),
    Variant("RAISES_BEFORE_ALL_HEARD", 8, _BOOT, 3),
    # rule 9: the leader's own connector
    Variant("OWN_CONNECTOR_FREE", 9, WISH, 2),
    # rule 12: revisions
    Variant("REVISION_IN_ONE_STEP", 12, _CHANGE, 3, holes=(10,)),
    Variant("FLOOR_OF_PROPOSAL", 12, _CHANGE | POWER, 2, holes=(10,)),
    Variant("IN_FORCE_BEFORE_ALL", 12, _CHANGE | POWER, 2, holes=(10,)),
    Variant("LARGER_LIMIT_AT_ONCE", 12, _CHANGE, 2, (START, LARGER, START)),
    # rule 13: epochs
    Variant("EPOCH_NOT_STORED", 13, _REPLAY | POWER, 3, holes=(14,)),
)

# What the sound model must be able to do, or its silence would mean nothing.
REACHED = (
    Variant("REACH_LEASE_ENDED", 4, LINKS, 1),
    Variant("REACH_FALLBACK_ROSE", 4, LINKS, 1),
    Variant("REACH_RAISE_AFTER_CUT", 6, WISH, 1),
    Variant("REACH_REVISION_DONE", 12, REVISION, 1),
    Variant("REACH_RAISED_FALLBACK", 12, REVISION | LINKS, 2),
    Variant("REACH_ADOPTED", 8, POWER, 1),
    Variant("REACH_LATE_TAKEN", 3, LATE, 1),
)

# The sound model: what the search may do, every day and at length.
DAILY = (
    Variant(None, None, EVERYTHING, 2),
    Variant(None, None, LINKS | POWER | REVISION, 2, (START, LEAVES, START)),
    Variant(None, None, LINKS | POWER | REVISION, 2, (WITHOUT_1, JOINS, LARGER)),
    Variant(None, None, _AIR | REVISION, 3, (START, SMALLER, START)),
)
LONG = (
    Variant(None, None, EVERYTHING, 3),
    Variant(None, None, LINKS | POWER | REVISION, 4, (START, LEAVES, START)),
    Variant(None, None, LINKS | POWER | REVISION, 4, (WITHOUT_1, JOINS, LARGER)),
    Variant(None, None, _AIR | REVISION, 4, (START, SMALLER, START)),
    Variant(None, None, _BOOT, 4),
    Variant(None, None, _REPLAY | POWER, 4),
)

# Faults whose searches are not settled yet.
OPEN = ("LEASE_FROM_RECEIPT", "ONLY_THE_OFFER_COUNTS",
        "RAISED_AT_ONCE", "MOVES_ONLY_BY_AMOUNT", "ANY_BOOTS_GRANT", "ANY_REPORT_RENEWS",
        "ANY_BOOT_BELIEVED", "OLD_BOOT_FORGOTTEN", "ACKNOWLEDGED_BEFORE_ECHO",
        "DUE_FROM_RECEIPT", "IN_FORCE_WITHOUT_REACTION", "LEAVING_WAITS_ONLY_REACTION",
        "EARLIER_LEADERSHIP_COUNTS", "OLDER_REPORTS_COUNT", "FLOOR_ONLY_IF_DUE",
        "RAISE_AGAINST_HOLD")
