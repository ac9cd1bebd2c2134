# SPDX-License-Identifier: MIT
"""The self-test: the English of finding_words.py, which says how it is read.

Each entry begins at the start of a line, with its code; the lines below belong to it.
"""

TEXT = """
no_rest unit <0> did not go down to its fallback of <2a> without its leader: it said <1a>|do not
 use unit <0>: stop it, and flash it anew
no_report unit <0> was not heard while unit <1> was silent|is it within reach of unit <1>? Then
 self_test() once more
no_lease unit <0> did not come back after the silence|go to unit <0>: move it or its antenna
 closer, then self_test() once more
interrupted the self-test was interrupted: <0>|self_test() once more when that is over
"""
