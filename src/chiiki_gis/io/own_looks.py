"""The looks of layers that our GeoPackages carry beside those of QGIS, so that an import gives them back.

They lie in gpkg_metadata under a standard of our own, one entry a table, which QGIS and GDAL pass over.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chiiki_gis.core.role import Role
from chiiki_gis.core.style import Style, style_to_json
from chiiki_gis.io.store import read_only
from chiiki_gis.io.style_check import sound_style

STANDARD = "urn:chiiki-gis:look:1"
"""md_standard_uri of the entries; a later form gets another number and is passed over here."""
MOST_LETTERS = 2_000_000

EDITED = "QGISで変えた見た目は取り込めないため、地域GISで書き出したときの見た目にしました。"


@dataclass(frozen=True)
class OwnLook:
    """What a table of ours is and how it looked.

    is_edited   the look for QGIS in the same file is no more the one we have written
    fids        of the rows of a table of sites, which facilities name; empty for others
    """

    role: Role
    style: Style
    is_edited: bool
    fids: tuple[int, ...] = ()


def write_look(connection: sqlite3.Connection, table: str, role: Role, style: Style, moment: str) -> None:
    """Add the look of a table to an open file that has layer_styles and gpkg_metadata already."""
    look = {"role": role.value, "style": style_to_json(style), "qgis": qgis_digest(connection, table)}
    done = connection.execute(
        "INSERT INTO gpkg_metadata (md_scope, md_standard_uri, mime_type, metadata)"
        " VALUES ('featureType', ?, 'application/json', ?)",
        [STANDARD, json.dumps(look, ensure_ascii=False, sort_keys=True)],
    )
    connection.execute(
        "INSERT INTO gpkg_metadata_reference VALUES ('table', ?, NULL, NULL, ?, ?, NULL)",
        [table, moment, done.lastrowid],
    )


def read_looks(path: Path) -> dict[str, OwnLook]:
    """The looks in a GeoPackage by table; empty for one that is not ours. What is spoilt is passed over."""
    query = (
        "SELECT r.table_name, m.metadata FROM gpkg_metadata m"
        " JOIN gpkg_metadata_reference r ON r.md_file_id = m.id"
        " WHERE m.md_standard_uri = ? AND r.reference_scope = 'table' AND length(m.metadata) <= ?"
    )
    try:
        with read_only(path) as connection:
            rows = connection.execute(query, [STANDARD, MOST_LETTERS]).fetchall()
            found = {str(table): _look(connection, str(table), text) for table, text in rows}
    except sqlite3.Error:
        return {}
    return {table: look for table, look in found.items() if look is not None}


def qgis_digest(connection: sqlite3.Connection, table: str) -> str:
    """SHA-256 of all looks that QGIS would find for a table."""
    query = "SELECT styleName, styleQML, useAsDefault FROM layer_styles WHERE f_table_name = ? ORDER BY 1, 2"
    digest = hashlib.sha256()
    for row in connection.execute(query, [table]):
        digest.update(json.dumps([str(value) for value in row], ensure_ascii=False).encode())
    return digest.hexdigest()


def _look(connection: sqlite3.Connection, table: str, text: object) -> OwnLook | None:
    try:
        data = json.loads(str(text))
        if not isinstance(data, Mapping):
            return None
        role, style = Role(data["role"]), sound_style(data["style"])
    except (ValueError, KeyError, RecursionError):
        return None
    fids: tuple[int, ...] = ()
    if role == Role.SITE:
        name = table.replace('"', '""')
        fids = tuple(int(row[0]) for row in connection.execute(f'SELECT fid FROM "{name}" ORDER BY fid'))
    return OwnLook(role, style, data.get("qgis") != qgis_digest(connection, table), fids)
