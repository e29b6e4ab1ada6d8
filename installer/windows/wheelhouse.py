"""A zip of wheels for an office that has Python 3.11 but no internet: pip installs from the folder."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from windows.files import zip_tree
from windows.wheels import fetch_wheels

LINUX = tuple(f"--platform=manylinux_2_{minor}_x86_64" for minor in range(34, 4, -1))
"""Linux of 2021 and later (glibc 2.34), and every older one that a wheel may name."""
HOW = """地域GISを、インターネットのないパソコンのPython 3.11に入れる方法

1. このzipを展開します。
2. 展開したフォルダで、次の2行を実行します（Windowsではpython3.11をpyに、binをScriptsに読み替えます）。

   python3.11 -m venv 地域GIS
   地域GIS/bin/python -m pip install --no-index -f wheels chiiki-gis

3. 地域GIS/bin/chiiki-gis で始めます。動くかどうかは、地域GIS/bin/chiiki-gis selftest で確かめられます。
"""


def build_wheelhouse(system: str, checkout: Path, cache: Path, own: Path, out: Path) -> Path:
    """Pack the wheels of one system. Raises CalledProcessError where one cannot be had.

    system   windows (the pins of the installer) or linux (constraints.txt)
    own      the wheel of the program itself
    """
    folder = cache / f"wheelhouse-{system}"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "wheels").mkdir(parents=True)
    wheels = fetch_wheels(cache) if system == "windows" else _linux_wheels(checkout, cache, own)
    for wheel in [*wheels, own]:
        shutil.copyfile(wheel, folder / "wheels" / wheel.name)
    (folder / "はじめに.txt").write_text(HOW, "utf-8", newline="\r\n")
    version = own.name.split("-")[1]
    target = out / f"chiiki-gis-{version}-wheelhouse-{system}.zip"
    zip_tree(folder, target, target.stem)
    return target


def _linux_wheels(checkout: Path, cache: Path, own: Path) -> list[Path]:
    folder = cache / "wheels-linux"
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", *LINUX, "--python-version=3.11",
         "--only-binary=:all:", "-c", checkout / "constraints.txt", "-d", folder, own],
        check=True, stdout=sys.stderr,
    )  # fmt: skip
    return [path for path in sorted(folder.glob("*.whl")) if path.name != own.name]
