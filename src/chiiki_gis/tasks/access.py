"""Access by road: the network of a plan, its links, what is reached from a place, where roads break."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.access_plan import (
    NewRoadChoice,
    choose_new_road,
    figures_of,
    interchanges_of,
    new_road_of,
    overrides_of,
)
from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.frames import conform
from chiiki_gis.core.improvements import improvements_of
from chiiki_gis.core.jobs import Linked, Reached, ReachRow
from chiiki_gis.core.layer import Fid, Layer, LayerId, plan_layer_id
from chiiki_gis.core.links import with_true_links
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from chiiki_gis.analysis.connectivity import Connectivity
    from chiiki_gis.analysis.holds import Snapper
    from chiiki_gis.analysis.link_rows import Place
    from chiiki_gis.analysis.network import Network
    from chiiki_gis.analysis.routes import KeptSearches
    from chiiki_gis.analysis.speed_profile import SpeedProfile
    from chiiki_gis.io.imports import KeepFrame

QUIET = Quiet()


class Networks:
    """The road network last asked for; built anew only when the roads or what is said of them change.

    improved   whether the works of the plan (core.improvements) count as done
    """

    def __init__(self, *, improved: bool = False) -> None:
        self._improved = improved
        self._after: Networks | None = None
        self._key: object = None
        self._network: Network | None = None
        self._snapper: Snapper | None = None
        self._searches: KeptSearches | None = None
        self.built = 0

    def get(self, values: Snapshot, profile: SpeedProfile) -> Network | None:
        """The network of a plan's roads; None where it has no roads."""
        from chiiki_gis.analysis.improved_roads import overrides_after, roads_after
        from chiiki_gis.analysis.network import build_network

        roads = [(str(layer.id), layer.reference.content_hash) for layer in values.of(Role.ROAD)]
        works = improvements_of(values.facts) if self._improved else ()
        said = overrides_after(overrides_of(values.facts), works)
        shaping = tuple(work for work in works if work.is_new_road or work.parts)
        key = (roads, profile, said, shaping, values.epsg)
        if key != self._key:
            frame = values.frame(Role.ROAD)
            empty = frame is None or not len(frame)
            if not empty:
                frame, said = roads_after(frame, overrides_of(values.facts), works)
            self._network = None if empty else build_network(frame, profile, said)
            self._key, self._snapper = key, None
            self.built += 1
        return self._network

    @property
    def after(self) -> Networks:
        """The same with the works of the plan done."""
        self._after = self._after or Networks(improved=True)
        return self._after

    @property
    def searches(self) -> KeptSearches:
        """The searches made so far over the network last asked for."""
        from chiiki_gis.analysis.routes import KeptSearches

        self._searches = self._searches or KeptSearches()
        return self._searches

    def snapper(self, network: Network) -> Snapper:
        """What finds the nearest roads of many points on the network last asked for."""
        from chiiki_gis.analysis.holds import Snapper

        if self._snapper is None or self._snapper.network is not network:
            self._snapper = Snapper(network)
        return self._snapper


def plan_profile(values: Snapshot) -> SpeedProfile:
    """The program's speed profile with the plan's own numbers."""
    from chiiki_gis.analysis.speed_profile import with_figures
    from chiiki_gis.io.speeds import own_profile

    return with_figures(own_profile(), figures_of(values.facts))


def interchanges(values: Snapshot) -> GeoDataFrame:
    """The interchanges of the data and those the planner added. Raises BadInput where there is none."""
    import geopandas
    import pandas
    import shapely

    frame = values.frame(Role.INTERCHANGE)
    own = interchanges_of(values.facts)
    if frame is None and not own:
        raise BadInput(
            "アクセスを計算できませんでした。",
            "高速道路ICのデータがありません。",
            "国土数値情報の高速道路時系列（N06）を取り込んでください。",
        )
    columns: dict[str, Any] = {
        "name": [gate.name for gate in own],
        "type": [gate.type for gate in own],
        "open": [True] * len(own),
    }
    points = [shapely.Point(gate.x, gate.y) for gate in own]
    added = geopandas.GeoDataFrame(columns, geometry=points, crs=values.epsg)
    if frame is None:
        return added
    if not own:
        return frame
    wanted = frame[["name", "type", "open", "geometry"]]
    return geopandas.GeoDataFrame(pandas.concat([wanted, added], ignore_index=True), crs=values.epsg)


