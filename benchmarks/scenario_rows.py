"""Rows about scenarios (案): from an edit of one to its six figures."""

from __future__ import annotations

import statistics
import time
from dataclasses import replace

from benchmarks.judge_rows import ask, helper, prefecture_document

EDITS, FACILITIES = 20, 50


def figures() -> float:
    """From an edit of one vertex of 案B to its figures, at prefecture scale, through a warm helper (ms).

    50 facilities and as many again in 案A, 20,000 zones.
    """
    import shapely

    from chiiki_gis.core.document import Document
    from chiiki_gis.core.edits import drop_features, set_geometry
    from chiiki_gis.core.layer import Fid, plan_layer_id
    from chiiki_gis.core.role import Role
    from chiiki_gis.core.scenarios import copy_scenario
    from chiiki_gis.core.snapshot import snapshot

    made = prefecture_document()
    document = Document(made.header, made.layers, made.facts, made.next_fids())
    beyond = document.plan(Role.FACILITY).index[FACILITIES:]
    document.apply(drop_features(plan_layer_id(Role.FACILITY), [Fid(int(one)) for one in beyond]))
    document.apply(copy_scenario(document, "A", "B"))
    layer = plan_layer_id(Role.PROMOTION_AREA)
    (fid,) = snapshot(document, "B").rows(Role.PROMOTION_AREA).index
    home = document.plan(Role.PROMOTION_AREA).geometry.loc[fid]
    before, times = snapshot(document, "A").rows(Role.PROMOTION_AREA), []
    with helper() as process:
        for number in range(EDITS + 3):
            ring = [*home.exterior.coords]
            ring[1] = (ring[1][0] + number, ring[1][1])
            shape = shapely.Polygon(ring)
            document.apply(set_geometry(document, layer, Fid(int(fid)), shape, "頂点を動かす"))
            began = time.perf_counter()
            values = replace(snapshot(document), scenario="B")
            found, _ = ask(process, "do", number, "indicators", (values,))
            times.append((time.perf_counter() - began) * 1_000)
            if abs(found.promotion_m2 - shape.area) > 0.01:
                raise RuntimeError("the figures are of another state")
    if not snapshot(document, "A").rows(Role.PROMOTION_AREA).equals(before):
        raise RuntimeError("案A has changed")
    return statistics.median(times[3:])
