"""Modules compiled in a process of its own, so that the bytes depend on nothing but the sources.

What a compiled module holds depends on which short texts the compiling process has met before ("é" is written
otherwise once anybody has interned it): a process that has built something else first makes other bytes.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def compile_all(folder: Path, strip: Path, beside: bool = False) -> bool:
    """Compile every module below a folder; False where one could not be.

    strip    the part of the paths that compiled modules do not tell
    beside   each beside its source, as an archive must have it, and not in __pycache__
    """
    words = ["-q", "-f", "-j", "1", "-s", str(strip), "--invalidation-mode", "unchecked-hash"]
    legacy = ["-b"] if beside else []
    command = [sys.executable, "-I", "-S", "-m", "compileall", *words, *legacy, str(folder)]
    return subprocess.run(command, check=False).returncode == 0
