"""A Windows of its own under Wine 8, for tests: programs, files, registry, processes and windows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path, PureWindowsPath

WINE = "/usr/lib/wine/wine64"
AS_A_USER = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search") if os.geteuid() == 0 else ()
"""Goes before each program, so that root too is held to what may be read and written."""
QUIET = {"WINEARCH": "win64", "WINEDEBUG": "-all", "WINEDLLOVERRIDES": "mscoree,mshtml,winedbg.exe="}


class Wine:
    """One prefix and one screen.

    prefix   the folder of drive C: and of the registry; made by `rig` where it is missing
    rig      the script that makes a prefix in which Qt 6.8 opens a window
    """

    def __init__(self, prefix: Path, rig: Path) -> None:
        self.prefix = prefix
        if not (prefix / "env").is_file():
            shutil.rmtree(prefix, ignore_errors=True)
            subprocess.run([rig, prefix], check=True, stdout=subprocess.DEVNULL)
            _server("-w", {**os.environ, "WINEPREFIX": str(prefix)})
        self._server, screen = _open_screen()
        self.environment = {**os.environ, **QUIET, "WINEPREFIX": str(prefix), "DISPLAY": screen}

    def close(self) -> None:
        """End whatever runs, and the screen."""
        _server("-k", self.environment)
        self._server.terminate()
        self._server.wait()

    def run(self, program: str, *words: str, seconds: float = 300) -> subprocess.CompletedProcess[str]:
        """Run a program to its end; its output is read through a pipe, which Wine wants."""
        return subprocess.run(
            [*AS_A_USER, WINE, program, *words], env=self.environment, stdin=subprocess.DEVNULL,
            capture_output=True, encoding="utf-8", errors="replace", timeout=seconds, check=False,
        )  # fmt: skip

    def start(self, program: str, *words: str) -> subprocess.Popen[bytes]:
        """Start a program that stays."""
        return subprocess.Popen(
            [*AS_A_USER, WINE, program, *words], env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def place(self, path: str) -> Path:
        """Where a path of drive C: lies on this machine."""
        return self.prefix / "drive_c" / Path(*PureWindowsPath(path).parts[1:])

    def value(self, key: str, name: str = "") -> str | None:
        """A value of the registry, None where there is none."""
        done = self.run("reg", "query", key, *(["/v", name] if name else ["/ve"]))
        found = re.search(r"REG_\w+\s+(.*)", done.stdout)
        return found.group(1).strip() if done.returncode == 0 and found else None

    def set_value(self, key: str, name: str, value: str, kind: str = "REG_SZ") -> None:
        """Write a value of the registry."""
        self.run("reg", "add", key, "/v", name, "/t", kind, "/d", value, "/f")

    def lend_to_machine(self, key: str) -> None:
        """Copy a key of HKCU\\Software\\Classes to the machine's: Wine 8 opens files by the machine's alone.

        Windows merges the two. Give it back with `take_from_machine`.
        """
        file = self.prefix / "drive_c" / "lent.reg"
        self.run("reg", "export", rf"HKCU\Software\Classes\{key}", r"C:\lent.reg", "/y")
        text = file.read_text("utf-16").replace("HKEY_CURRENT_USER", "HKEY_LOCAL_MACHINE")
        file.write_text(text, "utf-16")
        self.run("reg", "import", r"C:\lent.reg")
        file.unlink()

    def take_from_machine(self, key: str) -> None:
        """Undo `lend_to_machine`."""
        self.run("reg", "delete", rf"HKLM\Software\Classes\{key}", "/f")

    def processes(self, name: str) -> int:
        """How many processes of this prefix run a program whose command line holds `name`."""
        count = 0
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit():
                continue
            try:
                line = (folder / "cmdline").read_bytes().decode("utf-8", "replace")
                own = f"WINEPREFIX={self.prefix}".encode() in (folder / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            count += own and name.lower() in line.lower() and not line.startswith(WINE)
        return count

    def windows(self, title: str) -> list[str]:
        """The visible windows whose title holds a text."""
        done = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--name", title],
            env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.stdout.split()

    def picture(self, path: Path) -> None:
        """What the screen shows."""
        subprocess.run(["scrot", "-o", path], env=self.environment, check=True)


def _server(word: str, environment: dict[str, str]) -> None:
    """Wait for the end of Wine's server (-w), or end it with all that runs (-k).

    The next program starts another, which has the rights of that program.
    """
    subprocess.run([f"{WINE.removesuffix('wine64')}wineserver", word], env=environment, check=False)


def _open_screen() -> tuple[subprocess.Popen[bytes], str]:
    """A screen that nobody else has, and its name; ready when this returns."""
    told, tells = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(tells), "-screen", "0", "1366x768x24"],
        pass_fds=[tells], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(tells)
    with os.fdopen(told, encoding="ascii") as answer:
        return server, f":{answer.readline().strip()}"


def until(holds: Callable[[], bool], seconds: float) -> bool:
    """Wait until something holds; False where it has not after that long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.25)
    return holds()
