"""Photographs of a facility: what a row keeps of them. The pictures themselves lie in the project file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document
from chiiki_gis.core.edits import set_values
from chiiki_gis.core.layer import Fid, plan_layer_id
from chiiki_gis.core.role import Role

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

COLUMN = "photos"
MOST_BYTES = 20 * 1024 * 1024
"""A bigger picture is taken in as a smaller copy."""
_FACILITY = plan_layer_id(Role.FACILITY)


@dataclass(frozen=True)
class Photo:
    """One photograph: the hash of its bytes, the name of the file it came from, and how many bytes it has."""

    hash: str
    name: str
    size: int


@dataclass(frozen=True)
class Taken:
    """Photographs that are kept now, and what the planner must know of them."""

    photos: tuple[Photo, ...]
    notes: tuple[str, ...] = ()


def photos_of(value: object) -> tuple[Photo, ...]:
    """The photographs in a cell of the column; what is no such list counts as none."""
    try:
        kept = json.loads(value) if isinstance(value, str) and value else []
        return tuple(Photo(str(p["hash"]), str(p["name"]), int(p["size"])) for p in kept)
    except (ValueError, TypeError, KeyError):
        return ()


def hashes_in(facilities: GeoDataFrame) -> frozenset[str]:
    """The hashes of all photographs that some rows keep."""
    return frozenset(photo.hash for cell in facilities[COLUMN].dropna() for photo in photos_of(cell))


def add_photos(document: Document, fid: Fid, photos: Sequence[Photo]) -> Change:
    """Photographs behind those that a facility has; one it has already is not taken twice."""
    kept = photos_of(document.plan(Role.FACILITY).at[fid, COLUMN])
    new = tuple(dict.fromkeys(photo for photo in photos if photo.hash not in {p.hash for p in kept}))
    if not new:
        return Change("写真を添付")
    return _written(document, fid, (*kept, *new), f"写真{len(new)}枚を添付")


def drop_photo(document: Document, fid: Fid, photo: Photo) -> Change:
    """A facility without one of its photographs."""
    kept = photos_of(document.plan(Role.FACILITY).at[fid, COLUMN])
    left = tuple(one for one in kept if one.hash != photo.hash)
    return _written(document, fid, left, f"写真「{photo.name}」を外す")


def _written(document: Document, fid: Fid, photos: tuple[Photo, ...], note: str) -> Change:
    cell = json.dumps([asdict(photo) for photo in photos], ensure_ascii=False) if photos else None
    return set_values(document, _FACILITY, fid, {COLUMN: cell}, note)
