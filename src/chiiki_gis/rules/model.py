"""The values of the rules: the use-zone table, what a building is used for, and the verdict."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from chiiki_gis.rules.overrides import Confirmation, LocalChange

VerdictWord = Literal[
    "allowed",
    "conditional_ok",
    "conditional_unknown",
    "needs_48_permit",
    "special24_candidate",
    "dev_permit_needed",
    "outside_48",
    "check_ordinance",
    "unknown",
]

LABELS: dict[str, str] = {
    "allowed": "用途の制限なし（この用途地域では制限がありません）",
    "conditional_ok": "限度内（入力した面積・階では48条の制限に触れません）",
    "conditional_unknown": "未入力の項目があり判定できません（面積・階の限度があります）",
    "needs_48_permit": "許可が必要（建築基準法48条）",
    "special24_candidate": "許可が必要（建築基準法48条・広活法24条の特例の候補）",
    "dev_permit_needed": "開発許可等が必要（市街化調整区域）",
    "outside_48": "建築基準法48条の対象外（都市計画区域外）",
    "check_ordinance": "確認が必要（条例または特定行政庁）",
    "unknown": "判定できません（資料が足りません）",
}
"""Words for a verdict. Never 「建築可」, for the 特定行政庁 decides; nor 「特例許可」, any 48条 permit."""

CellWord = Literal["A", "X", "ask", "limit"]


@dataclass(frozen=True)
class Limit:
    """A floor area or storey up to which a zone admits some classes.

    max_sum_m2    for the added floor areas of all uses that name this limit
    max_storey    no part of those uses may lie higher
    max_total_m2  for the whole building (延べ面積)
    shops_within  id of the limit inside which shops are not counted here, or None
    """

    id: str
    zone: str
    article: str
    max_sum_m2: float | None = None
    max_storey: int | None = None
    max_total_m2: float | None = None
    shops_within: str | None = None
    note: str = ""

    @property
    def words(self) -> str:
        """The limit in Japanese, as 「用途部分の合計1,500㎡以内・2階以下」."""
        parts = []
        if self.max_total_m2 is not None:
            parts.append(f"延べ面積{self.max_total_m2:,.0f}㎡以内")
        if self.max_sum_m2 is not None:
            parts.append(f"用途に使う部分の合計{self.max_sum_m2:,.0f}㎡以内")
        if self.max_storey is not None:
            parts.append(f"{self.max_storey}階以下")
        return "・".join(parts)


@dataclass(frozen=True)
class Cell:
    """What one zone says of one class. `beyond` holds when none of the limits is met."""

    word: CellWord
    limits: tuple[str, ...] = ()
    beyond: Literal["X", "ask"] = "X"
    never_from_storey: int | None = None


@dataclass(frozen=True)
class UseClass:
    """A legal class of use (用途の区分).

    items          where 別表第二 names it, by zone id
    notes          what the planner must know, by zone id
    confirm_in     zones where the class itself needs the 特定行政庁's word
    part_only      True for a class that exists only as the part of a 兼用住宅
    other_reading  class id and sentence: how else the authority may read such a building
    controlled_area, controlled_area_exempt   what 都市計画法 adds in 市街化調整区域
    """

    id: str
    name: str
    cells: Mapping[str, Cell]
    items: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    confirm_in: frozenset[str] = frozenset()
    is_shop: bool = False
    part_only: bool = False
    other_reading: tuple[str, str] | None = None
    controlled_area: str = ""
    controlled_area_exempt: str = ""


@dataclass(frozen=True)
class CombinedRule:
    """兼用住宅, 建築基準法施行令130条の3."""

    min_dwelling_share: float
    max_part_m2: float
    parts: tuple[str, ...]
    conditional_zones: frozenset[str]
    always: frozenset[str]
    never: frozenset[str]
    article: str


@dataclass(frozen=True)
class PlannerWord:
    """Everyday words for a facility and the classes they may mean. Candidates only.

    reasons   for each candidate, when it is the class, as one Japanese sentence
    """

    words: tuple[str, ...]
    candidates: tuple[str, ...]
    source: str
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Candidate:
    """A class that a planner's word may mean: offered with its reason, never chosen."""

    use_class: UseClass
    reason: str
    source: str


