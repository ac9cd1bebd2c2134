# SPDX-License-Identifier: MIT
"""The fuzz targets without the fuzzer: what it has kept, and some bytes of hypothesis."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import minimise, play

_EXAMPLES = 60


@pytest.fixture
def one(request, tmp_path):
    """Plays bytes to the target named by the test's parameter."""
    with play.player(request.param, tmp_path) as player:
        yield player


@pytest.mark.parametrize("one, name", [(name, name) for name in play.TARGETS], indirect=["one"],
                         ids=play.TARGETS)
def test_the_corpus_and_the_seeds_find_nothing(one, name):
    found = play.corpus(name)
    assert len(found) >= 5
    for data in found + play.target(name).seeds():
        one(data)


@pytest.mark.parametrize("one", play.TARGETS, indirect=True)
@settings(max_examples=_EXAMPLES, suppress_health_check=list(HealthCheck))
@given(data=st.binary(max_size=200))
def test_any_bytes_find_nothing(one, data):
    one(data)


@pytest.mark.parametrize("name", play.TARGETS)
def test_the_corpus_stays_small(name):
    found = play.corpus(name)
    assert len(found) <= minimise.MOST and max(map(len, found), default=0) <= minimise.LONGEST
