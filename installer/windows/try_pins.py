"""Runs the program's tests on the versions that the Windows installer ships, on this machine.

    installer/test --pins [FILE or FOLDER …]

The versions are those of pins.txt, and of constraints.txt for what tests need besides. They are installed
into build/windows/pins, which is kept. Each file of tests has a process of its own: one crash hides no other.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from windows.pins import normal, read_pins

HERE = Path(__file__).resolve().parent
OF_ONE_NUMPY = {"numpy-typing-compat"}
"""Each version serves one numpy only; pip takes the one that fits."""
OF_THE_CHECKOUT = {"house", "installer"}
"""Folders of tests that compare the environment with constraints.txt."""
NO_TESTS = 5
"""How pytest ends where none was chosen."""


def shipped_constraints(checkout: Path) -> list[str]:
    """Lines of constraints.txt, with the versions of pins.txt where the two differ."""
    shipped = {pin.name: pin.version for pin in read_pins(HERE / "pins.txt")}
    lines = []
    for line in (checkout / "constraints.txt").read_text("utf-8").splitlines():
        name, _, version = line.partition("==")
        if version and normal(name) not in OF_ONE_NUMPY:
            lines.append(f"{name}=={shipped.get(normal(name), version)}")
    return lines


def make_environment(checkout: Path, folder: Path) -> Path:
    """The environment of the shipped versions, made where it is missing or older; returns its python."""
    python, wanted = folder / "bin" / "python", "\n".join(shipped_constraints(checkout)) + "\n"
    listed = folder / "constraints.txt"
    if listed.is_file() and listed.read_text("utf-8") == wanted:
        return python
    subprocess.run([sys.executable, "-I", "-m", "venv", "--clear", folder], check=True)
    draft = folder / "constraints.draft"
    draft.write_text(wanted, "utf-8")
    pip = [str(python), "-I", "-m", "pip", "install", "--quiet", "--no-input", "--constraint", str(draft)]
    subprocess.run([*pip, "hatchling", "editables"], check=True, stdout=sys.stderr)
    own = ("--no-build-isolation", "--editable", f"{checkout}[dev]")
    subprocess.run([*pip, *own], check=True, stdout=sys.stderr)
    draft.replace(listed)
    return python


def chosen_files(checkout: Path, words: list[str]) -> list[Path]:
    """The files of tests that were asked for; without words all but those of the checkout."""
    tests = checkout / "tests"
    asked = [Path(word).resolve() for word in words] or sorted(
        folder for folder in tests.iterdir() if folder.is_dir() and folder.name not in OF_THE_CHECKOUT
    )
    return [file for path in asked for file in (sorted(path.rglob("test_*.py")) if path.is_dir() else [path])]


def try_pins(checkout: Path, words: list[str]) -> int:
    """Run the tests; a line for each file, and all that pytest says of one that fails."""
    python = make_environment(checkout, checkout / "build" / "windows" / "pins")
    failed = 0
    for file in chosen_files(checkout, words):
        done = subprocess.run(
            [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", file],
            cwd=checkout, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, stdin=subprocess.DEVNULL,
            capture_output=True, encoding="utf-8", errors="replace", check=False,
        )  # fmt: skip
        good = done.returncode in (0, NO_TESTS)
        failed += not good
        told = (re.findall(r"^\d+ \w+.* in .*$", done.stdout, re.MULTILINE) or [f"exit {done.returncode}"])[
            -1
        ]
        sys.stdout.write(f"{'holds' if good else 'FAILS'}  {file.relative_to(checkout)}  {told}\n")
        sys.stdout.write("" if good else done.stdout + done.stderr)
        sys.stdout.flush()
    sys.stdout.write(f"{failed} failed\n")
    return 1 if failed else 0
