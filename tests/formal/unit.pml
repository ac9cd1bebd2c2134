/* SPDX-License-Identifier: MIT */
/* A unit: rules 1 to 5 of the design, its side of rules 7 and 12, and its reports.
   Numbers in brackets are those of the design's section 3. */

#define LIVE(u) (unit[u].rise > GROW)

/* [4] At rest: the smaller of last grant and fallback; `grow` later the fallback.
   x becomes the level that rules 1 to 4 allow. */
inline level(u) {
	if
	:: LIVE(u) -> x = unit[u].amount
	:: else ->
		x = MIN(unit[u].amount, unit[u].fallback);
		if
		:: unit[u].rise == 0 || BROKEN(RISES_AT_ONCE) -> x = unit[u].fallback
		:: else
		fi;
		if
		:: BROKEN(LEASE_NEVER_ENDS) || (BROKEN(KEEPS_LAST_GRANT) && unit[u].rise) ->
			x = unit[u].amount
		:: else
		fi
	fi;
	if
	:: unit[u].inForce && !MEMBER(unit[u].rev, u) -> x = 0
	:: else
	fi
}

/* The pilot takes an offer; a lower one leaves the higher one in the vehicle's mind. */
inline pilot(u, value) {
	unit[u].offer = value;
	unit[u].past[REACT] = MAX(unit[u].past[REACT], unit[u].offer);
	car[u].may[REACT] = MAX(car[u].may[REACT], unit[u].offer);
	car[u].apart = car[u].apart && unit[u].offer == 0
}

/* The contactor opens: nothing flows, whatever was offered. */
inline opens(u) {
	unit[u].offer = 0;
	car[u].apart = true
}

/* [1] What the pilot path does: it offers the level; nothing while quiet. */
inline charge(u) {
	level(u);
	if
	:: unit[u].stalled && unit[u].offer > x && unit[u].rise < GROW && !BROKEN(STALL_UNNOTICED) ->
		opens(u); /* [2] a drop was due while the program stood still */
		unit[u].quiet = REACT
	:: else
	fi;
	unit[u].stalled = false;
	if
	:: car[u].gone || unit[u].quiet -> x = 0
	:: else
	fi;
	if
	:: x != unit[u].offer -> pilot(u, x)
	:: else
	fi
}

inline forgets(u) {
	unit[u].stands = 0;
	unit[u].stalled = false;
	unit[u].epoch = 0;
	unit[u].heard = 0;
	unit[u].amount = 0;
	unit[u].rise = 0;
	unit[u].quiet = 0;
	for (d : 0 .. REACT) {
		unit[u].past[d] = 0
	}
}

inline powerOff(u) {
	opens(u);
	forgets(u);
	unit[u].up = false;
	unit[u].boot++
}

/* [4] After a boot nothing for `reaction`, and no fallback before lease + grow. The nonce was
   counted when the power went. [12] The wait before a raised fallback begins again. */
inline powerOn(u) {
	unit[u].up = true;
	unit[u].rise = (BROKEN(FALLBACK_AT_BOOT) -> 0 : LEASE + GROW);
	unit[u].quiet = (BROKEN(OFFERS_AT_BOOT) -> 0 : REACT);
	if
	:: unit[u].raised -> unit[u].raised = WAIT
	:: else
	fi;
	if
	:: BROKEN(FALLBACK_FOLLOWS_RATING) && u == 2 -> unit[u].fallback++
	:: else
	fi
}

