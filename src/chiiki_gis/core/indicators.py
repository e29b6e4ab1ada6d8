"""The six figures by which scenarios (案) are compared, and how they read."""

from __future__ import annotations

from dataclasses import dataclass

from chiiki_gis.core.links import LinkCount

UNKNOWN = "不明"


@dataclass(frozen=True)
class Indicators:
    """One scenario in figures.

    promotion_m2, priority_m2   the ground of 促進区域 and 重点地区, overlaps once; m² in the plane CRS
    buildings           拠点施設; of_item_3, of_item_4 those written under 22条2項3号, 4号 (one may be both)
    houses              vacant houses wholly inside 促進区域, None without a layer; unplaced: nobody knows
    permits             buildings that need a permit (建築基準法48条, 開発許可); undecided: cannot be said yet
    unjudged            those of the undecided that cannot be judged: data or the use class are missing
    nearest_minutes     to the nearest interchange, of the best placed facility; None where none is linked
    farthest_minutes    the same of the worst placed one
    errors, aside       open errors of the check, and errors set aside with a reason
    """

    scenario: str
    promotion_m2: float
    priority_m2: float
    buildings: int
    of_item_3: int
    of_item_4: int
    houses: int | None
    unplaced: int
    permits: int
    undecided: int
    unjudged: int
    nearest_minutes: float | None
    farthest_minutes: float | None
    links: LinkCount
    errors: int
    aside: int


@dataclass(frozen=True)
class Figure:
    """One indicator in words.

    value   in the unit it reads in, None where it is not known
    text    short, for a table; detail one sentence or two behind it
    """

    label: str
    value: float | None
    text: str
    detail: str


LABELS = ("面積", "拠点施設数", "区域内空き家数", "許可要件数", "IC最短分", "検査エラー数")


def figures(of: Indicators) -> tuple[Figure, ...]:
    """The six, in the order of LABELS."""
    made = (_area(of), _facilities(of), _houses(of), _permits(of), _minutes(of), _errors(of))
    return tuple(Figure(label, *rest) for label, rest in zip(LABELS, made, strict=True))


_Made = tuple[float | None, str, str]


def _area(of: Indicators) -> _Made:
    hectares = of.promotion_m2 / 10_000
    districts = of.priority_m2 / 10_000
    detail = f"促進区域 {of.promotion_m2:,.0f} m²（重なりは一度だけ）、重点地区 {districts:,.2f} ha。"
    return hectares, f"{hectares:,.2f} ha", detail


def _facilities(of: Indicators) -> _Made:
    detail = f"建物の数です。22条2項3号 {of.of_item_3} 件、4号 {of.of_item_4} 件。"
    return of.buildings, f"{of.buildings:,} 件", detail


def _houses(of: Indicators) -> _Made:
    if of.houses is None:
        return None, UNKNOWN, "空き家の資料がありません。"
    lost = f"位置の分からない {of.unplaced:,} 件は数えていません。" if of.unplaced else ""
    return of.houses, f"{of.houses:,} 件", f"促進区域にすべて入る空き家の数です。{lost}"


def _permits(of: Indicators) -> _Made:
    words = "建築基準法48条の許可か開発許可が要る建物の数です。"
    if of.buildings and of.unjudged == of.buildings:
        return (
            None,
            UNKNOWN,
            "判定できる建物がありません。用途の区分が未入力か、用途地域などの資料が足りません。",
        )
    if of.undecided:
        told = f"ほかに要確認 {of.undecided}"
        beyond = f"（うち判定できないもの {of.unjudged} 件）" if of.unjudged else ""
        return of.permits, f"{of.permits:,} 件（{told}）", f"{words}{told} 件{beyond}。"
    return of.permits, f"{of.permits:,} 件", words


def _minutes(of: Indicators) -> _Made:
    if of.nearest_minutes is None or of.farthest_minutes is None:
        if of.links.refused:
            return None, UNKNOWN, f"{of.links.refused} 件の施設で、ICからの経路が見つかりません。"
        return None, UNKNOWN, "まだ計算していません。「アクセスを計算」を選んでください。"
    old = of.links.stale + of.links.unlinked
    again = "古い結果か、計算していない施設があります。" if old else ""
    worst = f"いちばん遠い施設は約 {of.farthest_minutes:,.0f} 分"
    detail = f"いちばん近い施設です。{worst}。想定速度による仮定値です。"
    text = f"約 {of.nearest_minutes:,.0f} 分" + ("（要再計算）" if old else "")
    return of.nearest_minutes, text, detail + again


def _errors(of: Indicators) -> _Made:
    aside = f"ほかに、理由を書いて対象外にしたエラー {of.aside} 件。" if of.aside else ""
    return of.errors, f"{of.errors:,} 件", f"検査のエラーの数です。{aside}"
