"""The use-zone table against hand-written expectations from 別表第二."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chiiki_gis import paths
from chiiki_gis.core.zones import NONE_ID, ZONES
from chiiki_gis.rules.building import judge_uses
from chiiki_gis.rules.load import ZONE_IDS, parse_table, rule_table
from chiiki_gis.rules.model import LABELS, Use

TABLE = rule_table()

# Written by hand from 別表第二 (2025-06-01) and 令130条の3–130条の9の8, for 10㎡ on storey 1, within every
# limit: a = allowed, c = within a limit, p = permit, ? = ask.
# columns: 1低 2低 1中高 2中高 1住 2住 準住 田園 近商 商業 準工 工業 工専 指定なし
ORDER = ("R1L", "R2L", "R1M", "R2M", "R1", "R2", "RQ", "RA", "CN", "C", "IQ", "I", "IX", "NONE")
EXPECTED = {
    "dwelling": "a a a a a a a a a a a a p a",
    "apartment": "a a a a a a a a a a a a p a",
    "office": "p p p c c a a p a a a a a a",
    "retail_daily_eatery": "p c c c c c c c a a a c p c",
    "service_shop": "p c c c c c c c a a a c c c",
    "retail_other": "p p c c c c c p a a a c p c",
    "farm_shop": "p c c c c c c c a a a c p c",
    "hotel": "p p p p c a a p a a a p p a",
    "library_like": "a a a a a a a a a a a a p a",
    "assembly_hall": "p p p c c a a p a a a a a a",
    "nursery": "a a a a a a a a a a a a a a",
    "clinic": "a a a a a a a a a a a a a a",
    "hospital": "p p a a a a a p a a a p p a",
    "senior_child_center": "c c a a a a a c a a a a a a",
    "welfare_home": "a a a a a a a a a a a a p a",
    "municipal_branch": "c c c c c a a c a a a a a a",
    "school": "a a a a a a a a a a a p p a",
    "university": "p p a a a a a p a a a p p a",
    "dwelling_combined": "c c c a a a a c a a a a p a",
}
WORDS = {"a": "allowed", "c": "conditional_ok", "p": "needs_48_permit", "?": "check_ordinance"}

# Just beyond the limit; written by hand. (class, zone, floor, storey, total) → permit unless said.
BEYOND = [
    ("office", "R2M", 1501, 2, None),
    ("office", "R2M", 1500, 3, None),
    ("office", "R1", 3001, 1, None),
    ("retail_daily_eatery", "R2L", 151, 1, None),
    ("retail_daily_eatery", "R2L", 150, 3, None),
    ("retail_daily_eatery", "R1M", 501, 1, None),
    ("retail_other", "R1M", 500, 3, None),
    ("retail_other", "R2M", 1501, 1, None),
    ("retail_other", "R2M", 400, 3, None),
    ("retail_other", "R1", 3001, 1, None),
    ("retail_other", "R2", 10001, 1, None),
    ("retail_other", "RQ", 10001, 1, None),
    ("retail_other", "I", 10001, 1, None),
    ("service_shop", "IX", 10001, 1, None),
    ("retail_other", "NONE", 10001, 1, None),
    ("service_shop", "RA", 151, 1, None),
    ("farm_shop", "RA", 501, 1, None),
    ("farm_shop", "RA", 500, 3, None),
    ("senior_child_center", "R1L", 601, 1, 601),
    ("senior_child_center", "RA", 601, 1, 601),
    ("municipal_branch", "R1L", 601, 1, 601),
    ("hotel", "R1", 3001, 1, None),
    ("assembly_hall", "R2M", 1501, 2, None),
]

CELLS = [
    (name, zone, WORDS[letter])
    for name, row in EXPECTED.items()
    for zone, letter in zip(ORDER, row.split(), strict=True)
]


def test_the_expectations_name_every_class_and_zone() -> None:
    whole = {one.id for one in TABLE.classes.values() if not one.part_only}
    assert set(EXPECTED) == whole
    assert set(ORDER) == set(ZONE_IDS) == {*(zone.id for zone in ZONES), NONE_ID}


@pytest.mark.parametrize(("use_class", "zone", "expected"), CELLS)
def test_a_small_building_gets_what_the_law_says(use_class: str, zone: str, expected: str) -> None:
    part = "office" if use_class == "dwelling_combined" else None
    outcome = judge_uses(TABLE, zone, [Use(use_class, 10, 1, part)], 100)
    assert outcome.verdict == expected


@pytest.mark.parametrize(("use_class", "zone", "floor", "storey", "total"), BEYOND)
def test_beyond_its_limit_a_building_needs_a_permit(
    use_class: str, zone: str, floor: float, storey: int, total: float | None
) -> None:
    assert judge_uses(TABLE, zone, [Use(use_class, floor, storey)], total).verdict == "needs_48_permit"


@pytest.mark.parametrize("number", range(len(TABLE.examples)))
def test_every_example_of_the_table_gives_its_verdict(number: int) -> None:
    example = TABLE.examples[number]
    outcome = judge_uses(TABLE, example.zone, example.uses, example.total_floor_m2)
    assert outcome.verdict == example.verdict, outcome


@pytest.mark.parametrize(
    ("use_class", "zone", "article"),
    [
        ("library_like", "R1L", "別表第二（い）項4号"),
        ("library_like", "R2L", "別表第二（ろ）項1号（（い）項4号）"),
        ("clinic", "RA", "別表第二（ち）項1号（（い）項8号）"),
        ("hospital", "R1M", "別表第二（は）項3号"),
        ("hotel", "R2M", "別表第二（に）項4号"),
        ("hotel", "I", "別表第二（を）項2号"),
        ("welfare_home", "IX", "別表第二（わ）項4号"),
        ("office", "R1L", "別表第二（い）項"),
        ("office", "R2M", "別表第二（に）項7号・8号"),
        ("retail_daily_eatery", "NONE", "別表第二（か）項"),
    ],
)
def test_a_verdict_cites_the_item_of_the_table(use_class: str, zone: str, article: str) -> None:
    assert article in judge_uses(TABLE, zone, [Use(use_class, 10, 1)], 10).articles


def test_a_class_is_found_by_id_and_japanese_name_only() -> None:
    assert TABLE.class_named("office") is TABLE.class_named("事務所")
    assert TABLE.class_named("兼用住宅") is TABLE.classes["dwelling_combined"]
    for word in ("コワーキング", "交流施設", "お試し居住", "", None):
        assert TABLE.class_named(word) is None


def test_a_planners_word_offers_candidates() -> None:
    assert [one.id for one in TABLE.candidates("コワーキング")] == ["office"]
    assert {one.id for one in TABLE.candidates("お試し居住")} == {"dwelling", "apartment", "hotel"}
    assert TABLE.candidates("宇宙基地") == ()


def test_no_word_of_a_verdict_promises_a_building() -> None:
    for label in LABELS.values():
        assert "建築可" not in label
        assert "特例許可" not in label


def test_the_table_says_the_date_of_its_articles() -> None:
    assert TABLE.rules_version == "2025-07"
    assert "2025年7月時点" in TABLE.law_date_words
    assert TABLE.special24_zones == {"R1L", "R2L", "R1M", "R2M"}


def test_the_table_survives_pickling() -> None:
    assert pickle.loads(pickle.dumps(TABLE)) == TABLE


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            'R2M = "R2M-other", R1 = "R1-other", R2 = "A", RQ = "A", RA = "X", CN',
            'R1 = "R1-other", R2 = "A", CN',
        ),
        ('zone = "R2L"\nmax_sum_m2', 'zone = "R2L"\nmaximum'),
        ('shops_within = "R1M-shop"', 'shops_within = "nowhere"'),
        ('RA = "RA-farm"', 'RA = "R1M-shop"'),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(before: str, after: str) -> None:
    text = (paths.resources() / "rules" / "use_zones.toml").read_text(encoding="utf-8")
    assert before in text
    with pytest.raises((ValueError, TypeError)):
        parse_table(text.replace(before, after))


RANK = {"allowed": 0, "conditional_ok": 1, "check_ordinance": 2, "needs_48_permit": 3}
AREAS = st.sampled_from(
    [10.0, 45.0, 150.0, 151.0, 500.0, 501.0, 600.0, 900.0, 1500.0, 1501.0, 3000.0, 12000.0]
)
CLASSES = st.sampled_from([name for name, one in TABLE.classes.items() if not one.part_only])


@st.composite
def whole_uses(draw: st.DrawFn) -> Use:
    part = draw(st.sampled_from(["office", "service_shop", "atelier", "hotel"]))
    return Use(draw(CLASSES), draw(AREAS), draw(st.integers(1, 6)), part)


@given(st.sampled_from(ZONE_IDS), st.lists(whole_uses(), min_size=1, max_size=4))
def test_a_missing_number_never_hides_what_the_number_would_free(zone: str, uses: list[Use]) -> None:
    """Whatever the blanks hide, a verdict that is given with blanks holds with the numbers as well."""
    total = sum(use.use_floor_m2 or 0 for use in uses) + 100
    known = judge_uses(TABLE, zone, uses, total).verdict
    assert known in RANK
    for blank in range(len(uses)):
        for field in ("use_floor_m2", "top_storey"):
            use = uses[blank]
            values = {"use_floor_m2": use.use_floor_m2, "top_storey": use.top_storey, field: None}
            less = [
                *uses[:blank],
                Use(use.use_class, part_class=use.part_class, **values),
                *uses[blank + 1 :],
            ]
            blind = judge_uses(TABLE, zone, less, total).verdict
            assert blind in (known, "conditional_unknown")


@given(st.sampled_from(ZONE_IDS), st.lists(whole_uses(), min_size=1, max_size=3), whole_uses())
def test_another_use_never_makes_a_building_freer(zone: str, uses: list[Use], more: Use) -> None:
    total = sum(use.use_floor_m2 or 0 for use in (*uses, more)) + 100
    without, with_more = (judge_uses(TABLE, zone, some, total).verdict for some in (uses, [*uses, more]))
    assert RANK[with_more] >= RANK[without]


@given(
    st.sampled_from(ZONE_IDS),
    st.permutations([Use("office", 900, 2), Use("assembly_hall", 700, 1), Use("farm_shop", 100, 1)]),
)
def test_the_order_of_the_uses_does_not_matter(zone: str, uses: list[Use]) -> None:
    verdicts = {judge_uses(TABLE, zone, order, None).verdict for order in (uses, list(reversed(uses)))}
    assert len(verdicts) == 1
