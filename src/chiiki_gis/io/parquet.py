"""Reading GeoParquet, for which the library's GDAL has no driver."""

from __future__ import annotations

from pathlib import Path

from chiiki_gis.core.errors import BadInput
from chiiki_gis.io.places import require_horizontal
from chiiki_gis.io.vector import Table, epsg_of, require_few_columns

MAX_BYTES = 2_000_000_000
"""What all columns may take unpacked; a small file may declare any number of rows."""


def read_parquet(path: Path, epsg: int | None) -> Table:
    """The features of a GeoParquet file. Raises BadInput for any other Parquet."""
    import geopandas
    import pyarrow
    import pyarrow.parquet
    from shapely.errors import ShapelyError

    try:
        meta = pyarrow.parquet.read_metadata(path)
        size = sum(meta.row_group(i).total_byte_size for i in range(meta.num_row_groups))
        require_few_columns(meta.num_columns, path.name)
        if max(size, meta.num_rows * 8) > MAX_BYTES:
            raise BadInput(
                f"「{path.name}」を開けませんでした。",
                "展開すると2GBを超えます。",
                "必要な市町村だけのファイルを入手してください。",
            )
        if not meta.metadata or b"geo" not in meta.metadata:
            raise BadInput(
                f"「{path.name}」を取り込めませんでした。",
                "図形の列がなく、GeoParquetではありません。",
                "GeoParquetとして書き出したものを選んでください。",
            )
        frame = geopandas.read_parquet(path)
    except (pyarrow.ArrowException, OSError, ValueError, KeyError, TypeError, ShapelyError) as error:
        raise BadInput(
            f"「{path.name}」を開けませんでした。",
            "GeoParquetとして読めない内容です。",
            "入手元から取り直すか、別の形式で保存し直したものを選んでください。",
        ) from error
    found = epsg_of(frame.crs) if frame.crs is not None else None
    if found is not None and epsg is None:
        require_horizontal(found, path.name)
    evidence = "指定" if epsg else "ファイルの座標系" if found else "座標系の情報なし"
    return Table(path.stem, path, "geoparquet", frame, None, "形式の定め", epsg or found, evidence)
