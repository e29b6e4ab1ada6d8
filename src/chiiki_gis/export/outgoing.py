"""What leaves the program: the plan of one scenario and the borders a reader needs to understand it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol

from chiiki_gis.core.building_rows import first_rows
from chiiki_gis.core.class_styles import fitting
from chiiki_gis.core.crs import JGD2011
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.layer import Layer, plan_layer_id
from chiiki_gis.core.palette import reference_style
from chiiki_gis.core.role import PLAN_ROLES, Role
from chiiki_gis.core.scenarios import told
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.core.style import Style
from chiiki_gis.core.submission import COUNTS_TABLE, is_desk, received_layer_id, towns_by_fid
from chiiki_gis.export.dictionary import FIELDS, HOUSE_COUNTS, TOWN_FIELDS, Field
from chiiki_gis.export.house_counts import house_counts
from chiiki_gis.export.privacy import consented_houses, of_unconsented_houses

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import Series

REFERENCE_ROLES = (Role.MUNICIPALITY, Role.ZONING, Role.URBAN_PLANNING_AREA, Role.AREA_DIVISION)
"""Reference layers that go with the plan; all others stay, whatever their licence."""

FINAL_WORD = "用途規制の判定は参考であり、最終判断は特定行政庁が行います。"

DETAILS_STAY = "アクセス道路の列「内訳」は計算の途中の値なので、計画のファイルに残し、書き出していません。"
"""Worked out anew from roads and settings, which do not leave; the panel's own lists tell it."""

Family = Literal["point", "line", "polygon"]
_FAMILIES: dict[str, Family] = {
    "Point": "point",
    "MultiPoint": "point",
    "LineString": "line",
    "LinearRing": "line",
    "MultiLineString": "line",
    "Polygon": "polygon",
    "MultiPolygon": "polygon",
}
USUAL_FAMILY: dict[Role, Family] = {
    Role.FACILITY: "point",
    Role.ACCESS_LINK: "line",
    Role.VACANT_HOUSE: "point",
}
"""What a layer holds where no feature says; polygons else."""


def plan_title(values: Snapshot) -> str:
    """What the plan is called in what leaves; its scenario (案) is named where there are several."""
    name = told(values, values.scenario)
    return f"{values.header.title}　特定居住促進計画" + (f"（{name}）" if name else "")


class VerdictLike(Protocol):
    """What an export needs to know of a verdict; rules.model.Verdict is one."""

    @property
    def building_id(self) -> str | None:
        """The building."""

    @property
    def fids(self) -> tuple[int, ...]:
        """Its rows in the facility layer."""

    @property
    def verdict(self) -> str:
        """The code of the contract."""

    @property
    def label(self) -> str:
        """The same in Japanese."""

    @property
    def zone(self) -> str | None:
        """Use zone, Japanese."""

    @property
    def articles(self) -> tuple[str, ...]:
        """The articles it rests on."""

    @property
    def provisional(self) -> bool:
        """Judged by a point."""

    @property
    def needs_confirmation(self) -> bool:
        """Too near a border to be sure."""

    @property
    def rules_version(self) -> str:
        """Version of the rule table."""


@dataclass(frozen=True, eq=False)
class Outgoing:
    """One table that leaves.

    table   English name: the role, with a number behind it for a second layer of that role
    title   Japanese name
    frame   index fid (int64, ascending), the columns of `fields` but fid, geometry 2-D
    source  出典; empty for what the planner has drawn
    own     its columns where they are not those of its role
    """

    table: str
    title: str
    role: Role
    frame: GeoDataFrame
    style: Style
    source: str
    own: tuple[Field, ...] = ()

    @property
    def fields(self) -> tuple[Field, ...]:
        """The dictionary of its columns, fid first."""
        return self.own or FIELDS[self.role]

    @property
    def epsg(self) -> int:
        """The CRS it leaves in."""
        return int(self.frame.crs.to_epsg())


