"""constraints.txt pins everything that ./run installs, and says nothing of where it comes from."""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import prepare

TOP = Path(__file__).resolve().parents[2]
LINES = [
    line
    for line in (TOP / "constraints.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
PINS = {canonicalize_name(line.partition("==")[0]): line.partition("==")[2] for line in LINES}
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))
WINDOWS = {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"}


def direct() -> list[str]:
    project = PROJECT["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    return [*project["dependencies"], *extras, *PROJECT["build-system"]["requires"], *prepare.BUILD_PACKAGES]


def closure() -> Iterator[tuple[str, str | None]]:
    """Name and installed version of all that the project pulls in, on Linux and on Windows."""
    left = [Requirement(line) for line in direct()]
    seen: set[tuple[str, frozenset[str]]] = set()
    while left:
        wanted = left.pop()
        key = (canonicalize_name(wanted.name), frozenset(wanted.extras))
        if key in seen:
            continue
        seen.add(key)
        try:
            found = distribution(wanted.name)
        except PackageNotFoundError:
            yield key[0], None
            continue
        yield key[0], found.version
        left += [r for line in found.requires or () if _applies(r := Requirement(line), wanted.extras)]


def _applies(requirement: Requirement, extras: set[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(
        marker.evaluate({**system, "extra": extra}) for system in ({}, WINDOWS) for extra in (*extras, "")
    )


def test_every_pin_is_an_exact_version():
    assert [line for line in LINES if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []


def test_the_pins_are_sorted_and_each_stands_once():
    names = [line.partition("==")[0].lower() for line in LINES]
    assert names == sorted(names)
    assert len(PINS) == len(LINES)


def test_the_pins_name_no_address():
    assert "://" not in (TOP / "constraints.txt").read_text("utf-8")


def test_every_dependency_is_pinned_within_its_range():
    for line in direct():
        wanted = Requirement(line)
        assert wanted.specifier.contains(PINS[canonicalize_name(wanted.name)]), line


def test_everything_that_the_project_pulls_in_is_pinned_at_the_installed_version():
    wrong = {
        name: version for name, version in closure() if name not in PINS or version not in (None, PINS[name])
    }
    assert wrong == {}
