"""From a table that has come through the door to rows of the plan: facilities, areas, sites, links."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.frames import FIRST_SCENARIO, conform
from chiiki_gis.core.role import COLUMNS, KINDS, LINK_STATUS, WORKS, Role
from chiiki_gis.io.import_scenario import in_scenario
from chiiki_gis.io.plan_values import check_values, continued, known_columns, one_column_each, with_lists

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from chiiki_gis.io.imports import Prepared


def plan_rows(
    prepared: Prepared, class_words: Mapping[str, str], first: int = 1, scenario: str = FIRST_SCENARIO
) -> tuple[GeoDataFrame, list[str]]:
    """A table as rows of its plan role, and notes on columns that the role does not know.

    first     the fid that the first row will get; new building ids are made from it
    scenario  the 案 of rows that do not say theirs
    Raises BadInput for rows without a shape, of the wrong kind, or with an unknown word.
    """
    role, frame = prepared.recognition.role, prepared.frame
    missing = frame.geometry.isna() | frame.geometry.is_empty
    if missing.any() and role != Role.ACCESS_LINK:  # a link that could not be worked out has no line
        raise BadInput(
            f"「{prepared.table.name}」を取り込めませんでした。",
            f"図形のない行が{int(missing.sum())}件あります。",
            "すべての行に図形のあるファイルを選んでください。",
        )
    known = known_columns(role)
    frame = continued(frame, known)
    unused = [str(c) for c in frame.columns if c != "geometry" and str(c) not in known]
    rows = frame.rename(columns=one_column_each(frame, known, prepared.table.name))
    notes = [f"列「{'」「'.join(unused)}」は、{role.japanese}の項目にないため使いません。"] if unused else []
    rows = with_lists(_in_codes(in_scenario(rows, scenario), prepared, class_words), role)
    if role == Role.FACILITY:
        rows = _buildings(rows, first)
    check_values(rows, role, prepared.table.name)
    try:
        return conform(rows, role), notes
    except (ValueError, TypeError, OverflowError) as error:
        raise BadInput(
            f"「{prepared.table.name}」を取り込めませんでした。",
            "面積や階数の列に、数として読めない値があります。",
            "数だけを半角で入れたファイルにしてください。",
        ) from error


def _in_codes(rows: GeoDataFrame, prepared: Prepared, class_words: Mapping[str, str]) -> GeoDataFrame:
    """Japanese words of kind, class, works and status as the program's ids. Raises BadInput for others."""
    tables = {
        "status": {**{k: k for k in LINK_STATUS}, **{v: k for k, v in LINK_STATUS.items()}},
        "kind": {**{k: k for k in KINDS}, **{v: k for k, v in KINDS.items()}},
        "works": {**{k: k for k in WORKS}, **{v: k for k, v in WORKS.items()}},
        "use_class": dict(class_words),
        "part_class": dict(class_words),
    }
    for column, words in tables.items():
        if column in rows.columns:
            rows[column] = [_word(v, words, column, prepared) for v in rows[column]]
    return rows


def _word(value: Any, words: Mapping[str, str], column: str, prepared: Prepared) -> str | None:
    if value is None or value != value or str(value).strip() == "":
        return None
    found = words.get(str(value).strip())
    if found is None:
        raise BadInput(
            f"「{prepared.table.name}」を取り込めませんでした。",
            f"「{facility_column(column)}」の列に、知らない言葉「{value}」があります。",
            f"使えるのは「{'」「'.join(w for w in words if not w.isascii())}」です。",
        )
    return found


def facility_column(column: str) -> str:
    """What a column of facilities or of their links is called on screen."""
    columns = (*COLUMNS[Role.FACILITY], *COLUMNS[Role.ACCESS_LINK])
    return next(c.japanese for c in columns if c.name == column)


def _buildings(rows: GeoDataFrame, first: int) -> GeoDataFrame:
    """Rows of equal name and shape are one building; a given building_id is kept."""
    given = rows["building_id"] if "building_id" in rows.columns else [None] * len(rows)
    names = rows["name"] if "name" in rows.columns else [None] * len(rows)
    ids: dict[tuple[Any, bytes], str] = {}
    out = []
    for number, (own, name, wkb) in enumerate(zip(given, names, rows.geometry.to_wkb(), strict=True)):
        made = ids.setdefault((name, wkb), f"b{first + number}")
        out.append(str(own) if isinstance(own, str) and own else made)
    return rows.assign(building_id=out)
