/* SPDX-License-Identifier: MIT */
/* The leader: its ledger and its rounds, rules 6 to 9 of the design, and its side of rule 12.
   The allocator is no part of the safety: whatever `wish` is, the frames have to fit. */

#define A lead.book
#define LEADS (unit[0].up && unit[0].stands == 0)
#define PROPOSED (lead.rev + lead.pending)
/* [12] What is reserved is the fallback of the revision in force; a newcomer's is 0. */
#define RESERVE(i) (BROKEN(FLOOR_OF_PROPOSAL) -> FALLBACK(PROPOSED, i) : FALLBACK(lead.rev, i))
#define IN_GROUP(i) (MEMBER(lead.rev, i) || MEMBER(PROPOSED, i))
#define MAY_CHARGE(i) (MEMBER(lead.rev, i) && MEMBER(PROPOSED, i))
#define RISING_LIMIT (BROKEN(LARGER_LIMIT_AT_ONCE) -> LIMIT(PROPOSED) \
                      : MIN(LIMIT(lead.rev), LIMIT(PROPOSED)))
/* [6] An amount for a report that the unit will not remember is not sent. */
#define REACHED(i) (A[i].boot && A[i].got < LEASE)
#define UNHEARD(i) (IN_GROUP(i) && A[i].boot == 0)
#define ALL_HEARD (!UNHEARD(0) && !UNHEARD(1) && !UNHEARD(2))

/* [6] x becomes the most that unit i may use now by what it said and what was sent. */
inline holds(i) {
	x = (A[i].baseFor -> A[i].base : MIN(A[i].base, RESERVE(i)));
	for (d : 1 .. REACT) {
		x = MAX(x, A[i].tail[d])
	}
	for (d : 0 .. WAIT) {
		y = (A[i].sentFor[d] -> A[i].sent[d] : MIN(A[i].sent[d], RESERVE(i)));
		x = MAX(x, y)
	}
}

/* [6] y: may it, hearing nothing more, rise before an amount sent to others now has ended? */
inline isDue(i) {
	y = (A[i].boot == 0 || A[i].riseIn < WAIT);
	if
	:: BROKEN(NO_RESERVE_UNHEARD) && A[i].boot == 0 -> y = 0
	:: BROKEN(NO_RESERVE_SILENT) && A[i].boot -> y = 0
	:: BROKEN(DUE_BY_ARRIVAL) && A[i].boot -> y = (A[i].got > 1)
	:: BROKEN(DUE_BY_LEASE) && A[i].boot -> y = (A[i].got > 1 || A[i].baseFor == 0)
	:: else
	fi
}

/* [7] y: is the boot that a report comes from known? A new one is, once it echoes a frame sent
   after the leader first saw it. */
inline knowsBoot(i) {
	if
	:: m.boot == A[i].boot || BROKEN(ANY_BOOT_BELIEVED) -> y = 1
	:: else ->
		y = 0;
		if
		:: m.boot != A[i].other ->
			A[i].other = m.boot;
			A[i].asked = NONE
		:: else ->
			y = (A[i].asked != NONE && m.epoch == lead.epoch && m.number <= A[i].asked)
		fi
	fi
}

/* [6] Take a report over. */
inline believes(i) {
	n = (A[i].boot == 0); /* the first one of this leadership */
	if
	:: m.boot != A[i].boot ->
		if
		:: n || BROKEN(OLD_BOOT_FORGOTTEN)
		:: else -> /* [7] the old boot's current may still flow */
			holds(i);
			A[i].tail[REACT] = MAX(A[i].tail[REACT], x);
			A[i].last = 0
		fi;
		A[i].boot = m.boot;
		A[i].other = 0;
		A[i].asked = NONE;
		for (d : 0 .. WAIT) {
			A[i].sent[d] = 0;
			A[i].sentFor[d] = 0
		}
	:: else
	fi;
	A[i].number = m.age;
	A[i].got = 0;
	x = (BROKEN(ACKNOWLEDGED_BEFORE_ECHO) -> 0 : m.number);
	for (d : 0 .. WAIT) { /* the echo covers a frame and all before it */
		if
		:: d >= x ->
			A[i].sent[d] = 0;
			A[i].sentFor[d] = 0
		:: else
		fi
	}
	A[i].base = (BROKEN(ONLY_THE_OFFER_COUNTS) -> m.offer : MAX(m.amount, m.offer));
	A[i].baseFor = (BROKEN(LEASE_NOT_WAITED_FOR) -> 0 :
	                (BROKEN(NO_REACTION_AFTER_LEASE) -> m.left : m.left + REACT));
	if
	:: m.tail && !BROKEN(NO_TAILS) && !(BROKEN(ADOPTS_WITHOUT_TAIL) && n) ->
		A[i].tail[m.tail] = MAX(A[i].tail[m.tail], m.may)
	:: else
	fi;
	if
	:: n -> A[i].last = A[i].base
	:: else
	fi;
	A[i].riseIn = (BROKEN(DUE_FROM_RECEIPT) -> m.rise : LESS(m.rise, m.number));
	if
	:: lead.pending && m.rev == PROPOSED && !A[i].acked -> /* [12] */
		A[i].acked = true;
		lead.ackWait = (BROKEN(IN_FORCE_WITHOUT_REACTION) -> 0 : REACT);
		if
		:: (MEMBER(lead.rev, 0) > MEMBER(PROPOSED, 0) || MEMBER(lead.rev, 1) > MEMBER(PROPOSED, 1) ||
		   MEMBER(lead.rev, 2) > MEMBER(PROPOSED, 2)) && !BROKEN(LEAVING_WAITS_ONLY_REACTION) ->
			lead.ackWait = WAIT
		:: else
		fi
	:: else
	fi
}

