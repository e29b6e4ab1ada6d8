"""From published columns to the normalised ones, original columns kept.

Every function takes a frame in the file's columns and returns it with the role's columns added, and notes
(Japanese sentences) on what was decided. A normalised column that already has another meaning is kept under
「元の…」.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.zones import UNKNOWN_ID, UNKNOWN_NAME, CodeSystem, Zone, zone_named, zone_of_code
from chiiki_gis.io.attributes import each, integer_of, name_column, texts_of, with_columns
from chiiki_gis.io.dates import western_dates
from chiiki_gis.io.personal import asks_consent, names_a_person

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Result = tuple["GeoDataFrame", list[str]]

UNDECIDED_YEAR = 9999
"""N06_014 of a facility that is still in use."""

_YES = {"あり", "有", "同意あり", "同意", "同意済", "済", "○", "〇", "1", "yes", "true", "はい"}
_NO = {"なし", "無", "同意なし", "不同意", "×", "0", "no", "false", "いいえ"}

MATCH_LEVELS = ("座標", "地図", "街区", "町丁目", "市区町村", "なし")
"""How exactly a house is placed, best first; 座標 are its own coordinates."""

_HIGHWAY = {
    "motorway": "4", "motorway_link": "4", "trunk": "1", "trunk_link": "1", "primary": "2",
    "primary_link": "2", "secondary": "2", "secondary_link": "2", "tertiary": "3", "tertiary_link": "3",
    "unclassified": "3", "residential": "3", "living_street": "3", "service": "5", "track": "5", "road": "6",
    "construction": "6", "proposed": "6",
}  # fmt: skip
"""OSM highway → class of N13_003: 1 国道, 2 都道府県道, 3 市区町村道等, 4 高速, 5 その他, 6 不明."""


def plain(frame: GeoDataFrame) -> Result:
    """No normalised columns."""
    return frame, []


def a33(frame: GeoDataFrame) -> Result:
    """A33 土砂災害: 2 and 4 of A33_002 are 特別警戒区域, 3 and 4 not designated yet."""
    words = {
        "1": "土砂災害警戒区域",
        "2": "土砂災害特別警戒区域",
        "3": "土砂災害警戒区域（指定前）",
        "4": "土砂災害特別警戒区域（指定前）",
    }
    return with_columns(frame, {"name": [words.get(str(code)) for code in texts_of(frame, "A33_002")]}), []


def named(frame: GeoDataFrame) -> Result:
    """A name from the likeliest column."""
    return with_columns(frame, {"name": texts_of(frame, name_column(frame))}), []


def n03(frame: GeoDataFrame) -> Result:
    """N03 行政区域: name from 郡・市・区, code from N03_007.

    Newer editions have the ward in N03_005 and the county in N03_003; in older ones N03_003 of a
    designated city is the city and N03_004 the ward.
    """
    rows = zip(*(texts_of(frame, c) for c in ("N03_003", "N03_004", "N03_005")), strict=True)
    names = [_municipality_name(county, city, ward) for county, city, ward in rows]
    codes = [code.zfill(5) if code else None for code in texts_of(frame, "N03_007")]
    notes = []
    unnamed = sum(code is None for code in codes)
    if unnamed:
        notes.append(f"市町村の決まっていない土地（所属未定地）が{unnamed}件あります。")
    return with_columns(frame, {"name": names, "code": codes}), notes


def boundary(frame: GeoDataFrame) -> Result:
    """A boundary file with little more than a name; the code may come from the file name later."""
    columns = {str(c).lower(): str(c) for c in frame.columns}
    code = columns.get("code") or columns.get("n03_007")
    names = [re.sub(r"^(北海道|東京都|京都府|大阪府|.{2,3}県)(?=.)", "", n or "") or None
             for n in texts_of(frame, name_column(frame))]  # fmt: skip
    return with_columns(frame, {"name": names, "code": texts_of(frame, code)}), []


def a29(frame: GeoDataFrame) -> Result:
    """A29 用途地域: by name (A29_005), checked against the A29 code system (A29_004)."""
    return _zones(frame, "A29_005", "A29_004", "a29")


def youto(frame: GeoDataFrame) -> Result:
    """都市計画決定GIS 用途地域: by YoutoName, checked against YoutoCode (another system than A29)."""
    columns = {str(c).lower(): str(c) for c in frame.columns}
    return _zones(frame, columns["youtoname"], columns.get("youtocode"), "youto")


def named_zones(frame: GeoDataFrame) -> Result:
    """A zoning file with only names; the column is the one whose values are zone names."""
    for column in frame.columns:
        texts = [v for v in frame[column].head(50) if isinstance(v, str)]
        if any(zone_named(text) for text in texts):
            return _zones(frame, str(column), None, "a29")
    raise BadInput(
        "用途地域として取り込めませんでした。",
        "「第一種低層住居専用地域」のような用途地域の名前の列がありません。",
        "用途地域の名前の列があるファイルを選んでください。",
    )


def urban_planning_area(frame: GeoDataFrame) -> Result:
    """都市計画区域: name and kind (線引き or not where the file says so)."""
    columns = {str(c).lower(): str(c) for c in frame.columns}
    name = columns.get("tokeiname") or columns.get("youto") or name_column(frame)
    kind = columns.get("tokeitype")
    return with_columns(frame, {"name": texts_of(frame, name), "kind": texts_of(frame, kind)}), []


def area_division(frame: GeoDataFrame) -> Result:
    """区域区分: name is 市街化区域 or 市街化調整区域. Raises BadInput where neither word occurs."""
    words = ("市街化区域", "市街化調整区域")
    for column in frame.columns:
        texts = texts_of(frame, str(column)) if column != frame.geometry.name else []
        if any(text in words for text in texts):
            others = sum(text not in words for text in texts)
            notes = [f"市街化区域でも市街化調整区域でもない図形が{others}件あります。"] if others else []
            return with_columns(frame, {"name": texts}), notes
    raise BadInput(
        "区域区分として取り込めませんでした。",
        "「市街化区域」「市街化調整区域」の列がありません。",
        "区域区分のファイルを選んでください。",
    )


def ordinance_overlay(frame: GeoDataFrame) -> Result:
    """特別用途地区, 特定用途制限地域, 地区計画: the kind is looked for in the values."""
    kinds = ("特別用途地区", "特定用途制限地域", "地区計画")
    texts = [" ".join(str(v) for v in row if isinstance(v, str)) for row in _rows(frame)]
    found = [next((k for k in kinds if k in text), "地区計画等") for text in texts]
    return with_columns(frame, {"name": texts_of(frame, name_column(frame)), "kind": found}), []


JOINT_TYPES = {"1": "ic", "2": "smart_ic", "3": "jct"}
"""N06_019 and point_type: the kind of a joint of expressways; all others are `other`."""


def n06_joint(frame: GeoDataFrame) -> Result:
    """N06 接合部: type from N06_019, open where N06_014 is 9999 (still in use)."""
    current = [integer_of(v) == UNDECIDED_YEAR for v in texts_of(frame, "N06_014")]
    kinds = texts_of(frame, "N06_019")
    values: dict[str, list[Any]] = {
        "name": [_interchange_name(n, t) for n, t in zip(texts_of(frame, "N06_018"), kinds, strict=True)],
        "type": [JOINT_TYPES.get(str(t), "other") for t in kinds],
        "open": current,
        "kind": [_joint_word(t, now) for t, now in zip(kinds, current, strict=True)],
    }
    closed = current.count(False)
    notes = [f"廃止された接合部{closed}件は、アクセスの計算に使いません。"] if closed else []
    return with_columns(frame, values), notes


def n06_tiles(frame: GeoDataFrame) -> Result:
    """N06 joints rebuilt from tiles: point_name and point_type; the extract holds only current ones."""
    kinds = texts_of(frame, "point_type")
    values: dict[str, list[Any]] = {
        "name": [_interchange_name(n, t) for n, t in zip(texts_of(frame, "point_name"), kinds, strict=True)],
        "type": [JOINT_TYPES.get(str(t), "other") for t in kinds],
        "open": [True] * len(frame),
        "kind": [_joint_word(t, True) for t in kinds],
    }
    return with_columns(frame, values), []


def interchanges(frame: GeoDataFrame) -> Result:
    """A point file that the user calls interchanges: every point is a 一般IC in use."""
    values: dict[str, list[Any]] = {
        "name": texts_of(frame, name_column(frame)),
        "type": ["ic"] * len(frame),
        "open": [True] * len(frame),
        "kind": [_joint_word("1", True)] * len(frame),
    }
    return with_columns(frame, values), ["種別の列がないため、すべて供用中のICとして扱います。"]


def n13(frame: GeoDataFrame) -> Result:
    """N13 道路: class, width and state. N13_002 徒歩道 (3) and 石段 (4), 庭園路 (2) are for feet only."""
    kinds, states = texts_of(frame, "N13_002"), texts_of(frame, "N13_004")
    values: dict[str, list[Any]] = {
        "class": texts_of(frame, "N13_003"),
        "width_code": texts_of(frame, "N13_006"),
        "oneway": [False] * len(frame),
        "level": each(texts_of(frame, "N13_005"), lambda text: integer_of(text) or 0),
        "state": each(zip(kinds, states, strict=True), _road_state),
    }
    return with_columns(frame, values), ["一方通行の情報がないため、すべて両方向に通れるものとして扱います。"]


def _road_state(known: tuple[str | None, str | None]) -> str:
    """By N13_002 and N13_004."""
    kind, state = known
    return "construction" if state == "5" else "foot" if kind in ("2", "3", "4") else "open"


def openstreetmap(frame: GeoDataFrame) -> Result:
    """OSM ways: highway → class of N13; ways that no car may use are for feet.

    A way that is one-way against its drawing (oneway=-1) is turned round, so that all are drawn as they run.
    """
    highway, ways = texts_of(frame, "highway"), [str(v).lower() for v in texts_of(frame, "oneway")]
    frame, notes = _turned(frame, [way == "-1" for way in ways])
    values: dict[str, list[Any]] = {
        "class": [_HIGHWAY.get(str(h), "6") for h in highway],
        "width_code": ["6"] * len(frame),
        "oneway": [way in ("yes", "true", "1", "-1") for way in ways],
        "level": each(texts_of(frame, "layer"), lambda text: integer_of(text) or 0),
        "state": [
            "construction" if h in ("construction", "proposed") else "open" if h in _HIGHWAY else "foot"
            for h in highway
        ],
    }
    return with_columns(frame, values), notes


def _turned(frame: GeoDataFrame, wanted: list[bool]) -> Result:
    """The frame with some lines drawn the other way round."""
    import numpy
    import shapely

    if not any(wanted):
        return frame, []
    shapes = frame.geometry.to_numpy().copy()
    chosen = numpy.array(wanted)
    shapes[chosen] = shapely.reverse(shapes[chosen])
    turned = frame.set_geometry(type(frame.geometry)(shapes, index=frame.index, crs=frame.crs))
    return turned, [f"描かれた向きと逆の一方通行の道路{sum(wanted)}本は、線の向きを逆にしました。"]


def roads(frame: GeoDataFrame) -> Result:
    """Road lines without attributes: class and width unknown (6)."""
    values: dict[str, list[Any]] = {
        "class": ["6"] * len(frame), "width_code": ["6"] * len(frame), "oneway": [False] * len(frame),
        "level": [0] * len(frame), "state": ["open"] * len(frame),
    }  # fmt: skip
    return with_columns(frame, values), ["道路の種別と幅員の列がないため、どちらも不明として扱います。"]


def estat(frame: GeoDataFrame) -> Result:
    """e-Stat 小地域."""
    columns = {str(c).lower(): str(c) for c in frame.columns}
    return with_columns(
        frame, {"name": texts_of(frame, columns["s_name"]), "code": texts_of(frame, columns["key_code"])}
    ), []


def station(frame: GeoDataFrame) -> Result:
    """N02 駅 (lines along the platforms)."""
    return with_columns(frame, {"name": texts_of(frame, "N02_005")}), []


def lots(frame: GeoDataFrame) -> Result:
    """Lots with their number."""
    return with_columns(frame, {"name": texts_of(frame, "chiban")}), []


def districts(frame: GeoDataFrame) -> Result:
    """Districts of a town hall."""
    return with_columns(frame, {"name": texts_of(frame, "disname")}), []


def vacant_houses(frame: GeoDataFrame, consent: str | None = None) -> Result:
    """Vacant houses: consent per row, by the column given or found by its name; personal columns locked."""
    geometry = frame.geometry.name
    personal = [str(c) for c in frame.columns if c != geometry and names_a_person(str(c), True)]
    consent = consent or next((str(c) for c in frame.columns if asks_consent(str(c))), None)
    given = texts_of(frame, "match_level")
    answers = [_consent(v) for v in texts_of(frame, consent)]
    placed = ~(frame.geometry.isna() | frame.geometry.is_empty)
    values: dict[str, list[Any]] = {
        "match_level": [
            level if level in MATCH_LEVELS else "座標" if ok else "なし"
            for level, ok in zip(given, placed, strict=True)
        ],
        "consent": answers,
        "personal": [json.dumps(personal, ensure_ascii=False)] * len(frame),
    }
    dated, notes = western_dates(frame)
    values |= dated
    if personal:
        notes.append(f"個人情報の列「{'」「'.join(personal)}」は、書き出しや印刷に出ません。")
    if consent is None:
        notes.append("本人同意の列がないため、すべて未確認として扱います。")
    return with_columns(frame, values), notes


def _zones(frame: GeoDataFrame, name: str, code: str | None, system: CodeSystem) -> Result:
    names, codes = texts_of(frame, name), texts_of(frame, code)

    def read(written: tuple[str | None, str | None]) -> tuple[Zone | None, str]:
        """The zone, and what is said where its name and number do not agree."""
        text, number = written
        zone, value = zone_named(text), integer_of(number)
        by_code = zone_of_code(value, system) if value is not None else None
        clash = zone is not None and by_code is not None and zone != by_code
        return zone or (by_code if not text else None), f"「{text}」と番号{value}" if clash else ""

    found = each(zip(names, codes, strict=True), read)
    zones = [zone for zone, _ in found]
    clashes = [clash for _, clash in found if clash]
    if clashes:
        raise BadInput(
            "用途地域として取り込めませんでした。",
            f"名前と番号が食い違う図形が{len(clashes)}件あります（例 {clashes[0]}）。",
            "資料の作成者に確かめるか、番号の体系が合うファイルを選んでください。",
        )
    unknown = sum(zone is None for zone in zones)
    notes = [f"用途地域の種類が分からない図形が{unknown}件あり、不明としました。"] if unknown else []
    if any(text and zone and text != zone.name for text, zone in set(zip(names, zones, strict=True))):
        notes.append("用途地域の名前を法律の表記（第一種…）にそろえました。元の名前の列も残っています。")
    values: dict[str, list[Any]] = {
        "name": [zone.name if zone else UNKNOWN_NAME for zone in zones],
        "zone_id": [zone.id if zone else UNKNOWN_ID for zone in zones],
    }
    return with_columns(frame, values), notes


def _rows(frame: GeoDataFrame) -> list[tuple[Any, ...]]:
    return list(frame.drop(columns=frame.geometry.name).itertuples(index=False, name=None))


def _municipality_name(county: str | None, city: str | None, ward: str | None) -> str | None:
    if city is None:
        return county
    prefix = county if county is not None and county.endswith("市") else ""
    return f"{prefix or ''}{city}{ward or ''}"


def _interchange_name(name: str | None, kind: str | None) -> str | None:
    """「諏訪」 → 「諏訪IC」: the data leave the ending away."""
    endings = {"1": "IC", "2": "スマートIC", "3": "JCT"}
    ending = endings.get(str(kind))
    if name is None or ending is None or name.endswith(("IC", "JCT", "SIC")):
        return name
    return name + ending


def _joint_word(kind: str | None, is_open: bool) -> str:
    """What a joint is drawn as."""
    words = {"1": "IC", "2": "スマートIC", "3": "JCT"}
    return words.get(str(kind), "その他の接合部") if is_open else "廃止"


def _consent(text: str | None) -> str:
    if text is None:
        return "未確認"
    word = text.strip().lower()
    return "あり" if word in _YES else "なし" if word in _NO else "未確認"
