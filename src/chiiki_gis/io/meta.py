"""The plan's settings in the project file: one door that proves their shape before anything trusts them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chiiki_gis.core.crs import JGD2011, zone_of_epsg
from chiiki_gis.core.document import Header, Municipality
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.role import PLAN_ROLES, Role
from chiiki_gis.io.store import read_only
from chiiki_gis.io.style_check import sound_style

VERSION = 1
META = "chiiki_meta"


class BadMeta(ValueError):
    """The settings lack something or hold something of the wrong kind; the text says what, in English."""


def is_project(path: Path) -> bool:
    """True for a GeoPackage that this program has written."""
    if path.suffix.lower() != ".gpkg" or not path.is_file():
        return False
    try:
        with read_only(path) as connection:
            query = "SELECT 1 FROM sqlite_master WHERE name = ?"
            return connection.execute(query, (META,)).fetchone() is not None
    except sqlite3.Error:
        return False


def read_meta(path: Path) -> dict[str, Any]:
    """The settings, every key of the right kind; "absent" says of a reference layer that its table is gone.

    Raises BadMeta, and BadInput for a newer version.
    """
    try:
        with read_only(path) as connection:
            meta = {k: json.loads(v) for k, v in connection.execute(f"SELECT key, value FROM {META}")}
            changes = dict(connection.execute("SELECT table_name, last_change FROM gpkg_contents"))
    except (ValueError, TypeError) as error:
        raise BadMeta("not JSON") from error
    _check_version(meta.get("version"), path)
    _check(meta)
    for data in meta["layers"]:
        data["absent"] = data["id"] not in changes and not Role(data["role"]).is_raster
        if Role(data["role"]).is_raster:
            continue
        if data["absent"]:
            if "hash" not in data:
                raise BadMeta(f"no table {data['id']}")
            continue
        stamp = changes[data["id"]]
        if "hash" in data and stamp != data.get("last_change"):
            data["hash"] = f"{data['hash']}-{stamp}".replace(":", "")  # another program edited the table
    return meta


def header_of(meta: Mapping[str, Any]) -> Header:
    """What the project was born with."""
    towns = tuple(Municipality(m["code"], m["name"]) for m in meta["municipalities"])
    return Header(meta["uuid"], towns, meta["epsg"])


def _check_version(version: object, path: Path) -> None:
    number = int(version) if isinstance(version, str) and version.isdecimal() else version
    if isinstance(number, bool) or not isinstance(number, int | float) or number < 1:
        raise BadMeta("version")
    if number > VERSION:
        raise BadInput(
            f"「{path.name}」を開けませんでした。",
            "このプログラムより新しい版で作られています。",
            "新しい版の地域GISで開いてください。",
        )


def _check(meta: Mapping[str, Any]) -> None:
    _require(meta, {"uuid": str, "revision": int, "epsg": int, "municipalities": list, "order": list})
    _require(meta, {"layers": list, "facts": dict})
    if zone_of_epsg(meta["epsg"]) is None or meta["epsg"] < JGD2011 or meta["revision"] < 0:
        raise BadMeta("epsg or revision")
    for town in meta["municipalities"]:
        _require(town, {"code": str, "name": str})
    for data in meta["layers"]:
        _check_layer(data)
    ids = [data["id"] for data in meta["layers"]]
    plan = [role.value for role in PLAN_ROLES]
    if not meta["municipalities"] or len(set(ids)) != len(ids) or not set(plan) <= set(ids):
        raise BadMeta("municipalities or layers")
    if not all(isinstance(layer_id, str) for layer_id in meta["order"]) or sorted(meta["order"]) != sorted(
        ids
    ):
        raise BadMeta("order")


def _check_layer(data: object) -> None:
    _require(data, {"id": str, "role": str, "name": str, "style": dict, "source": dict})
    assert isinstance(data, Mapping)
    if data["role"] not in list(Role):
        raise BadMeta("role")
    if (data["role"] == data["id"]) != Role(data["role"]).is_plan:
        raise BadMeta("id of a plan layer")
    if not set(data["source"]) <= {"file", "edition", "licence", "epsg", "imported_on"}:
        raise BadMeta("source")
    _require({"epsg": None, **data["source"]}, {"epsg": int | None})
    for key in ("file", "edition", "licence", "imported_on"):
        _require({key: "", **data["source"]}, {key: str})
    _check_style(data["style"])
    if Role(data["role"]).is_plan:
        _require({"next_fid": 1, **data}, {"next_fid": int})
        return
    _require(data, {"hash": str, "count": int, "columns": list, "bounds": list | None})
    if not all(isinstance(column, str) for column in data["columns"]):
        raise BadMeta("columns")
    if Role(data["role"]).is_raster:
        _require(data, {"path": str, "stamp": str, "bounds": list})
    bounds = data["bounds"]
    if bounds is not None and not (len(bounds) == 4 and all(isinstance(v, int | float) for v in bounds)):
        raise BadMeta("bounds")


def _check_style(data: Mapping[str, Any]) -> None:
    try:
        sound_style(data)
    except ValueError as error:
        raise BadMeta("style") from error


def _require(data: object, kinds: Mapping[str, Any]) -> None:
    if not isinstance(data, Mapping):
        raise BadMeta("not an object")
    for key, kind in kinds.items():
        if key not in data or not isinstance(data[key], kind):
            raise BadMeta(key)
        if isinstance(data[key], bool):
            raise BadMeta(key)