/* [7] Only reports that echo this leadership, newer than the last, of a known boot. */
inline hearsReport(i) {
	if
	:: IN_GROUP(i) ->
		knowsBoot(i);
		if
		:: (m.epoch == lead.epoch || BROKEN(EARLIER_LEADERSHIP_COUNTS)) && y &&
		   (m.boot != A[i].boot || m.age < A[i].number || BROKEN(OLDER_REPORTS_COUNT)) ->
			believes(i)
		:: else
		fi
	:: else
	fi
}

/* [12] In force when all have stored it and a reaction has passed since. */
inline commits() {
	y = lead.pending && lead.ackWait == 0;
	for (i : 0 .. N - 1) {
		y = y && (A[i].acked || !IN_GROUP(i) || BROKEN(IN_FORCE_BEFORE_ALL))
	}
	if
	:: y ->
		if
		:: LIMIT(PROPOSED) < LIMIT(lead.rev) ->
			boundLimit = MAX(boundLimit, LIMIT(lead.rev));
			boundFor = WAIT
		:: else
		fi;
		lead.rev++;
		lead.pending = false;
		for (i : 0 .. N - 1) {
			A[i].acked = false;
			if
			:: MEMBER(lead.rev, i)
			:: else -> strikes(i)
			fi
		}
	:: else
	fi
}

inline strikes(i) {
	A[i].boot = 0; A[i].number = 0; A[i].got = 0; A[i].other = 0; A[i].asked = NONE;
	A[i].base = 0; A[i].baseFor = 0; A[i].last = 0; A[i].riseIn = 0; A[i].acked = false;
	for (d : 0 .. REACT) {
		A[i].tail[d] = 0
	}
	for (d : 0 .. WAIT) {
		A[i].sent[d] = 0;
		A[i].sentFor[d] = 0
	}
}

/* What the allocator would like: everything for the favourite, without one (wish N) a minimum for
   everybody (N + 1: nothing for anybody); what is kept for a unit that may rise anyhow is not
   refused to it. */
inline targets() {
	for (i : 0 .. N - 1) {
		isDue(i);
		target[i] = (wish == i -> RISING_LIMIT : (wish == N -> 1 : (y && wish < N -> RESERVE(i) : 0)));
		if
		:: REACHED(i) && MAY_CHARGE(i)
		:: else -> target[i] = 0
		fi
	}
}

/* [6] Every frame: the sum of max(amount, floor) is within the limit, or amounts are cut. */
inline keeps() {
	do
	:: sum = MAX(give[0], reserve[0]) + MAX(give[1], reserve[1]) + MAX(give[2], reserve[2]);
		j = N;
		for (i : 0 .. N - 1) {
			if
			:: give[i] > reserve[i] && (j == N || give[i] - reserve[i] > give[j % N] - reserve[j % N]) ->
				j = i
			:: else
			fi
		}
		if
		:: sum > LIMIT(lead.rev) && j < N && !BROKEN(RENEWALS_NEED_NOT_FIT) -> give[j]--
		:: else -> break
		fi
	od
}

/* [6] An amount above the last sent: it fits beside all that may be in use; [8] and not before
   all have answered or all leases from before this boot are over. */
