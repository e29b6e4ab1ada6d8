"""The municipalities of a plan: their borders out of a file, and the border to check others by."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from chiiki_gis.core.document import Document, Municipality
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.role import Role

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


def municipality_frame(
    frame: GeoDataFrame, codes: tuple[str, ...], path: Path
) -> tuple[GeoDataFrame, tuple[Municipality, ...], list[str]]:
    """One row per wanted municipality (islands dissolved), and what was left out.

    codes   five digits each, or one code of two digits for a whole prefecture
    Raises BadInput where a code is not in the file.
    """
    import geopandas

    notes: list[str] = []
    if "code" not in frame.columns or frame["code"].isna().all():
        frame, note = _coded_by_name(frame, codes, path)
        notes.append(note)
    prefecture = len(codes[0]) == 2
    wanted = frame["code"].notna() & (
        frame["code"].astype(str).str.startswith(codes[0]) if prefecture else frame["code"].isin(codes)
    )
    missing = [c for c in codes if not prefecture and c not in set(frame["code"])]
    if missing or not wanted.any():
        raise BadInput(
            f"「{path.name}」に市町村コード{'・'.join(missing or codes)}がありません。",
            _codes_in(frame),
            "市町村コードか、境界のファイルを確かめてください。",
        )
    chosen = frame[wanted]
    if (chosen.geometry.isna() | chosen.geometry.is_empty).any():
        raise BadInput(
            f"「{path.name}」の境界を使えませんでした。",
            "図形のない市町村があります。",
            "境界の図形が入ったファイルを選んでください。",
        )
    others = frame.loc[~wanted, "code"].nunique()
    if others:
        notes.append(f"ほかの市町村{others}件の境界は取り込みませんでした。")
    merged = chosen.dissolve(by="code", as_index=False, sort=True)
    rows = geopandas.GeoDataFrame(
        {"name": merged["name"], "code": merged["code"]}, geometry=merged.geometry, crs=frame.crs
    )
    rows.index = rows.index.astype("int64") + 1
    rows.index.name = "fid"
    towns = tuple(Municipality(str(c), str(n)) for c, n in zip(rows["code"], rows["name"], strict=True))
    return rows, towns, notes


def municipalities_in(path: Path) -> tuple[Municipality, ...]:
    """The municipalities that a file of borders holds, by code. Raises BadInput.

    A file without codes has one municipality at most: that of its name.
    """
    from chiiki_gis.io.datasets import recognise
    from chiiki_gis.io.formats import read

    table = read(path).tables[0]
    rows, _ = recognise(table.frame, table.name, Role.MUNICIPALITY).normaliser(table.frame)
    if "code" not in rows.columns or rows["code"].isna().all():
        rows, _ = _coded_by_name(rows, (), path)
    known = rows[rows["code"].notna()].drop_duplicates("code").sort_values("code")
    return tuple(Municipality(str(c), str(n)) for c, n in zip(known["code"], known["name"], strict=True))


def _codes_in(frame: GeoDataFrame) -> str:
    codes = sorted(set(frame["code"].dropna().astype(str)))
    if not codes:
        return "市町村コードの列がないか、空です。"
    return f"入っているのは{'、'.join(codes[:8])}{'など' if len(codes) > 8 else ''}です。"


def _coded_by_name(frame: GeoDataFrame, codes: tuple[str, ...], path: Path) -> tuple[GeoDataFrame, str]:
    """Give a border without codes the code of the file name, or the one asked for where it is alone."""
    in_name = re.search(r"(?<!\d)(\d{5})(?!\d)", path.stem)
    if in_name is not None:
        return frame.assign(
            code=in_name.group(1)
        ), f"市町村コードはファイル名の{in_name.group(1)}としました。"
    if len(frame) == 1 and len(codes) == 1 and len(codes[0]) == 5:
        return frame.assign(code=codes[0]), (
            f"境界のファイルに市町村コードがないため、指定された{codes[0]}の境界として扱います。"
        )
    return frame.assign(code=None), "境界のファイルに市町村コードの列がありません。"


def town_of(document: Document) -> GeoDataFrame | None:
    """The municipality's border in the project CRS; None where the plan has none."""
    import geopandas
    import pandas

    frames = [layer.get_frame() for layer in document.references(Role.MUNICIPALITY)]
    whole = [frame[["geometry"]] for frame in frames if len(frame)]
    return geopandas.GeoDataFrame(pandas.concat(whole, ignore_index=True)) if whole else None
