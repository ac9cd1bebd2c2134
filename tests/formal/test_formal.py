# SPDX-License-Identifier: MIT
"""The lease rules as a Promela model: spin finds nothing in it, and refutes what breaks a rule."""

import fcntl
import functools
import os
import shutil

import pytest

from tests.formal import model
from tests.formal.variants import DAILY, LONG, REACHED, VARIANTS

REFUTED = [v for v in VARIANTS if v.second_line is None]
SECOND_LINE = [v for v in VARIANTS if v.second_line is not None]
_SLOW = ("ANY_BOOT_BELIEVED", "MOVES_ONLY_BY_AMOUNT")


@pytest.fixture(scope="module")
def pan(tmp_path_factory):
    """The search for certain times, each built once."""
    if model.missing():
        text = "needs Debian's packages spin and gcc (apt-get install spin gcc)"
        if os.environ.get("AMPPOOL_CI"):
            pytest.fail("the check of the model " + text)
        pytest.skip("the check of the model " + text)

    own = tmp_path_factory.mktemp("lease")
    shared = own.parent.parent if "PYTEST_XDIST_WORKER" in os.environ else own.parent

    @functools.lru_cache(maxsize=None)
    def built(times):
        name = "lease-%d-%d-%d" % times
        with (shared / (name + ".lock")).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # of several processes one builds it
            if not (shared / name).exists():
                (own / name).mkdir()
                model.build(own / name, *times)
                shutil.copytree(own / name, shared / name)
            else:
                shutil.copytree(shared / name, own / name)
        return own / name / "pan"
    return built


def name_of(variant):
    return variant.fault or "events%d_kinds%d_%d" % (variant.events, variant.kinds,
                                                      variant.rows[1])


def daily(variants):
    """Those that take more than 10 s are for `tests/run long`."""
    return [pytest.param(variant, marks=pytest.mark.long) if variant.fault in _SLOW else variant
            for variant in variants]


def told(record_property, result):
    record_property("search", "%d states, depth %d, %d MB, %.1f s" % (
        result.states, result.depth, result.memory_mb, result.seconds))
    return result


@pytest.mark.parametrize("bound", DAILY, ids=name_of)
def test_the_circuit_rule_holds_in_every_order_of_events(pan, bound, record_property):
    result = told(record_property, model.search(pan(bound.times), bound))
    assert model.complete(result), result.reply


@pytest.mark.long
@pytest.mark.parametrize("bound", LONG, ids=name_of)
def test_the_circuit_rule_holds_also_with_more_events(pan, bound, record_property):
    result = told(record_property, model.search(pan(bound.times), bound, hash_bits=26))
    assert model.complete(result), result.reply


@pytest.mark.parametrize("variant", daily(REFUTED), ids=name_of)
def test_every_broken_rule_is_refuted(pan, variant, record_property):
    result = told(record_property, model.search(pan(variant.times), variant, hash_bits=21))
    assert model.violates(result), result.reply


@pytest.mark.long
@pytest.mark.parametrize("variant", VARIANTS, ids=name_of)
def test_without_the_fault_the_same_search_finds_nothing(pan, variant, record_property):
    result = told(record_property, model.search(pan(variant.times), variant, hash_bits=24,
                                                broken=()))
    assert model.complete(result), result.reply


@pytest.mark.parametrize("variant", daily(SECOND_LINE), ids=name_of)
def test_behind_a_rule_that_is_not_needed_another_one_stands(pan, variant, record_property):
    for broken in ((variant.fault,), variant.behind):
        result = model.search(pan(variant.times), variant, broken=broken)
        assert model.complete(result), result.reply
    result = told(record_property, model.search(pan(variant.times), variant,
                                                broken=(variant.fault, *variant.behind)))
    assert model.violates(result), result.reply


@pytest.mark.long
@pytest.mark.parametrize("variant", SECOND_LINE, ids=name_of)
def test_a_rule_that_is_not_needed_is_not_needed_with_more_events(pan, variant, record_property):
    bound = LONG[0]
    result = told(record_property, model.search(pan(bound.times), bound, hash_bits=26,
                                                broken=(variant.fault,)))
    assert model.complete(result), result.reply


@pytest.mark.parametrize("variant", REACHED, ids=name_of)
def test_the_sound_model_gets_to_where_rules_matter(pan, variant, record_property):
    result = told(record_property, model.search(pan(variant.times), variant, hash_bits=21))
    assert model.violates(result), result.reply


def test_every_fault_of_the_model_is_a_variant_and_every_variant_a_fault():
    named = [variant.fault for variant in VARIANTS + REACHED]
    assert sorted(named) == sorted(model.faults())


def test_what_is_not_refuted_says_why_and_names_what_stands_behind_it():
    refuted = [variant.fault for variant in REFUTED]
    for variant in SECOND_LINE:
        assert "Rule" in variant.second_line
        assert variant.behind and set(variant.behind) <= set(refuted)


def test_the_model_was_searched_to_its_end_or_that_is_no_proof():
    done = model.Result(0, 1, 1, 1, 1, "errors: 0")
    assert model.complete(done)
    for text in ("error: max search depth too small", "pan: reached -DMEMLIM bound",
                 "Warning: Search not completed"):
        assert not model.complete(done._replace(reply=text))
