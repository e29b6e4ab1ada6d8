"""The two programs that start the runtime: compiled from one C file by mingw-w64."""

from __future__ import annotations

import subprocess
from pathlib import Path

SOURCE = Path(__file__).resolve().parent / "launcher"
PROGRAMS = {"ChiikiGIS.exe": ("-mwindows",), "chiiki-gis.exe": ("-mconsole", "-DCONSOLE")}
"""The program with a window, and its twin for the command line."""


def build_launchers(version: str, build: Path, tree: Path) -> None:
    """Compile both into the tree. Raises CalledProcessError where the compiler refuses.

    version   of the program, three numbers with dots
    """
    build.mkdir(parents=True, exist_ok=True)
    resources = build / "app.res"
    numbers = ",".join([*version.split("."), "0"])
    subprocess.run(
        ["x86_64-w64-mingw32-windres", "--codepage=65001", "-O", "coff", f"-DNUMBERS={numbers}",
         f'-DVERSION=\\"{version}\\"', SOURCE / "app.rc", resources],
        cwd=SOURCE, check=True,
    )  # fmt: skip
    for name, flags in PROGRAMS.items():
        subprocess.run(
            ["x86_64-w64-mingw32-gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-municode", *flags, "-s",
             "-Wl,--no-insert-timestamp,--dynamicbase,--nxcompat,--high-entropy-va",
             "-o", tree / name, SOURCE / "launcher.c", resources],
            check=True,
        )  # fmt: skip
