"""The Windows Python that is shipped: known by its hash, and by who signed its parts."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tomllib
import venv
from pathlib import Path

from windows.files import unzip
from windows.index import fetch
from windows.modules import ARCHIVE

HERE = Path(__file__).resolve().parent
PTH = f"python311.zip\r\n{ARCHIVE}\r\n.\r\nLib\\site-packages\r\n"
"""python311._pth: the runtime looks nowhere else, whatever PYTHONPATH or the registry of a PC say."""
_WRONG = r"'\\b(\\d\\.\\d\\.\\d[a-z]*)\\b'"
_RIGHT = r"'\\b(\\d+\\.\\d+\\.\\d+[a-z]*)\\b'"
"""oscrypto 1.3.0 cannot read the number of an OpenSSL like 3.0.19; this is the cure in its own words."""


def lay_runtime(cache: Path, tree: Path) -> dict[str, str]:
    """Unpack the runtime into a tree; returns what is known of it (runtime.toml)."""
    known = tomllib.loads((HERE / "runtime.toml").read_text("utf-8"))
    source = fetch(known["project"], known["file"], known["sha256"], cache)
    inner = cache / "runtime.zip"
    with tarfile.open(source) as archive:
        member = archive.extractfile(known["inside"])
        if member is None:
            raise FileNotFoundError(known["inside"])
        inner.write_bytes(member.read())
    unzip(inner, tree, known["below"])
    check_signatures(tree, known["signed"], cache)
    (tree / "python311._pth").write_bytes(PTH.encode())
    return known


def check_signatures(tree: Path, expected: int, cache: Path) -> None:
    """Have every signed file of the runtime verified. Raises ValueError where one does not hold."""
    done = subprocess.run(
        [_tools(cache), HERE / "signatures.py", tree], capture_output=True, text=True, check=False
    )
    good = len(re.findall(r"^OK ", done.stdout, re.MULTILINE))
    if done.returncode or good != expected:
        raise ValueError(f"{good} of {expected} signatures hold\n{done.stdout}{done.stderr}")


def _tools(cache: Path) -> Path:
    """The Python of an environment with what verifies signatures; made once."""
    place = cache / "signature-tools"
    python = place / "bin" / "python"
    if not (place / ".ready").is_file():
        venv.create(place, clear=True, with_pip=True)
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes",
             "--only-binary=:all:", "-r", HERE / "signature_tools.txt"],
            check=True, stdout=sys.stderr,
        )  # fmt: skip
        for file in place.glob("lib/python3*/site-packages/oscrypto/_openssl/_libcrypto_c*.py"):
            file.write_text(file.read_text("utf-8").replace(_WRONG, _RIGHT), "utf-8")
        (place / ".ready").touch()
    return python
