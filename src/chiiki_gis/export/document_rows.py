"""What the tables of a plan document say; None for what the plan does not know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.facts import FactValue
from chiiki_gis.core.links import REFUSED, building_of
from chiiki_gis.core.records import RECORD_KINDS, Record, records_of
from chiiki_gis.core.role import KINDS, WORKS, Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.core.zones import BY_ID
from chiiki_gis.export.sheet_subjects import by_number, drawable
from chiiki_gis.export.sheet_tables import area_name
from chiiki_gis.rules.area_summary import AreaSummary
from chiiki_gis.rules.load import rule_table
from chiiki_gis.rules.model import Verdict
from chiiki_gis.rules.road_works import TAGS, tag_of

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Rows = list[tuple[str | None, ...]]

AREA_HEAD = ("名称", "面積（ha）", "区域の範囲", "用途地域などの内訳")
AREA_SHARES = (0.22, 0.12, 0.30, 0.36)
FACILITY_HEAD = ("番号", "名称", "種類", "用途", "床面積（㎡）", "整備", "用途地域", "用途制限の判定（参考）")
FACILITY_SHARES = (0.06, 0.16, 0.11, 0.15, 0.09, 0.08, 0.13, 0.22)
LINK_HEAD = ("番号", "施設", "インターチェンジ", "距離", "所要時間", "事業の区分", "備考")
LINK_SHARES = (0.06, 0.20, 0.20, 0.09, 0.11, 0.18, 0.16)
REQUIREMENT_HEAD = ("項目", "内容")
REQUIREMENT_SHARES = (0.28, 0.72)


def area_rows(values: Snapshot, role: Role, areas: Sequence[tuple[Role, AreaSummary]]) -> Rows:
    """The areas of a role with their sizes, and a total where there are several."""
    frame = drawable(values.rows(role))
    by_fid = {summary.fid: summary for kind, summary in areas if kind == role}
    rows: Rows = []
    for fid, row in frame.iterrows():
        summary = by_fid.get(int(str(fid)))
        hectares = row.geometry.area / 10_000
        rows.append((area_name(role, row["name"]), f"{hectares:,.2f}", row["description"], _parts(summary)))
    if len(rows) > 1:
        rows.append((f"{role.japanese}　計", f"{frame.area.sum() / 10_000:,.2f}", "―", "―"))
    return rows


def _parts(summary: AreaSummary | None) -> str | None:
    """Use zones and what else law looks at, with their share of the area."""
    if summary is None or not summary.area_m2:
        return None
    named = dict(summary.zones or {})
    if summary.controlled_m2:
        named["市街化調整区域"] = summary.controlled_m2
    named.update({f"災害：{name}": m2 for name, m2 in (summary.hazards or {}).items()})
    lines = [f"{name} {m2 / summary.area_m2:.1%}" for name, m2 in named.items() if m2 > 0]
    return "\n".join(lines) or None


def facility_rows(values: Snapshot, verdicts: Sequence[Verdict], item: int | None) -> Rows:
    """The facilities of an item of 22条2項, one row a use; of None those without an item."""
    frame = by_number(values.rows(Role.FACILITY))
    chosen = frame[~frame["item"].isin((3, 4))] if item is None else frame[frame["item"] == item]
    by_fid = {fid: verdict for verdict in verdicts for fid in verdict.fids}
    classes = rule_table().classes
    rows: Rows = []
    for fid, row in chosen.iterrows():
        verdict = by_fid.get(int(str(fid)))
        use = classes.get(_text(row["use_class"]) or "")
        rows.append(
            (
                _whole(row["number"]),
                _text(row["name"]),
                KINDS.get(_text(row["kind"]) or ""),
                use.name if use is not None else None,
                _number(row["use_floor_m2"]),
                WORKS.get(_text(row["works"]) or ""),
                _zone(verdict),
                _verdict(verdict),
            )
        )
    return rows


_WITHOUT_ZONE = {"dev_permit_needed": "市街化調整区域", "outside_48": "都市計画区域外"}


def _zone(verdict: Verdict | None) -> str | None:
    """The use zone; where the verdict says that there is none, the land that has none."""
    return None if verdict is None else verdict.zone or _WITHOUT_ZONE.get(verdict.verdict)


def _verdict(verdict: Verdict | None) -> str | None:
    if verdict is None:
        return None
    marks = ("（地点による仮の判定）" if verdict.provisional else "") + (
        "（要確認）" if verdict.needs_confirmation else ""
    )
    return f"{verdict.label}{marks}"


def link_rows(values: Snapshot) -> Rows:
    """The roads to the interchanges that are stored, by facility number and rank."""
    links = values.rows(Role.ACCESS_LINK)
    facilities = by_number(values.rows(Role.FACILITY))
    names = _names(facilities)
    rows: Rows = []
    for building, (number, name) in names.items():
        own = links[links["building_id"] == building].sort_values("rank", kind="stable")
        rows += [_link(number, name, link) for _, link in own.iterrows()]
    return rows


def _link(number: str | None, name: str | None, link: Any) -> tuple[str | None, ...]:
    tag = tag_of(link["tag"])
    notes = [
        *(["概算"] if link["status"] == "estimate" else []),
        *(["要確認"] if link["status"] == "needs_confirmation" else []),
        *(["計算できません"] if link["status"] == REFUSED else []),
        *(["計画の変更後に計算し直していません"] if link["stale"] is True else []),
    ]
    km, minutes = _number(link["km"], 1), _number(link["minutes"], 0)
    return (
        number,
        name,
        _text(link["interchange"]) or "―",
        f"{km} km" if km else "―",
        f"約{minutes}分" if minutes else "―",
        TAGS[tag] if tag else "指定なし",
        "、".join(notes) or "―",
    )


def _names(facilities: GeoDataFrame) -> dict[str, tuple[str | None, str | None]]:
    names: dict[str, tuple[str | None, str | None]] = {}
    for building, (_, row) in zip(building_of(facilities), facilities.iterrows(), strict=True):
        names.setdefault(building, (_whole(row["number"]), _text(row["name"])))
    return names


def requirement_rows(record: Record) -> Rows:
    """One 用途特例適用要件, field by field."""
    kind = RECORD_KINDS["requirements"]
    return [(field.japanese, _field(field.type, record.get(field.key), field.unit)) for field in kind.fields]


def _field(kind: str, value: object, unit: str) -> str | None:
    if isinstance(value, list):
        classes = rule_table().classes
        named = [
            BY_ID[word].name if kind == "zones" and word in BY_ID
            else classes[word].name if kind == "classes" and word in classes
            else str(word)
            for word in value
        ]  # fmt: skip
        return "、".join(named) or None
    if isinstance(value, bool) or value is None:
        return None
    text = f"{value:,.10g}" if isinstance(value, int | float) else str(value).strip()
    return f"{text}{unit}" if text else None


def requirements_of(facts: Mapping[str, FactValue]) -> tuple[Record, ...]:
    """The 用途特例適用要件 of the plan."""
    return records_of(facts, "requirements")


def fact_text(facts: Mapping[str, FactValue], key: str) -> str | None:
    """A text the planner has written; None for none."""
    value = facts.get(key)
    return value.strip() or None if isinstance(value, str) else None


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _whole(value: Any) -> str | None:
    import pandas

    return None if pandas.isna(value) else f"{value:.0f}"


def _number(value: Any, digits: int | None = None) -> str | None:
    import pandas

    if pandas.isna(value):
        return None
    return f"{value:,.10g}" if digits is None else f"{value:,.{digits}f}"
