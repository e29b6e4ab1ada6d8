"""The plan's few rows written into a project that has them already: what changed, in one transaction.

GDAL takes a second to replace five small tables in a file with a prefecture's roads. So it writes them into a
small file of their own, and SQLite carries over what differs.
"""

from __future__ import annotations

import logging
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from chiiki_gis.core.layer import Layer
from chiiki_gis.io.store import write_table

log = logging.getLogger(__name__)


def replace_plan_tables(layers: Sequence[Layer], path: Path) -> bool:
    """Put the rows of plan layers in place of those in a project's tables; tables without a change stay.

    False, and nothing written, where the tables there are made in another way than ours.
    """
    with tempfile.TemporaryDirectory(prefix="chiiki-save-") as folder:
        fresh = Path(folder) / "plan.gpkg"
        for layer in layers:
            write_table(layer.rows, fresh, layer.id, layer.role.japanese)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("PRAGMA secure_delete=ON")  # what was deleted must not travel
            connection.execute("ATTACH ? AS fresh", (str(fresh),))
            connection.execute("BEGIN IMMEDIATE")
            try:
                for layer in layers:
                    if not _is_alike(connection, layer.id):
                        connection.execute("ROLLBACK")
                        return False
                    if _differs(connection, layer.id):
                        _carry_over(connection, layer.id)
                connection.execute("COMMIT")
            except sqlite3.OperationalError as error:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                if "no such" not in str(error):  # such as the module rtree, or a function of a trigger
                    raise
                log.warning("the plan's tables cannot be replaced by SQLite alone", exc_info=True)
                return False
    return True


def _is_alike(connection: sqlite3.Connection, table: str) -> bool:
    """Whether both files have the table, with the same columns and the same kind of geometry."""
    queries = (
        "SELECT name, type FROM pragma_table_info(?, ?) ORDER BY cid",
        "SELECT column_name, geometry_type_name, srs_id, z, m FROM {}.gpkg_geometry_columns"
        " WHERE table_name = ?",
    )
    here, there = (
        [
            connection.execute(queries[0], (table, schema)).fetchall(),
            connection.execute(queries[1].format(schema), (table,)).fetchall(),
        ]
        for schema in ("main", "fresh")
    )
    return bool(here[0]) and here == there


def _differs(connection: sqlite3.Connection, table: str) -> bool:
    for one, other in (("main", "fresh"), ("fresh", "main")):
        query = (
            f'SELECT 1 FROM (SELECT * FROM {one}."{table}" EXCEPT SELECT * FROM {other}."{table}") LIMIT 1'
        )
        if connection.execute(query).fetchone():
            return True
    return False


def _carry_over(connection: sqlite3.Connection, table: str) -> None:
    """Rows, their index of places, extent and date. The index's triggers need GDAL's functions: they rest."""
    (geometry,) = connection.execute(
        "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?", (table,)
    ).fetchone()
    index = f"rtree_{table}_{geometry}"
    triggers = connection.execute(
        "SELECT name, sql FROM main.sqlite_master WHERE type = 'trigger' AND tbl_name = ? AND sql LIKE ?",
        (table, f"%{index}%"),
    ).fetchall()
    for name, _ in triggers:
        connection.execute(f'DROP TRIGGER main."{name}"')
    connection.execute(f'DELETE FROM main."{table}"')
    connection.execute(f'INSERT INTO main."{table}" SELECT * FROM fresh."{table}"')
    if triggers:
        connection.execute(f'DELETE FROM main."{index}"')
        connection.execute(f'INSERT INTO main."{index}" SELECT * FROM fresh."{index}"')
    for _, sql in triggers:
        connection.execute(sql)
    connection.execute(
        "UPDATE main.gpkg_contents SET (last_change, min_x, min_y, max_x, max_y) ="
        " (SELECT last_change, min_x, min_y, max_x, max_y FROM fresh.gpkg_contents WHERE table_name = ?)"
        " WHERE table_name = ?",
        (table, table),
    )
