/* SPDX-License-Identifier: MIT */
/* The lease rules as a model that spin searches exhaustively. See tests/README.md. */

c_decl {
\#include <stdlib.h>
	static int setting(const char *name, int otherwise) {
		const char *text = getenv(name);
		return text ? atoi(text) : otherwise;
	}
}

#include "faults.pml"
#include "world.pml"
#include "unit.pml"
#include "leader.pml"
#include "air.pml"
