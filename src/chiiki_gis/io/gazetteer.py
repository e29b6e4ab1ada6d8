"""Places of towns and blocks from files that the user supplies: ISJ, geolonia lists, ABR.

ABR (アドレス・ベース・レジストリ) has names and places in two files, joined by lg_code and machiaza_id.
Its places in JGD2000 (rep_srid 4612) are taken as they are: the difference is far below a block's size.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.errors import BadInput
from chiiki_gis.io.address import address_key, block_of, prefecture_of, town_forms, without_municipality

if TYPE_CHECKING:
    from pandas import DataFrame

Place = tuple[float, float]


@dataclass
class Gazetteer:
    """Degrees (JGD2011, east and north) by municipality, town and block, under the keys of io/address.py."""

    towns: dict[str, dict[str, Place]] = field(default_factory=dict)
    prefectures: dict[str, str] = field(default_factory=dict)
    blocks: dict[str, dict[tuple[str, str], Place]] = field(default_factory=dict)

    def add(self, municipality: str, town: str, block: str | None, place: Place) -> None:
        """Keep a place; the first one of a town stands for it until the town itself comes."""
        city, name = address_key(municipality), address_key(town)
        if block is None:
            self.towns.setdefault(city, {})[name] = place
        else:
            self.towns.setdefault(city, {}).setdefault(name, place)
            numbers = block_of(address_key(block))
            if numbers:
                self.blocks.setdefault(city, {}).setdefault((name, numbers[0]), place)

    def find(self, address: str) -> tuple[str, Place | None]:
        """The level at which an address is known and its place; none where it fits several municipalities."""
        key = address_key(address)
        prefecture = prefecture_of(key)
        named: list[tuple[str, Place]] = []
        unnamed: list[tuple[str, Place]] = []
        for city, towns in self.towns.items():
            if prefecture is not None and self.prefectures.get(city, prefecture) != prefecture:
                continue
            rest, is_named = without_municipality(key, city)
            found = self._in(city, towns, rest)
            if found is None and is_named:
                places = list(towns.values())
                middle = (sum(p[0] for p in places) / len(places), sum(p[1] for p in places) / len(places))
                found = ("市区町村", middle)
            if found is not None:
                (named if is_named else unnamed).append(found)
        best = named or unnamed
        return best[0] if len(best) == 1 else ("なし", None)

    def _in(self, city: str, towns: Mapping[str, Place], rest: str) -> tuple[str, Place] | None:
        for form in town_forms(rest):
            for end in range(len(form), 0, -1):
                name = form[:end]
                if name not in towns or (name[-1].isdigit() and form[end : end + 1].isdigit()):
                    continue
                for number in block_of(form[end:]):
                    place = self.blocks.get(city, {}).get((name, number))
                    if place is not None:
                        return "街区", place
                return "町丁目", towns[name]
        return None


def load_gazetteer(files: Iterable[Path]) -> Gazetteer:
    """All places of some files. Raises BadInput for a file of another kind."""
    out = Gazetteer()
    registry: dict[tuple[str, str], tuple[str, str]] = {}
    waiting: list[tuple[tuple[str, str], Place]] = []
    for path in files:
        for row in _rows(path).to_dict("records"):
            _take(out, path, {str(k): v for k, v in row.items()}, registry, waiting)
    for identity, place in waiting:
        if identity in registry:
            out.add(*registry[identity], None, place)
    if not out.towns:
        raise BadInput(
            "住所の位置を探せませんでした。",
            "指定されたファイルに、大字・町丁目と緯度・経度の対応がありません。",
            "位置参照情報（ISJ）、アドレス・ベース・レジストリ、geolonia の住所データを指定してください。",
        )
    return out


def _take(
    out: Gazetteer,
    path: Path,
    row: Mapping[str, Any],
    registry: dict[tuple[str, str], tuple[str, str]],
    waiting: list[tuple[tuple[str, str], Place]],
) -> None:
    place = _place(row)
    city = str(row.get("市区町村名") or "")
    if prefecture := prefecture_of(str(row.get("都道府県名") or row.get("pref") or path.parent.name)):
        name = (
            city or path.stem
            if "town" in row
            else city or "".join(str(row.get(n) or "") for n in ("county", "city", "ward"))
        )
        out.prefectures.setdefault(address_key(name), prefecture)
    if "大字・町丁目名" in row and place is not None:
        town = str(row["大字・町丁目名"] or "") + str(row.get("小字・通称名") or "")
        out.add(city, town, str(row.get("街区符号・地番") or "") or None, place)
    elif "大字町丁目名" in row and place is not None:
        out.add(city, str(row["大字町丁目名"]), None, place)
    elif "town" in row and place is not None:
        out.add(path.stem, str(row["town"] or "") + str(row.get("koaza") or ""), None, place)
    elif "machiaza_id" in row:
        identity = (str(row.get("lg_code")), str(row["machiaza_id"]))
        if "oaza_cho" in row:
            names = ("county", "city", "ward"), ("oaza_cho", "chome", "koaza")
            whole = tuple("".join(str(row.get(n) or "") for n in part) for part in names)
            registry[identity] = (whole[0], whole[1])
        if place is not None:
            waiting.append((identity, place))


def _place(row: Mapping[str, Any]) -> Place | None:
    for east, north in (("経度", "緯度"), ("lng", "lat"), ("rep_lon", "rep_lat")):
        try:
            place = float(row[east]), float(row[north])
        except (KeyError, TypeError, ValueError):
            continue
        if 122 <= place[0] <= 154 and 20 <= place[1] <= 46:
            return place
    return None


def _rows(path: Path) -> DataFrame:
    """The table of a file, a zip of one too, without asking it for coordinates."""
    import pandas

    from chiiki_gis.io.formats import read
    from chiiki_gis.io.tabular import read_text

    if path.suffix.lower() == ".csv" and path.is_file():
        return read_text(path, None)[0]
    frames = [table.frame.drop(columns=table.frame.geometry.name) for table in read(path).tables]
    whole: DataFrame = pandas.concat(frames, ignore_index=True)
    return whole


def is_gazetteer(columns: Iterable[str]) -> bool:
    """Whether a table with such columns says where towns are."""
    names = set(columns)
    return bool({"大字・町丁目名", "大字町丁目名"} & names) or {"town", "koaza", "lat", "lng"} <= names
