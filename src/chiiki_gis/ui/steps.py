"""The eight steps of the job, and what is left in each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from chiiki_gis.core.document import Document
from chiiki_gis.core.role import Role
from chiiki_gis.ui.words import circled

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from chiiki_gis.core.finding import Finding
    from chiiki_gis.rules.model import Verdict

Rows = Callable[[Role], "GeoDataFrame"]
"""The rows of a plan role in the current scenario."""
Tone = Literal["done", "left", "wrong", "waiting"]

WRONG_VERDICTS = frozenset({"needs_48_permit", "special24_candidate", "dev_permit_needed"})
OPEN_VERDICTS = frozenset({"conditional_unknown", "check_ordinance", "unknown"})

_WANTED = (Role.MUNICIPALITY, Role.ZONING, Role.ROAD, Role.INTERCHANGE)


@dataclass(frozen=True)
class Step:
    """One line of 手順. `goes_to` is the id of the action that a click starts."""

    number: int
    title: str
    state: str
    tone: Tone
    goes_to: str
    tip: str

    @property
    def heading(self) -> str:
        """The numbered title."""
        return f"{circled(self.number)} {self.title}"


def steps(
    document: Document,
    rows: Rows,
    findings: Sequence[Finding],
    verdicts: Sequence[Verdict],
    is_checked: bool,
) -> tuple[Step, ...]:
    """Where the plan stands now; verdict figures wait while a check is running."""
    errors = sum(1 for finding in findings if finding.is_open_error)
    return (
        _data(document),
        _areas(rows, Role.PRIORITY_DISTRICT, 2, "重点地区", "地区", "draw_priority", ()),
        _areas(rows, Role.PROMOTION_AREA, 3, "促進区域", "区域", "draw_promotion", findings),
        _facilities(rows),
        _judged(rows, verdicts, is_checked),
        _linked(rows),
        Step(7, "図面", "A3・A4 PDF", "waiting", "print", "縮尺を決めて図面を PDF に出力します"),
        _submitted(rows, errors, is_checked),
    )


def _data(document: Document) -> Step:
    count = sum(1 for layer in document.layers if not layer.is_plan)
    missing = [role.japanese for role in _WANTED if not document.references(role)]
    tip = f"まだ入っていない資料：{'、'.join(missing)}" if missing else "主な資料がそろっています"
    if count and not missing:
        return Step(1, "データを入れる", f"✔ {count} レイヤ", "done", "import", tip)
    state = f"{count} レイヤ・不足 {len(missing)}" if count else "未着手"
    return Step(1, "データを入れる", state, "left", "import", tip)


def _areas(
    rows: Rows,
    role: Role,
    number: int,
    title: str,
    unit: str,
    goes_to: str,
    findings: Sequence[Finding],
) -> Step:
    count = len(rows(role))
    errors = sum(1 for f in findings if f.is_open_error and f.layer == role.value)
    tip = f"{role.japanese}を地図に描きます"
    if errors:
        return Step(number, title, f"{count} {unit}・エラー {errors}", "wrong", goes_to, tip)
    if count:
        return Step(number, title, f"✔ {count} {unit}", "done", goes_to, tip)
    return Step(number, title, "未着手", "left", goes_to, tip)


def _facilities(rows: Rows) -> Step:
    facilities = rows(Role.FACILITY)
    tip = "拠点施設を地図に置き、用途の区分と面積を入力します"
    unfilled = int(facilities["use_class"].isna().sum())
    if not len(facilities):
        return Step(4, "拠点施設", "未着手", "left", "place_coworking", tip)
    if unfilled:
        return Step(4, "拠点施設", f"{len(facilities)} 件・未入力 {unfilled}", "left", "place_coworking", tip)
    return Step(4, "拠点施設", f"✔ {len(facilities)} 件", "done", "place_coworking", tip)


def _judged(rows: Rows, verdicts: Sequence[Verdict], is_checked: bool) -> Step:
    tip = "建築基準法48条の判定です"
    if not len(rows(Role.FACILITY)):
        return Step(5, "判定", "—", "waiting", "show_verdicts", tip)
    if not is_checked:
        return Step(5, "判定", "確認中…", "waiting", "show_verdicts", tip)
    wrong = sum(1 for v in verdicts if v.verdict in WRONG_VERDICTS)
    unsure = sum(1 for v in verdicts if v.verdict in OPEN_VERDICTS or v.needs_confirmation)
    if wrong or unsure:
        parts = [f"許可要 {wrong}"] * bool(wrong) + [f"要確認 {unsure}"] * bool(unsure)
        return Step(5, "判定", "・".join(parts), "wrong" if wrong else "left", "show_verdicts", tip)
    return Step(5, "判定", f"✔ {len(verdicts)} 件", "done", "show_verdicts", tip)


def _linked(rows: Rows) -> Step:
    links = rows(Role.ACCESS_LINK)
    tip = "施設から高速道路 IC までの経路を計算します"
    if not len(links):
        return Step(6, "アクセス", "未計算", "left", "show_access", tip)
    stale = int(links["stale"].fillna(False).sum())
    if stale:
        return Step(6, "アクセス", f"{len(links)} 本・古い {stale}", "left", "show_access", tip)
    return Step(6, "アクセス", f"✔ {len(links)} 本", "done", "show_access", tip)


def _submitted(rows: Rows, errors: int, is_checked: bool) -> Step:
    tip = "検査のエラーがなくなると書き出せます"
    if not len(rows(Role.PROMOTION_AREA)):
        return Step(8, "提出", "—", "waiting", "show_findings", tip)
    if not is_checked:
        return Step(8, "提出", "確認中…", "waiting", "show_findings", tip)
    if errors:
        return Step(8, "提出", f"エラー {errors}", "wrong", "show_findings", tip)
    return Step(8, "提出", "✔ 書き出せます", "done", "export_gpkg", tip)
