"""Coordinates as people write them: plane X and Y, degrees, and degrees with minutes and seconds."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LATITUDES, LONGITUDES = (20.0, 46.5), (122.0, 154.5)
"""What holds Japan: 沖ノ鳥島 to 択捉島, 与那国島 to 南鳥島."""
FARTHEST_M = 2_000_000.0
"""No place of Japan is farther from the origin of its zone."""


@dataclass(frozen=True)
class PlaneXY:
    """A place in a plane-rectangular zone, in metres: x is north, y is east (測量の座標軸)."""

    x: float
    y: float


@dataclass(frozen=True)
class LatLon:
    """A place in degrees of JGD2011."""

    latitude: float
    longitude: float


Place = PlaneXY | LatLon

_NUMBER = r"[-+]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?)"
_METRES = rf"[=:]?\s*({_NUMBER})\s*(?:M(?:ETRES?)?)?"
_GAP = r"[\s,;/]+"
_GAP_OF_GROUPED = r"(?:\s*[;/]\s*|,?\s+)"
"""A comma alone would leave open which of the commas parts the numbers."""
_MAYBE_GAP = r"[\s,;/]*"
_PLAIN_NUMBER = r"[-+]?\d+(?:\.\d+)?"
_EAST = ("E", "東経", "経度", "LON", "LNG", "LONGITUDE")
_ANGLE = (
    r"(?P<{0}_before>北緯|東経|緯度|経度|LATITUDE|LONGITUDE|LAT|LON|LNG|[NE])?\s*[=:]?\s*"
    r"(?<![\d.])(?P<{0}_d>\d+(?:\.\d+)?)\s*"
    r"(?:[°度]\s*(?:(?P<{0}_m>\d+(?:\.\d+)?)\s*['分]\s*(?:(?P<{0}_s>\d+(?:\.\d+)?)\s*[\"秒])?)?)?\s*"
    r"(?P<{0}_after>[NE])?"
)

_X_THEN_Y = re.compile(rf"X\s*{_METRES}{_MAYBE_GAP}Y\s*{_METRES}")
_Y_THEN_X = re.compile(rf"Y\s*{_METRES}{_MAYBE_GAP}X\s*{_METRES}")
_TWO_NUMBERS = re.compile(rf"({_PLAIN_NUMBER})(?:\s*M)?{_GAP}({_PLAIN_NUMBER})(?:\s*M)?")
_TWO_GROUPED_NUMBERS = re.compile(rf"({_NUMBER})(?:\s*M)?{_GAP_OF_GROUPED}({_NUMBER})(?:\s*M)?")
_TWO_ANGLES = re.compile(_ANGLE.format("a") + _MAYBE_GAP + _ANGLE.format("b"))
_SIX_NUMBERS = re.compile(r"(\d+)[ :](\d+)[ :](\d+(?:\.\d+)?)" + _GAP + r"(\d+)[ :](\d+)[ :](\d+(?:\.\d+)?)")

_SIGNS = {
    **dict.fromkeys("−‐‑–—―ー", "-"),
    **dict.fromkeys("″”“〃", '"'),
    **dict.fromkeys("′’‘´｀`", "'"),
    "゜": "°", "º": "°", "˚": "°",
    "、": ",", "，": ",", "．": ".",
}  # fmt: skip


def parse_place(text: str) -> Place | None:
    """The place that a text names, or None where it names none.

    Understood are 「X 1204.5 Y -25310.8」, two bare numbers (X, then Y, as surveyors write them), decimal
    degrees, and degrees with minutes and seconds, in half-width or full-width signs. Two bare numbers that
    can be a latitude and a longitude inside Japan are taken for degrees, in either order; a point so near to
    the origin of a zone is written with X and Y. What lies outside Japan is no place.
    """
    plain = _plain(text)
    for pattern, first_is_x in ((_X_THEN_Y, True), (_Y_THEN_X, False)):
        if found := pattern.fullmatch(plain):
            first, second = _number(found[1]), _number(found[2])
            return _plane(first, second) if first_is_x else _plane(second, first)
    if found := _SIX_NUMBERS.fullmatch(plain):
        parts = [float(part) for part in found.groups()]
        return _placed(_degrees(*parts[:3]), _degrees(*parts[3:]), "", "")
    if found := _TWO_ANGLES.fullmatch(plain):
        place = _from_angles(found)
        if place is not None or re.search("[°度NE緯経L]", plain):
            return place
    for pattern in (_TWO_NUMBERS, _TWO_GROUPED_NUMBERS):
        if found := pattern.fullmatch(plain):
            return _plane(_number(found[1]), _number(found[2]))
    return None


def parse_places(text: str) -> list[Place | None]:
    """The place of every line that is not empty, None for a line that names none.

    A table may be pasted: a point's number or name before its coordinates, parted by a tab, does not count.
    """
    return [_of_line(line) for line in text.splitlines() if line.strip()]


def degrees_text(place: LatLon) -> str:
    """Decimal degrees with six decimals, about 0.1 m."""
    return f"緯度 {place.latitude:.6f}　経度 {place.longitude:.6f}"


def dms_text(place: LatLon) -> str:
    """Degrees, minutes and seconds with two decimals, about 0.3 m."""
    return f"北緯 {_dms(place.latitude)}　東経 {_dms(place.longitude)}"


def _of_line(line: str) -> Place | None:
    place = parse_place(line)
    if place is None and "\t" in line:
        cells = [cell.strip() for cell in line.split("\t") if cell.strip()]
        place = parse_place(" ".join(cells[-2:]))
    return place


def _plain(text: str) -> str:
    signs = "".join(_SIGNS.get(sign, sign) for sign in text)
    plain = "".join(_SIGNS.get(sign, sign) for sign in unicodedata.normalize("NFKC", signs)).upper()
    plain = re.sub(r"\((?:北|東|N|E|M)\)", "", plain.replace("''", '"'))
    return re.sub(r"^[\s(\[]+|[\s)\]。.]+$", "", plain)


def _number(text: str) -> float:
    return float(text.replace(",", ""))


def _plane(x: float, y: float) -> PlaneXY | None:
    return PlaneXY(x, y) if max(abs(x), abs(y)) <= FARTHEST_M else None


def _degrees(degrees: float, minutes: float, seconds: float) -> float | None:
    if minutes >= 60 or seconds >= 60:
        return None
    return degrees + minutes / 60 + seconds / 3600


def _from_angles(found: re.Match[str]) -> LatLon | None:
    angles, words = [], []
    for name in ("a", "b"):
        parts = [float(found[f"{name}_{part}"] or 0) for part in "dms"]
        angles.append(_degrees(*parts))
        words.append(found[f"{name}_before"] or found[f"{name}_after"] or "")
    return _placed(angles[0], angles[1], words[0], words[1])


def _placed(first: float | None, second: float | None, word: str, other_word: str) -> LatLon | None:
    """Two angles as a place in Japan; a word says which is which, else their size does."""
    if first is None or second is None:
        return None
    if word and other_word and (word in _EAST) == (other_word in _EAST):
        return None
    if word or other_word:
        east_first = word in _EAST if word else other_word not in _EAST
    else:
        east_first = _within(first, LONGITUDES)
    latitude, longitude = (second, first) if east_first else (first, second)
    if not _within(latitude, LATITUDES) or not _within(longitude, LONGITUDES):
        return None
    return LatLon(latitude, longitude)


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


def _dms(angle: float) -> str:
    hundredths = round(angle * 360_000)
    minutes, rest = divmod(hundredths, 6000)
    degrees, minutes = divmod(minutes, 60)
    return f"{degrees}°{minutes:02d}′{rest / 100:05.2f}″"
