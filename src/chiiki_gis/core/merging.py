"""What packages would change at a prefecture's desk, row by row, and the change of the accepted rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from chiiki_gis.core.change import Change
from chiiki_gis.core.facts import FactValue
from chiiki_gis.core.layer import Fid, Layer, LayerId, plan_layer_id
from chiiki_gis.core.role import Role
from chiiki_gis.core.submission import RECEIVED, ReceivedRow, ReceivedTown, received_fact

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from chiiki_gis.core.jobs import ShapesPlace

Difference = Literal["added", "changed", "removed"]
DIFFERENCE_WORDS: Mapping[Difference, str] = {"added": "追加", "changed": "変更", "removed": "削除"}


@dataclass(frozen=True)
class MergeRow:
    """One row that differs from the last submission of its town.

    source     fid in the town's plan
    fid        fid at the desk, an unused one for an added row
    digest     hash of the row as it would be taken over; "" for a removed one
    detail     what differs, Japanese
    is_edited  somebody has changed or deleted the row at the desk since
    is_there   the desk has the row now
    building   the building it is of, for facilities and links
    """

    town: str
    role: Role
    difference: Difference
    source: int
    fid: int
    digest: str
    name: str
    detail: str = ""
    is_edited: bool = False
    is_there: bool = True
    building: str | None = None


@dataclass(frozen=True, eq=False)
class MergePlan:
    """Packages compared with a desk; nothing has been changed yet.

    towns       what came, by town, with the rows of its last submission
    before      everything received so far
    rows        differences, in the order of the packages
    frames      rows to put, by plan layer, under the fids of `rows`
    put_layers  reference layers of the desk with the new tables in them, plan layers with the look of the
                towns; `order` as in Change
    buildings   the desk's buildings now, with the fids of their facility rows
    shapes      drawing data of `put_layers`, for the window
    """

    towns: tuple[ReceivedTown, ...]
    before: Mapping[str, ReceivedTown]
    rows: tuple[MergeRow, ...]
    frames: Mapping[LayerId, GeoDataFrame]
    put_layers: tuple[Layer, ...]
    order: tuple[LayerId, ...] | None
    buildings: Mapping[str, frozenset[int]]
    notes: tuple[str, ...] = ()
    shapes: Mapping[LayerId, ShapesPlace] | None = None


def accepted(plan: MergePlan, chosen: Collection[int] | None = None) -> Change:
    """The rows that were accepted as one change; an empty one where nothing is new.

    chosen   places in plan.rows; None for all
    A link whose facility is not taken over is not taken over either; a facility whose site is not loses the
    reference to it. Rows that were not accepted are offered again with the next package.
    """
    rows = [row for n, row in enumerate(plan.rows) if chosen is None or n in chosen]
    rows = _without_loose_links(plan, rows)
    put: dict[LayerId, GeoDataFrame] = {}
    for layer_id, frame in plan.frames.items():
        wanted = [r.fid for r in rows if plan_layer_id(r.role) == layer_id and r.difference != "removed"]
        if wanted:
            put[layer_id] = frame.loc[sorted(wanted)]
    _let_go_of_sites(plan, rows, put)
    drop: dict[LayerId, tuple[Fid, ...]] = {}
    for row in rows:
        if row.difference == "removed" and row.is_there:
            layer_id = plan_layer_id(row.role)
            drop[layer_id] = (*drop.get(layer_id, ()), Fid(row.fid))
    known = {**plan.before, **{town.key: _with_rows(town, rows) for town in plan.towns}}
    fact: FactValue = received_fact(known)
    is_new = fact != received_fact(plan.before)
    names = "・".join(town.name for town in plan.towns[:3]) + ("ほか" if len(plan.towns) > 3 else "")
    return Change(
        f"{names}の提出一式を取り込む",
        put=put,
        drop=drop,
        put_layers=plan.put_layers,
        order=plan.order,
        facts={RECEIVED: fact} if is_new else {},
    )


def _without_loose_links(plan: MergePlan, rows: Sequence[MergeRow]) -> list[MergeRow]:
    gone = {r.fid for r in rows if r.role == Role.FACILITY and r.difference == "removed"}
    there = {building for building, fids in plan.buildings.items() if fids - gone}
    there |= {
        r.building for r in rows if r.role == Role.FACILITY and r.difference != "removed" and r.building
    }
    return [r for r in rows if r.role != Role.ACCESS_LINK or r.difference == "removed" or r.building in there]


def _let_go_of_sites(plan: MergePlan, rows: Sequence[MergeRow], put: dict[LayerId, GeoDataFrame]) -> None:
    layer_id = plan_layer_id(Role.FACILITY)
    taken = {r.fid for r in rows if r.role == Role.SITE}
    declined = {
        r.fid for r in plan.rows if r.role == Role.SITE and r.difference == "added" and r.fid not in taken
    }
    if layer_id in put and declined:
        frame = put[layer_id]
        put[layer_id] = frame.assign(site_fid=frame["site_fid"].mask(frame["site_fid"].isin(declined)))


def _with_rows(town: ReceivedTown, rows: Sequence[MergeRow]) -> ReceivedTown:
    """What is remembered of a town once the rows are taken over."""
    known = {role: dict(of_role) for role, of_role in town.rows.items()}
    own = [row for row in rows if row.town == town.key]
    for row in own:  # the fids of another plan may be the same: first all that went, then what came
        if row.difference == "removed":
            known.get(row.role, {}).pop(row.source, None)
    for row in own:
        if row.difference != "removed":
            known.setdefault(row.role, {})[row.source] = ReceivedRow(row.fid, row.digest)
    return replace(town, rows={role: of_role for role, of_role in known.items() if of_role})
