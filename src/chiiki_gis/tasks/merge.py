"""Packages of many towns compared with a prefecture's desk (design.md, issue "the prefecture's desk")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from chiiki_gis.analysis.row_changes import row_differences, row_digests
from chiiki_gis.core.crs import crs_label
from chiiki_gis.core.eras import day_words
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.frames import FIRST_SCENARIO, conform
from chiiki_gis.core.layer import plan_layer_id
from chiiki_gis.core.merging import DIFFERENCE_WORDS, MergePlan, MergeRow
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.role import COLUMNS, PLAN_ROLES, Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.core.submission import (
    COUNTS_TABLE,
    FOR_DESK,
    KINDS_OF_PACKAGE,
    REFERENCE_TABLES,
    ReceivedRow,
    ReceivedTown,
    is_desk,
    received_towns,
)
from chiiki_gis.export.dictionary import FIELDS, HOUSE_COUNTS, SCHEMA_VERSION
from chiiki_gis.io.imports import KeepFrame
from chiiki_gis.io.kinds import geometry_kinds
from chiiki_gis.io.plan_values import check_values
from chiiki_gis.io.submission import Submission, read_submission
from chiiki_gis.tasks.desk_layers import desk_layers
from chiiki_gis.tasks.desk_looks import plan_looks

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

QUIET = Quiet()
PERMITS = frozenset({"needs_48_permit", "special24_candidate"})
"""Verdicts that need a permit of 建築基準法48条."""

_ORDER = (Role.PRIORITY_DISTRICT, Role.PROMOTION_AREA, Role.SITE, Role.FACILITY, Role.ACCESS_LINK)
"""Sites before facilities, which name them."""
_SHAPES: Mapping[Role, frozenset[str]] = {
    Role.FACILITY: frozenset({"point", "polygon"}),
    Role.ACCESS_LINK: frozenset({"line"}),
}


@dataclass
class _Desk:
    """The desk while packages are compared with it: which fids are taken."""

    values: Snapshot
    next_fid: dict[Role, int] = field(default_factory=dict)

    def rows(self, role: Role) -> GeoDataFrame:
        """All rows of a plan layer."""
        return next(x for x in self.values.layers if x.id == plan_layer_id(role)).rows

    def fresh(self, role: Role) -> int:
        """An unused fid."""
        if role not in self.next_fid:
            rows, layer_id = self.rows(role), plan_layer_id(role)
            self.next_fid[role] = max(
                self.values.next_fid.get(layer_id, 1), int(rows.index.max()) + 1 if len(rows) else 1
            )
        self.next_fid[role] += 1
        return self.next_fid[role] - 1


def compare(
    values: Snapshot, paths: Sequence[Path], keep: KeepFrame, progress: Progress = QUIET
) -> MergePlan:
    """Prove packages and compare them with the desk; nothing is changed.

    keep   stores a frame of a reference layer and gives the reference to it
    Raises BadInput where one of the packages is refused; then none is taken over.
    """
    require_desk(values)
    before = received_towns(values.facts)
    desk, notes = _Desk(values), list[str]()
    towns: list[ReceivedTown] = []
    rows: list[MergeRow] = []
    frames: dict[Role, list[GeoDataFrame]] = {}
    came: dict[str, Submission] = {}
    for path in dict.fromkeys(paths):
        one = read_submission(path, _schema(), int(SCHEMA_VERSION), progress)
        if not _is_wanted(one, path, came, values, notes):
            continue
        came[one.manifest.key] = one
        last = before.get(one.manifest.key)
        town = _town(one, last, notes)
        is_same_plan = last is not None and last.plan == town.plan
        found = _differences(desk, town, is_same_plan, one, path, frames)
        notes.append(_told(town, found))
        towns.append(town)
        rows += found
    progress.step(0, 1, "市町村の資料をまとめています")
    layers, order = desk_layers(values, came, keep)
    looks, differ = plan_looks(values, came.values())
    return MergePlan(
        tuple(towns),
        before,
        tuple(rows),
        {plan_layer_id(role): _joined(many) for role, many in frames.items()},
        (*layers, *looks),
        order,
        _buildings(desk.rows(Role.FACILITY)),
        (*notes, *differ),
    )


def require_desk(values: Snapshot) -> None:
    """Raise BadInput for a project that is no prefecture's desk."""
    if not is_desk(values.header):
        raise BadInput(
            "市町村の提出一式を取り込みませんでした。",
            "このプロジェクトは、都道府県の受け付けのものではありません。",
            "「新規」で2桁の都道府県コードを入れて、受け付けのプロジェクトを作ってください。",
        )


def _schema() -> dict[str, tuple[Sequence[str], bool]]:
    """Tables of the submission that are read: all columns, and whether they must be there."""
    found: dict[str, tuple[Sequence[str], bool]] = {
        role.value: (tuple(f.name for f in FIELDS[role][1:]), role in KINDS_OF_PACKAGE["proposal"].roles)
        for role in (*PLAN_ROLES, *REFERENCE_TABLES)
    }
    found[COUNTS_TABLE] = (tuple(f.name for f in HOUSE_COUNTS[1:]), False)
    return found


