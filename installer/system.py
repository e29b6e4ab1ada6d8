"""The Debian packages that Qt, Japanese text and the tests need: which are missing, and how they get here.

Everything here asks the computer itself, never a package list, so that it holds on any Linux; only the cure
is Debian's. On other systems nothing is missing: Windows and macOS bring all of it.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

QT_LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
"""What Qt's offscreen and X11 platforms load, and the package that brings it."""

FONT_PACKAGE = "fonts-morisawa-bizud-gothic"
BEST_FONT = "bizud"
JAPANESE_FONTS = (BEST_FONT, "ipaexg", "ipag", "notosanscjk", "notosansjp")
"""How the font files that render/fonts.py knows begin, in small letters."""

TEST_TOOLS = {
    "pdftotext": "poppler-utils",
    "pdftoppm": "poppler-utils",
    "ogrinfo": "gdal-bin",
    "gdalinfo": "gdal-bin",
    "chromium": "chromium",
}
"""Programs that tests look for; a test without its tool is skipped, in CI that is a failure."""

APT = ("apt-get", "-o", "DPkg::Lock::Timeout=300")
INSTALL = ("install", "-y", "--no-install-recommends")


def missing_packages(*, tests: bool) -> tuple[str, ...]:
    """The packages to add on this computer, sorted; with those of the tests if asked."""
    if not sys.platform.startswith("linux"):
        return ()
    found: set[str] = set()
    if importlib.util.find_spec("ensurepip") is None:
        found.add(f"python3.{sys.version_info.minor}-venv")
    found.update(package for name, package in QT_LIBRARIES.items() if not _loads(name))
    if not _has_font((BEST_FONT,) if tests else JAPANESE_FONTS):
        found.add(FONT_PACKAGE)
    if tests:
        found.update(package for tool, package in TEST_TOOLS.items() if shutil.which(tool) is None)
    return tuple(sorted(found))


def provide(packages: Iterable[str], say: Callable[[str], None]) -> bool:
    """Add packages with apt; False where this user may not or apt could not. May use the network."""
    rights = _rights()
    if rights is None:
        return False
    say(f"足りない部品を追加しています：{'、'.join(packages)}")
    _apt(rights, "update")
    return _apt(rights, *INSTALL, *packages)


def install_line(packages: Iterable[str]) -> str:
    """The one line to copy where `provide` could not."""
    return f"sudo apt-get update && sudo apt-get {' '.join(INSTALL)} {' '.join(packages)}"


def _rights() -> tuple[str, ...] | None:
    """What to put before apt-get: nothing for root, sudo where it asks no password; None when not allowed."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return ()
    if shutil.which("sudo") is None:
        return None
    sudo = ("sudo", "-n")
    asked = subprocess.run([*sudo, "true"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return sudo if asked.returncode == 0 else None


def _apt(rights: tuple[str, ...], *words: str) -> bool:
    """One apt-get command, its output on stderr; True when it succeeded.

    `update` may fail for one of many sources: whether the packages come decides.
    """
    quiet = ("env", "DEBIAN_FRONTEND=noninteractive", *APT, "-qq", *words)
    done = subprocess.run([*rights, *quiet], stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)
    return done.returncode == 0


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _has_font(beginnings: tuple[str, ...]) -> bool:
    return any(name.lower().startswith(beginnings) for name in _font_files())


def _font_files() -> Iterator[str]:
    home = Path.home()
    share = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    bundled = Path(__file__).resolve().parents[1] / "resources" / "fonts"
    for folder in (
        bundled, Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".fonts", share / "fonts",
    ):  # fmt: skip
        for _, _, names in os.walk(folder):
            yield from names
