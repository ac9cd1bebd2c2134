# SPDX-License-Identifier: MIT
"""Which build this is: the host fills it in, and reads a traceback only with the same source."""

BUILD = "source"
