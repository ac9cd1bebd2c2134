# SPDX-License-Identifier: MIT
"""Common to all tests: the firmware's import path and the hypothesis profiles."""

import os

from hypothesis import HealthCheck, settings

import host_tools  # noqa: F401  puts firmware/ on the import path

# Every day the same cases on every machine, so that a failure is a change of ours; `long` looks
# for new ones. A slow machine is no failure.
settings.register_profile("daily", derandomize=True, database=None, deadline=None,
                          suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", max_examples=2000, deadline=None, print_blob=True,
                          suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "daily"))
