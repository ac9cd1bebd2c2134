# SPDX-License-Identifier: MIT
"""The real Home Assistant beside a virtual fleet: for the long tests and for README's picture."""