def export_frames(
    values: Snapshot,
    verdicts: Sequence[VerdictLike],
    *,
    with_consented_houses: bool = False,
    degrees: bool = False,
    with_house_counts: bool = True,
) -> tuple[list[Outgoing], tuple[str, ...]]:
    """The tables that leave, plan layers first, and notes on what stays behind.

    Facilities carry the verdict of their building; areas carry area_ha in the plane CRS of the project, at a
    prefecture's desk of the town they came from, and there every row names its town. Empty plan layers are
    there with no rows. Vacant houses leave as numbers (house_counts); their positions stay unless asked for,
    and then only those with consent.
    `degrees` gives longitude and latitude (EPSG:6668) for the project CRS; areas stay as in the plane.
    Raises BadInput for a geometry that is neither points, lines nor polygons.
    """
    notes: list[str] = []
    layers = [_plan_table(values, role, verdicts, notes) for role in PLAN_ROLES]
    for role in REFERENCE_ROLES:
        for number, layer in enumerate(values.of(role), 1):
            layers.append(_outgoing(layer, layer.get_frame(), _table_name(role, number), layer.name))
    houses = values.of(Role.VACANT_HOUSE)
    if with_house_counts:
        layers += _counted_houses(values, notes)
    if houses and with_consented_houses:
        for number, layer in enumerate(houses, 1):
            frame = consented_houses(layer.get_frame())
            title = layer.role.japanese if number == 1 else f"{layer.role.japanese}{number}"
            layers.append(_outgoing(layer, frame, _table_name(layer.role, number), title))
            notes.append(
                f"「{title}」は、同意のある{len(frame)}件の位置だけを書き出しました"
                f"（{layer.count - len(frame)}件と元の列は含みません）。"
            )
    elif houses:
        notes.append("空き家の位置と元の列は、個人情報の保護のため書き出していません。")
    for table in layers:
        _check_geometry(table)
    if degrees:
        layers = [replace(table, frame=table.frame.to_crs(JGD2011)) for table in layers]
    return layers, tuple(notes)


def family_column(layer: Outgoing) -> Series[Any]:
    """Points, lines or polygons, on the index of the frame; missing without a geometry or for a mixture."""
    shapes = layer.frame.geometry
    found: Series[Any] = shapes.geom_type.mask(shapes.is_empty).map(_FAMILIES)
    return found


def families(layer: Outgoing) -> list[Family]:
    """The families of a layer's features; that of its role where none has a geometry. Points come first."""
    found = set(family_column(layer).dropna())
    order: tuple[Family, ...] = ("point", "line", "polygon")
    return [f for f in order if f in found] or [USUAL_FAMILY.get(layer.role, "polygon")]


def _table_name(role: Role, number: int) -> str:
    return role.value if number == 1 else f"{role.value}_{number}"


def _plan_table(values: Snapshot, role: Role, verdicts: Sequence[VerdictLike], notes: list[str]) -> Outgoing:
    layer = next(x for x in values.layers if x.id == plan_layer_id(role))
    rows = values.rows(role)
    if role in (Role.PRIORITY_DISTRICT, Role.PROMOTION_AREA):
        rows = rows.assign(area_ha=(areas_m2(values, role, rows) / 10_000).round(4))
    if role == Role.FACILITY:
        if rows["vacant_house_fid"].notna().any():
            notes.append("拠点施設の列「空き家の番号」は、内部利用のため書き出していません。")
            rows = _without_house_words(rows, values, notes)
        rows = _with_verdicts(rows, verdicts, notes)
    if role == Role.ACCESS_LINK and rows["details"].notna().any():
        notes.append(DETAILS_STAY)
    if not is_desk(values.header):
        return _outgoing(layer, rows, role.value, role.japanese)
    towns = towns_by_fid(values.facts, role)
    rows = rows.assign(
        town_code=[towns[fid].code if fid in towns else None for fid in rows.index],
        town_name=[towns[fid].name if fid in towns else None for fid in rows.index],
    )
    return _outgoing(layer, rows, role.value, role.japanese, (*FIELDS[role], *TOWN_FIELDS))


def areas_m2(values: Snapshot, role: Role, rows: GeoDataFrame) -> Series[float]:
    """The area of each row in m², measured in the plane zone of the town it came from, else the project's."""
    areas: Series[float] = rows.geometry.area
    zones = {fid: town.epsg for fid, town in towns_by_fid(values.facts, role).items()}
    for epsg in sorted(set(zones.values()) - {values.epsg}):
        there = rows.geometry[[zones.get(int(fid)) == epsg for fid in rows.index]]
        areas.loc[there.index] = there.to_crs(epsg).area
    return areas


def _counted_houses(values: Snapshot, notes: list[str]) -> list[Outgoing]:
    """Vacant houses as numbers; no table where nothing can be told without telling of somebody's house."""
    counts, told = _counts_of_towns(values) if is_desk(values.header) else house_counts(values)
    if counts is None or counts.empty:
        return []
    notes.extend(told)
    style = reference_style(Role.TOWN)
    return [Outgoing(COUNTS_TABLE, "空き家の集計", Role.VACANT_HOUSE, counts, style, "", HOUSE_COUNTS)]


def _without_house_words(rows: GeoDataFrame, values: Snapshot, notes: list[str]) -> GeoDataFrame:
    """The facilities without a 備考 that repeats the list of a house whose owner has not agreed."""
    found, repeating = of_unconsented_houses(
        rows, [layer.get_frame() for layer in values.of(Role.VACANT_HOUSE)]
    )
    if found:
        count = len(first_rows(rows.loc[sorted(found)]))
        notes.append(
            f"拠点施設{count}件は、同意が「あり」でない空き家と結び付いています。"
            "施設の位置は計画の内容として出るため、公表の前に所有者の意向を確かめてください。"
        )
    if not repeating:
        return rows
    notes.append(f"そのうち{len(repeating)}行の備考は、空き家の一覧の内容を含むため書き出していません。")
    return rows.assign(note=rows["note"].mask(rows.index.isin(repeating), None))


