"""A planner weighs two 案 of the sample town: copies, moves, links, compares, and hands over one of them."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from shapely import affinity

from chiiki_gis.__main__ import main
from chiiki_gis.core.document import Document
from chiiki_gis.core.edits import delete_features, joined, set_geometries
from chiiki_gis.core.layer import Fid, LayerId, same_frame
from chiiki_gis.core.links import with_true_links
from chiiki_gis.core.role import PLAN_ROLES, Role
from chiiki_gis.core.scenarios import copy_scenario
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.io import project
from chiiki_gis.io.store import memory_ref
from chiiki_gis.tasks.sample import sample_document
from chiiki_gis.tasks.scenarios import differences, indicators

_AREA, _FACILITY = LayerId(Role.PROMOTION_AREA.value), LayerId(Role.FACILITY.value)


def _opened(path: Path) -> Document:
    return project.document_of(project.open_project(path))


def _second_scenario(document: Document) -> None:
    """案B: the first area 100 m further east, and without the last building."""
    document.apply(copy_scenario(document, "A", "B", "東寄り"))
    values = snapshot(document, "B")
    fid = Fid(int(values.rows(Role.PROMOTION_AREA).index[0]))
    moved = affinity.translate(document.plan(Role.PROMOTION_AREA).geometry.loc[fid], 100, 0)
    facilities = values.rows(Role.FACILITY)
    last = facilities["building_id"].iloc[-1]
    gone = [Fid(int(one)) for one in facilities.index[facilities["building_id"] == last]]
    change = joined(
        "東に寄せる",
        set_geometries(document, {_AREA: {fid: moved}}, "動かす"),
        delete_features(document, _FACILITY, gone),
    )
    document.apply(with_true_links(document, change))


def test_two_scenarios_of_the_sample_town_from_copy_to_submission(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "計画.gpkg"
    document, _ = sample_document(memory_ref)
    project.save_project(snapshot(document), path, None)
    assert main(["access", str(path)]) == 0
    document = _opened(path)
    original = {role: snapshot(document, "A").rows(role) for role in PLAN_ROLES}
    _second_scenario(document)
    project.save_project(snapshot(document), path, None)

    assert main(["access", str(path), "--scenario", "東寄り"]) == 0
    document = _opened(path)
    for role in PLAN_ROLES:
        assert same_frame(snapshot(document, "A").rows(role), original[role])

    (a, _), (b, _) = (indicators(snapshot(document, one), {}) for one in ("A", "B"))
    assert b.buildings == a.buildings - 1
    assert b.links.stale == b.links.unlinked == 0
    found = differences(snapshot(document, "B"), "A")
    assert found[Role.FACILITY].count("removed") >= 1
    area = found[Role.PROMOTION_AREA]
    assert area.count("changed") == 1
    assert area.added_m2 - area.removed_m2 == pytest.approx(b.promotion_m2 - a.promotion_m2, abs=1e-4)

    capsys.readouterr()
    words = ["export", str(path), str(tmp_path / "out"), "--format", "package", "--scenario", "B"]
    main([*words, "--reason", "比較のため"])
    assert "ほかの案（案A）の地物" in capsys.readouterr().err
    with zipfile.ZipFile(tmp_path / "out" / "提出一式_案B.zip") as archive:
        manifest = json.loads(archive.read("manifest.json"))
        held = json.loads(archive.read("geojson/facility.geojson"))
    assert manifest["scenario_name"] == "案B「東寄り」"
    assert {one["properties"]["案"] for one in held["features"]} == {"B"}
