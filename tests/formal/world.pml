/* SPDX-License-Identifier: MIT */
/* What everything is made of: times, amounts, the group's revisions, units, accounts, the air.

   Time is counted in ticks, current in minimums (1 is 6 A), and all clocks run alike. Nothing here
   is a date: every moment is kept as "so many ticks ago" or "in so many ticks", so that the same
   situation at two times is one state and the search comes to an end by itself. A number that only
   says which of two things is newer (sequence, report number) is therefore an age. */

#ifndef LEASE
#define LEASE 3 /* a grant is worth so long, from the report it answers */
#endif
#ifndef REACT
#define REACT 2 /* a vehicle has followed a lower offer within it */
#endif
#ifndef GROW
#define GROW 5  /* a unit stays at rest so long after its lease */
#endif
#define HANG REACT         /* a program that stands still is restarted within it */
#define WAIT (LEASE + REACT) /* design: LEASE_X + REACT_X; without drift they are the plain ones */
#define OLD (LEASE + GROW + 1) /* an age that no rule tells from a larger one */

#define N 3       /* units; unit 0 begins as the leader */
#define NONE 255  /* no such age */

#define MAX(a, b) ((a) > (b) -> (a) : (b))
#define MIN(a, b) ((a) < (b) -> (a) : (b))
#define LESS(a, n) ((a) > (n) -> (a) - (n) : 0)

/* A revision of the group is five decimal digits: members (a sum of 1, 2 and 4 for units 0, 1
   and 2), limit, fallbacks of units 2, 1 and 0. Its number says which row it is. */
int row[3];
#define FALLBACK(r, i) ((i) == 0 -> row[r] % 10 : ((i) == 1 -> row[r] / 10 % 10 : row[r] / 100 % 10))
#define LIMIT(r) (row[r] / 1000 % 10)
#define MEMBER(r, i) ((row[r] / 10000 >> (i)) & 1)

typedef Unit {
	bool up;       /* has power, and its program has started */
	byte stands;   /* its program stands still for so many ticks more; the pins stay */
	bool stalled;  /* its program stood still, and has not looked at its pins since */
	byte boot;     /* nonce of this boot */
	byte epoch;    /* of the newest frame heard ... */
	byte heard;    /* ... and how long ago it was sent */
	byte amount;   /* last grant */
	byte rise;     /* until it rises by itself; while above GROW the lease is live */
	byte quiet;    /* it offers nothing for so long */
	byte rev;      /* newest revision: stored ... */
	bool inForce;  /* ... and known to be in force */
	byte fallback; /* stored */
	byte raised;   /* until the revision's larger fallback may be used; 0: nothing waits */
	byte offer;    /* what the pilot says */
	byte past[REACT + 1]; /* past[d]: largest offer that counts for d ticks more, as it knows */
};
Unit unit[N];

/* The ghost: what a vehicle may draw, seen from outside, whatever the unit knows. */
typedef Vehicle {
	bool gone;     /* no vehicle is plugged in */
	bool apart;    /* the contactor is open since the last boot or stall */
	byte may[REACT + 1];
};
Vehicle car[N];

typedef Account {
	byte boot;     /* nonce, 0: none believed yet */
	byte number;   /* how long ago the last believed report was sent ... */
	byte got;      /* ... and when it came */
	byte other;    /* a nonce that has not answered yet, and since when ... */
	byte asked;    /* ... a frame has asked it: age of the first one; NONE: not yet */
	byte base;
	byte baseFor;  /* until base_end + REACT_X */
	byte tail[REACT + 1]; /* tail[d]: counts for d ticks more */
	byte sent[WAIT + 1];  /* sent[a]: amount of the frame sent a ticks ago, 0 once it is echoed; */
	byte sentFor[WAIT + 1]; /* it counts in full for so long. The last ones hold all older ones */
	byte last;     /* last sent */
	byte riseIn;   /* until the unit may rise by itself */
	bool acked;    /* has stored the proposed revision */
};

typedef Leader {
	byte epoch;    /* stored before anything is sent */
	byte age;      /* since its boot, at most WAIT */
	byte rev;      /* in force: its number, limit, members and fallbacks, stored ... */
	bool pending;  /* ... and whether the next one is proposed */
	byte ackWait;  /* until the proposed one may be in force, once all have stored it */
	Account book[N];
};
Leader lead;

byte wish;         /* the unit that the allocator favours; N: nobody, N + 1: it gives nothing */

/* A frame or report, under way or kept by the air. */
typedef Message {
	bool report;
	byte who;      /* unit it is from or for; 0: no message (unit 0 needs no air) */
	byte boot;     /* nonce of that unit */
	byte epoch;    /* of the frame, or of the newest one that the reporting unit has heard */
	byte age;      /* since it was sent */
	byte number;   /* grant: age of the report it answers; report: age of the frame it echoes */
	bool has;      /* grant: it holds an amount */
	byte amount;   /* grant: that; report: the level that rules 1 to 4 allow */
	byte left;     /* report: of the lease */
	byte offer;
	byte may;      /* report: possible_ma ... */
	byte tail;     /* ... until it has sunk to the offer */
	byte rise;
	byte rev;
	bool inForce;
};
Message m;         /* in hand */
byte hand, fate, who; /* which one it is, what becomes of it; a unit: 0 between two ticks */
hidden Message spare;
#ifndef KEPT
#define KEPT 1     /* so many messages can be late at a time; each may come again and again */
#endif
Message kept[KEPT];

/* What the world may still do: so many events of these kinds, for so many ticks (255: for ever). */
#define LINKS 1      /* a link, one way, or all of them break or heal */
#define LATE 2       /* a message is kept, to come late, twice, out of order */
#define POWER 4      /* a unit reboots, loses its power, has it back */
#define STANDSTILL 8 /* a program stands still; then it goes on, or is restarted */
#define WISH 16      /* another unit becomes the allocator's favourite */
#define REVISION 32  /* the owner changes the group */
#define ANY_LOSS 64  /* any message may be lost, and that is no event */
#define PLUG 128     /* a vehicle leaves, or another one comes */
byte events, kinds, ticks;
hidden byte once;  /* kinds that may happen only once, which makes a search smaller */
byte links;        /* those that are down: reports of units 1 and 2, frames to units 1 and 2 */
byte boundLimit, boundFor; /* ghost: a larger limit binds so long after a smaller one is in force */

/* Scratch: of no meaning from one step to the next. */
hidden byte i, j, d, n, x, y, sum;
hidden byte hold[N], reserve[N], target[N], give[N];