@dataclass(frozen=True)
class Use:
    """One use inside a building, as the planner entered it; None is 未入力.

    use_floor_m2   floor area of the part in this use; of the part that is no dwelling for dwelling_combined
    top_storey     highest storey of the use
    """

    use_class: str | None
    use_floor_m2: float | None = None
    top_storey: int | None = None
    part_class: str | None = None


@dataclass(frozen=True)
class Example:
    """A building in a zone and the verdict that the table must give; run as a test."""

    zone: str
    uses: tuple[Use, ...]
    total_floor_m2: float | None
    verdict: VerdictWord


@dataclass(frozen=True)
class RuleTable:
    """resources/rules/use_zones.toml as a value.

    development_permit_m2   site area from which 都市計画法29条 asks for a permit: urbanisation (市街化区域),
                            undivided (非線引き都市計画区域, 準都市計画区域)
    changes, confirmation, problems   what the town has changed in it, whether it has confirmed the edition,
                            and what of its changes could not be used
    """

    rules_version: str
    confirmed: str
    editions: tuple[str, ...]
    special24_zones: frozenset[str]
    classes: Mapping[str, UseClass]
    limits: Mapping[str, Limit]
    combined: CombinedRule
    development_permit_m2: Mapping[str, float]
    words: tuple[PlannerWord, ...]
    examples: tuple[Example, ...] = ()
    changes: tuple[LocalChange, ...] = ()
    confirmation: Confirmation | None = None
    problems: tuple[str, ...] = ()

    def class_named(self, text: str | None) -> UseClass | None:
        """The class of an id or a Japanese class name (its bracket may be left out), else None."""
        if not text:
            return None
        found = self._class_words.get(text) or self._class_words.get(_plain(text))
        return None if found is None else self.classes[found]

    @cached_property
    def _class_words(self) -> dict[str, str]:
        words: dict[str, str] = {}
        for use_class in self.classes.values():
            name = _plain(use_class.name)
            for word in (use_class.id, name, name.split("(")[0]):
                words.setdefault(word, use_class.id)
        return words

    def offers(self, text: str) -> tuple[Candidate, ...]:
        """The classes a planner's word may mean, each with its reason.

        A word that is no entry by itself offers what the entries' words inside it mean.
        """
        wanted = _plain(text)
        exact = [one for one in self.words if any(_plain(word) == wanted for word in one.words)]
        inside = [one for one in self.words if any(_plain(word) in wanted for word in one.words)]
        found: dict[str, Candidate] = {}
        for entry in exact or inside:
            for name in entry.candidates:
                one = Candidate(self.classes[name], entry.reasons.get(name, entry.source), entry.source)
                found.setdefault(name, one)
        return tuple(found.values())

    def candidates(self, text: str) -> tuple[UseClass, ...]:
        """The classes a planner's word may mean, to be offered, never chosen."""
        return tuple(one.use_class for one in self.offers(text))

    def changes_about(self, zone_id: str, classes: Iterable[str]) -> tuple[LocalChange, ...]:
        """The town's changes that bear on some classes in a zone."""
        paths = {f"classes.{name}.cells.{zone_id}" for name in classes}
        for name in classes:
            for limit in self.classes[name].cells[zone_id].limits:
                within = self.limits[limit].shops_within
                paths |= {f"limits.{one}" for one in (limit, within) if one is not None}
        return tuple(
            change
            for change in self.changes
            if change.path in paths or change.path.rpartition(".")[0] in paths
        )

    @property
    def law_date_words(self) -> str:
        """The date of the articles, as every verdict and print states it."""
        year, month = self.rules_version.split("-")
        table = f"規則表 {self.rules_version}、確認日 {self.confirmed}"
        if self.confirmation is not None:
            table += f"、{self.confirmation.by}が{self.confirmation.on}に条文の変更がないことを確認"
        return f"条文は{int(year)}年{int(month)}月時点のものです（{table}）。"


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