def link(
    values: Snapshot,
    progress: Progress = QUIET,
    networks: Networks | None = None,
    keep: KeepFrame | None = None,
) -> Linked:
    """Access links of every facility, replacing those of the scenario; a refused one keeps its reason.

    keep   stores the layer of corridors of new roads; without it they are left out
    """
    from chiiki_gis.analysis.access import access_links
    from chiiki_gis.tasks.new_roads import corridor_change, new_roads_of

    profile = plan_profile(values)
    gates = interchanges(values)
    networks = networks or Networks()
    network = networks.get(values, profile)
    facilities = values.rows(Role.FACILITY)
    finder, said = new_roads_of(values, progress)
    result = access_links(
        facilities, gates, None, profile, network=network, kept=networks.searches, progress=progress,
        new_roads=finder,
    )  # fmt: skip
    layer_id = plan_layer_id(Role.ACCESS_LINK)
    old = values.rows(Role.ACCESS_LINK)
    (everywhere,) = (layer.rows for layer in values.of(Role.ACCESS_LINK))
    first = max(values.next_fid.get(layer_id, 1), int(everywhere.index.max()) + 1 if len(everywhere) else 1)
    rows = _with_kept_works(old, result.frame).assign(scenario=values.scenario)
    rows.index = rows.index.astype("int64")
    rows = rows.set_axis(range(first, first + len(rows)), axis=0)
    change = Change(
        "アクセスを計算する",
        put={layer_id: conform(rows, Role.ACCESS_LINK)} if len(rows) else {},
        drop={layer_id: tuple(Fid(int(fid)) for fid in old.index)} if len(old) else {},
    )
    if keep is not None:
        change = corridor_change(values, change, result.corridors, keep)
    return Linked(change, tuple(result.records), (*result.notes, *said))


def take_new_road(document: Document, key: str | None, *, is_exception: bool) -> None:
    """Estimate new roads of a design where no road leads; "none" stops that, None leaves it as it is.

    Raises BadInput for an unknown design.
    """
    from chiiki_gis.io.new_roads import own_designs

    if key is None:
        return
    choice = None if key == "none" else NewRoadChoice(own_designs().get(key).key, is_exception)
    if choice != new_road_of(document.facts):
        document.apply(with_true_links(document, choose_new_road(document.facts, choice)))


WORKS_COLUMNS = ("tag", "carried_out_by")
"""What the planner says of the works on a link."""


def _with_kept_works(old: GeoDataFrame, new: GeoDataFrame) -> GeoDataFrame:
    """New links with what the planner has said of the works between the same two ends."""
    said = {
        (row.building_id, row.interchange): row
        for row in old.itertuples()
        if isinstance(row.interchange, str)
    }
    pairs = list(zip(new["building_id"], new["interchange"], strict=True))
    kept = {name: [getattr(said.get(pair), name, None) for pair in pairs] for name in WORKS_COLUMNS}
    return new.assign(**kept)


def origins(values: Snapshot) -> list[tuple[str, Place]]:
    """The places an area may be reached from: a word for the kind and the place, facilities first."""
    from chiiki_gis.analysis.access import buildings_of, gates_of

    found = [("拠点施設", place) for place in buildings_of(values.rows(Role.FACILITY))]
    if values.of(Role.INTERCHANGE) or interchanges_of(values.facts):
        found += [("IC", place) for place in gates_of(interchanges(values))]
    return found


def reach(
    values: Snapshot,
    origin: str,
    bands: Sequence[float],
    keep: KeepFrame,
    progress: Progress = QUIET,
    networks: Networks | None = None,
) -> Reached:
    """The areas reached by road from a facility or an interchange, as one new layer, and what lies in reach.

    origin   its name
    bands    minutes
    Raises BadInput for a name that is not there, for a place far from every road, and without roads.
    """
    networks = networks or Networks()
    bands = sorted(set(bands))
    progress.step(0, 1, f"「{origin}」からの到達圏を計算しています")
    rows, notes, name, areas = reached(values, origin, bands, networks)
    layer = _layer(values, name, rows, areas, keep)
    change = Change(f"「{name}」の到達圏を加える", put_layers=(layer,), order=order_with(values, layer))
    return Reached(change, {}, name, rows, notes)


def reached(
    values: Snapshot, origin: str, bands: Sequence[float], networks: Networks
) -> tuple[tuple[ReachRow, ...], tuple[str, ...], str, Sequence[Any]]:
    """What is reached from a facility or an interchange within some minutes: rows, notes, name, areas.

    bands   ascending. Raises BadInput as reach.
    """
    from chiiki_gis.analysis.holds import hold_on
    from chiiki_gis.analysis.reach import reach_from

    profile = plan_profile(values)
    place = _origin(values, origin)
    network = networks.get(values, profile)
    if network is None:
        raise BadInput(
            "到達圏を計算できませんでした。",
            "道路のデータがありません。",
            "国土数値情報の道路（N13）などを取り込んでください。",
        )
    gate = hold_on(network, [place.shape], open_only=False)
    if gate.distance_m[0] > profile.refuse_m.value:
        raise BadInput(
            "到達圏を計算できませんでした。",
            f"「{place.name}」の{profile.refuse_m.value:,.0f} m以内に道路がありません。",
            "その周りを含む道路のデータを取り込んでください。",
        )
    found = reach_from(network, gate, profile, bands)
    facilities, houses = _within(values, network, gate, profile, networks, bands)
    rows = tuple(
        ReachRow(band, area.area / 1e6, km, here, there)
        for band, area, km, here, there in zip(
            bands, found.areas, found.road_km, facilities, houses, strict=True
        )
    )
    notes = [*network.notes, "到達圏は、時間内に着く道路から100 m以内の範囲です。速度は仮定値を含みます。"]
    if gate.distance_m[0] > profile.confirm_m.value:
        notes.append(f"「{place.name}」から道路まで{gate.distance_m[0]:,.0f} mあります。確かめてください。")
    return rows, tuple(dict.fromkeys(notes)), place.name, found.areas


