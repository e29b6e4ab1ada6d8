"""Run the rows: `chiiki-gis bench [ROW …] [--json]`, in a checkout."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.rows import OUT, ROWS, Row
from chiiki_gis.core.errors import BadInput

PEER = Path(__file__).with_name("qgis_peer.py")


def run(names: Sequence[str], as_json: bool) -> None:
    """Measure the named rows, or all; print a table or one JSON object. Raises BadInput for other names."""
    known = {row.name: row for row in ROWS}
    for name in names:
        if name not in known:
            raise BadInput(
                f"「{name}」という測定はありません。",
                "測定の名前と一致しませんでした。",
                f"使えるのは {'、'.join(known)} です。",
            )
    wanted = [known[name] for name in names] or list(ROWS)
    peer = _peer([row.peer for row in wanted if row.peer is not None])
    rows = []
    for row in wanted:
        rows.append(_measured(row, peer))
        if not as_json:
            print(_line(rows[-1]), flush=True)
    if as_json:
        print(json.dumps({"rows": rows}, ensure_ascii=False, allow_nan=False))


def _measured(row: Row, peer: dict[str, float]) -> dict[str, Any]:
    why = None
    try:
        median: float | None = round(row.measure(), 3)
    except (OSError, RuntimeError) as error:
        median, why = None, str(error)
    other = peer.get(row.peer or "")
    if row.bound is None and (row.least_ratio is None or other is None):
        why = why or "上限を決めていません。"
    ratio = None if other is None or not median else round(other / median, 2)
    return {
        "row": row.name,
        "median": median,
        "unit": row.unit,
        "bound": row.bound,
        "holds": _holds(row, median, ratio),
        "why": why,
        "qgis_median": other,
        "ratio": ratio,
    }


def _holds(row: Row, median: float | None, ratio: float | None) -> bool | None:
    """Whether the bound and the ratio hold, of those that can be told; None where neither can."""
    told = []
    if median is not None and row.bound is not None:
        told.append(median <= row.bound)
    if ratio is not None and row.least_ratio is not None:
        told.append(ratio >= row.least_ratio)
    return all(told) if told else None


def _line(row: dict[str, Any]) -> str:
    median = "－" if row["median"] is None else f"{row['median']:,.1f}"
    bound = "" if row["bound"] is None else f"上限 {row['bound']:,.0f}"
    bound += {True: " ○", False: " ×", None: ""}[row["holds"]]
    peer = "" if row["ratio"] is None else f"QGIS {row['qgis_median']:,.1f}（比 {row['ratio']:.2f}）"
    return f"{row['row']:<18}{median:>12} {row['unit']:<3} {bound:<16} {peer}".rstrip()


def _peer(names: Sequence[str]) -> dict[str, float]:
    """The medians of QGIS for some rows in ms; empty where it is not installed."""
    python = next((p for p in ("/usr/bin/python3", "python3") if _has_qgis(p)), None)
    if python is None or not names:
        return {}
    from benchmarks import data

    for name in data.TABLES:
        data.table(name, OUT)
    done = subprocess.run([python, str(PEER), str(OUT), *names], capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        print(done.stderr[-500:], file=sys.stderr)
        return {}
    return {key: float(value) for key, value in json.loads(lines[-1]).items()}


def _has_qgis(python: str) -> bool:
    try:
        done = subprocess.run([python, "-c", "import qgis.core"], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0
