"""Fixtures every room shares: folders of data, a Qt application without a screen, private user folders."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from hypothesis import settings

from chiiki_gis import paths

settings.register_profile("house", deadline=None, derandomize=os.environ.get("CI") == "true")
settings.load_profile("house")

paths.clean_environment()

if TYPE_CHECKING:
    from PySide6.QtGui import QGuiApplication

TOP = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session", autouse=True)
def _private_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Journals, blobs and caches of tests never touch the user's own."""
    folder = tmp_path_factory.mktemp("user")
    names = {"CHIIKI_GIS_STATE": "state", "CHIIKI_GIS_CACHE": "cache", "CHIIKI_GIS_DOCUMENTS": "documents"}
    patch = pytest.MonkeyPatch()
    for name, part in names.items():
        patch.setenv(name, str(folder / part))
    yield
    patch.undo()


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Real data of real towns beside the checkout; absent on most machines."""
    folder = TOP.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the folder ../shared/data with real data is not here")
    return folder


@pytest.fixture(scope="session")
def sample() -> Path:
    """The fictional town."""
    return TOP / "sample_data"


@pytest.fixture(scope="session", autouse=True)
def qgui() -> Iterator[QGuiApplication]:
    """The one Qt application of the test run (with widgets, so that window tests can share it)."""
    from PySide6.QtWidgets import QApplication

    found = QApplication.instance()
    yield found if isinstance(found, QApplication) else QApplication([])
    QApplication.clipboard().clear()  # the offscreen platform frees its content after Python has ended
