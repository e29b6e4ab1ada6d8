"""The pins of the Windows installer: read, and made anew from a folder of wheels.

python3.11 installer/windows/pins.py FOLDER     prints pins.txt for the wheels in FOLDER
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from windows.files import sha256

_PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>\S+)(?P<hashes>( --hash=sha256:[0-9a-f]{64})+)")


@dataclass(frozen=True)
class Pin:
    """One package: its normalised name, its version and the SHA-256 of each wheel that may be taken."""

    name: str
    version: str
    hashes: tuple[str, ...]


def normal(name: str) -> str:
    """A package's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_pins(file: Path) -> tuple[Pin, ...]:
    """Every pin of a file. Raises ValueError for a line that is none: without a hash nothing is installed."""
    pins = []
    for line in file.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        found = _PIN.fullmatch(line)
        if found is None:
            raise ValueError(f"{file.name}: no pin with a hash: {line}")
        hashes = tuple(word.rpartition(":")[2] for word in found["hashes"].split())
        pins.append(Pin(normal(found["name"]), found["version"], hashes))
    return tuple(pins)


def pins_of(wheels: Path) -> list[str]:
    """A line for each wheel of a folder, sorted by name."""
    lines = []
    for wheel in wheels.glob("*.whl"):
        name, version = wheel.name.split("-")[:2]
        lines.append(f"{name.replace('_', '-')}=={version} --hash=sha256:{sha256(wheel)}")
    return sorted(lines, key=str.lower)


if __name__ == "__main__":
    sys.stdout.write("\n".join(pins_of(Path(sys.argv[1]))) + "\n")
