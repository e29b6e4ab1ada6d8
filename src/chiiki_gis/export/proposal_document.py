"""The municipality's proposal to the prefecture (広活法5条10項, 規則9条) and its draft of a plan."""

from __future__ import annotations

from chiiki_gis.core.crs import prefecture_name
from chiiki_gis.core.eras import day_words
from chiiki_gis.core.role import Role
from chiiki_gis.export import document_rows as rows
from chiiki_gis.export.docx_paper import UNKNOWN, Paper
from chiiki_gis.export.plan_document import (
    DocumentInput,
    area_table,
    facility_table,
    head,
    links,
    period,
    picture,
    sources,
)


def proposal_document(given: DocumentInput) -> Paper:
    """The proposal with the draft behind it; what is not known stands there as 「（未記入）」."""
    paper = Paper("広域的地域活性化基盤整備計画の作成についての提案", given.town, given.stamp)
    head(paper, given)
    submitted = rows.fact_text(given.values.facts, "proposal.submitted")
    paper.text(f"提案の日：{day_words(submitted) if submitted else UNKNOWN}")
    paper.text(f"{_prefecture(given)}知事　様")
    paper.text(f"{given.town}長　{UNKNOWN}")
    paper.text(
        "広域的地域活性化のための基盤整備に関する法律5条10項の規定により、特定居住拠点施設に関する事項と"
        "特定居住重点地区の区域を記載した計画を作成するよう、素案を添えて提案します。"
    )
    paper.heading("１　市町村の名称（規則9条1号）")
    paper.text(given.town)
    paper.heading("２　特定居住拠点施設に関する事項（規則9条2号）")
    _facilities(paper, given)
    paper.heading("３　特定居住重点地区の区域（規則9条3号）")
    area_table(paper, given, Role.PRIORITY_DISTRICT)
    picture(paper, given, "priority", "特定居住重点地区の位置図")
    paper.new_page()
    _draft(paper, given)
    sources(paper, given)
    return paper


def _facilities(paper: Paper, given: DocumentInput) -> None:
    paper.text(rows.fact_text(given.values.facts, "proposal.facilities"))
    facility_table(paper, given, 3)
    picture(paper, given, "facilities", "拠点施設配置図")


def _draft(paper: Paper, given: DocumentInput) -> None:
    """The draft: the items of 5条2項."""
    facts = given.values.facts
    paper.heading("別紙　広域的地域活性化基盤整備計画の素案（5条10項後段）")
    paper.heading("１　拠点施設に関する事項と重点地区の区域（5条2項1号）", 2)
    paper.text("本文の２と３のとおり。")
    links(paper, given, "２　拠点施設関連基盤施設整備事業に関する事項（5条2項2号）", 2)
    paper.text("この事業に当たるのは、都道府県が実施する一般国道又は都道府県道の整備などです（2条3項）。")
    paper.heading("３　一体となって効果を高める事業又は事務に関する事項（5条2項3号）", 2)
    paper.text(rows.fact_text(facts, "items.5"))
    paper.heading("４　計画期間（5条2項4号）", 2)
    paper.text(period(given))


def _prefecture(given: DocumentInput) -> str:
    header = given.values.header
    name = prefecture_name(header.municipalities[0].code) if header.municipalities else None
    return name if name and not header.is_fictional else UNKNOWN
