"""Places as people type and paste them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chiiki_gis.core.coordinates import (
    LATITUDES,
    LONGITUDES,
    LatLon,
    PlaneXY,
    degrees_text,
    dms_text,
    parse_place,
)

latitudes, longitudes = st.floats(20.001, 46.4), st.floats(122.001, 154.4)
FULL_WIDTH = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)} | {" ": "\u3000"})


@pytest.mark.parametrize(
    "text",
    [
        "X 1204.5 Y -25310.8",
        "X(北) 1,204.5\u3000Y(東) −25,310.8",
        "Ｘ＝１２０４．５　Ｙ＝ー２５３１０．８",
        "Y=-25310.8, X=1204.5",
        "x:1204.5m y:-25310.8m",
        "1204.5 -25310.8",
        "1204.5,-25310.8",
        "1,204.5  -25,310.8",
        "1,204.5, -25,310.8",
        "１２０４．５、－２５３１０．８",
    ],
)
def test_plane_coordinates_are_north_then_east_unless_named(text: str) -> None:
    assert parse_place(text) == PlaneXY(1204.5, -25310.8)


@pytest.mark.parametrize(
    "text",
    [
        "35.9867 138.1627",
        "35.9867,138.1627",
        "138.1627, 35.9867",
        "緯度 35.9867　経度 138.1627",
        "経度138.1627 緯度35.9867",
        "(35.9867, 138.1627)",
        "lat=35.9867 lon=138.1627",
        "Latitude: 35.9867, Longitude: 138.1627",
        "N35.9867 E138.1627",
        "35.9867N 138.1627E",
        "35.9867°N, 138.1627°E",
        "３５．９８６７，１３８．１６２７",
    ],
)
def test_degrees_are_known_by_their_words_or_their_size(text: str) -> None:
    assert parse_place(text) == LatLon(35.9867, 138.1627)


@pytest.mark.parametrize(
    "text",
    [
        "35°59'12.3\"N 138°09'45.6\"E",
        "N35°59′12.3″ E138°9′45.6″",
        "北緯35度59分12.3秒 東経138度9分45.6秒",
        "北緯３５度５９分１２．３秒、東経１３８度９分４５．６秒",
        "東経138度9分45.6秒　北緯35度59分12.3秒",
        "35°59’12.3” 138°9’45.6”",
        "35°59''12.3".replace("''", "'") + "'' 138°9'45.6''",
        "35 59 12.3 138 9 45.6",
        "35:59:12.3, 138:09:45.6",
        "35°59.205′ 138°9.76′",
    ],
)
def test_degrees_minutes_and_seconds_can_be_pasted(text: str) -> None:
    place = parse_place(text)
    assert isinstance(place, LatLon)
    assert place.latitude == pytest.approx(35 + 59 / 60 + 12.3 / 3600)
    assert place.longitude == pytest.approx(138 + 9 / 60 + 45.6 / 3600)


@pytest.mark.parametrize(
    "text",
    [
        "", "茅野市", "1204.5", "35138", "1,204,567", "1 2 3", "X 1204.5", "35°60'00\" 138°00'00\"",
        "北緯35度 北緯138度", "51.5°N 0.1°E", "35.9N 138.1N", "国道 20 号", "第1種 低層", "X 9999999 Y 0",
    ],
)  # fmt: skip
def test_what_is_no_place_is_not_guessed(text: str) -> None:
    assert parse_place(text) is None


def test_a_place_near_the_origin_of_a_zone_needs_its_letters() -> None:
    assert parse_place("X=35 Y=138") == PlaneXY(35, 138)
    assert parse_place("35 138") == LatLon(35, 138)


@given(latitudes, longitudes)
def test_decimal_degrees_come_back(latitude: float, longitude: float) -> None:
    place = parse_place(degrees_text(LatLon(latitude, longitude)))
    assert isinstance(place, LatLon)
    assert place.latitude == pytest.approx(latitude, abs=6e-7)
    assert place.longitude == pytest.approx(longitude, abs=6e-7)


@given(latitudes, longitudes, st.booleans())
def test_minutes_and_seconds_come_back_also_in_full_width(lat: float, lon: float, wide: bool) -> None:
    text = dms_text(LatLon(lat, lon))
    place = parse_place(text.translate(FULL_WIDTH) if wide else text)
    assert isinstance(place, LatLon)
    assert place.latitude == pytest.approx(lat, abs=0.0051 / 3600)
    assert place.longitude == pytest.approx(lon, abs=0.0051 / 3600)


@given(st.floats(-300_000, 300_000), st.floats(-300_000, 300_000))
def test_plane_coordinates_come_back(x: float, y: float) -> None:
    assert parse_place(f"X(北) {x:,.3f}　Y(東) {y:,.3f}") == PlaneXY(round(x, 3), round(y, 3))


@given(st.text(alphabet="0123456789.,-+ °′″XYNE北緯度分秒", max_size=30))
def test_any_text_is_a_place_in_reach_or_none(text: str) -> None:
    place = parse_place(text)
    if isinstance(place, LatLon):
        assert LATITUDES[0] <= place.latitude <= LATITUDES[1]
        assert LONGITUDES[0] <= place.longitude <= LONGITUDES[1]


def test_sixty_seconds_are_carried_over() -> None:
    assert dms_text(LatLon(35.999999999, 138.0)) == "北緯 36°00′00.00″　東経 138°00′00.00″"
