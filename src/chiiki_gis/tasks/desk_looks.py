"""How the towns' layers look at a prefecture's desk: as all towns say, else as the desk has them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from chiiki_gis.core.class_styles import fitting
from chiiki_gis.core.layer import Layer
from chiiki_gis.core.palette import plan_style
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.core.style import Style
from chiiki_gis.io.submission import Submission


def common_look(came: Iterable[Submission], table: str) -> Style | None:
    """The one look that all packages have for a table; None where they differ or one tells none."""
    looks = [one.looks.get(table) for one in came if table in one.tables]
    first = looks[0] if looks else None
    return first if all(look == first for look in looks) else None


def plan_looks(values: Snapshot, came: Iterable[Submission]) -> tuple[tuple[Layer, ...], list[str]]:
    """The desk's plan layers that take the towns' common look, and a note on those where towns differ.

    A layer that has rows already, or a look that the prefecture gave it, keeps it.
    """
    packages = list(came)
    found, differ = [], []
    for layer in values.layers:
        if not layer.is_plan:
            continue
        told = {one.looks.get(layer.role.value) for one in packages}
        look = common_look(packages, layer.role.value)
        if look is None or len(layer.rows) or layer.style != plan_style(layer.role):
            if told - {None, layer.style}:
                differ.append(layer.role.japanese)
        elif look != layer.style:
            found.append(replace(layer, style=fitting(look, layer.columns)))
    note = f"{'・'.join(differ)}の見た目は、市町村のものではなく、受け付けのプロジェクトのものを使います。"
    return tuple(found), [note] if differ else []
