"""Builds the Windows installer and the portable zip on Linux, from a clean checkout.

    installer/build [--out FOLDER] [--no-setup] [--wheelhouse windows|linux]

Needs Python 3.11, mingw-w64 and NSIS 3 (Debian: gcc-mingw-w64-x86-64 nsis). What is downloaded is known by
its hash (pins.txt, runtime.toml) and kept in build/windows, so that a second run needs no network.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent))

from prepare import prepare  # noqa: E402
from windows.files import files_of, manifest, sha256, zip_tree  # noqa: E402
from windows.launcher import build_launchers  # noqa: E402
from windows.licences import collect_licences  # noqa: E402
from windows.modules import ARCHIVE, DATA, pack_own, precompile  # noqa: E402
from windows.runtime import lay_runtime  # noqa: E402
from windows.setup import build_setup  # noqa: E402
from windows.trim import trim  # noqa: E402
from windows.wheelhouse import build_wheelhouse  # noqa: E402
from windows.wheels import build_own_wheel, fetch_wheels, lay_wheels  # noqa: E402

BUILD = CHECKOUT / "build" / "windows"


def main(words: list[str]) -> int:
    """Build everything; prints what was made and how large it is."""
    parser = argparse.ArgumentParser(prog="installer/build", description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=CHECKOUT / "dist", help="where the installer goes")
    parser.add_argument("--no-setup", action="store_true", help="the tree and the zip only")
    parser.add_argument("--wheelhouse", choices=("windows", "linux"), help="only a zip of wheels for pip")
    options = parser.parse_args(words)
    prepare(CHECKOUT, dev=True)
    began = time.monotonic()
    tree, out = BUILD / "tree", options.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    if options.wheelhouse:
        own = build_own_wheel(CHECKOUT, BUILD / "own")
        say(str(build_wheelhouse(options.wheelhouse, CHECKOUT, BUILD / "cache", own, out)))
        return 0
    version = lay_tree(tree)
    portable, setup = out / f"ChiikiGIS-{version}-portable.zip", out / f"ChiikiGIS-{version}-setup.exe"
    (out / f"ChiikiGIS-{version}-files.sha256").write_text(manifest(tree), "utf-8")
    zip_tree(tree, portable, f"ChiikiGIS-{version}")
    made = [portable]
    if not options.no_setup:
        build_setup(tree, version, BUILD / "work", setup)
        made.append(setup)
    for file in made:
        say(f"{file.stat().st_size / 1e6:7.1f} MB  {sha256(file)}  {file.name}")
    say(f"built in {time.monotonic() - began:.0f} s")
    return 0


def lay_tree(tree: Path) -> str:
    """Put together what is installed; returns the version of the program."""
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    known = lay_runtime(BUILD / "cache", tree)
    own = build_own_wheel(CHECKOUT, BUILD / "own")
    lay_wheels([*fetch_wheels(BUILD / "cache"), own], tree)
    packages = tree / "Lib" / "site-packages"
    shutil.copyfile(CHECKOUT / "LICENSE", tree / "LICENSE")
    licences = collect_licences(tree)
    for why, room in trim(tree):
        say(f"{room / 1e6:7.1f} MB less  {why}")
    version = own.name.split("-")[1]
    pack_own(tree)
    precompile(packages)
    build_launchers(version, BUILD / "work", tree)
    _itemise(tree, known["python"], len(licences))
    return version


def _itemise(tree: Path, python: str, licences: int) -> None:
    """Say how much room each part takes, and keep it beside the build."""
    sizes: dict[str, int] = {}
    for path in files_of(tree):
        parts = path.relative_to(tree).parts
        name = "chiiki_gis" if parts[0] in (ARCHIVE, *DATA) else "runtime"
        if parts[:2] == ("Lib", "site-packages"):
            name = parts[2].removesuffix(".libs")
        sizes[name.partition("-")[0]] = sizes.get(name.partition("-")[0], 0) + path.stat().st_size
    total = sum(sizes.values())
    (BUILD / "sizes.json").write_text(json.dumps(sizes, indent=1, sort_keys=True) + "\n", "utf-8")
    say(f"{total / 1e6:7.1f} MB installed: Python {python}, {licences} licences listed")
    for name, size in sorted(sizes.items(), key=lambda item: -item[1]):
        if size >= 10e6:
            say(f"{size / 1e6:7.1f} MB  {name}")


def say(text: str) -> None:
    """One line for who builds."""
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