def _is_wanted(
    one: Submission, path: Path, came: Mapping[str, Submission], values: Snapshot, notes: list[str]
) -> bool:
    """Whether a package is to be taken over; False for one that came twice. Raises BadInput."""
    manifest, prefecture = one.manifest, values.header.municipalities[0]
    kind = KINDS_OF_PACKAGE[manifest.kind]

    def refuse(why: str, todo: str) -> BadInput:
        return BadInput(f"「{path.name}」を取り込みませんでした。", why, todo)

    if manifest.kind not in FOR_DESK:
        raise refuse(
            f"{kind.word}（{kind.article}）で、市町村に出すものです。", "市町村の提出一式を選んでください。"
        )
    if any(len(town.code) == 2 for town in manifest.municipalities):
        raise refuse("都道府県の一式で、市町村のものではありません。", "市町村の提出一式を選んでください。")
    foreign = [t for t in manifest.municipalities if not t.code.startswith(prefecture.code)]
    if foreign:
        raise refuse(
            f"{foreign[0].name}（{foreign[0].code}）は、{prefecture.name}の市町村ではありません。",
            "送り主と、受け付けのプロジェクトを確かめてください。",
        )
    missing = [role for role in kind.roles if role.value not in one.tables]
    if missing:
        raise refuse(f"表「{missing[0].value}」がありません。", "書き出し直した一式を受け取ってください。")
    twin = came.get(manifest.key)
    if twin is None:
        return True
    if twin.manifest.digest == manifest.digest:
        notes.append(f"「{path.name}」は、同じ内容のものが二つあるため、一度だけ読みました。")
        return False
    raise refuse(f"{_name(one)}の一式が二つあり、内容が違います。", "新しい方だけを選んでください。")


def _name(one: Submission) -> str:
    return "・".join(town.name for town in one.manifest.municipalities)


def _town(one: Submission, last: ReceivedTown | None, notes: list[str]) -> ReceivedTown:
    """The town as it is now told, with the rows of its last submission."""
    manifest, name = one.manifest, _name(one)
    if last is not None and manifest.made < last.made:
        notes.append(
            f"{name}：前に受け取った一式（{day_words(last.made)}作成）より古い{day_words(manifest.made)}作成のものです。"
        )
    if manifest.open_errors:
        why = f"（理由：{manifest.reason}）" if manifest.reason else ""
        notes.append(f"{name}：検査のエラーを{manifest.open_errors}件残して提出しています{why}。")
    if last is not None and last.plan != manifest.plan:
        notes.append(f"{name}：前と違う計画のファイルから作られているため、すべての地物を入れ替えます。")
    return ReceivedTown(
        manifest.key,
        tuple(town.code for town in manifest.municipalities),
        name,
        manifest.kind,
        manifest.plan,
        manifest.made,
        manifest.digest,
        manifest.epsg,
        manifest.open_errors,
        manifest.reason,
        _numbers(one),
        last.rows if last is not None else {},
    )


def _numbers(one: Submission) -> dict[str, int | None]:
    """What the package tells of permits and vacant houses."""
    facilities, counts = one.tables[Role.FACILITY.value], one.tables.get(COUNTS_TABLE)
    wanted = facilities[facilities["verdict"].isin(PERMITS)]
    ids = wanted["building_id"].where(wanted["building_id"].notna(), wanted.index.astype(str))
    houses = None if counts is None else int(counts["houses"].fillna(0).sum())
    return {"permits": int(ids.nunique()), "houses": houses}


def _differences(
    desk: _Desk,
    town: ReceivedTown,
    is_same_plan: bool,
    one: Submission,
    path: Path,
    frames: dict[Role, list[GeoDataFrame]],
) -> list[MergeRow]:
    """What differs from the last submission; the rows to put go to `frames`."""
    found: list[MergeRow] = []
    sites: dict[int, int] = {}
    for role in (r for r in _ORDER if r in KINDS_OF_PACKAGE[town.kind].roles):
        last, table = town.rows.get(role, {}), one.tables[role.value]
        known = last if is_same_plan else {}
        fids = {
            source: known[source].fid if source in known else desk.fresh(role)
            for source in map(int, table.index)
        }
        rows = _as_desk_rows(table, role, town.key, fids, sites, desk.values.epsg, path)
        if role == Role.SITE:
            sites = fids
        digests = row_digests(rows, _words(role))
        here = desk.rows(role)
        current = row_digests(here.loc[here.index.isin([r.fid for r in last.values()])], _words(role))
        new = [
            source
            for source, fid in fids.items()
            if source not in known or known[source].digest != digests[fid]
        ]
        for source in new:
            fid = fids[source]
            put = _Put(town.key, role, source, fid, digests[fid])
            found.append(put.row(rows, known.get(source), here, current.get(fid)))
        if new:
            frames.setdefault(role, []).append(rows.loc[[fids[source] for source in new]])
        gone = [source for source in last if source not in known or source not in fids]
        found += [
            _gone(town.key, role, source, last[source], here, current.get(last[source].fid))
            for source in gone
        ]
    return found


