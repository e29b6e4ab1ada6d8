"""Names and codes of use zones."""

from __future__ import annotations

import pytest

from chiiki_gis.core.zones import ZONES, zone_named, zone_of_code


@pytest.mark.parametrize(
    "text",
    ["第1種低層住居専用地域", "第１種低層住居専用地域", "第一種低層住居専用地域", "第一種低層住居専用",
     "1種低住", "第一種低層住居専用地域（50/80）", " 第一種低層住居専用地域 "],
)  # fmt: skip
def test_one_zone_has_many_spellings(text: str) -> None:
    zone = zone_named(text)
    assert zone is not None
    assert zone.id == "R1L"


@pytest.mark.parametrize("text", ["", None, "不明", "都市計画区域", "市街化調整区域", "低層"])
def test_other_words_are_no_zone(text: str | None) -> None:
    assert zone_named(text) is None


def test_every_official_and_short_name_is_understood() -> None:
    for zone in ZONES:
        assert zone_named(zone.name) == zone
        assert zone_named(zone.short) == zone


def test_code_eight_is_commercial_in_one_system_and_rural_in_the_other() -> None:
    a29, youto = zone_of_code(8, "a29"), zone_of_code(8, "youto")
    assert a29 is not None
    assert youto is not None
    assert (a29.name, youto.name) == ("近隣商業地域", "田園住居地域")
    assert zone_of_code(99, "a29") is None
