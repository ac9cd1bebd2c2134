# SPDX-License-Identifier: MIT
"""The broken variants of the lease model: which rule each breaks, and what the search may do.

A variant is the model with one fault of `faults.pml`. `spin` must refute it within so many events
of the kinds named. One that it cannot refute says why: then another rule stands behind it, and
with that one broken as well (`behind`) `spin` must refute both together, within a bound in which
it finds nothing in either alone.
"""

from collections import namedtuple

# Kinds of events, as in world.pml.
LINKS, LATE, POWER, STANDSTILL, WISH, REVISION, ANY_LOSS, PLUG = (1 << bit for bit in range(8))
EVERYTHING = LINKS | LATE | POWER | STANDSTILL | WISH | REVISION | PLUG

# Revisions of the group: members (1 + 2 + 4), limit, fallbacks of units 2, 1 and 0.
START = 73111
MOVES = 73021  # unit 1 gets the fallback of unit 2
SMALLER = 72110  # a smaller limit; unit 0 has no fallback
SMALLER_MOVES = 72020  # then unit 1 gets that of unit 2
LARGER = 74112
LEAVES = 53201  # unit 1 leaves, unit 2 gets its fallback
WITHOUT_1 = 53102
JOINS = 73111

# The bound of a search: `events` in all, each of the kinds in `once` only once, in so many ticks
# (255: for ever), while the allocator favours `favourite` (3: everybody, 4: nobody gets anything).
# `times`: lease, reaction and grow in ticks.
TIMES = (3, 2, 5)
Variant = namedtuple("Variant", "fault rule kinds events rows holes once ticks favourite times "
                                "second_line behind",
                     defaults=((START, MOVES, START), (), 0, 255, 1, TIMES, None, ()))

_AIR = LINKS | WISH
_BOOT = LINKS | WISH | POWER
_REPLAY = LATE | WISH
_CHANGE = LINKS | REVISION | WISH
_LEFT = (START, LEAVES, START)

VARIANTS = (
    # rules 1 to 4: what a unit may use
    Variant("LEASE_NEVER_ENDS", 1, _AIR, 2),
    Variant("STALL_UNNOTICED", 2, STANDSTILL | _AIR, 3, holes=(18,)),
    Variant("LEASE_FROM_RECEIPT", 2, LINKS | LATE, 2),
    Variant("ANY_BOOTS_GRANT", 2, _BOOT, 3),
    Variant("OLD_FRAME_FOLLOWED", 3, _REPLAY, 3),
    Variant("OLD_EPOCH_FOLLOWED", 3, _REPLAY | POWER, 3, holes=(6,)),
    Variant("ANY_REPORT_RENEWS", 3, LATE | POWER, 2, behind=("LEASE_FROM_RECEIPT",),
            second_line="""
        Rule 2: the lease runs from the report, so an amount for a report that is a lease old is
        over when it comes. What it still changes is the rest level, and of that rule 6 keeps
        min(amount, fallback) for every frame until it or a later one is echoed; from then on the
        unit drops it as old (rule 3)."""),
    Variant("MOVES_ONLY_BY_AMOUNT", 3, _REPLAY | POWER, 3, behind=("LEASE_FROM_RECEIPT",),
            second_line="""
        Rules 7, 8 and 2: frames without an amount come from a leader that has started, or has not
        heard the unit for a lease. The first does not believe a unit that has not moved to its
        epoch, keeps its fallback, and raises nothing for LEASE_X + REACT_X. By then, and for the
        other at once, older frames are over: their lease runs from the report they answer."""),
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
    Variant("DUE_FROM_RECEIPT", 6, LINKS | LATE, 2),
    Variant("ACKNOWLEDGED_BEFORE_ECHO", 6, _REPLAY | LINKS, 3),
    # Its vehicle is away while others are raised, and comes back under a lease that still lives.
    Variant("ONLY_THE_OFFER_COUNTS", 6, _AIR | PLUG, 4, once=LINKS | WISH),
    # A smaller limit comes into force while two units that nobody hears are at rest.
    Variant("FLOOR_ONLY_IF_DUE", 6, LINKS | REVISION, 2, (START, SMALLER, START), favourite=3,
            times=(2, 2, 8)),
    # A late report tells of current that has sunk meanwhile and was given to another unit.
    Variant("RAISE_AGAINST_HOLD", 6, _REPLAY | LINKS, 4, holes=(11,), once=LATE | LINKS, ticks=7),
    # rule 7: which reports are believed
    Variant("OLDER_REPORTS_COUNT", 7, _REPLAY | LINKS, 4, holes=(8,), ticks=4),
    # A late report of the old boot hides what the new one was given.
    Variant("ANY_BOOT_BELIEVED", 7, _REPLAY | _BOOT, 4, holes=(7,), once=_REPLAY | _BOOT, ticks=6),
    Variant("EARLIER_LEADERSHIP_COUNTS", 7, _REPLAY | _BOOT, 3, once=_REPLAY | _BOOT, ticks=5,
            behind=("ANY_BOOT_BELIEVED",), second_line="""
        Rule 7 again: to a leader that has started every nonce is new, and becomes known only by a
        report that echoes a frame of this leadership. Whatever counts as newer than that report
        was sent after it, and a unit never returns to an older epoch."""),
    Variant("OLD_BOOT_FORGOTTEN", 7, POWER | WISH, 2, behind=("OFFERS_AT_BOOT",), second_line="""
        Rule 4: a boot opens the contactor, and for a reaction the new boot offers nothing. When
        it closes again what the vehicle had in mind from the old boot has sunk."""),
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
    # Unit 1 has acknowledged and is not heard any more when unit 2 acknowledges at last.
    Variant("RAISED_AT_ONCE", 12, LINKS | REVISION, 4, holes=(10,), favourite=0),
    # A leader that has restarted proposes: units acknowledge under leases from before.
    Variant("LEAVING_WAITS_ONLY_REACTION", 12, _CHANGE | POWER, 4, _LEFT, holes=(19,),
            once=_CHANGE | POWER),
    Variant("IN_FORCE_WITHOUT_REACTION", 12, LINKS | REVISION, 4,
            (SMALLER, SMALLER_MOVES, SMALLER), favourite=4, behind=("RAISED_AT_ONCE",),
            second_line="""
        Rules 12 and 6: coming into force lets nothing rise within a reaction. A raised fallback
        waits LEASE_X + REACT_X more; an amount must fit beside what still sinks, which reports
        tell (a leader that has started hears them all first, or waits as long); a larger limit of
        before binds LEASE_X + REACT_X longer."""),
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
    Variant(None, None, LINKS | POWER | REVISION, 2, _LEFT),
    Variant(None, None, LINKS | POWER | REVISION, 2, (WITHOUT_1, JOINS, LARGER)),
    Variant(None, None, _AIR | REVISION, 3, (START, SMALLER, START)),
)
LONG = (
    Variant(None, None, EVERYTHING, 3),
    Variant(None, None, EVERYTHING, 2, (START, SMALLER, START), favourite=3, times=(2, 2, 8)),
    Variant(None, None, LINKS | POWER | REVISION, 4, _LEFT),
    Variant(None, None, LINKS | POWER | REVISION, 4, (WITHOUT_1, JOINS, LARGER)),
    Variant(None, None, _AIR | REVISION, 4, (START, SMALLER, START)),
    Variant(None, None, _BOOT, 4),
    Variant(None, None, _REPLAY | POWER, 4),
)
