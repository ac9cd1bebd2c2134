# SPDX-License-Identifier: MIT
"""Random episodes on the small world: the circuit rule holds in every one.

Every day the same 132, twelve of each theme; `tests/run long` takes 5,500 others. A failure
names its theme and seed; `Episode(seed, theme).run()` repeats it.
"""

import pytest

from tests.chaos import THEMES, Episode

_DAILY = 8
_LONG = 500
_PART = 50


def run(theme, seeds):
    """Run episodes; a violation names the seed and the last events."""
    for seed in seeds:
        episode = Episode(seed, theme)
        try:
            episode.run()
        except AssertionError as error:
            raise AssertionError("seed %d, theme %s: %s, after %s" % (
                seed, theme, error, episode.events[-8:])) from error


@pytest.mark.parametrize("theme", sorted(THEMES))
def test_the_circuit_rule_holds_in_random_episodes(theme):
    run(theme, range(_DAILY))


@pytest.mark.long
@pytest.mark.parametrize("part", range(_LONG // _PART))
@pytest.mark.parametrize("theme", sorted(THEMES))
def test_the_circuit_rule_holds_in_many_random_episodes(theme, part):
    begin = 1000 + part * _PART
    run(theme, range(begin, begin + _PART))


def test_an_episode_is_repeated_by_its_seed():
    def offers(seed):
        episode = Episode(seed, "any", 60)
        episode.run()
        return episode.events, episode.world.offers(), len(episode.world.recorded)
    assert offers(3) == offers(3) != offers(4)


def test_episodes_are_worth_their_time():
    """Current flows, leases end and return, revisions come in force, leaderships move."""
    used = commits = promotions = tripped = 0
    for theme in ("net", "revise", "move", "phases"):
        for seed in range(_DAILY):
            episode = Episode(seed, theme)
            episode.run()
            w = episode.world
            used += sum(w.offers()) > 0
            leader = w.leader()
            commits += leader is not None and leader.revisions.in_force.number > 1
            promotions += leader is not None and leader.unit > 1
            tripped += sum(node.outlet.guard.tripped for node in w.nodes)
    assert used > 16 and commits > 4 and promotions > 2 and tripped > 0
