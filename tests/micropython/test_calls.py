# SPDX-License-Identifier: MIT
"""What an owner asks for fits into what a board has left: its files are loaded one by one, for
that call alone, and are gone when it is answered."""

import pytest

from host_tools.bench.calls import Call

# Most bytes at any time beyond what was there before, with what the connection takes. A board's
# heap grows for it into what the network needs.
_MOST = {
    "limit": 16500, "enable": 16500, "fallback": 16500, "remove": 16900, "hand_over": 8900,
    "rename": 9000, "identify": 11000, "wish": 10600, "cap": 10600, "soft_limit": 10600,
    "pair": 15800, "replace": 15800, "close_pairing": 7400, "set": 19600}
# Here that cannot be: it is refused, with words that are loaded after it.
_REFUSED = {"take_back": 17100, "go_on_without": 20700, "promote": 24400, "lead_again": 24400,
            "clear_fault": 11600, "self_test": 15300}
_MOST_SHARED = 14200  # then, of the sharing task until it is stored and told


@pytest.mark.parametrize("name", [*_MOST, *_REFUSED])
def test_a_call_takes_no_more_than_there_is(name):
    call = Call(name)
    print("%s: %d bytes, then %d of the sharing task" % (name, call.most, call.shared))
    assert ("HTTP/1.1 200" if name in _MOST else "HTTP/1.1 409") in call.answer
    assert call.most <= {**_MOST, **_REFUSED}[name] and call.shared <= _MOST_SHARED


@pytest.mark.parametrize("name", ["limit", "rename", "wish", "remove"])
def test_its_files_are_loaded_one_in_each_turn_and_none_while_it_is_done(name):
    """The sharing task has its turn between two; and what cannot be loaded has changed nothing."""
    loads = Call(name).loads
    assert loads[-1] == 0, "all was there when it was done"
    assert max(loads[9:]) == 1 and max(loads) <= 3, loads
