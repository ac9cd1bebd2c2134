# SPDX-License-Identifier: MIT
"""Stories of an owner: whatever he does, in any order, as units, air and attackers are."""

from collections import Counter
from types import SimpleNamespace

import pytest

from core.sharing import frames
from core.sharing.frames import NO_DIGEST, Grant, GrantFrame, Header
from host_tools.simulate.air import Air
from host_tools.simulate.clock import Clock
from host_tools.simulate.firmware import Firmware, codec
from host_tools.simulate.hal import label_code_of
from host_tools.simulate.random_owner import owner_story
from host_tools.simulate.scenario import load
from host_tools.simulate.simulation import Simulation
from host_tools.verify.campaign import cli, ending, owner_episode
from host_tools.verify.campaign.episode import ATTACKED, STRUCK
from host_tools.verify.campaign.shrink import Shrinker
from host_tools.verify.campaign.two_leaders import TwoLeaders
from host_tools.verify.campaign.untouched import Untouched
from tests.rules import tag

_DAILY, _LONG, _CHUNK = 100, 3000, 10
_BROKEN_SEED = 12  # without enemies, and somebody is to be let in
_UNIT = {"role": "follower", "breaker_a": 40, "region": "iec", "nameplate_a": 32, "phases": "L1"}
_STORY = {"name": "owner", "duration_s": 90, "limit_a": 40,
          "units": [{**_UNIT, "id": 1, "role": "leader"}, {**_UNIT, "id": 2}, {**_UNIT, "id": 3},
                    {**_UNIT, "id": 4, "paired": False}],
          "vehicles": [{"unit": n, "max_a": 32} for n in (1, 2, 3, 4)], "events": []}


def check(seed):
    """Play a story with its enemies to its end; say all about a violation."""
    found = owner_episode.violations(*owner_episode.scenario_of(seed))
    assert not found, "seed %d\n%s" % (seed, "\n".join(map(str, found[:10])))


@pytest.mark.parametrize("first", range(0, _DAILY, _CHUNK))
def test_stories_of_an_owner_break_no_rule_and_end_well(first):
    for seed in range(first, first + _CHUNK):
        check(seed)


@pytest.mark.long
@pytest.mark.parametrize("first", range(_DAILY, _LONG, 100))
def test_many_more_stories_of_an_owner_break_no_rule_and_end_well(first):
    for seed in range(first, first + 100):
        check(seed)


def test_every_kind_of_doing_is_in_some_stories_and_each_can_be_played():
    kinds, doings = Counter(), Counter()
    for seed in range(300):
        content, of_seed = owner_story(seed)
        kinds.update(of_seed)
        doings.update({event.do for event in load(content).events})
    assert len(kinds) == 27 and min(kinds.values()) >= 10
    assert set(doings) == {
        "air", "clone", "enable", "factory_reset", "fallback", "go_on_without", "hand_over",
        "lead_again", "limit", "no_power", "older_copy", "pair", "power", "promote", "reboot",
        "remove", "rename", "replace"}
    assert owner_story(7) == owner_story(7) != owner_story(8)


def test_attackers_and_strikers_are_in_half_of_the_stories_each():
    drawn = [owner_episode.enemies_of(seed) for seed in range(8)]
    assert all(drawn.count(enemies) == 2 for enemies in (
        (), (ATTACKED,), (STRUCK,), (ATTACKED, STRUCK)))


def test_what_is_broken_on_purpose_is_found_made_small_and_played_again(tmp_path, capsys,
                                                                       monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(Firmware, "code_of", lambda self, unit: label_code_of("of nobody"))
        patch.setattr(ending, "_JOINED_MS", 30_000)
        patch.setattr(cli, "Shrinker", lambda find: Shrinker(find, tries=6))
        assert cli.main(["--owner", "--seeds", "1", "--first", str(_BROKEN_SEED), "--jobs", "1",
                         "--found", str(tmp_path)]) == 1
        path, = tmp_path.glob("owner-*.json")
        assert cli.replay(path)
    assert cli.replay(path) == []
    assert "made small in" in " ".join(capsys.readouterr().out.split())


def grant(unit, sequence, amount_ma=6000):
    """A frame of amounts."""
    return codec().grant(Header(frames.GRANT, unit, 1, unit, sequence, tag(unit)), GrantFrame(
        1, NO_DIGEST, 1, [Grant(3, 7, 7, amount_ma, 1)], False))


@pytest.mark.parametrize("seconds, amount_ma, cut, longest_s", [
    (20, 6000, False, 11), (9, 6000, False, None), (20, 0, False, None), (20, 6000, True, None)])
def test_two_that_grant_side_by_side_are_found(seconds, amount_ma, cut, longest_s):
    clock = Clock()
    air = Air(clock, (1, 2, 3), {"loss": 1.0 if cut else 0.0, "duplicate": 0.0,
                                 "delay_ms": (1, 1)}, 1)
    for unit in (1, 2, 3):
        air.join(unit, lambda frame: None)
    checker = TwoLeaders(clock, air, {unit: SimpleNamespace(running=True) for unit in (1, 2)})
    for second in range(seconds):
        clock.run(second * 1000)
        air.send(1, 0, grant(1, second))
        clock.run(second * 1000 + 500)
        air.send(2, 0, grant(2, second, amount_ma))
    found = [violation.at_ms // 1000 for violation in checker.violations]
    assert found[:1] == ([] if longest_s is None else [longest_s])


@pytest.mark.parametrize("offer_a, found", [(10, 0), (9.5, 1)])
def test_who_is_offered_less_than_a_share_during_a_pairing_is_found(offer_a, found):
    simulation = Simulation(load(_STORY), trace=False, figures=False)
    checker = simulation.add(Untouched(simulation))
    simulation.advance(60_000)
    simulation.dealings.pair(SimpleNamespace(unit=4, other=None, options={"code": "right"}))
    assert checker.judged == 3
    board = simulation.nodes[2].board
    board.offer_ma = round(offer_a * 1000)
    checker.offer_changed(board)
    assert len(checker.violations) == found


def played_end(content, **patched):
    """The end of a story, with some of the owner's doings left out."""
    simulation = Simulation(load({**content, "duration_s": 90 + ending.TAIL_S}), trace=False,
                            figures=False)
    for name, doing in patched.items():
        setattr(simulation.dealings, name, doing)
    end = ending.Ending(simulation, simulation.add(Untouched(simulation)))
    simulation.advance(90_000)
    end.play()
    return end


def test_who_cannot_be_let_in_is_found():
    assert played_end(_STORY).found == []
    end = played_end(_STORY, pair=lambda event: None)
    assert [checker for checker, _, _ in end.found] == [ending.WAY_BACK]


def test_a_group_that_does_not_agree_is_found():
    events = [{"at_s": 30, "do": "factory_reset", "unit": 2},
              {"at_s": 40, "do": "limit", "limit_a": 30}]
    assert played_end({**_STORY, "events": events}).found == []
    end = played_end({**_STORY, "events": events}, member=lambda event: None)
    assert [checker for checker, _, _ in end.found] == [ending.AGREEMENT] and not end.agreed_ms


def test_a_refusal_that_names_no_way_is_found(monkeypatch):
    events = [{"at_s": 10, "do": "lead_again", "unit": 2}]
    assert played_end({**_STORY, "events": events}).found == []
    monkeypatch.setattr(ending, "_WAYS", ())
    assert [checker for checker, _, _ in played_end({**_STORY, "events": events}).found] == [
        ending.REFUSED]
