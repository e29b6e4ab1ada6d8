"""Packages of the two neighbours, made once, and a desk to receive them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from two_towns import desk, east, west

from chiiki_gis.core.document import Document


@dataclass(frozen=True)
class Packages:
    """Finished packages that tests only read."""

    east: Path
    west: Path


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Packages:
    folder = tmp_path_factory.mktemp("packages")
    agreed = {"substitutes": {"𠮷": "吉"}}
    return Packages(east().pack(folder / "east", **agreed), west().pack(folder / "west"))


@pytest.fixture
def new_desk() -> Callable[[], Document]:
    return desk
