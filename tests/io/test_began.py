"""When a process began."""

import os
import time

from chiiki_gis.io.process import began_at


def test_this_process_began_before_now_and_not_long_ago():
    began = began_at(os.getpid())
    assert began is not None
    assert time.time() - 6 * 3600 < began < time.time()


def test_of_a_process_that_is_not_there_nothing_is_known():
    assert began_at(2**31 - 2) is None
