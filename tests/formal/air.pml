/* SPDX-License-Identifier: MIT */
/* The air, the faults of the world, and one tick after another. */

#define RUNS(u) (unit[u].up && unit[u].stands == 0)

inline copies(to, from) {
	to.report = from.report; to.who = from.who; to.boot = from.boot; to.epoch = from.epoch;
	to.age = from.age; to.number = from.number; to.has = from.has; to.amount = from.amount;
	to.left = from.left; to.offer = from.offer; to.may = from.may; to.tail = from.tail;
	to.rise = from.rise; to.rev = from.rev; to.inForce = from.inForce
}

inline clears(to) {
	to.report = false; to.who = 0; to.boot = 0; to.epoch = 0;
	to.age = 0; to.number = 0; to.has = false; to.amount = 0;
	to.left = 0; to.offer = 0; to.may = 0; to.tail = 0;
	to.rise = 0; to.rev = 0; to.inForce = false
}

inline arrives() {
	if
	:: m.report && LEADS -> hearsReport(m.who)
	:: !m.report && RUNS(m.who) -> hears(m.who)
	:: else
	fi
}

#define MAY(kind) (events && (kinds & (kind)))
#define HAPPENS(kind) events--; kinds = kinds & ~(once & (kind))
#define WAS_KEPT (hand == 0 || hand == 5)
#define IS_DOWN (links >> (hand - 1) & 1)

/* What the air does with the message in hand: it comes at once, unless the link is down, and is
   kept to come later (and again) if that is the event. One that is kept comes or not, at will. */
inline flies() {
	if
	:: WAS_KEPT -> fate = 0
	:: WAS_KEPT -> fate = 1
	:: !WAS_KEPT && IS_DOWN -> fate = 0
	:: !WAS_KEPT && !IS_DOWN -> fate = 1
	:: !WAS_KEPT && (kinds & ANY_LOSS) -> fate = 0
	:: !WAS_KEPT && MAY(LATE) -> fate = 2; HAPPENS(LATE)
	:: !WAS_KEPT && MAY(LATE) && !IS_DOWN -> fate = 3; HAPPENS(LATE)
	fi;
	d_step {
		if
		:: fate & 2 -> copies(kept[0], m)
		:: else
		fi;
		if
		:: fate & 1 -> arrives()
		:: else
		fi;
		fate = 0
	}
}

/* The messages of a tick, one after the other: reports (1, 2), then frames (3, 4); before and after
   them (0, 5) one that was kept. */
inline takesInHand() {
	clears(m);
	if
	:: WAS_KEPT && kept[0].who ->
		copies(m, kept[0])
	:: hand == 1 || hand == 2 ->
		if
		:: RUNS(hand) -> reports(hand)
		:: else
		fi
	:: (hand == 3 || hand == 4) && LEADS ->
		if
		:: hand == 3 ->
			commits();
			plans();
			sends();
			frameFor(0);
			hears(0)
		:: else
		fi;
		frameFor(hand - 2)
	:: else
	fi;
	if
	:: hand == 1 && LEADS ->
		copies(spare, m);
		reports(0);
		hearsReport(0);
		copies(m, spare)
	:: else
	fi
}

inline timePasses() {
	for (i : 0 .. N - 1) {
		ages(i);
		if
		:: unit[i].stands == 1 ->
			unit[i].stands = 0;
			unit[i].stalled = true
		:: unit[i].stands > 1 -> unit[i].stands--
		:: else
		fi
	}
	leaderAges();
	for (i : 0 .. KEPT - 1) {
		if
		:: kept[i].who ->
			kept[i].age = MIN(kept[i].age + 1, OLD);
			kept[i].number = MIN(kept[i].number + 1, OLD)
		:: else
		fi
	}
	boundFor = LESS(boundFor, 1);
	boundLimit = (boundFor -> boundLimit : 0)
}

inline goesOff(u) {
	powerOff(u);
	if
	:: u == 0 ->
		lead.epoch = lead.epoch + (!BROKEN(EPOCH_NOT_STORED));
		leaderForgets()
	:: else
	fi;
	skip /* a d_step must not end with a loop */
}

/* A vehicle leaves, and with it what it might have drawn; or one comes. */
inline plugs(u) {
	car[u].gone = !car[u].gone;
	if
	:: car[u].gone ->
		opens(u);
		for (d : 0 .. REACT) {
			car[u].may[d] = 0;
			unit[u].past[d] = 0
		}
	:: else
	fi;
	skip
}

/* What may befall unit u in this tick. */
inline befalls(u) {
	if
	:: true
	:: !unit[u].up && MAY(POWER) -> HAPPENS(POWER); d_step { powerOn(u) }
	:: unit[u].stalled -> d_step { goesOff(u); powerOn(u) } /* the watchdog */
	:: RUNS(u) && MAY(POWER) -> HAPPENS(POWER); d_step { goesOff(u); powerOn(u) }
	:: RUNS(u) && MAY(POWER) -> HAPPENS(POWER); d_step { goesOff(u) }
	:: MAY(PLUG) -> HAPPENS(PLUG); d_step { plugs(u) }
	:: RUNS(u) && !unit[u].stalled && MAY(STANDSTILL) ->
		HAPPENS(STANDSTILL);
		unit[u].stands = (BROKEN(HANG_OUTLIVES_RESERVE) -> HANG + 1 : HANG)
	fi
}

