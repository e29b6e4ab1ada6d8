"""The installer program: an NSIS script over the tree, and the list of its files."""

from __future__ import annotations

import subprocess
from pathlib import Path

from windows.files import files_of

HERE = Path(__file__).resolve().parent


def build_setup(tree: Path, version: str, build: Path, target: Path) -> None:
    """Compile the installer. Raises CalledProcessError where makensis refuses."""
    build.mkdir(parents=True, exist_ok=True)
    files = build / "files.nsh"
    files.write_text(file_list(tree), "utf-8")
    kilobytes = sum(path.stat().st_size for path in files_of(tree)) // 1024
    subprocess.run(
        ["makensis", "-V2", "-INPUTCHARSET", "UTF8", f"-DVERSION={version}", f"-DTREE={tree}",
         f"-DSOURCE={HERE}", f"-DKILOBYTES={kilobytes}", f"-DOUT={target}",
         f"-X!include {files}", HERE / "chiiki-gis.nsi"],
        check=True,
    )  # fmt: skip


def file_list(tree: Path) -> str:
    """Two NSIS macros: one lays every file of the tree, the other takes exactly those away again.

    A folder goes only when it is empty, so that what a user has put there stays.
    """
    lay, take = ["!macro LayFiles"], ["!macro TakeFiles"]
    folders: list[str] = []
    at = None
    for path in files_of(tree):
        place = path.relative_to(tree)
        folder = "\\".join(place.parent.parts)
        if folder != at:
            at = folder
            lay.append(f'  SetOutPath "$INSTDIR{_below(folder)}"')
        lay.append(f'  File "{path}"')
        take.append(f'  Delete "$INSTDIR{_below(folder)}\\{_escaped(place.name)}"')
        for depth in range(1, len(place.parent.parts) + 1):
            folders.append("\\".join(place.parent.parts[:depth]))
    for folder in sorted(set(folders), key=lambda f: (-f.count("\\"), f)):
        take.append(f'  RMDir "$INSTDIR{_below(folder)}"')
    return "\n".join([*lay, "!macroend", *take, "!macroend"]) + "\n"


def _below(folder: str) -> str:
    return f"\\{_escaped(folder)}" if folder else ""


def _escaped(name: str) -> str:
    return name.replace("$", "$$")
