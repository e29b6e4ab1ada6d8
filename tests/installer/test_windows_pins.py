"""installer/windows/pins.txt pins every package that is shipped for Windows, by the hash of its wheel."""

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from windows.pins import normal, pins_of, read_pins
from windows.try_pins import chosen_files, shipped_constraints

TOP = Path(__file__).resolve().parents[2]

FILE = TOP / "installer" / "windows" / "pins.txt"
TOOLS = FILE.with_name("signature_tools.txt")
PINS = {pin.name: pin.version for pin in read_pins(FILE)}
OF_WINE = {"numpy", "pyside6-essentials", "shiboken6"}
"""What is older than in constraints.txt, because Wine 8 runs no newer one (docs/decisions/0018)."""
WINDOWS = {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "extra": ""}


def needed() -> Iterator[str]:
    """Names of all that the program pulls in on Windows."""
    left, seen = ["chiiki-gis"], set[str]()
    while left:
        name = normal(left.pop())
        if name in seen:
            continue
        seen.add(name)
        try:
            requires = distribution(name).requires or ()
        except PackageNotFoundError:  # for Windows only
            requires = ()
        left += [r.name for r in map(Requirement, requires) if r.marker is None or r.marker.evaluate(WINDOWS)]
    yield from seen - {"chiiki-gis"}


def test_everything_the_program_needs_on_windows_is_pinned():
    assert sorted(set(needed()) - PINS.keys()) == []


def test_nothing_else_is_shipped():
    assert sorted(PINS.keys() - set(needed())) == []


def test_the_versions_are_those_of_every_other_place_but_for_what_wine_cannot_run():
    lines = (TOP / "constraints.txt").read_text("utf-8").splitlines()
    elsewhere = {normal(x.partition("==")[0]): x.partition("==")[2] for x in lines if "==" in x}
    other = {name for name, version in PINS.items() if elsewhere.get(name) not in (None, version)}
    assert other == OF_WINE
    assert sorted(PINS.keys() - elsewhere.keys()) == []


@pytest.mark.parametrize("file", [FILE, TOOLS], ids=lambda file: file.name)
def test_the_pins_stand_in_the_order_of_their_names(file: Path):
    names = [pin.name for pin in read_pins(file)]
    assert names == sorted(names)


def test_a_pin_without_a_hash_is_refused(tmp_path: Path):
    (tmp_path / "pins.txt").write_text("numpy==2.0.2\n")
    with pytest.raises(ValueError, match="no pin with a hash"):
        read_pins(tmp_path / "pins.txt")


def test_pins_are_made_from_the_wheels_themselves(tmp_path: Path):
    (tmp_path / "a_b-1.0-py3-none-any.whl").write_bytes(b"x")
    (line,) = pins_of(tmp_path)
    (tmp_path / "pins.txt").write_text(line + "\n")
    (pin,) = read_pins(tmp_path / "pins.txt")
    assert (pin.name, pin.version) == ("a-b", "1.0")


def test_the_trial_of_the_pins_takes_the_shipped_versions_and_tools_of_the_checkout():
    tried = dict(line.split("==") for line in shipped_constraints(TOP))
    named = {normal(name): version for name, version in tried.items()}
    assert {name: named[name] for name in PINS} == PINS
    assert "pytest" in named


def test_the_trial_of_the_pins_runs_every_room_but_what_compares_the_checkout_itself():
    files = {file.relative_to(TOP / "tests").parts[0] for file in chosen_files(TOP, [])}
    rooms = {folder.name for folder in (TOP / "tests").iterdir() if list(folder.glob("test_*.py"))}
    assert files == rooms - {"house", "installer"}


def test_the_trial_of_the_pins_takes_single_files_too():
    assert chosen_files(TOP, [str(Path(__file__))]) == [Path(__file__).resolve()]
