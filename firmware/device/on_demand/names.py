# SPDX-License-Identifier: MIT
"""All names that a file on demand may want. Python keeps a name for ever, where there was room
when it came: in the midst of what is let go of, where a few of them hold a piece of the system's
memory. So they come at the start, together. Who loads this has them.

The build writes this file anew (host_tools/build/known_names.py): here are none.
"""
