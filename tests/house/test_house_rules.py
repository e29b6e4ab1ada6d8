"""The rules that every file of the house keeps."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import checks
from chiiki_gis import __version__

TOP = Path(__file__).resolve().parents[2]
MODULES = sorted((TOP / "src").rglob("*.py"))
FUNCTION_LINES = 60
MODULE_LINES = 400
MODULE_LINES_AT_MOST = 450

MADE = {"__pycache__", "build", "dist", "out"}
"""Folders that tools make; so are those with a dot, but for .ci."""

INDEX_HOSTS = [
    "pypi" + ".org", "python" + "hosted.org", "npm" + "js.org", "deb." + "debian.org",
    "--index" + "-url", "--extra-index" + "-url", "--find" + "-links",
]  # fmt: skip
MACHINE_PATH = re.compile(r"(?<![\w.*)}-])/(?:" + "work|root|home/[a-z]+|tmp/venv" + r")/")


def our_texts() -> Iterator[tuple[Path, str]]:
    """Every text file of the checkout that is not made by a tool."""
    for folder, folders, names in os.walk(TOP):
        folders[:] = [name for name in folders if name == ".ci" or not (name in MADE or name.startswith("."))]
        for name in names:
            path = Path(folder, name)
            if path.stat().st_size < 500_000:
                try:
                    yield path.relative_to(TOP), path.read_text("utf-8")
                except UnicodeDecodeError:
                    continue


def test_the_rooms_import_to_the_right_only():
    done = subprocess.run(
        [sys.executable, "-c", checks.LINT_IMPORTS], cwd=TOP, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_newest_entry_of_the_changelog_is_this_version():
    headings = re.findall(r"^## \[(.+?)\]", (TOP / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[0] == __version__


def test_no_file_names_a_package_index():
    found = [f"{path}: {host}" for path, text in our_texts() for host in INDEX_HOSTS if host in text]
    assert found == []


def test_no_file_names_a_path_of_one_machine():
    found = [f"{path}: {hit.group()}" for path, text in our_texts() for hit in MACHINE_PATH.finditer(text)]
    assert found == []


def test_a_module_stays_near_400_lines():
    lengths = {path.relative_to(TOP): len(path.read_text("utf-8").splitlines()) for path in MODULES}
    assert {path: n for path, n in lengths.items() if n > MODULE_LINES_AT_MOST} == {}
    assert sum(n > MODULE_LINES for n in lengths.values()) * 20 <= len(lengths), (
        "more than one in twenty is over 400"
    )


def test_a_function_fits_in_60_lines():
    long = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > FUNCTION_LINES:
                    long.append(f"{path.relative_to(TOP)}: {node.name} {length}")
    assert long == []


@pytest.mark.parametrize("command", ["./run", "./run test"])
def test_the_readme_names_the_two_commands(command: str):
    lines = [line.strip(" `$") for line in (TOP / "README.md").read_text("utf-8").splitlines()]
    assert any(line == command or line.startswith(f"{command} ") for line in lines)


def test_the_reading_order_of_the_house_names_every_room():
    rooms = {path.parent.name for path in (TOP / "src" / "chiiki_gis").glob("*/__init__.py")}
    text = (TOP / "docs" / "architecture.md").read_text("utf-8")
    assert [room for room in sorted(rooms) if f"`{room}/`" not in text] == []


def test_the_glossary_has_every_role():
    from chiiki_gis.core.role import Role

    text = (TOP / "docs" / "glossary.md").read_text("utf-8")
    assert [role.value for role in Role if f"`{role.value}`" not in text] == []


def test_the_glossary_has_every_kind_and_every_zone():
    from chiiki_gis.core.role import KINDS, WORKS
    from chiiki_gis.core.zones import ZONES

    text = (TOP / "docs" / "glossary.md").read_text("utf-8")
    words = [*KINDS, *WORKS, *(zone.id for zone in ZONES)]
    assert [word for word in words if f"`{word}`" not in text] == []


def test_a_decision_is_one_page():
    pages = sorted((TOP / "docs" / "decisions").glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    assert [page.name for page in pages if len(page.read_text("utf-8").splitlines()) > 60] == []
