"""Builds a second time, from a clean clone in another folder, and compares every file that is installed.

    installer/test --again

What is compared with is the list in dist/ that the last `installer/build` of the same commit left. Only what
was downloaded is shared; the clone has its own environment, and another time zone, language and file mask.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = "別の 場所"
"""Where the second build lies: a name with a space and signs outside the letters."""
ELSEWHERE = {"TZ": "America/St_Johns", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "7"}


def listed(text: str) -> dict[str, str]:
    """The hash of each file by its place, of a list as sha256sum writes it."""
    return {place: digest for digest, _, place in (line.partition("  ") for line in text.splitlines())}


def unlike(first: str, second: str) -> list[str]:
    """The places of files that two lists do not have alike, sorted."""
    one, other = listed(first), listed(second)
    return sorted(place for place in one.keys() | other.keys() if one.get(place) != other.get(place))


def try_again(checkout: Path) -> int:
    """Build again and compare; prints what differs. Returns the exit code."""
    (list_file,) = (checkout / "dist").glob("ChiikiGIS-*-files.sha256")
    clone = checkout / "build" / "windows" / FOLDER
    shutil.rmtree(clone, ignore_errors=True)
    subprocess.run(["git", "clone", "--quiet", "--no-local", checkout, clone], check=True)
    cache = clone / "build" / "windows" / "cache"
    shutil.copytree(checkout / "build" / "windows" / "cache", cache)
    command = [str(clone / "installer" / "build"), "--no-setup", "--out", str(clone / "out")]
    subprocess.run(command, check=True, env={**os.environ, **ELSEWHERE}, umask=0o077)
    first, second = (file.read_text("utf-8") for file in (list_file, clone / "out" / list_file.name))
    found = unlike(first, second)
    sys.stdout.write("".join(f"FAILS  {place} is not the same\n" for place in found))
    sys.stdout.write(f"{len(listed(first)):,} files, {len(found)} not the same\n")
    shutil.rmtree(clone)
    return 1 if found else 0
