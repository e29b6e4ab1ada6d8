"""What a GeoPackage says of itself: Japanese titles of its columns, and who made it of which data."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from xml.etree import ElementTree as Xml

from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.export.dictionary import SCHEMA_VERSION, meaning_of
from chiiki_gis.export.outgoing import FINAL_WORD, Outgoing, plan_title

_TABLES = (
    """CREATE TABLE gpkg_data_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
    mime_type TEXT, constraint_name TEXT,
    CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
    CONSTRAINT gdc_tn UNIQUE (table_name, name))""",
    """CREATE TABLE gpkg_data_column_constraints (
    constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC,
    min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
    CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value))""",
    """CREATE TABLE gpkg_metadata (
    id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL, md_scope TEXT NOT NULL DEFAULT 'dataset',
    md_standard_uri TEXT NOT NULL, mime_type TEXT NOT NULL DEFAULT 'text/xml',
    metadata TEXT NOT NULL DEFAULT '')""",
    """CREATE TABLE gpkg_metadata_reference (
    reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
    timestamp DATETIME NOT NULL, md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
    CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
    CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id))""",
)
_EXTENSIONS = (
    ("gpkg_data_columns", "gpkg_schema", "http://www.geopackage.org/spec121/#extension_schema"),
    ("gpkg_data_column_constraints", "gpkg_schema", "http://www.geopackage.org/spec121/#extension_schema"),
    ("gpkg_metadata", "gpkg_metadata", "http://www.geopackage.org/spec121/#extension_metadata"),
    ("gpkg_metadata_reference", "gpkg_metadata", "http://www.geopackage.org/spec121/#extension_metadata"),
)
_DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"


def write_extensions(
    connection: sqlite3.Connection, values: Snapshot, layers: Sequence[Outgoing], moment: str
) -> None:
    """Add the extensions `schema` and `metadata` of GeoPackage 1.2 to an open file.

    moment   the time of every entry, ISO 8601
    """
    connection.execute(
        """CREATE TABLE IF NOT EXISTS gpkg_extensions (
        table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
        scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))"""
    )
    for table in _TABLES:
        connection.execute(table)
    connection.executemany("INSERT INTO gpkg_extensions VALUES (?, NULL, ?, ?, 'read-write')", _EXTENSIONS)
    connection.executemany(
        "INSERT INTO gpkg_data_columns (table_name, column_name, name, title, description)"
        " VALUES (?, ?, ?, ?, ?)",
        [(x.table, f.name, f.japanese, f.japanese, meaning_of(f)) for x in layers for f in x.fields],
    )
    connection.execute(
        "INSERT INTO gpkg_metadata VALUES (1, 'dataset', ?, 'text/xml', ?)",
        [_DUBLIN_CORE, _about(values, layers, moment)],
    )
    connection.execute(
        "INSERT INTO gpkg_metadata_reference VALUES ('geopackage', NULL, NULL, NULL, ?, 1, NULL)", [moment]
    )


def _about(values: Snapshot, layers: Sequence[Outgoing], moment: str) -> str:
    root = Xml.Element("metadata", {"xmlns:dc": _DUBLIN_CORE})
    for tag, text in (
        ("title", plan_title(values)),
        ("creator", values.header.title),
        ("date", moment[:10]),
        ("language", "ja"),
        ("description", f"提出データ（様式の版{SCHEMA_VERSION}）。{FINAL_WORD}"),
        *(("source", f"{layer.title}：{layer.source}") for layer in layers if layer.source),
    ):
        Xml.SubElement(root, f"dc:{tag}").text = text
    return Xml.tostring(root, "unicode")