/* What else may happen in this tick: links, the group's settings, the allocator's favourite. */
inline happens() {
	who = 0;
	do
	:: who < 4 && MAY(LINKS) -> links = links ^ (1 << who); HAPPENS(LINKS); who++
	:: who < 4 -> who++
	:: who == 4 -> break
	od;
	who = 0;
	if
	:: true
	:: MAY(LINKS) -> links = links ^ 15; HAPPENS(LINKS)
	fi;
	if
	:: true
	:: MAY(REVISION) && LEADS && !lead.pending && lead.rev < 2 -> HAPPENS(REVISION); lead.pending = true
	fi;
	if
	:: true
	:: MAY(WISH) -> HAPPENS(WISH); wish = (wish + 1) % (N + 1)
	:: MAY(WISH) -> HAPPENS(WISH); wish = (wish + 2) % (N + 1)
	:: MAY(WISH) -> HAPPENS(WISH); wish = (wish + 3) % (N + 1)
	fi
}

#define DRAW(u) (car[u].apart -> 0 : MAX(car[u].may[1], car[u].may[REACT]))
#define BINDS MAX(LIMIT(lead.rev), boundLimit)

/* Only a trail that is replayed prints it: pan -r lease.pml.trail */
inline tells() {
	printf("links %d wish %d rev %d%d events %d sum %d of %d\n", links, wish, lead.rev, lead.pending, events, DRAW(0) + DRAW(1) + DRAW(2), BINDS);
	for (i : 0 .. N - 1) {
		printf("  %d: up%d stands%d boot%d q%d amount %d rise %d fb %d rev %d.%d offer %d may %d %d apart%d",
			i, unit[i].up, unit[i].stands, unit[i].boot, unit[i].quiet, unit[i].amount, unit[i].rise, unit[i].fallback, unit[i].rev, unit[i].inForce,
			unit[i].offer, car[i].may[1], car[i].may[REACT], car[i].apart);
		printf(" | boot%d number %d got %d base %d for %d tail %d %d sent %d/%d %d/%d %d/%d last %d riseIn %d acked %d\n",
			A[i].boot, A[i].number, A[i].got, A[i].base, A[i].baseFor, A[i].tail[1], A[i].tail[REACT], A[i].sent[0], A[i].sentFor[0],
			A[i].sent[1], A[i].sentFor[1], A[i].sent[2], A[i].sentFor[2], A[i].last, A[i].riseIn, A[i].acked)
	}
}

inline check() {
	tells();
	assert(DRAW(0) + DRAW(1) + DRAW(2) <= BINDS);
	reached()
}

/* What a search that finds nothing must have been able to reach. */
inline reached() {
	assert(!(BROKEN(REACH_LEASE_ENDED) && unit[1].up && unit[1].amount && unit[1].rise == GROW));
	assert(!(BROKEN(REACH_FALLBACK_ROSE) && unit[1].up && unit[1].rise == 0 && unit[1].offer));
	/* Unit 1 has had its turn, and has made room for all that unit 0 can have. */
	assert(!(BROKEN(REACH_RAISE_AFTER_CUT) && !car[1].apart && unit[0].offer == LIMIT(0)));
	assert(!(BROKEN(REACH_REVISION_DONE) && lead.rev == 1));
	assert(!(BROKEN(REACH_RAISED_FALLBACK) && unit[1].up && unit[1].rise == 0 &&
	         unit[1].offer > FALLBACK(0, 1)));
	assert(!(BROKEN(REACH_ADOPTED) && lead.epoch == 2 && lead.age < WAIT && A[1].base == LIMIT(0)))
}

inline begins() {
	c_code {
		now.row[0] = setting("ROW0", 73111);
		now.row[1] = setting("ROW1", 73111);
		now.row[2] = setting("ROW2", 73111);
		breaks(getenv("FAULTS"));
		now.events = setting("EVENTS", 0);
		now.kinds = setting("KINDS", 63);
		once = setting("ONCE", 0);
		now.wish = setting("FAVOURITE", 1);
		now.ticks = setting("TICKS", 255);
	};
	d_step {
	for (i : 0 .. N - 1) {
		strikes(i);
		unit[i].boot = 1;
		powerOn(i);
		car[i].apart = true;
		unit[i].inForce = true;
		unit[i].fallback = FALLBACK(0, i)
	}
	lead.epoch = 1
	}
}

active proctype world() {
	atomic { begins() };
	do
	:: atomic {
		d_step { timePasses() };
		who = 0;
		do
		:: who < N -> befalls(who); who++
		:: else -> break
		od;
		who = 0;
		happens();
		d_step {
			for (i : 0 .. N - 1) {
				if
				:: RUNS(i) -> charge(i)
				:: else
				fi
			}
		};
		do
		:: hand < 6 ->
			d_step { takesInHand() };
			if
			:: m.who -> flies()
			:: else
			fi;
			hand++
		:: else -> break
		od;
		hand = 0;
		d_step { clears(m); check() };
		if
		:: ticks == 255
		:: ticks != 255 && ticks -> ticks--
		:: ticks == 0 -> break
		fi
	}
	od
}
