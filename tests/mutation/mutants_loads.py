# SPDX-License-Identifier: MIT
"""Deliberate faults in what may fail to load: something is changed before all that it leads to is
there."""

from tests.mutation.changes import change, first
from tests.mutation.faults import Mutants
from tests.properties import test_loads_that_fail as stories

MUTANTS = Mutants()
caught_by = MUTANTS.caught_by

HERE = "tests/mutation/mutants_loads.py"


def a_load_fails(file, asked):
    """The beginning of the story; a file cannot be loaded when a frame first needs it."""
    kind = ("core", "sharing", file), asked, "on_frame"
    expected, numbers = stories.usual(stories.beginning)
    stories.fails_once(stories.beginning, kind, numbers[kind], expected)


@caught_by(HERE, "a_load_fails", "hearing", "Member.take")
def a_frame_counts_as_heard_before_it_can_be_taken(patch):
    """Rule 3: the same frame would be too old when it comes again."""
    change(patch, "core.sharing.member:Member.take",
           first("self.follower.hears(header, now_ms, False)"))


@caught_by(HERE, "a_load_fails", "change_waits", "Leader.on_report")
def a_report_is_noted_before_it_can_be_believed(patch):
    """Rule 6: what is kept for a unit would not follow what it has said."""
    change(patch, "core.sharing.leader:Leader.on_report",
           first("self.ledger.account(header.tag).report = report"))


@caught_by("tests/properties/test_loads_that_fail.py",
           "test_a_step_of_an_estimator_that_cannot_be_made_is_made_later")
def a_vehicle_counts_as_ready_before_that_can_be_learned(patch):
    """Design 4: it would not get the share of one that is about to start."""
    change(patch, "core.allocation.demand:DemandEstimator.step",
           first("self._wants = pilot_state == C or pilot_state == D"))
