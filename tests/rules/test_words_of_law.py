"""Every cell of the use-zone table against the words of 別表第二 itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chiiki_gis.core.zones import NONE_ID, ZONES
from chiiki_gis.rules.load import rule_table
from chiiki_gis.rules.model import Cell

TABLE = rule_table()
ROW_OF = {**{zone.id: zone.table_row[1] for zone in ZONES}, NONE_ID: "か"}
NUMBERS = {
    "五十": 50,
    "六百": 600,
    "二百": 200,
    "三百": 300,
    "百五十": 150,
    "五百": 500,
    "千五百": 1500,
    "三千": 3000,
    "一万": 10_000,
}

# How 別表第二 names a class. An office or a hall is named nowhere.
NAMES = {
    "dwelling": r"^\S+ 住宅$",
    "dwelling_combined": "住宅で事務所、店舗その他これらに類する用途を兼ねるもの",
    "apartment": "共同住宅",
    "office": "(?!)",
    "assembly_hall": "(?!)",
    "retail_daily_eatery": "店舗、飲食店|物品販売業を営む店舗",
    "service_shop": "店舗、飲食店",
    "retail_other": "店舗、飲食店|物品販売業を営む店舗",
    "farm_shop": "店舗、飲食店|物品販売業を営む店舗",
    "hotel": "ホテル又は旅館",
    "library_like": "図書館",
    "nursery": "保育所",
    "clinic": "診療所",
    "hospital": "病院",
    "senior_child_center": "老人福祉センター",
    "welfare_home": "老人ホーム",
    "school": r"^\S+ 学校（",
    "university": r"大学、高等専門学校、専修学校その他|学校（幼保",
}
BY_ORDER = {  # where the row leaves it to 令130条の4第2号, 130条の5の2, 130条の9の4
    **{("senior_child_center", zone): "600" for zone in ("R1L", "R2L", "RA")},
    ("retail_other", "R2L"): "X",
    ("retail_other", "RA"): "X",
    ("farm_shop", "RA"): "500/2",
    ("dwelling_combined", "IX"): "X",  # （わ）項2号 says 住宅, whatever it is combined with
}
# The words of 施行令 (2025-04-01) on a branch of the town hall and on what is no factory of （に）項2号.
ORDER = {
    "130条の4第2号": "地方公共団体の支庁又は支所の用に供する建築物、老人福祉センター、児童厚生施設"
    "その他これらに類するもので延べ面積が六百平方メートル以内のもの",
    "130条の5の4第1号": "税務署、警察署、保健所、消防署その他これらに類するもの"
    "（法別表第二（い）項第九号に掲げるもの及び五階以上の部分をこれらの用途に供するものを除く。）",
    "130条の7の2第1号": "税務署、警察署、保健所、消防署その他これらに類するもの",
    "130条の3第7号": "美術品又は工芸品を製作するためのアトリエ又は工房（原動機を使用する場合にあつては、"
    "その出力の合計が〇・七五キロワット以下のものに限る。）",
}


def rows() -> dict[str, list[str]]:
    """The items of each row, with the items that it takes over from other rows."""
    text = Path(__file__).with_name("appended_table_2.md").read_text("utf-8")
    found = {part[0]: part.split("\n")[1:] for part in text.split("## ")[1:]}
    found = {name: [line for line in lines if line] for name, lines in found.items()}
    for name in "ろはち":
        found[name] = [*found["い"][:9], *found[name]]
    found["わ"] = [*found["を"], *found["わ"]]
    return found


ROWS = rows()


def number_of(item: str) -> int | None:
    """The floor area up to which an item speaks of a use, in m²."""
    hit = re.search(r"床面積の合計が(\S+?)平方メートル(?:以内|を超えるもの)", item)
    return NUMBERS[hit.group(1)] if hit else None


def read_law(use_class: str, zone: str) -> str:
    """A, X, or the limit (m², and /2 where the third storey is shut) as the words of the row say it."""
    if (use_class, zone) in BY_ORDER:
        return BY_ORDER[use_class, zone]
    row = ROW_OF[zone]
    named = [item for item in ROWS[row] if re.search(NAMES[use_class], item)]
    if row in "いろはち":
        if not named:
            return "X"
        item = named[-1]
        return f"{number_of(item)}/2" if number_of(item) else "A"
    forbidden = [item for item in named if number_of(item) is None]
    if forbidden:
        return "X"
    if named:
        return str(number_of(named[0]))
    if row in "にほ":
        in_third = [item for item in ROWS["は"] if re.search(NAMES[use_class], item)]
        if not any(number_of(item) is None for item in in_third):
            others = next(
                item for item in ROWS[row] if "（は）項に掲げる建築物以外" in item and "合計" in item
            )
            shut = any("三階以上の部分を（は）項" in item for item in ROWS[row])
            return f"{number_of(others)}{'/2' if shut else ''}"
    return "A"


def words_of(cell: Cell) -> str:
    if cell.word != "limit":
        return cell.word
    limit = TABLE.limits[cell.limits[0]]
    number = limit.max_total_m2 if limit.max_sum_m2 is None else limit.max_sum_m2
    return f"{number:.0f}{'/2' if limit.max_storey == 2 else ''}"


def follow(row: str, seen: str = "") -> list[str]:
    """The items of a row and of the rows that its items name."""
    found = list(ROWS[row])
    for item in ROWS[row]:
        named, numbers = re.findall("（(.)）項", item), "第一号" in item or "掲げるもの" in item
        for other in named if numbers and "以外" not in item else []:
            if other not in seen + row and "工場" not in item:
                found += follow(other, seen + row)
    return found


def test_an_atelier_is_asked_about_where_the_row_forbids_workshops() -> None:
    assert "原動機を使用する場合" in ORDER["130条の3第7号"]
    for zone, row in ROW_OF.items():
        bare = re.compile(r"^\S+ (?:工場（|原動機を使用する工場で作業場)")
        shut = "X" if row in "いろはち" else "ask" if any(map(bare.search, follow(row))) else "A"
        assert TABLE.classes["atelier"].cells[zone].word == shut, zone


def test_a_branch_of_the_town_hall_has_the_limits_of_the_order() -> None:
    total = NUMBERS[str(re.search("延べ面積が(.+?)平方メートル", ORDER["130条の4第2号"])[1])]  # type: ignore[index]
    offices = "税務署、警察署、保健所、消防署"
    assert "五階以上の部分" in ORDER["130条の5の4第1号"]
    for zone, row in ROW_OF.items():
        cell = TABLE.classes["municipal_branch"].cells[zone]
        limits = [TABLE.limits[name] for name in cell.limits]
        if row not in "いろはちにほ":
            assert cell.word == "A", zone
            continue
        assert limits[0].max_total_m2 == total, (
            zone
        )  # （い）項9号, which （は） takes over and （に）（ほ） leave free
        others = read_law("office", zone) if row in "にほ" else None
        assert [words_of(Cell("limit", (limit.id,))) for limit in limits[1:]] == ([others] if others else [])
        by_row = "130条の5の4第1号" if row in "はに" else "130条の7の2第1号" if row == "ほ" else None
        assert cell.beyond == ("ask" if by_row and offices in ORDER[by_row] else "X"), zone
        never = 5 if by_row and "五階以上の部分" in ORDER[by_row] else None
        assert cell.never_from_storey == never, zone


def test_every_class_is_read_from_the_law() -> None:
    assert set(TABLE.classes) == {*NAMES, "municipal_branch", "atelier"}


@pytest.mark.parametrize("zone", ROW_OF)
@pytest.mark.parametrize("use_class", NAMES)
def test_a_cell_says_what_the_words_of_the_law_say(use_class: str, zone: str) -> None:
    assert words_of(TABLE.classes[use_class].cells[zone]) == read_law(use_class, zone)


def test_the_limits_stand_in_the_articles_that_they_cite() -> None:
    for limit in TABLE.limits.values():
        rows_of_zone = {ROW_OF[limit.zone], *("は" if limit.zone in ("R2M", "R1") else "")}
        assert any(f"別表第二（{row}）項" in limit.article for row in rows_of_zone), limit.id
        if limit.max_sum_m2 is not None:
            numbers = {number_of(item) for item in ROWS[ROW_OF[limit.zone]]}
            assert limit.max_sum_m2 in numbers, limit.id


@pytest.mark.parametrize("use_class", NAMES)
def test_every_limit_is_kept_up_to_its_last_square_metre_and_storey(use_class: str) -> None:
    from chiiki_gis.rules.building import judge_uses
    from chiiki_gis.rules.model import Use

    for zone, cell in TABLE.classes[use_class].cells.items():
        for name in cell.limits:
            limit = TABLE.limits[name]
            most = limit.max_sum_m2 or limit.max_total_m2 or 0.0
            storey = limit.max_storey or 1

            def verdict(floor: float, storey: int, zone: str = zone) -> str:
                return judge_uses(TABLE, zone, [Use(use_class, floor, storey)], floor).verdict

            assert verdict(most, storey) == "conditional_ok", (zone, name)
            assert verdict(most + 0.01, storey) == "needs_48_permit", (zone, name)
            if limit.max_storey is not None:
                assert verdict(most, storey + 1) == "needs_48_permit", (zone, name)
