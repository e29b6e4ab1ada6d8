"""The vacant house that a facility is made from: what may come along of it, and what the card says.

Address and consent are looked up in the list itself; nothing personal is ever copied.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.errors import ChiikiError
from chiiki_gis.core.layer import Fid, Layer
from chiiki_gis.core.role import Role
from chiiki_gis.core.table import is_missing
from chiiki_gis.export.privacy import CONSENT
from chiiki_gis.io.tables import read_row, read_shape
from chiiki_gis.ui.under_cursor import Hit, features_at, personal_columns

if TYPE_CHECKING:
    from chiiki_gis.render.paint import MapLayer
    from chiiki_gis.ui.tools.tool import Point

_ADDRESS = re.compile(r"所在地|所在|住所|住居表示|address", re.IGNORECASE)
_PARCEL = re.compile(r"地番|番地")


@dataclass(frozen=True)
class LinkedHouse:
    """A vacant house as a facility may know it.

    address   from columns that cannot name a person; empty where there is none
    consent   the owner's, as recorded
    place     its point in project CRS; None without a position
    """

    layer: Layer
    fid: Fid
    address: str
    consent: str
    place: Any

    @property
    def has_consent(self) -> bool:
        """Whether its owner has agreed to its being told of."""
        return self.consent == CONSENT


def house_at(shown: Sequence[MapLayer], at: Point, reach_m: float) -> Hit | None:
    """The vacant house under the mouse, of the layers that are shown."""
    houses = [entry for entry in shown if entry.layer.role == Role.VACANT_HOUSE]
    return next(iter(features_at(houses, at, reach_m)), None)


def read_house(layer: Layer, fid: Fid) -> LinkedHouse:
    """What may be known of a house. Raises KeyError where it is gone, and BadInput where its table is."""
    values = read_row(layer.reference, fid)
    try:
        shape = read_shape(layer.reference, fid)
    except KeyError:
        shape = None
    place = None if shape is None or shape.is_empty else _point(shape)
    return LinkedHouse(layer, fid, address_of(layer, values), str(values.get("consent") or "未確認"), place)


def linked_house(layers: Iterable[Layer], fid: int, near: Any) -> LinkedHouse | None:
    """The house that a facility is linked to; where several lists know the number, the nearest one.

    near   the facility's shape;  None where no list has such a house
    """
    found = []
    for layer in layers:
        if layer.role == Role.VACANT_HOUSE:
            try:
                found.append(read_house(layer, Fid(fid)))
            except (KeyError, ChiikiError):
                continue

    def away(house: LinkedHouse) -> float:
        return float("inf") if house.place is None or near is None else float(house.place.distance(near))

    return min(found, key=away, default=None)


def address_of(layer: Layer, values: Mapping[str, Any]) -> str:
    """The address of a house, from columns that do not tell of its people."""
    personal = personal_columns(layer, values)
    texts: list[str] = []
    for pattern in (_ADDRESS, _PARCEL):
        for name in layer.columns:
            value = values.get(name)
            if name in personal or not pattern.search(name) or is_missing(value):
                continue
            text = str(value).strip()
            if text and not any(text in known for known in texts):
                texts.append(text)
                break
    return "".join(texts)


def _point(shape: Any) -> Any:
    return shape if shape.geom_type == "Point" else shape.representative_point()
