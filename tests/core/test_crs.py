"""Which plane zone a municipality gets."""

from __future__ import annotations

import pytest

from chiiki_gis.core.crs import crs_label, plane_epsg, plane_zone, prefecture_name, zone_of_epsg


@pytest.mark.parametrize(
    ("code", "names", "longitude", "latitude", "zone"),
    [
        ("20214", ("茅野市",), 138.2, 36.0, 8),
        ("01202", ("渡島総合振興局", "函館市"), 140.7, 41.8, 11),
        ("01223", ("根室振興局", "根室市"), 145.6, 43.3, 13),
        ("01100", ("石狩振興局", "札幌市"), 141.3, 43.0, 12),
        ("01631", ("音更町",), 143.2, 43.0, 13),
        ("01543", (), 144.1, 43.8, 13),
        ("01559", ("湧別町",), 143.6, 44.2, 12),
        ("01371", ("せたな町",), 139.9, 42.4, 11),
        ("01571", ("豊浦町",), 140.7, 42.6, 11),
        ("01578", ("白老町",), 141.4, 42.5, 12),
        ("46201", ("鹿児島市",), 130.55, 31.6, 2),
        ("46222", ("奄美市",), 129.5, 28.4, 1),
        ("46529", ("喜界町",), 130.0, 28.3, 1),
        ("47201", ("那覇市",), 127.7, 26.2, 15),
        ("47207", ("石垣市",), 124.2, 24.4, 16),
        ("47357", ("南大東村",), 131.2, 25.8, 17),
        ("13103", ("港区",), 139.7, 35.6, 9),
        ("13421", ("小笠原村",), 142.2, 27.1, 14),
        ("18207", ("鯖江市",), 136.2, 35.9, 6),
    ],
)
def test_the_plane_zone_follows_the_municipality(
    code: str, names: tuple[str, ...], longitude: float, latitude: float, zone: int
) -> None:
    assert plane_zone(code, longitude, latitude, names) == zone


def test_every_prefecture_has_a_zone_and_a_name() -> None:
    for number in range(1, 48):
        assert 1 <= plane_zone(f"{number:02d}", 135, 35) <= 19
        assert prefecture_name(f"{number:02d}000")
    assert prefecture_name("48000") is None
    assert prefecture_name("長野") is None


def test_the_status_bar_names_the_crs_in_japanese() -> None:
    assert crs_label(6676) == "平面直角座標系 第VIII系（JGD2011）"
    assert crs_label(2450) == "平面直角座標系 第VIII系（JGD2000）"
    assert plane_epsg(8) == 6676
    assert zone_of_epsg(4326) is None
