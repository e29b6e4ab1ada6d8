"""A helper reads requests where no library can: see worker.main."""

import subprocess
import sys

ASK = """
import os, sys
from chiiki_gis import worker
seen = []
worker.serve = lambda requests, answers: seen.append((requests.read(), os.read(0, 9), answers.fileno()))
worker.main()
sys.stderr.write(repr(seen[0][:2]))
print("a library's word", flush=True)
"""


def test_requests_come_from_a_stream_of_their_own_and_libraries_find_none():
    done = subprocess.run([sys.executable, "-c", ASK], input=b"request", capture_output=True, check=True)
    assert done.stderr.startswith(b"(b'request', b'')")


def test_what_a_library_prints_is_no_answer():
    done = subprocess.run([sys.executable, "-c", ASK], input=b"", capture_output=True, check=True)
    assert done.stdout == b""
    assert b"a library's word" in done.stderr