def roads_report(values: Snapshot, networks: Networks | None = None) -> Connectivity:
    """Whether the plan's roads hang together."""
    from chiiki_gis.analysis.connectivity import connectivity
    from chiiki_gis.analysis.holds import hold_on

    network = (networks or Networks()).get(values, plan_profile(values))
    if network is None:
        raise BadInput(
            "道路のつながりを調べられませんでした。",
            "道路のデータがありません。",
            "国土数値情報の道路（N13）などを取り込んでください。",
        )
    places = origins(values)
    shapes = {kind: [p.shape for k, p in places if k == kind] for kind in ("拠点施設", "IC")}
    facilities = hold_on(network, shapes["拠点施設"], open_only=True)
    return connectivity(network, facilities, hold_on(network, shapes["IC"], open_only=False))


def _origin(values: Snapshot, name: str) -> Place:
    known = origins(values)
    for _, place in known:
        if place.name == name:
            return place
    names = "」「".join(place.name for _, place in known[:10])
    raise BadInput(
        f"「{name}」という拠点施設やICはありません。",
        "計画の中の名前と一致しませんでした。",
        f"使えるのは「{names}」などです。" if names else "拠点施設を置くか、ICのデータを取り込んでください。",
    )


def _within(
    values: Snapshot,
    network: Network,
    gate: Any,
    profile: SpeedProfile,
    networks: Networks,
    bands: Sequence[float],
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Facilities, and vacant houses with consent, reached within each band."""
    from chiiki_gis.analysis.access import buildings_of
    from chiiki_gis.analysis.holds import hold_on
    from chiiki_gis.analysis.reach import counts_by_band, minutes_of
    from chiiki_gis.analysis.routes import search_from

    (search,) = search_from(network, gate)
    shapes = [place.shape for place in buildings_of(values.rows(Role.FACILITY))]
    places = hold_on(network, shapes, open_only=True)
    facilities = counts_by_band(minutes_of(network, search.cost, gate, places, profile), bands)
    held = networks.snapper(network).hold(house_points(values))
    return facilities, counts_by_band(minutes_of(network, search.cost, gate, held, profile), bands)


def house_points(values: Snapshot) -> Any:
    """East and north (n, 2) of the vacant houses whose owners have agreed; none without such a layer."""
    import numpy as np
    import shapely

    from chiiki_gis.export.privacy import consented_houses

    houses = values.frame(Role.VACANT_HOUSE)
    if houses is None:
        return np.zeros((0, 2))
    shapes = consented_houses(houses).geometry.to_numpy()
    points = shapely.point_on_surface(shapes[~shapely.is_missing(shapes)])
    return shapely.get_coordinates(points[~shapely.is_empty(points)])


_COLORS = ("#1b7837", "#7fbf7b", "#d9f0d3", "#e7d4e8", "#af8dc3", "#762a83")


def _layer(
    values: Snapshot, name: str, rows: Sequence[ReachRow], areas: Sequence[Any], keep: KeepFrame
) -> Layer:
    """The areas as a layer, the widest below."""
    import secrets

    import geopandas

    from chiiki_gis.core.layer import Source
    from chiiki_gis.core.style import Category, Style, Symbol

    order = [n for n in range(len(rows))[::-1] if not areas[n].is_empty]
    frame = geopandas.GeoDataFrame(
        {
            "name": [name] * len(order),
            "minutes": [f"{rows[n].minutes:g}" for n in order],
            "area_km2": [rows[n].area_km2 for n in order],
            "road_km": [rows[n].road_km for n in order],
            "facilities": [rows[n].facilities for n in order],
            "vacant_houses": [rows[n].houses for n in order],
        },
        geometry=[areas[n] for n in order],
        crs=values.epsg,
        index=range(1, len(order) + 1),
    )
    frame.index = frame.index.astype("int64").rename("fid")
    categories = tuple(
        Category(
            f"{row.minutes:g}", f"{row.minutes:g}分以内", Symbol(fill=color, stroke="#555555", stroke_mm=0.2)
        )
        for row, color in zip(rows, _COLORS, strict=False)
    )
    plain = Symbol(fill=_COLORS[-1], stroke="#555555", stroke_mm=0.2)
    style = Style(plain, class_column="minutes", categories=categories, opacity=0.55)
    title = f"「{name}」の到達圏"
    source = Source("地域GISの計算", "", "", values.epsg)
    return Layer(LayerId(f"reach_{secrets.token_hex(4)}"), Role.REFERENCE, title, keep(frame), style, source)


def order_with(values: Snapshot, layer: Layer) -> tuple[LayerId, ...]:
    """Below the first road, interchange or plan layer, above the ground."""
    ids = [known.id for known in values.layers]
    above = (Role.ROAD, Role.STATION, Role.VACANT_HOUSE, Role.INTERCHANGE)
    place = next(
        (n for n, known in enumerate(values.layers) if known.is_plan or known.role in above), len(ids)
    )
    return (*ids[:place], layer.id, *ids[place:])
