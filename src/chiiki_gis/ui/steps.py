"""The eight steps of the job, and what is left in each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from chiiki_gis.core.building_rows import first_rows
from chiiki_gis.core.document import Document
from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.links import count_links
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


@dataclass(frozen=True)
class _Ticks:
    """A layer has earned its tick when a check has found no open error in it."""

    errors: Mapping[LayerId | None, int]
    is_checked: bool

    def earned(self, role: Role, amount: str) -> tuple[str, Tone]:
        """The state of a step that has something, and its tone."""
        errors = self.errors.get(LayerId(role.value), 0)
        if errors:
            return f"{amount}・エラー {errors}", "wrong"
        return (f"✓ {amount}", "done") if self.is_checked else (amount, "waiting")


def steps(
    document: Document,
    rows: Rows,
    findings: Sequence[Finding],
    verdicts: Sequence[Verdict],
    is_checked: bool,
) -> tuple[Step, ...]:
    """Where the plan stands now; verdict figures wait while a check is running."""
    errors = sum(1 for finding in findings if finding.is_open_error)
    of_layer = Counter(finding.layer for finding in findings if finding.is_open_error)
    ticks = _Ticks(of_layer, is_checked)
    return (
        _data(document),
        _areas(rows, Role.PRIORITY_DISTRICT, 2, "重点地区", "地区", "draw_priority", ticks),
        _areas(rows, Role.PROMOTION_AREA, 3, "促進区域", "区域", "draw_promotion", ticks),
        _facilities(rows, ticks),
        _judged(rows, verdicts, is_checked),
        _linked(rows),
        Step(7, "図面", "A3・A4 PDF", "waiting", "print", "縮尺を決めて図面を PDF に出力します"),
        _submitted(rows, errors, is_checked),
    )


def next_step(found: Sequence[Step]) -> Step | None:
    """The first step with something left; a permit that is needed is a fact, and nothing to do again."""
    return next(
        (s for s in found if s.tone == "left" or (s.tone == "wrong" and s.goes_to != "show_verdicts")), None
    )


def _data(document: Document) -> Step:
    count = sum(1 for layer in document.layers if not layer.is_plan)
    missing = [role.japanese for role in _WANTED if not document.references(role)]
    tip = f"まだ入っていない資料：{'、'.join(missing)}" if missing else "主な資料がそろっています"
    if count and not missing:
        return Step(1, "データを入れる", f"✓ {count} レイヤ", "done", "import", tip)
    state = f"{count} レイヤ・不足 {len(missing)}" if count else "未着手"
    return Step(1, "データを入れる", state, "left", "import", tip)


def _areas(
    rows: Rows,
    role: Role,
    number: int,
    title: str,
    unit: str,
    goes_to: str,
    ticks: _Ticks,
) -> Step:
    count = len(rows(role))
    tip = f"{role.japanese}を地図に描きます"
    if not count:
        return Step(number, title, "未着手", "left", goes_to, tip)
    state, tone = ticks.earned(role, f"{count} {unit}")
    return Step(number, title, state, tone, goes_to, tip)


def _facilities(rows: Rows, ticks: _Ticks) -> Step:
    facilities = first_rows(rows(Role.FACILITY))
    tip = "拠点施設を地図に置き、用途の区分と面積を入力します"
    uses = rows(Role.FACILITY)
    blank = uses["use_class"].isna()
    unfilled = len(first_rows(uses[blank])) if blank.any() else 0
    if not len(facilities):
        return Step(4, "拠点施設", "未着手", "left", "place_coworking", tip)
    if unfilled:
        return Step(4, "拠点施設", f"{len(facilities)} 件・未入力 {unfilled}", "left", "place_coworking", tip)
    state, tone = ticks.earned(Role.FACILITY, f"{len(facilities)} 件")
    return Step(4, "拠点施設", state, tone, "place_coworking", tip)


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
    return Step(5, "判定", f"✓ {len(verdicts)} 件", "done", "show_verdicts", tip)


def _linked(rows: Rows) -> Step:
    links = rows(Role.ACCESS_LINK)
    tip = "施設から高速道路 IC までの経路を計算します"
    if not len(links):
        return Step(6, "アクセス", "未計算", "left", "show_access", tip)
    count = count_links(links, rows(Role.FACILITY))
    left = [
        f"{word} {number}"
        for word, number in (
            ("計算できず", count.refused),
            ("未計算", count.unlinked),
            ("古い", count.stale),
            ("概算", count.estimated),
        )
        if number
    ]
    if not left:
        return Step(6, "アクセス", f"✓ {count.done} 本", "done", "show_access", tip)
    parts = [f"{count.done} 本"] * bool(count.done) + left
    tone: Tone = "left" if count.done else "wrong"
    return Step(6, "アクセス", "・".join(parts), tone, "show_access", tip)


def _submitted(rows: Rows, errors: int, is_checked: bool) -> Step:
    tip = "検査のエラーがなくなると書き出せます"
    if not len(rows(Role.PROMOTION_AREA)):
        return Step(8, "提出", "—", "waiting", "show_findings", tip)
    if not is_checked:
        return Step(8, "提出", "確認中…", "waiting", "show_findings", tip)
    if errors:
        return Step(8, "提出", f"エラー {errors}", "wrong", "show_findings", tip)
    return Step(8, "提出", "✓ 書き出せます", "done", "export", tip)


def drawn_count(rows: Rows, layer: Layer) -> int:
    """How many features of a plan layer lie on the map.

    A refused access link has no line; a facility drawn with its site counts as a site too.
    """
    own = rows(layer.role)
    shapes = (first_rows(own) if layer.role == Role.FACILITY else own).geometry
    count = int((~(shapes.isna() | shapes.is_empty)).sum())
    if layer.role == Role.SITE:
        facilities = first_rows(rows(Role.FACILITY)).geometry
        count += int(facilities.geom_type.isin(["Polygon", "MultiPolygon"]).sum())
    return count
