"""Proposals of a plan: what the law asks of them, what goes, and what is missing is said before."""

from __future__ import annotations

import html
import io
import json
import zipfile
from pathlib import Path

import pyogrio
import pytest
from openpyxl import load_workbook
from two_towns import DAY, east

from chiiki_gis.__main__ import main
from chiiki_gis.core.change import Change
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.jobs import ExportOptions
from chiiki_gis.core.merging import accepted
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.export.proposal import missing_of
from chiiki_gis.io.store import memory_ref
from chiiki_gis.tasks import leaving, plan
from chiiki_gis.tasks.desk import desk_report
from chiiki_gis.tasks.merge import compare

CORPORATION = {
    "name": "甲の会", "office": "茅野市本町一丁目", "address": "諏訪市", "designated_on": "2026-04-01",
    "note": "代表 湖野太郎",
}  # fmt: skip
PROPOSED = {
    "proposal.facilities": "共同利用の事務所を整備する",
    "period": "令和8年度から5年間",
    "support_corporations": [CORPORATION],
    "council.members": [{"name": "構成員 湖野花子"}],
}


@pytest.fixture(scope="module")
def town():
    made = east().document
    made.apply(Change("事実", facts=PROPOSED))
    return made


@pytest.fixture(scope="module")
def draft(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("draft") / "湖野太郎の素案.docx"
    path.write_bytes(b"draft")
    return path


def write(town, folder, kind, *drafts, **more):
    options = ExportOptions(
        stamp=DAY, kind=kind, attachments=drafts, substitutes={"𠮷": "吉"}, **{"reason": "事前の相談", **more}
    )
    return leaving.export(snapshot(town), "package", folder, options=options)


def opened(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def proposal(town, draft, tmp_path_factory):
    return write(town, tmp_path_factory.mktemp("proposal"), "proposal", draft)


@pytest.fixture(scope="module")
def support(town, draft, tmp_path_factory):
    return write(town, tmp_path_factory.mktemp("support"), "support", draft)


def parts_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows(parts, sheet, folder):
    (folder / "book.xlsx").write_bytes(parts["提案書.xlsx"])
    found = load_workbook(folder / "book.xlsx")[sheet]
    return list(found.iter_rows(min_row=2, values_only=True))


def test_the_paper_of_a_municipality_has_what_article_9_of_the_rules_asks(proposal, tmp_path):
    assert proposal.files[0].name == "提案一式.zip"
    parts = opened(proposal.files[0])
    told = dict(rows(parts, "提案書", tmp_path))
    assert told["市町村の名称（規則9条1号）"] == "茅野市"
    assert told["特定居住拠点施設に関する事項（規則9条2号）"] == "共同利用の事務所を整備する"
    assert told["特定居住重点地区の区域（規則9条2号）"] == "ちの地区"
    assert told["添付する素案"] == "素案/素案1.docx"
    assert rows(parts, "重点地区の区域", tmp_path) == [(1, "ちの地区", 400.0, None)]
    assert [row[1] for row in rows(parts, "拠点施設", tmp_path)] == ["共同事務所", "交流館"]


def test_areas_of_the_municipalitys_own_plan_are_no_part_of_its_proposal(proposal, tmp_path):
    parts = opened(proposal.files[0])
    (tmp_path / "p.gpkg").write_bytes(parts["geopackage/submission.gpkg"])
    assert len(pyogrio.read_dataframe(tmp_path / "p.gpkg", layer="promotion_area")) == 0
    assert len(pyogrio.read_dataframe(tmp_path / "p.gpkg", layer="priority_district")) == 1
    assert not [name for name in parts if "促進区域図" in name]
    assert json.loads(parts["manifest.json"])["format"] == "chiiki-gis-proposal"


def test_the_paper_of_a_corporation_has_its_name_and_its_office(support, tmp_path):
    assert support.files[0].name == "支援法人の提案一式.zip"
    parts = opened(support.files[0])
    told = dict(rows(parts, "提案書", tmp_path))
    assert told["名称又は商号（規則19条）"] == "甲の会"
    assert told["主たる事務所の所在地（規則19条）"] == "茅野市本町一丁目"
    assert told["提案先"] == "茅野市"
    assert [row[1] for row in rows(parts, "促進区域", tmp_path)] == ["第一号①髙﨑", "𠮷野"]
    assert any("促進区域図" in name for name in parts)


def test_each_proposal_carries_its_paper_in_word(proposal, support):
    names = [[n for n in opened(one.files[0]) if n.startswith("文書/")] for one in (proposal, support)]
    assert names == [["文書/都道府県への提案.docx"], ["文書/特定居住促進計画.docx"]]


@pytest.mark.parametrize("kind", ["proposal", "support"])
def test_names_of_persons_stay_whatever_the_kind(request, kind):
    parts = opened(request.getfixturevalue(kind).files[0])
    inner = {
        f"{name}/{part}": html.unescape(content.decode("utf-8", "replace")).encode()
        for name in parts
        if name.endswith(".xlsx") or name.startswith("文書/")
        for part, content in parts_of(parts[name]).items()
    }
    assert any("茅野市".encode() in content for content in inner.values())  # the search finds what is there
    for name, content in (parts | inner).items():
        for secret in ("湖野太郎", "湖野花子"):
            assert secret.encode() not in content, name
            assert secret not in name
    assert parts["素案/素案1.docx"] == b"draft"


def test_the_user_is_told_that_a_draft_was_not_looked_into(proposal):
    assert any("添えた素案の中身" in note for note in proposal.notes)


def test_what_is_missing_is_listed_and_carried_along_with_the_reason(tmp_path):
    bare = east().document
    missing = missing_of(snapshot(bare), ExportOptions(kind="proposal"))
    assert [one.split("（")[0] for one in missing] == ["都道府県の計画の素案"]
    with pytest.raises(BadInput, match="足りません"):
        write(bare, tmp_path, "proposal", reason=" ")
    assert list(tmp_path.iterdir()) == []
    parts = opened(write(bare, tmp_path, "proposal").files[0])
    assert "素案のファイルが添えられていません" in parts["README.txt"].decode("utf-8-sig")
    assert [row[1] for row in rows(parts, "足りないもの", tmp_path)] == ["事前の相談"]


def test_a_corporation_without_office_or_designation_is_said(town):
    def missing(*corporations, name=""):
        document = east().document
        document.apply(Change("事実", facts={"support_corporations": list(corporations)}))
        return missing_of(snapshot(document), ExportOptions(kind="support", corporation=name))

    assert "名称又は商号" in missing()[0]
    assert "名称又は商号" in missing({"name": "未指定の会"})[0]
    assert "所在地" in missing({"name": "甲の会", "designated_on": "2026-04-01"})[0]
    other = CORPORATION | {"name": "乙の会"}
    assert "選ばれていません" in missing(CORPORATION, other)[0]
    assert [m for m in missing(CORPORATION, other, name="乙の会") if "名称" in m] == []
    with pytest.raises(BadInput, match="丙の会"):
        missing(CORPORATION, name="丙の会")


@pytest.mark.parametrize("name", ["写真.jpg", "素案.exe", "ない.docx"])
def test_a_picture_or_another_file_is_no_draft(town, tmp_path, name):
    path = tmp_path / name
    if "ない" not in name:
        path.write_bytes(b"x")
    with pytest.raises(BadInput, match="素案として添えられません"):
        write(town, tmp_path / "out", "proposal", path)
    assert not (tmp_path / "out").exists()


def test_a_prefecture_takes_a_proposal_and_keeps_it_when_the_plan_follows(
    proposal, packages, new_desk, town, tmp_path
):
    desk = new_desk()
    desk.apply(accepted(compare(snapshot(desk), proposal.files, memory_ref)))
    (line,) = desk_report(snapshot(desk)).towns
    assert (line.kind, line.districts, line.areas) == ("proposal", 1, 0)
    found = compare(snapshot(desk), [packages.east], memory_ref)
    assert {(row.difference, row.role.value) for row in found.rows} == {("added", "promotion_area")}
    desk.apply(accepted(found))
    again = compare(snapshot(desk), proposal.files, memory_ref)
    assert again.rows == ()


def test_a_prefecture_makes_no_proposal(new_desk, draft, tmp_path):
    with pytest.raises(BadInput, match="受け付けのプロジェクトからは"):
        write(new_desk(), tmp_path, "proposal", draft)


def test_the_command_line_says_what_is_missing_and_writes_with_a_reason(town, draft, tmp_path, capsys):
    path = tmp_path / "計画.gpkg"
    plan.save(snapshot(town), path, None)
    words = ["export", str(path), str(tmp_path / "out"), "--format", "package", "--kind", "support"]
    more = ["--substitute", "𠮷=吉"]
    assert main([*words, *more]) == 1
    assert "足りないもの：特定居住促進計画の素案" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert main([*words, *more, "--attach", str(draft), "--corporation", "甲の会"]) == 0
    assert capsys.readouterr().out.strip().endswith("支援法人の提案一式.zip")
    assert main([*words[:4], "gpkg", "--kind", "proposal"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 3


def test_equal_plan_and_day_give_equal_bytes(town, draft, proposal, tmp_path):
    again = write(town, tmp_path, "proposal", draft)
    assert again.files[0].read_bytes() == proposal.files[0].read_bytes()
