"""The gate: what stays when a plan leaves, as counts that may be told to anybody.

Everything that leaves passes `outgoing.export_frames` (data files, the page for residents), `export.tables`
(rows of one table), `export.support` (houses for a 支援法人) or `export.sheets` (pages). Each takes what its
own list allows; what no list names stays. This module counts the rest, and keeps the record of it.
"""

from __future__ import annotations

import csv
import logging
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from chiiki_gis import paths
from chiiki_gis.core.photos import hashes_in
from chiiki_gis.core.role import PLAN_ROLES, RASTER_ROLES, Role
from chiiki_gis.core.scenarios import scenarios_of
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.core.submission import COUNTS_TABLE, received_layer_id
from chiiki_gis.export.dictionary import FIELDS
from chiiki_gis.export.outgoing import REFERENCE_ROLES
from chiiki_gis.export.privacy import consented_houses
from chiiki_gis.export.staging import Reread

log = logging.getLogger(__name__)

RECORD = "持ち出しの記録.csv"
"""In the user's state folder: when, in which form, how many of what stayed. No name, no path, no value."""
_HEADER = ("日時", "計画の識別子", "形式", "残したもの", "件数", "理由")

CONSENT_BASIS = "本人の同意がありません（広活法31条3項）"
PERSONAL = "個人情報を含みうる列です（空家法10条）"
_INTERNAL_FACTS = ("display_sets", "bookmarks", "sheet_templates", "council.members", "support_corporations")


@dataclass(frozen=True)
class HeldBack:
    """Something that stayed: what it is, how many, why."""

    what: str
    count: int
    why: str


def held_back(values: Snapshot, *, with_consented_houses: bool = False) -> tuple[HeldBack, ...]:
    """What an export of the plan leaves behind, zeros left out. Reads the houses; not for the UI thread."""
    found = [
        *_houses(values, with_consented_houses),
        HeldBack("拠点施設の空き家の番号", _house_numbers(values), "内部利用の列です"),
        HeldBack("拠点施設の写真（撮影の情報を含む）", _photos(values), "内部利用の写真です"),
        HeldBack(_others_words(values), _other_scenarios(values), "書き出す案ではありません"),
        HeldBack(
            "参考にした資料の地物",
            sum(
                layer.count
                for layer in values.layers
                if not layer.is_plan
                and not layer.is_raster
                and layer.role not in (*REFERENCE_ROLES, Role.VACANT_HOUSE)
                and layer.id != received_layer_id(COUNTS_TABLE)
            ),
            "提出する資料ではありません",
        ),
        HeldBack(
            "資料の元の列",
            sum(_own_columns(layer.role, layer.columns) for layer in values.of(*REFERENCE_ROLES)),
            "決められた列ではありません",
        ),
        HeldBack("画像（撮影の情報を含む）", len(values.of(*RASTER_ROLES)), "提出する資料ではありません"),
        HeldBack("内部の記録", _internal_facts(values), "表示セット、ブックマーク、構成員などは内部利用です"),
    ]
    return tuple(one for one in found if one.count)


def held_from_pages(values: Snapshot) -> tuple[HeldBack, ...]:
    """What sheets never draw: vacant houses, with consent or without."""
    count = sum(layer.count for layer in values.of(Role.VACANT_HOUSE))
    return (HeldBack("空き家", count, "図面には描きません"),) if count else ()


def held_note(held: Iterable[HeldBack]) -> tuple[str, ...]:
    """One sentence of what stayed; none where nothing did."""
    told = "、".join(f"{one.what}{one.count:,}件" for one in held)
    return (f"含めなかったもの：{told}。",) if told else ()


def record(form: str, plan_id: str, held: Sequence[HeldBack], now: datetime) -> None:
    """Add to the record that something has left. A record that cannot be written stops nobody's work."""
    rows = held or (HeldBack("なし", 0, ""),)
    path = paths.state_folder() / RECORD
    log.info("left as %s: %d kinds of things held back", form, len(held))
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(
            descriptor, "a", encoding="utf-8-sig" if _is_new(path) else "utf-8", newline=""
        ) as file:
            writer = csv.writer(file)
            if file.tell() == 0:
                writer.writerow(_HEADER)
            writer.writerows(
                (f"{now:%Y-%m-%d %H:%M:%S}", plan_id, form, one.what, one.count, one.why) for one in rows
            )
    except OSError:
        log.warning("the record of what left could not be written", exc_info=True)


def reread_rows(found: Mapping[str, Sequence[Reread]]) -> list[tuple[str, str, int, str]]:
    """Lines of 読み直しの照合: file, layer, rows, what was compared."""
    way = "書いたファイルを読み直し、件数・図形・すべての値が計画と一致しました"
    return [
        (f"{folder}/{one.file}", one.title, one.rows, way) for folder, many in found.items() for one in many
    ]


def _is_new(path: Path) -> bool:
    return path.stat().st_size == 0


def _houses(values: Snapshot, with_consented: bool) -> list[HeldBack]:
    total = consented = columns = 0
    for layer in values.of(Role.VACANT_HOUSE):
        total += layer.count
        consented += len(consented_houses(layer.get_frame()))
        columns += _own_columns(layer.role, layer.columns)
    return [
        HeldBack("同意のない空き家", total - consented, CONSENT_BASIS),
        HeldBack("同意のある空き家", 0 if with_consented else consented, "書き出すように選ばれていません"),
        HeldBack("空き家の元の列", columns, PERSONAL),
    ]


def _own_columns(role: Role, columns: Iterable[str]) -> int:
    """Columns beyond those of the submission."""
    return len(set(columns) - {field.name for field in FIELDS[role]})


def _house_numbers(values: Snapshot) -> int:
    return int(values.rows(Role.FACILITY)["vacant_house_fid"].notna().sum())


def _photos(values: Snapshot) -> int:
    return len(hashes_in(values.rows(Role.FACILITY)))


def _other_scenarios(values: Snapshot) -> int:
    layers = [layer for layer in values.layers if layer.is_plan]
    return sum(layer.count for layer in layers) - sum(len(values.rows(role)) for role in PLAN_ROLES)


def _others_words(values: Snapshot) -> str:
    """Which scenarios stay, by their letters: titles may say more than what leaves should."""
    others = "・".join(one.label for one in scenarios_of(values) if one.id != values.scenario)
    return f"ほかの案（{others}）の地物"


def _internal_facts(values: Snapshot) -> int:
    return sum(
        len(fact) if isinstance(fact := values.facts.get(key), list | dict) else int(bool(fact))
        for key in _INTERNAL_FACTS
    )