@dataclass(frozen=True)
class UseResult:
    """One use of a building and what its zone says of it."""

    use_class: str | None
    name: str
    use_floor_m2: float | None
    top_storey: int | None
    result: VerdictWord

    def to_json(self) -> dict[str, object]:
        """The fields of the CLI contract."""
        return {
            "use_class": self.use_class,
            "name": self.name,
            "use_floor_m2": self.use_floor_m2,
            "top_storey": self.top_storey,
            "result": self.result,
        }


@dataclass(frozen=True)
class Condition24:
    """One of the nine points before a permit of 広活法24条.

    met    None where nothing is known
    basis  what the answer was taken from: the plan's facts, the geometry, the facility
    todo   what the planner does next; empty where the point is met
    """

    number: int
    text: str
    source: str
    met: bool | None
    basis: str = ""
    todo: str = ""


@dataclass(frozen=True)
class Alternative:
    """Another way to a permit, as the empty house act beside 広活法24条."""

    name: str
    article: str
    why: str


@dataclass(frozen=True)
class Verdict:
    """What 建築基準法48条 asks of one building at its place.

    fids                     rows of the facility layer that make the building
    provisional              judged by a point, not by the site's polygon
    needs_confirmation       the data are too near a border to be sure
    zone, zone_id            use zone by 91条 (指定なし = NONE); None where it is not known
    zone_shares              zone name → 0–1, the rest under 指定なし or 不明
    distance_to_zone_edge_m  0 where the site crosses an edge; None without a zone
    at_border                needs_confirmation because of a border
    missing                  what must be entered before a limit can be judged
    conditions               the nine points of 広活法24条
    alternatives             other ways to a permit, where one is needed
    """

    building_id: str | None
    fids: tuple[int, ...]
    facility: str
    number: int | None
    verdict: VerdictWord
    provisional: bool
    needs_confirmation: bool
    zone: str | None
    zone_id: str | None
    zone_shares: dict[str, float]
    distance_to_zone_edge_m: float | None
    uses: tuple[UseResult, ...]
    articles: tuple[str, ...]
    reasons: tuple[str, ...]
    next_steps: tuple[str, ...]
    conditions: tuple[Condition24, ...]
    rules_version: str
    missing: tuple[str, ...] = ()
    at_border: bool = False
    alternatives: tuple[Alternative, ...] = ()

    @property
    def label(self) -> str:
        """The verdict in Japanese."""
        return LABELS[self.verdict]

    def lines(self) -> tuple[str, ...]:
        """The verdict as it is printed: zone, shares, data, articles, rule version, who decides."""
        marks = ("（仮判定）" if self.provisional else "") + ("（要確認）" if self.needs_confirmation else "")
        shares = "、".join(f"{name}{share:.0%}" for name, share in self.zone_shares.items())
        edge = self.distance_to_zone_edge_m
        return (
            f"{self.facility}：{self.label}{marks}",
            f"用途地域：{self.zone or '決まりません'}（敷地の割合 {shares or 'なし'}）",
            *([] if edge is None else [f"用途地域の境界まで：{edge:,.1f}m"]),
            *(f"用途：{use.name}：{LABELS[use.result]}" for use in self.uses),
            *([f"未入力：{'、'.join(self.missing)}"] if self.missing else []),
            f"根拠：{'、'.join(self.articles)}",
            *self.reasons,
            *(f"次にすること：{step}" for step in self.next_steps),
            f"規則表の版：{self.rules_version}",
        )

    def to_json(self) -> dict[str, object]:
        """The fields of the CLI contract, in its order."""
        return {
            "facility": self.facility,
            "verdict": self.verdict,
            "provisional": self.provisional,
            "needs_confirmation": self.needs_confirmation,
            "zone": self.zone,
            "zone_id": self.zone_id,
            "zone_shares": dict(self.zone_shares),
            "distance_to_zone_edge_m": self.distance_to_zone_edge_m,
            "uses": [use.to_json() for use in self.uses],
            "articles": list(self.articles),
            "reasons": list(self.reasons),
            "next_steps": list(self.next_steps),
        }
