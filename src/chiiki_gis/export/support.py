"""What a 特定居住支援法人 may be told of vacant houses: only inside 特定居住促進区域, only with consent."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chiiki_gis.analysis.overlay import share_inside
from chiiki_gis.core.eras import day_words
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.houses import HouseColumn, Provision, SupportHouse, SupportView
from chiiki_gis.core.layer import Fid, Layer
from chiiki_gis.core.role import Role
from chiiki_gis.core.scenarios import told
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.core.table import is_missing
from chiiki_gis.export.gate import CONSENT_BASIS, HeldBack, record
from chiiki_gis.export.place import require_place
from chiiki_gis.export.privacy import locked_columns, may_leave
from chiiki_gis.export.staging import ExportResult, put_in_place, staging
from chiiki_gis.export.workbook import SheetOut, write_workbook
from chiiki_gis.io.personal import asks_consent, names_a_person

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_INNER = frozenset({"personal", "consent", "match_level"})
_OF_THE_HOUSE = re.compile(
    r"(物件|空き?家|建物|家屋|土地|敷地|宅地|延べ?|建築|床|売買|売却|賃貸|希望|管理|整理|通し|登録|用途|主|現|元の)*の?"
    r"(所在地?|地番|番地|町丁目?|大字|小?字|地区|地域|構造|工法|年月日|年月?|年度|年数|築年数?|築年月|面積|階数?|階層"
    r"|用途|用途地域|種[類別]|区分|間取り?|部屋数|価格|金額|賃料|家賃|状態|老朽度|危険度|不良度|ランク|判定|番号|No\.?|ID"
    r"|緯度|経度|駐車場|駐輪場|水道|上水道|下水道?|ガス|電気|トイレ|最寄り?駅|学区|小学校区|中学校区|接道|(前面)?道路幅員|棟数|戸数"
    r"|structure|built|year|area|floor_?area|floors?|storeys?|use|rooms|price|rent|state|number)"
    r"(\((㎡|m2|m\^2|坪|円|万円|年|階|m|西暦|和暦)\)|_?(㎡|m2|坪|円|万円))?",
    re.IGNORECASE,
)
"""The whole names of columns that tell of the house alone. In any other a name may have been written: 備考,
管理者, 状況, or a word that nobody has thought of; 住所 may be the owner's.
"""
_WIDTH = 22.0


def support_view(values: Snapshot) -> SupportView:
    """The houses of all layers that a 支援法人 may be told of.

    A house counts as inside when the area holds it wholly; one on the border does. Reads the layers; not for
    the UI thread. Source: 広活法31条2項・3項.
    """
    area = values.rows(Role.PROMOTION_AREA)
    layers = values.of(Role.VACANT_HOUSE)
    frames = [(layer, layer.get_frame()) for layer in layers]
    columns = _columns(frames)
    houses: list[SupportHouse] = []
    outside = unplaced = unconsented = 0
    for layer, frame in frames:
        consented = agreed(frame)
        unconsented += len(frame) - len(consented)
        placed = consented[~(consented.geometry.isna() | consented.geometry.is_empty)]
        unplaced += len(consented) - len(placed)
        inside = placed[share_inside(placed, area) >= 1.0]
        outside += len(placed) - len(inside)
        houses.extend(_houses(layer, inside, columns))
    return SupportView(columns, tuple(houses), outside, unplaced, unconsented, not area.empty)


def write_for_support(values: Snapshot, provision: Provision, path: Path) -> ExportResult:
    """Write those houses for a 支援法人, with a sheet that says who has asked for them and why.

    provision   names the columns that go; personal ones only because somebody has ticked them
    Raises BadInput where there is no house, no corporation or no purpose, or the file cannot be written.
    """
    require_place(path, ".xlsx")
    if not (provision.corporation.strip() and provision.purpose.strip() and provision.requested_on):
        raise BadInput(
            "支援法人に渡すファイルを書き出せませんでした。",
            "支援法人、求めのあった日、必要とする目的のどれかが入力されていません。",
            "三つとも入力してから、もう一度書き出してください。",
        )
    view = support_view(values)
    if not view.houses:
        raise BadInput(
            "支援法人に渡すファイルを書き出せませんでした。",
            "促進区域の内で、本人の同意のある空き家がありません。",
            "同意を記録するか、促進区域を確かめてください。",
        )
    sheets = _sheets(values, view, provision)
    with staging(path.parent) as stage:
        write_workbook(stage / path.name, sheets)
        files = put_in_place(stage, [path.name], path.parent)
    stayed = (
        HeldBack("同意のない空き家", view.unconsented, CONSENT_BASIS),
        HeldBack("区域の外の空き家", view.outside, "促進区域の外です（広活法31条2項）"),
        HeldBack("選ばれていない列", len(view.columns) - len(set(provision.columns)), "選ばれていません"),
    )
    record("support", values.header.uuid, [one for one in stayed if one.count > 0], datetime.now())
    return ExportResult(files, ("渡したファイルは、目的に必要な間だけ使うように伝えてください。",))


def _sheets(values: Snapshot, view: SupportView, provision: Provision) -> Sequence[SheetOut]:
    places = [n for n, column in enumerate(view.columns) if column.name in provision.columns]
    personal = [view.columns[n].name for n in places if view.columns[n].is_personal]
    record = (
        ("市町村", values.header.title),
        ("提供先の特定居住支援法人", provision.corporation.strip()),
        ("求めのあった日", day_words(provision.requested_on)),
        ("必要とする目的", provision.purpose.strip()),
        ("件数", len(view.houses)),
        ("所有者等関連情報を含みうる列", "、".join(personal) or "含めていません"),
        ("根拠", "広域的地域活性化のための基盤整備に関する法律31条2項・3項"),
        ("範囲", f"{_of(values)}特定居住促進区域の内にあり、本人の同意のあるものだけです。"),
        ("取扱い", "所有者等の探索に必要な限度で使い、ほかの人に渡さないでください。"),
    )
    rows = [[house.cells[n] for n in places] for house in view.houses]
    head = [view.columns[n].name for n in places]
    return (
        SheetOut("提供の記録", ("項目", "内容"), (28, 70), record),
        SheetOut("空き家", head, [_WIDTH] * len(head), rows),
    )


def _of(values: Snapshot) -> str:
    name = told(values, values.scenario)
    return f"{name}の" if name else ""


def agreed(frame: GeoDataFrame) -> GeoDataFrame:
    """The houses whose owner has agreed; none where the column is missing."""
    import numpy

    if "consent" not in frame.columns:
        return frame.iloc[:0]
    keeps = [may_leave(Role.VACANT_HOUSE, answer) for answer in frame["consent"]]
    return frame[numpy.array(keeps, dtype=bool)]  # an empty list would choose columns


def _columns(frames: Sequence[tuple[Layer, GeoDataFrame]]) -> tuple[HouseColumn, ...]:
    """The columns of all layers in their order, those that do not surely tell of the house alone marked."""
    found: dict[str, bool] = {}
    for layer, frame in frames:
        marks = frame["personal"] if "personal" in frame.columns else ()
        locked = locked_columns(set(marks))
        for name in layer.columns:
            if name not in _INNER and not asks_consent(name):
                is_personal = name in locked or not _tells_of_the_house(name)
                found[name] = found.get(name, False) or is_personal
    return tuple(HouseColumn(name, personal) for name, personal in found.items())


def _tells_of_the_house(column: str) -> bool:
    name = unicodedata.normalize("NFKC", column).strip()
    return bool(_OF_THE_HOUSE.fullmatch(name)) and not names_a_person(name, of_house=True)


def _houses(layer: Layer, frame: GeoDataFrame, columns: Sequence[HouseColumn]) -> list[SupportHouse]:
    known = [frame[c.name] if c.name in frame.columns else [None] * len(frame) for c in columns]
    rows = zip(*known, strict=True) if known else iter([()] * len(frame))
    return [
        SupportHouse(layer.id, Fid(int(fid)), tuple(_text(value) for value in row))
        for fid, row in zip(frame.index, rows, strict=True)
    ]


def _text(value: Any) -> str:
    if is_missing(value):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
