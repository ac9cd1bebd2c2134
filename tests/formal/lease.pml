/* SPDX-License-Identifier: MIT */
/* The lease rules as a model that spin searches exhaustively. See tests/README.md. */

c_decl {
\#include <stdlib.h>
	static int setting(const char *name, int otherwise) {
		const char *text = getenv(name);
		return text ? atoi(text) : otherwise;
	}
	static void breaks(const char *rules);
}

c_code {
	/* Numbers of faults, with anything between them. */
	static void breaks(const char *rules) {
		char *end;
		unsigned long rule;
		for (; rules && *rules; rules = *end ? end + 1 : end) {
			rule = strtoul(rules, &end, 10);
			if (rule < sizeof broken)
				broken[rule] = 1;
		}
	}
}

#include "faults.pml"
#include "world.pml"
#include "unit.pml"
#include "leader.pml"
#include "air.pml"