def _with_verdicts(rows: GeoDataFrame, verdicts: Sequence[VerdictLike], notes: list[str]) -> GeoDataFrame:
    import pandas

    of_fid: dict[int, VerdictLike] = {fid: verdict for verdict in verdicts for fid in verdict.fids}
    found = [of_fid.get(int(fid)) for fid in rows.index]
    missing = sum(verdict is None for verdict in found)
    if missing:
        notes.append(f"拠点施設のうち{missing}件には判定がありません（列は空です）。")
    if len(rows):
        notes.append(FINAL_WORD)

    def text(value: Any) -> str | None:
        return str(value) if value not in (None, "") else None

    def column(read: Any, dtype: Any = object) -> Any:
        return pandas.Series([None if v is None else read(v) for v in found], index=rows.index, dtype=dtype)

    return rows.assign(
        verdict=column(lambda v: text(v.verdict)),
        verdict_label=column(lambda v: text(v.label)),
        zone=column(lambda v: text(v.zone)),
        articles=column(lambda v: text("、".join(v.articles))),
        provisional=column(lambda v: v.provisional, "boolean"),
        needs_confirmation=column(lambda v: v.needs_confirmation, "boolean"),
        rules_version=column(lambda v: text(v.rules_version)),
    )


def _counts_of_towns(values: Snapshot) -> tuple[GeoDataFrame | None, tuple[str, ...]]:
    """What the towns have counted; a desk has no houses of its own to count."""
    layer = next((x for x in values.layers if x.id == received_layer_id(COUNTS_TABLE)), None)
    if layer is None:
        return None, ()
    counts = layer.get_frame()[[*(field.name for field in HOUSE_COUNTS[1:]), "geometry"]]
    return counts, ("空き家の数は、市町村が数えたものです。",)


def _outgoing(
    layer: Layer, frame: GeoDataFrame, table: str, title: str, own: tuple[Field, ...] = ()
) -> Outgoing:
    """The frame with exactly the columns of its role, or its own, 2-D."""
    import geopandas
    import pandas
    import shapely

    columns: dict[Any, Any] = {}
    for field in (own or FIELDS[layer.role])[1:]:
        if field.name in frame.columns:
            columns[field.name] = frame[field.name]
        else:
            columns[field.name] = pandas.Series([None] * len(frame), index=frame.index, dtype=object)
        if field.type in ("text", "json"):
            columns[field.name] = _texts(columns[field.name])
    index = pandas.Index(frame.index, dtype="int64", name="fid")
    shapes = shapely.force_2d(frame.geometry.to_numpy())
    flat = geopandas.GeoDataFrame(
        {name: column.set_axis(index) for name, column in columns.items()},
        geometry=geopandas.GeoSeries(shapes, index=index, crs=frame.crs, name="geometry"),
        index=index,
    )
    is_told = not (
        layer.is_plan or layer.role == Role.VACANT_HOUSE
    )  # a list's file may be named for a person
    source = layer.source.citation if is_told else ""
    style = fitting(layer.style, columns)  # words of a column that stays behind would leave with the style
    return Outgoing(table, title, layer.role, flat.sort_index(), style, source, own)


def _texts(column: Any) -> Any:
    """Text or None; an empty text is None, since no exchange format but one can tell them apart."""
    import pandas

    missing = column.isna()
    values = [
        None if gone or value == "" else str(value) for value, gone in zip(column, missing, strict=True)
    ]
    return pandas.Series(values, index=column.index, dtype=object)


def _check_geometry(layer: Outgoing) -> None:
    shapes = layer.frame.geometry
    mixed = family_column(layer).isna() & ~(shapes.isna() | shapes.is_empty)
    for fid in layer.frame.index[mixed]:
        raise BadInput(
            f"「{layer.title}」を書き出せませんでした。",
            f"地物番号{fid}の図形に、点と線と面が混ざっています。",
            "その地物を、点・線・面のいずれかの図形に直してください。",
        )


def in_words(frame: GeoDataFrame, words: Mapping[str, Mapping[str, str]]) -> GeoDataFrame:
    """The frame with code values replaced by their words; unknown values stay. The input is not changed."""
    changed = {
        name: frame[name].map(lambda value, table=table: table.get(value, value))
        for name, table in words.items()
        if name in frame.columns and table
    }
    return frame.assign(**{name: column.astype(object) for name, column in changed.items()})
