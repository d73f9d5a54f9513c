"""Tests, doctests and chapters (nbval) run the same, whatever the environment of the caller holds.

The device, the data and the number of threads remain whose run it is; `make test` fixes them too.
"""

import os

from cnncourse import steady

steady.hold(keep=(*steady.CHOICES, *steady.LOOKS))
# Not a choice: a still picture is shown under a random key, and no stored output holds one.
os.environ["CNNCOURSE_STILLS"] = steady.FIXED["CNNCOURSE_STILLS"]


def pytest_sessionstart(session):
    """By now pytest knows how to print; what the tests start is not to follow the terminal."""
    steady.hold(keep=steady.CHOICES)
