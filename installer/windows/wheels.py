"""The packages that are shipped: wheels for Windows by their hashes, and this program's own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from windows.files import sha256, unzip
from windows.pins import read_pins

HERE = Path(__file__).resolve().parent
PINS = HERE / "pins.txt"
TARGET = ("--platform=win_amd64", "--python-version=3.11", "--implementation=cp", "--only-binary=:all:")


def fetch_wheels(cache: Path) -> list[Path]:
    """Every pinned wheel, downloaded where it is missing. Raises CalledProcessError where pip cannot."""
    folder = cache / "wheels"
    wanted = {digest for pin in read_pins(PINS) for digest in pin.hashes}
    if len(_known(folder, wanted)) < len(read_pins(PINS)):
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", *TARGET,
             "-d", folder, "-r", PINS],
            check=True, stdout=sys.stderr,
        )  # fmt: skip
    return _known(folder, wanted)


def lay_wheels(wheels: list[Path], tree: Path) -> None:
    """Unpack wheels into the tree's site-packages, as pip would put them for a user without scripts."""
    packages = tree / "Lib" / "site-packages"
    for wheel in wheels:
        unzip(wheel, packages)
    for data in packages.glob("*.data"):
        for part in ("purelib", "platlib"):
            for path in sorted((data / part).rglob("*")):
                if path.is_file():
                    target = packages / path.relative_to(data / part)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    path.replace(target)


def build_own_wheel(checkout: Path, folder: Path) -> Path:
    """The wheel of the program itself, from the checkout."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.whl"):
        old.unlink()
    python = checkout / ".venv" / "bin" / "python"
    subprocess.run(
        [python, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=checkout,
        check=True,
        stdout=sys.stderr,
    )
    return next(folder.glob("*.whl"))


def _known(folder: Path, wanted: set[str]) -> list[Path]:
    return [path for path in sorted(folder.glob("*.whl")) if sha256(path) in wanted]
