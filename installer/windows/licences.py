"""Whose work is shipped and under which licence: the texts that the wheels carry, collected."""

from __future__ import annotations

import shutil
import tomllib
from email.parser import Parser
from pathlib import Path

HERE = Path(__file__).resolve().parent
TEXTS = HERE / "licences"
"""Licences that a wheel names but does not carry."""
BY_NAME = {
    "pyside6-essentials": ("LGPL-3.0.txt", "GPL-3.0.txt"),
    "shiboken6": ("LGPL-3.0.txt", "GPL-3.0.txt"),
    "xstatic-leaflet": ("Leaflet.txt",),
}
_LOOKS = ("licen", "copying", "notice", "authors")


def collect_licences(tree: Path) -> list[str]:
    """Put every licence into THIRD_PARTY_LICENSES; returns the lines of its list.

    Raises ValueError for a package without any text: it may not be handed on.
    """
    target = tree / "THIRD_PARTY_LICENSES"
    lines = [_runtime(tree, target)]
    for info in sorted((tree / "Lib" / "site-packages").glob("*.dist-info")):
        about = Parser().parsestr((info / "METADATA").read_text("utf-8"), headersonly=True)
        name, version = about["Name"], about["Version"]
        if name == "chiiki-gis":
            continue
        texts = [p for p in sorted(info.rglob("*")) if p.is_file() and _is_licence(p)]
        texts += _inside(info.parent, name)
        texts += [TEXTS / text for text in BY_NAME.get(name.lower().replace("_", "-"), ())]
        if not texts:
            raise ValueError(f"{name} {version} carries no licence")
        for text in texts:
            place = target / f"{name}-{version}" / text.name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(text, place)
        licence = about["License-Expression"] or (about["License"] or "").partition("\n")[0] or "see texts"
        lines.append(f"{name} {version}: {licence}")
    lines += bundled(tree / "Lib" / "site-packages")
    (target / "LIST.txt").write_text("\n".join(lines) + "\n", "utf-8", newline="\r\n")
    return lines


def bundled(packages: Path) -> list[str]:
    """A line for each library that lies as a DLL inside the wheels. Raises ValueError for an unknown one."""
    known = tomllib.loads((TEXTS / "bundled.toml").read_text("utf-8"))["library"]
    found: dict[str, set[str]] = {}
    for file in sorted(packages.glob("*.libs/*.dll")):
        begin = max((name for name in known if file.name.startswith(name)), key=len, default=None)
        if begin is None:
            raise ValueError(f"licences/bundled.toml knows no {file.name}")
        name, licence = known[begin]
        found.setdefault(f"{name}: {licence}", set()).add(file.parent.name.removesuffix(".libs"))
    return [f"{line} (in {', '.join(sorted(where))})" for line, where in sorted(found.items())]


def _runtime(tree: Path, target: Path) -> str:
    place = target / "Python"
    place.mkdir(parents=True)
    shutil.move(tree / "LICENSE.txt", place / "LICENSE.txt")
    return "Python: PSF-2.0"


def _is_licence(path: Path) -> bool:
    return any(word in path.name.lower() for word in _LOOKS)


def _inside(packages: Path, name: str) -> list[Path]:
    """Texts that lie in the package itself: of the libraries in it, too."""
    folder = packages / name.lower().replace("-", "_")
    return [p for p in sorted(folder.glob("*")) if p.is_file() and _is_licence(p) and p.suffix != ".py"]
