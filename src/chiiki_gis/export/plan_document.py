"""特定居住促進計画 as a Word document: the items of 広活法22条2項 as far as the plan knows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from chiiki_gis.core.eras import day_words, japanese_date
from chiiki_gis.core.facts import holds
from chiiki_gis.core.records import MEMBER_KINDS, records_of
from chiiki_gis.core.role import Role
from chiiki_gis.core.scenarios import name_of
from chiiki_gis.core.sheet import SheetKind
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.export import document_rows as rows
from chiiki_gis.export.docx_paper import UNKNOWN, Paper
from chiiki_gis.export.outgoing import FINAL_WORD
from chiiki_gis.render.map_picture import MapPicture
from chiiki_gis.rules.area_summary import AreaSummary
from chiiki_gis.rules.check import CheckResult
from chiiki_gis.rules.load import rule_table
from chiiki_gis.rules.procedure import STATE_WORDS, ProcedureStep, procedure
from chiiki_gis.rules.subsidies import CAUTION

FICTIONAL = "架空のまちの見本です。実在の計画ではありません。"
_CAPTIONS = {3: "特定居住拠点施設", 4: "利便・就業施設", None: "22条2項の号が未記入の施設"}
SPEEDS = "距離と時間は、想定した速度による仮定値です。"


@dataclass(frozen=True, eq=False)
class DocumentInput:
    """All that a document is made of.

    areas   the plan's areas in numbers, with their role
    maps    pictures by kind of sheet
    stamp   the day of making; equal input gives equal bytes
    """

    values: Snapshot
    checked: CheckResult
    areas: Sequence[tuple[Role, AreaSummary]]
    maps: Mapping[SheetKind, MapPicture]
    stamp: date

    @property
    def town(self) -> str:
        """The municipalities' names."""
        return self.values.header.title


def plan_document(given: DocumentInput) -> Paper:
    """The plan: what is not known stands there as 「（未記入）」, for the planner to write."""
    paper = Paper(f"{given.town}　特定居住促進計画", given.town, given.stamp)
    head(paper, given)
    _area(paper, given)
    paper.heading("２　特定居住の促進に関する基本的な方針（22条2項2号）")
    paper.text(rows.fact_text(given.values.facts, "items.2"))
    _facilities(paper, given, 3, "３　特定居住拠点施設の整備に関する事項（22条2項3号）")
    _facilities(paper, given, 4, "４　利便の向上又は就業の機会の創出に資する施設の整備（22条2項4号）")
    facility_table(paper, given, None)
    paper.heading("５　一体となって効果を高めるために必要な事業又は事務（22条2項5号）")
    paper.text(rows.fact_text(given.values.facts, "items.5"))
    programmes(paper, given)
    links(paper, given, "６　拠点施設関連基盤施設整備事業との連携（22条2項6号）")
    paper.heading("７　計画期間（22条2項7号）")
    paper.text(period(given))
    _requirements(paper, given)
    _housing(paper, given)
    _procedure(paper, given)
    sources(paper, given)
    return paper


def head(paper: Paper, given: DocumentInput) -> None:
    """What stands below the title: the day, the scenario, and what kind of text this is."""
    paper.text(f"作成：{japanese_date(given.stamp)}　{name_of(given.values, given.values.scenario)}")
    if given.values.header.is_fictional:
        paper.text(FICTIONAL)
    paper.text(f"{UNKNOWN}とあるところは、計画のデータにない事項です。")


def picture(paper: Paper, given: DocumentInput, kind: SheetKind, caption: str) -> None:
    """A map of a kind with its scale in the caption; nothing where the plan has none."""
    found = given.maps.get(kind)
    if found is not None:
        alt = f"{given.town}の{caption}。縮尺1:{found.scale:,}の地図。"
        paper.picture(f"{caption}（縮尺1:{found.scale:,}）", found, alt)


def area_table(paper: Paper, given: DocumentInput, role: Role) -> None:
    """The areas of a role, or that there is none yet."""
    found = rows.area_rows(given.values, role, given.areas)
    if found:
        paper.table(f"{role.japanese}の面積と範囲", rows.AREA_HEAD, rows.AREA_SHARES, found)
    else:
        paper.text(f"{role.japanese}：{UNKNOWN}")


def facility_table(paper: Paper, given: DocumentInput, item: int | None) -> None:
    """The facilities of an item of 22条2項, or of none; that there is none yet of an item."""
    found = rows.facility_rows(given.values, given.checked.verdicts, item)
    if found:
        caption = _CAPTIONS[item]
        paper.table(caption, rows.FACILITY_HEAD, rows.FACILITY_SHARES, found)
        paper.text(f"{FINAL_WORD}{rule_table().law_date_words}")
    elif item is not None:
        paper.text(f"施設：{UNKNOWN}")


