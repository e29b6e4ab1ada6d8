"""Compiled modules, and the program's own ones in one archive.

A start imports some 280 of our modules. As files each costs Windows three questions and an opening, and a
virus scanner its look; out of an archive, which Python reads like a folder, they come in half the time
(docs/decisions/0020).
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from windows.compiling import compile_all
from windows.files import zip_tree

ARCHIVE = "chiiki_gis.zip"
DATA = ("resources", "sample_data")
"""Folders that `chiiki_gis.paths` looks for beside the program."""


def precompile(folder: Path, beside: bool = False) -> None:
    """Compile every module, so that a start writes nothing into the install folder and is fast.

    beside   each beside its source, as an archive must have it, and not in __pycache__
    The bytes depend on nothing but the source: unchecked hashes, and paths as they are below site-packages.
    """
    if sys.version_info[:2] != (3, 11):
        raise SystemExit(
            "installer/build needs Python 3.11: the shipped runtime reads no other's compiled modules"
        )
    if not compile_all(folder, folder.parent if beside else folder, beside):
        raise SystemExit("a module could not be compiled")


def pack_own(tree: Path) -> None:
    """Move the program out of site-packages into the archive, and its folders of data beside that.

    The sources stay with the compiled modules: a report of an error shows its lines.
    """
    package = tree / "Lib" / "site-packages" / "chiiki_gis"
    for name in DATA:
        shutil.move(package / "_resources" / name, tree / name)
    (package / "_resources").rmdir()
    precompile(package, beside=True)
    zip_tree(package, tree / ARCHIVE, package.name, stored=True)
    shutil.rmtree(package)