def _words(role: Role) -> dict[str, str]:
    """The columns that are compared; the scenario is the desk's own."""
    return {c.name: c.japanese for c in COLUMNS[role] if c.name != "scenario"}


@dataclass(frozen=True)
class _Put:
    """A row that would be put."""

    town: str
    role: Role
    source: int
    fid: int
    digest: str

    def row(
        self, rows: GeoDataFrame, old: ReceivedRow | None, here: GeoDataFrame, current: str | None
    ) -> MergeRow:
        """Its line in the list of differences; `current` is the hash of what the desk has now."""
        name, building = _called(rows, self.role, self.fid), _building(rows, self.fid)
        place = (self.source, self.fid, self.digest, name)
        if old is None:
            return MergeRow(self.town, self.role, "added", *place, building=building)
        is_there = self.fid in here.index
        detail = "県で削除した地物"
        if is_there:
            detail = row_differences(here.loc[self.fid], rows.loc[self.fid], _words(self.role))
        is_edited = current != old.digest
        return MergeRow(self.town, self.role, "changed", *place, detail, is_edited, is_there, building)


def _gone(
    town: str, role: Role, source: int, last: ReceivedRow, here: GeoDataFrame, current: str | None
) -> MergeRow:
    fid = last.fid
    is_there = fid in here.index
    name = _called(here, role, fid) if is_there else f"{source}"
    building = _building(here, fid) if is_there else None
    return MergeRow(
        town, role, "removed", source, fid, "", name, "", current != last.digest, is_there, building
    )


def _as_desk_rows(
    table: GeoDataFrame,
    role: Role,
    key: str,
    fids: Mapping[int, int],
    sites: Mapping[int, int],
    epsg: int,
    path: Path,
) -> GeoDataFrame:
    """A table of the package as rows of the desk: its fids, CRS, scenario, and buildings of its own."""
    import pandas

    if not geometry_kinds(table) <= _SHAPES.get(role, frozenset({"polygon"})):
        raise BadInput(
            f"「{path.name}」を取り込みませんでした。",
            f"{role.japanese}の図形の種類が、提出一式の様式と違います。",
            "送り主に知らせて、書き出し直した提出一式を受け取ってください。",
        )
    rows = table.assign(scenario=FIRST_SCENARIO)
    if "building_id" in rows.columns:
        own = rows["building_id"]
        if role == Role.FACILITY:  # links call a row without a building by its fid
            own = own.where(own.notna(), [f"fid-{fid}" for fid in rows.index])
        rows["building_id"] = [None if pandas.isna(one) else f"{key}-{one}" for one in own]
    if "site_fid" in rows.columns:
        rows["site_fid"] = [None if pandas.isna(s) else sites.get(int(s)) for s in rows["site_fid"]]
    check_values(rows, role, path.name)
    if rows.crs.to_epsg() != epsg:
        rows = rows.to_crs(epsg)
    rows.index = pandas.Index([fids[int(source)] for source in rows.index], dtype="int64", name="fid")
    return conform(rows, role)


def _called(rows: GeoDataFrame, role: Role, fid: int) -> str:
    column = "interchange" if role == Role.ACCESS_LINK else "name"
    value = rows.at[fid, column]
    return str(value) if isinstance(value, str) and value.strip() else f"{fid}"


def _building(rows: GeoDataFrame, fid: int) -> str | None:
    if "building_id" not in rows.columns:
        return None
    value = rows.at[fid, "building_id"]
    return str(value) if isinstance(value, str) else None


def _buildings(facilities: GeoDataFrame) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for fid, building in facilities["building_id"].dropna().items():
        found.setdefault(str(building), set()).add(int(str(fid)))
    return {building: frozenset(fids) for building, fids in found.items()}


def _joined(frames: Sequence[GeoDataFrame]) -> GeoDataFrame:
    import pandas

    return frames[0] if len(frames) == 1 else pandas.concat(frames).sort_index()


def _told(town: ReceivedTown, rows: Sequence[MergeRow]) -> str:
    counts = {kind: sum(r.difference == kind for r in rows) for kind in DIFFERENCE_WORDS}
    edited = sum(r.is_edited for r in rows)
    made = f"{crs_label(town.epsg)}、{day_words(town.made)}作成"
    told = "、".join(f"{word}{counts[kind]}件" for kind, word in DIFFERENCE_WORDS.items())
    mended = f"、うち県で直した地物が{edited}件" if edited else ""
    return f"{town.name}（{made}）：{told}{mended}。"