def links(paper: Paper, given: DocumentInput, title: str, level: int = 1) -> None:
    """The roads to the interchanges with what each is tagged as, and their map."""
    paper.heading(title, level)
    paper.text(rows.fact_text(given.values.facts, "items.6"))
    found = rows.link_rows(given.values)
    if found:
        paper.table("インターチェンジから施設までの道路", rows.LINK_HEAD, rows.LINK_SHARES, found)
        paper.text(SPEEDS)
        picture(paper, given, "access", "アクセス道路図")


def programmes(paper: Paper, given: DocumentInput) -> None:
    """Programmes of support that are candidates; those whose conditions are not met are left out."""
    named = [match for match in given.checked.subsidies if match.status != "outside"]
    if not named:
        return
    paper.heading("活用を検討する補助制度の候補", 2)
    head_words = ("制度", "対象", "状態", "確かめること", "省庁・年度")
    found: rows.Rows = [
        (
            match.programme.name,
            match.name,
            match.label,
            "\n".join(match.questions) or "―",
            f"{match.programme.ministry}\n{match.programme.year}",
        )
        for match in named
    ]
    paper.table("補助制度の候補", head_words, (0.28, 0.17, 0.12, 0.28, 0.15), found)
    paper.text(CAUTION)


def period(given: DocumentInput) -> str | None:
    """計画期間, as written under either heading."""
    facts = given.values.facts
    return rows.fact_text(facts, "items.7") or rows.fact_text(facts, "period")


def sources(paper: Paper, given: DocumentInput) -> None:
    """出典 of the layers on the maps, each once."""
    paper.heading("資料の出典")
    named: dict[str, list[str]] = {}
    for layer in given.values.layers:
        if not layer.is_plan and layer.role != Role.VACANT_HOUSE and layer.style.visible:
            named.setdefault(layer.source.citation or f"出典：{UNKNOWN}", []).append(layer.name)
    for citation, names in named.items():
        paper.bullet(f"{'・'.join(names)}：{citation}")
    if not named:
        paper.text("資料のレイヤはありません。")


def _area(paper: Paper, given: DocumentInput) -> None:
    paper.heading("１　特定居住促進計画の区域（特定居住促進区域、22条2項1号）")
    paper.text(rows.fact_text(given.values.facts, "items.1"))
    area_table(paper, given, Role.PROMOTION_AREA)
    picture(paper, given, "overview", "総括図")
    picture(paper, given, "area", "特定居住促進区域図")
    paper.heading("特定居住重点地区（都道府県の計画による）", 2)
    area_table(paper, given, Role.PRIORITY_DISTRICT)


def _facilities(paper: Paper, given: DocumentInput, item: int, title: str) -> None:
    paper.heading(title)
    paper.text(rows.fact_text(given.values.facts, f"items.{item}"))
    facility_table(paper, given, item)
    if item == 3:
        picture(paper, given, "facilities", "拠点施設配置図")


def _requirements(paper: Paper, given: DocumentInput) -> None:
    """用途特例適用要件 where the plan writes some; whether it does where nobody has said."""
    found = rows.requirements_of(given.values.facts)
    said = given.values.facts.get("requirements_written")
    if said is False and not found:
        return
    paper.heading("用途特例適用要件（22条3項）")
    for record in found:
        name = record.get("name")
        caption = name if isinstance(name, str) and name else "用途特例適用要件"
        paper.table(caption, rows.REQUIREMENT_HEAD, rows.REQUIREMENT_SHARES, rows.requirement_rows(record))
    if not found:
        paper.text(None if said is None else f"要件：{UNKNOWN}")
    paper.text(
        "この要件に適合する建築物も、建築基準法48条の許可（公開による意見の聴取と建築審査会の同意）を"
        "建築物ごとに受ける必要があります（24条）。"
    )


def _housing(paper: Paper, given: DocumentInput) -> None:
    if holds(given.values.facts.get("housing_written")):
        paper.heading("公的賃貸住宅等整備事業（22条4項）")
        paper.text(None)


def _procedure(paper: Paper, given: DocumentInput) -> None:
    facts = given.values.facts
    steps = procedure(
        facts,
        given.checked.controlled,
        today=given.stamp,
        municipalities=len(given.values.header.municipalities),
    )
    paper.heading("計画の作成の経過（22条1項、5項から13項まで）")
    found: rows.Rows = [(step.article, step.text, _state(step), _day(step)) for step in steps]
    paper.table("手続と日付", ("条項", "手続", "状態", "日付"), (0.20, 0.50, 0.14, 0.16), found)
    if holds(facts.get("council_exists")):
        counts = Counter(str(member.get("kind") or "") for member in records_of(facts, "council.members"))
        told = "、".join(f"{word}{counts[kind]}者" for kind, word in MEMBER_KINDS.items() if counts[kind])
        paper.text(f"特定居住促進協議会（23条）の構成員：{told or UNKNOWN}")


def _state(step: ProcedureStep) -> str | None:
    return None if step.state in ("unknown", "unclear") else STATE_WORDS[step.state]


def _day(step: ProcedureStep) -> str | None:
    if step.day:
        return day_words(step.day)
    return "―" if step.state in ("not_needed", "not_done") else None
