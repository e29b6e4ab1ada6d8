"""What is left out of the shipped tree (trim.toml), with the room that each rule saves."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
_CATALOGUE = "RECORD"


def trim(tree: Path) -> list[tuple[str, int]]:
    """Take out what no rule lets in; returns each rule's reason and the bytes it saved.

    Raises ValueError for a pattern that matches nothing: it speaks of a library as it was.
    """
    packages = tree / "Lib" / "site-packages"
    saved = []
    for rule in tomllib.loads((HERE / "trim.toml").read_text("utf-8"))["rule"]:
        room = 0
        for pattern in rule["what"]:
            found = sorted(packages.glob(pattern))
            if not found:
                raise ValueError(f"trim.toml: nothing matches {pattern}")
            room += sum(_remove(path) for path in found)
        saved.append((rule["why"], room))
    for catalogue in packages.glob(f"*.dist-info/{_CATALOGUE}"):
        catalogue.unlink()  # it would name what is no longer there
    for empty in sorted((p for p in tree.rglob("*") if p.is_dir()), reverse=True):
        if not any(empty.iterdir()):
            empty.rmdir()
    return saved


def _remove(path: Path) -> int:
    if not path.exists():  # within a folder that has gone already
        return 0
    if path.is_file():
        size = path.stat().st_size
        path.unlink()
        return size
    size = sum(p.stat().st_size for p in path.rglob("*") if p.is_file())
    shutil.rmtree(path)
    return size