inline raises() {
	sum = 0;
	for (i : 0 .. N - 1) {
		hold[i] = MAX(hold[i], MAX(reserve[i], give[i]));
		if
		:: i == 0 && BROKEN(OWN_CONNECTOR_FREE)
		:: else -> sum = sum + hold[i]
		fi
	}
	for (j : 0 .. N - 1) {
		i = (wish + j) % N;
		/* What is free for this unit: all but what the others may use. */
		x = LESS(RISING_LIMIT + hold[i], sum);
		x = (BROKEN(RAISES_NEED_NOT_FIT) -> target[i] : MIN(target[i], x));
		if
		:: x > give[i] && REACHED(i) ->
			give[i] = x;
			sum = sum + LESS(x, hold[i]);
			hold[i] = MAX(hold[i], x)
		:: else
		fi
	}
}

inline plans() {
	targets();
	for (i : 0 .. N - 1) {
		hold[i] = 0;
		reserve[i] = 0;
		if
		:: IN_GROUP(i) ->
			holds(i);
			hold[i] = x;
			isDue(i);
			reserve[i] = (y -> RESERVE(i) : (BROKEN(FLOOR_ONLY_IF_DUE) -> 0 : MIN(x, RESERVE(i))))
		:: else
		fi;
		x = (BROKEN(RAISE_AGAINST_HOLD) -> MAX(A[i].last, hold[i]) : A[i].last);
		give[i] = MIN(target[i], x)
	}
	keeps();
	if
	:: ALL_HEARD || lead.age >= WAIT || BROKEN(RAISES_BEFORE_ALL_HEARD) -> raises()
	:: else
	fi
}

/* A frame leaves: what was sent counts until it is echoed. */
inline sends() {
	for (i : 0 .. N - 1) {
		if
		:: A[i].other && A[i].asked == NONE -> A[i].asked = 0
		:: else
		fi;
		if
		:: REACHED(i) ->
			if
			:: BROKEN(ONLY_LAST_SENT_COUNTS) ->
				for (d : 0 .. WAIT) {
					A[i].sent[d] = 0;
					A[i].sentFor[d] = 0
				}
			:: else
			fi;
			A[i].sent[0] = give[i];
			A[i].sentFor[0] = (give[i] && !BROKEN(LEASE_NOT_WAITED_FOR) -> WAIT - A[i].got : 0);
			A[i].last = give[i]
		:: else -> A[i].last = 0
		fi
	}
}

/* The frame as unit i would receive it. */
inline frameFor(i) {
	m.report = false;
	m.who = i;
	m.boot = A[i].boot;
	m.epoch = lead.epoch;
	m.age = 0;
	m.number = A[i].number;
	m.has = REACHED(i);
	m.amount = (m.has -> A[i].last : 0);
	m.left = 0; m.offer = 0; m.may = 0; m.tail = 0; m.rise = 0;
	m.rev = PROPOSED;
	m.inForce = !lead.pending
}

/* A tick passes on the leader's clock. */
inline leaderAges() {
	lead.age = MIN(lead.age + 1, WAIT);
	lead.ackWait = LESS(lead.ackWait, 1);
	for (i : 0 .. N - 1) {
		if
		:: A[i].boot ->
			A[i].number = MIN(A[i].number + 1, OLD);
			A[i].got = MIN(A[i].got + 1, LEASE)
		:: else
		fi;
		if
		/* Below OLD: an echo that is as old as ages go must not look as young as the question. */
		:: A[i].asked != NONE -> A[i].asked = MIN(A[i].asked + 1, OLD - 1)
		:: else
		fi;
		A[i].baseFor = LESS(A[i].baseFor, 1);
		A[i].riseIn = LESS(A[i].riseIn, 1);
		if
		:: REACT > 1 ->
			for (d : 1 .. REACT - 1) {
				A[i].tail[d] = A[i].tail[d + 1]
			}
		:: else
		fi;
		A[i].tail[REACT] = 0;
		A[i].sent[WAIT] = MAX(A[i].sent[WAIT], A[i].sent[WAIT - 1]);
		A[i].sentFor[WAIT] = 0;
		d = WAIT - 1;
		do
		:: d > 0 ->
			A[i].sent[d] = A[i].sent[d - 1];
			A[i].sentFor[d] = LESS(A[i].sentFor[d - 1], 1);
			d--
		:: else -> break
		od;
		A[i].sent[0] = 0;
		A[i].sentFor[0] = 0
	}
}

/* [8] [13] A boot: nothing is known but what is stored, and the next epoch is stored first. */
inline leaderForgets() {
	lead.age = 0;
	lead.ackWait = 0;
	for (i : 0 .. N - 1) {
		strikes(i)
	}
}
