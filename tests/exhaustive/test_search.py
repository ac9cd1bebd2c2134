# SPDX-License-Identifier: MIT
"""The small world searched: the rule holds in every state, and a broken core is found out."""

import json

import pytest

from host_tools.verify.exhaustive import cli
from host_tools.verify.exhaustive.scale import LIMIT_MA
from host_tools.verify.exhaustive.search import STARTS, Search
from host_tools.verify.exhaustive.story import Teller
from tests.mutation.mutants_rules import MUTANTS

# Each is refuted by nothing but losses; the number of steps is that of the shortest way.
BY_LOSS = {
    "increase_before_the_decrease_is_acknowledged": 4, "lease_never_waited_for": 4,
    "no_time_for_the_vehicle": 5, "fallback_at_once_after_the_lease": 5,
}
# Each needs one fault more: (start, what the shortest way tells of it).
BY_ONE_FAULT = {
    "older_reports_count": (1, "arrives twice"),
    "raises_before_all_have_answered": (0, "unit 1 reboots"),
}
MORE_BY_LOSS = ("closes_after_a_larger_offer", "keeps_the_last_grant_without_a_lease",
                "lease_counted_from_receipt", "no_reaction_after_the_lease",
                "no_reserve_for_a_deaf_unit", "no_reserve_for_a_silent_unit",
                "no_reserve_for_a_unit_never_heard")


def test_every_order_of_losses_keeps_the_circuit_rule():
    """All three vehicles want all they can get; every frame of every step may be lost."""
    search = Search(faults_max=0, starts=STARTS[:1]).run()
    assert search.violation is None and search.closed == 1
    assert search.levels.most_ma == LIMIT_MA
    facts = search.facts
    assert search.states() > 100000 and search.depths()[0] > 14
    assert min(facts.ended, facts.rose, facts.booted, facts.full) > 30000


def test_the_same_search_finds_the_same():
    first, second = [Search(faults_max=1, depth=1).run() for _ in (0, 1)]
    assert first.facts.waiting > 0 and first.depths() == second.depths() == [1, 1]
    assert all((one == other).all() for ones, others in zip(first.layers, second.layers)
               for one, other in zip(ones, others))


@pytest.mark.parametrize("name", sorted(BY_LOSS))
def test_a_broken_rule_is_refuted_by_the_shortest_way(name, monkeypatch):
    MUTANTS.all[name].fault(monkeypatch)
    search = Search(faults_max=0, depth=8).run()
    assert search.violation is not None
    lines = Teller(search).lines()
    assert lines[0].startswith("start:") and len(lines) == BY_LOSS[name] + 1
    assert "together" in lines[-1] and "is lost" in "\n".join(lines)


@pytest.mark.parametrize("name", sorted(BY_ONE_FAULT))
def test_a_broken_rule_is_refuted_by_losses_and_one_other_fault(name, monkeypatch):
    MUTANTS.all[name].fault(monkeypatch)
    start, told = BY_ONE_FAULT[name]
    search = Search(faults_max=1, depth=3, starts=STARTS[start:start + 1]).run()
    assert search.violation is not None and len(search.layers) == 2
    assert "\n".join(Teller(search).lines()).count(told) == 1


@pytest.mark.long
@pytest.mark.parametrize("name", MORE_BY_LOSS)
def test_more_broken_rules_are_refuted_by_losses(name, monkeypatch):
    MUTANTS.all[name].fault(monkeypatch)
    search = Search(faults_max=0, seconds=120).run()
    assert search.violation is not None and len(Teller(search).lines()) > 4


def test_the_command_reports_and_ends_with_0(capsys, tmp_path):
    out = tmp_path / "report.json"
    assert cli.main(["--depth", "1", "--faults", "1", "--json", str(out)]) == 0
    found = json.loads(out.read_text())
    assert found["states"] > 1000 and found["most_ma"] <= found["limit_ma"] == LIMIT_MA
    assert [layer["complete"] for layer in found["layers"]] == [False, False]
    text = capsys.readouterr().out
    assert "The circuit rule held in every state." in text and f"{found['states']:,}" in text


def test_the_command_tells_the_way_to_a_violation(capsys, monkeypatch):
    MUTANTS.all["lease_never_waited_for"].fault(monkeypatch)
    assert cli.main(["--depth", "6", "--faults", "0"]) == 1
    text = capsys.readouterr().out
    assert "The circuit rule was broken." in text and "step 4:" in text


@pytest.mark.parametrize("arguments", [["--minutes", "0"], ["--depth", "-1"], ["--faults", "x"],
                                       ["--minutes", "nan"], ["surprise"]])
def test_bad_options_are_refused(arguments, capsys):
    assert cli.main(arguments) == 2
    assert "must be" in capsys.readouterr().err or arguments == ["surprise"]


@pytest.mark.long
def test_ten_minutes_of_every_fault_keep_the_circuit_rule():
    search = Search(seconds=600).run()
    assert search.violation is None and search.closed >= 1
    assert search.states() > 5000000 and search.facts.waiting > 0
