"""What a plan that leaves with open errors says of itself."""

import csv
from pathlib import Path

from chiiki_gis.core.finding import Finding
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.export.open_errors import FILE_NAME, write_open_errors

OPEN = Finding(
    "area", "error", "区域が市町村の外にあります。", "広活法22条", LayerId("promotion_area"), (Fid(1),)
)


def test_the_open_errors_leave_with_the_plan_and_the_reason(tmp_path: Path):
    (path,) = write_open_errors([OPEN], "境界は協議中です", tmp_path)
    rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    assert rows[1] == ["区域が市町村の外にあります。", "広活法22条", "promotion_area", "境界は協議中です"]


def test_a_later_export_without_errors_takes_the_list_away(tmp_path: Path):
    write_open_errors([OPEN], "境界は協議中です", tmp_path)
    assert write_open_errors([], "", tmp_path) == ()
    assert not (tmp_path / FILE_NAME).exists()