/* A tick passes for a unit, also for one whose program stands still. */
inline ages(u) {
	if
	:: REACT > 1 ->
		for (d : 1 .. REACT - 1) {
			unit[u].past[d] = unit[u].past[d + 1];
			car[u].may[d] = car[u].may[d + 1]
		}
	:: else
	fi;
	unit[u].past[REACT] = unit[u].offer;
	car[u].may[REACT] = unit[u].offer;
	if
	:: unit[u].epoch && unit[u].heard < OLD -> unit[u].heard++
	:: else
	fi;
	unit[u].rise = LESS(unit[u].rise, 1);
	unit[u].quiet = LESS(unit[u].quiet, 1);
	if
	:: unit[u].raised == 1 && unit[u].up -> /* [12] */
		unit[u].fallback = FALLBACK(unit[u].rev, u);
		unit[u].raised = 0
	:: unit[u].raised > 1 && unit[u].up -> unit[u].raised--
	:: else
	fi
}

/* [12] First the smaller of both fallbacks, stored; the larger one when the revision is in force,
   and then only when all leases and reactions from before are over. */
inline revised(u) {
	if
	:: m.rev > unit[u].rev ->
		unit[u].rev = m.rev;
		unit[u].inForce = false;
		unit[u].raised = 0;
		unit[u].fallback = MIN(unit[u].fallback, FALLBACK(m.rev, u));
		if
		:: BROKEN(REVISION_IN_ONE_STEP) -> unit[u].fallback = FALLBACK(m.rev, u)
		:: else
		fi
	:: else
	fi;
	if
	:: m.inForce && m.rev == unit[u].rev && !unit[u].inForce ->
		unit[u].inForce = true;
		if
		:: FALLBACK(m.rev, u) > unit[u].fallback && BROKEN(RAISED_AT_ONCE) ->
			unit[u].fallback = FALLBACK(m.rev, u)
		:: FALLBACK(m.rev, u) > unit[u].fallback && !BROKEN(RAISED_AT_ONCE) ->
			unit[u].raised = WAIT
		:: else
		fi
	:: else
	fi
}

/* [3] Only newer frames count. Any newer one moves the unit on, also without an amount for it.
   [2] An amount answers one report of this boot, and is worth `lease` from when that was sent. */
inline hears(u) {
	if
	:: m.epoch > unit[u].epoch || (m.epoch == unit[u].epoch && m.age < unit[u].heard) ||
		   (BROKEN(EPOCH_NOT_STORED) && m.epoch == unit[u].epoch) ||
		   (BROKEN(OLD_EPOCH_FOLLOWED) && m.epoch < unit[u].epoch) ||
		   (BROKEN(OLD_FRAME_FOLLOWED) && m.epoch == unit[u].epoch) ->
		if
		:: BROKEN(MOVES_ONLY_BY_AMOUNT) && !m.has && unit[u].epoch
		:: else ->
			unit[u].epoch = m.epoch;
			unit[u].heard = m.age
		fi;
		assert(!(BROKEN(REACH_LATE_TAKEN) && m.age && m.has));
		revised(u);
		if
		:: m.has && (m.boot == unit[u].boot || BROKEN(ANY_BOOTS_GRANT)) &&
		   (m.number < LEASE || BROKEN(ANY_REPORT_RENEWS)) ->
			unit[u].amount = m.amount;
			unit[u].rise = (BROKEN(LEASE_FROM_RECEIPT) || m.boot != unit[u].boot -> LEASE + GROW
			                : LESS(LEASE + GROW, m.number))
		:: else
		fi;
		charge(u)
	:: else
	fi
}

/* [6] What a report says. */
inline reports(u) {
	m.report = true;
	m.who = u;
	m.boot = unit[u].boot;
	m.epoch = unit[u].epoch;
	m.age = 0;
	m.number = unit[u].heard;
	level(u);
	m.amount = x;
	m.left = LESS(unit[u].rise, GROW);
	m.offer = unit[u].offer;
	m.may = unit[u].offer;
	m.tail = 0;
	for (d : 1 .. REACT) {
		if
		:: unit[u].past[d] > unit[u].offer && !car[u].apart ->
			m.tail = d;
			m.may = MAX(m.may, unit[u].past[d])
		:: else
		fi
	}
	m.rise = unit[u].rise;
	m.rev = unit[u].rev;
	m.inForce = unit[u].inForce
}
