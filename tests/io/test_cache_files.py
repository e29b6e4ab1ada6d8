"""Where drawing data is kept, how long, and what happens where the disk cannot take it."""

from __future__ import annotations

import os
import time
from pathlib import Path

import geopandas
import pandas
import pytest
import shapely

from chiiki_gis.core.jobs import SharedPlace
from chiiki_gis.core.style import Style
from chiiki_gis.io import array_file
from chiiki_gis.io.array_file import CacheDamaged, shared_file
from chiiki_gis.io.cache import Shapes, open_shapes
from chiiki_gis.io.cache_build import build_shapes, write_shapes
from chiiki_gis.io.cache_files import ABANDONED_SECONDS, cache_path, ensure_shapes, release_shared, sweep
from chiiki_gis.io.hits import hits

SQUARE = shapely.box(0, 0, 100, 100)


def source() -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame(
        {"name": ["甲"]}, geometry=[SQUARE], crs=6676, index=pandas.RangeIndex(1, 2)
    )


def aged(path: Path, size: int, seconds: float) -> Path:
    path.write_bytes(bytes(size))
    then = time.time() - seconds
    os.utime(path, (then, then))
    return path


def test_a_damaged_file_is_built_anew_and_a_whole_one_is_kept(tmp_path: Path) -> None:
    asked = []

    def counted() -> geopandas.GeoDataFrame:
        asked.append(1)
        return source()

    path = ensure_shapes(counted, "abc", Style(), tmp_path)
    assert isinstance(path, Path)
    assert ensure_shapes(counted, "abc", Style(), tmp_path) == path
    assert len(asked) == 1
    path.write_bytes(path.read_bytes()[:-1])
    assert open_shapes(ensure_shapes(counted, "abc", Style(), tmp_path)).count == 1
    assert len(asked) == 2
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_a_file_with_a_damaged_body_is_built_anew(tmp_path: Path) -> None:
    path = ensure_shapes(source, "abc", Style(), tmp_path)
    assert isinstance(path, Path)
    whole = build_shapes(source(), Style())
    far = {**whole.arrays, "polygon.0.rings": whole.level("polygon", 0).rings + 7}
    write_shapes(Shapes(whole.meta, far), path)
    assert hits(open_shapes(ensure_shapes(source, "abc", Style(), tmp_path)), 50, 50, 1) == [1]


def test_other_columns_or_content_have_another_file(tmp_path: Path) -> None:
    styles = (Style(), Style(class_column="a"), Style(label_column="a"), Style(class_column="a|b"))
    paths = {cache_path(key, style, tmp_path) for key in ("h1", "h2") for style in styles}
    assert len(paths) == 8
    assert cache_path("h1", Style(opacity=0.2), tmp_path) == cache_path("h1", Style(), tmp_path)


def test_drawing_data_fit_a_style_of_the_same_columns_only(tmp_path: Path) -> None:
    shapes = open_shapes(ensure_shapes(source, "abc", Style(label_column="name"), tmp_path))
    assert shapes.fits(Style(label_column="name", opacity=0.3))
    assert not shapes.fits(Style())
    assert not shapes.fits(Style(label_column="name", class_column="name"))


def test_what_was_used_longest_ago_leaves_first(tmp_path: Path) -> None:
    names = [aged(tmp_path / f"{n}.rc", 100, age) for n, age in enumerate((400, 300, 200, 100))]
    sweep(tmp_path, 250, keep=names[0])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["0.rc", "2.rc", "3.rc"]


def test_opening_drawing_data_counts_as_using_them(tmp_path: Path) -> None:
    path = ensure_shapes(source, "abc", Style(), tmp_path)
    assert isinstance(path, Path)
    os.utime(path, (1.0, 1.0))
    ensure_shapes(source, "abc", Style(), tmp_path)
    assert path.stat().st_mtime > 1.0


def test_only_old_drafts_are_taken_for_abandoned(tmp_path: Path) -> None:
    aged(tmp_path / "a.tmp", 10, ABANDONED_SECONDS + 60)
    fresh = aged(tmp_path / "b.tmp", 10, 60)
    sweep(tmp_path, 1_000, keep=tmp_path / "none.rc")
    assert list(tmp_path.iterdir()) == [fresh]


def test_a_file_that_is_gone_when_it_is_looked_at_does_not_stop_tidying_up(tmp_path: Path) -> None:
    kept = aged(tmp_path / "kept.rc", 100, 10)
    aged(tmp_path / "old.rc", 100, 20)
    gone = tmp_path / "gone.rc"
    try:
        gone.symlink_to(tmp_path / "nowhere")
    except OSError:
        pytest.skip("this account may not make links")
    sweep(tmp_path, 100, keep=kept)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["gone.rc", "kept.rc"]


def test_a_disk_that_takes_nothing_is_bypassed_by_shared_memory(tmp_path: Path) -> None:
    no_folder = tmp_path / "file"
    no_folder.write_bytes(b"")
    place = ensure_shapes(source, "abc", Style(label_column="name"), no_folder)
    assert isinstance(place, SharedPlace)
    try:
        shapes = open_shapes(place)
        assert (shapes.count, shapes.texts("label")) == (1, ["甲"])
        assert ensure_shapes(source, "abc", Style(label_column="name"), no_folder) == place
    finally:
        release_shared()
    assert not shared_file(place).exists()
    assert hits(shapes, 50, 50, 1) == [1]  # what is mapped stays readable
    with pytest.raises(CacheDamaged):
        open_shapes(place)


def held_by_a_scanner(monkeypatch: pytest.MonkeyPatch, refusals: int) -> None:
    """Renaming is refused some times, as Windows does while a virus scanner reads the fresh file."""
    replace, left = Path.replace, iter(range(refusals))

    def refused(self: Path, target: Path) -> Path:
        if next(left, None) is not None:
            raise PermissionError(13, "held by another process", str(self))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refused)


def test_a_scanner_that_lets_go_soon_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held_by_a_scanner(monkeypatch, 2)
    place = ensure_shapes(source, "abc", Style(), tmp_path)
    assert place == cache_path("abc", Style(), tmp_path)
    assert open_shapes(place).count == 1


def test_a_scanner_that_never_lets_go_is_bypassed_by_shared_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held_by_a_scanner(monkeypatch, 1_000_000)
    monkeypatch.setattr(array_file, "PATIENCE_S", 0.0)
    place = ensure_shapes(source, "abc", Style(), tmp_path)
    assert isinstance(place, SharedPlace)
    try:
        assert open_shapes(place).count == 1
    finally:
        release_shared()
    assert list(tmp_path.iterdir()) == []
