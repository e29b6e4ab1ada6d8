"""A package as one archive: formats, sheets, the book of columns, the check, the sources, their hashes."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from chiiki_gis import __version__
from chiiki_gis.core.crs import crs_label
from chiiki_gis.core.eras import japanese_date
from chiiki_gis.core.role import Role
from chiiki_gis.core.scenarios import name_of, told
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.core.submission import KINDS_OF_PACKAGE, MANIFEST, SUMS, VERSION, PackageKind
from chiiki_gis.export.check_report import report_sheets
from chiiki_gis.export.desk_book import FILE_NAME as TOWNS_BOOK
from chiiki_gis.export.dictionary import SCHEMA_VERSION, csv_bytes
from chiiki_gis.export.gate import HeldBack, reread_rows
from chiiki_gis.export.outgoing import FINAL_WORD, REFERENCE_ROLES
from chiiki_gis.export.pinned import pin_workbook, write_zip
from chiiki_gis.export.proposal import DRAFTS_FOLDER
from chiiki_gis.export.proposal import FILE_NAME as PROPOSAL
from chiiki_gis.export.staging import Reread
from chiiki_gis.export.verify import NotTheSame
from chiiki_gis.export.workbook import SheetOut, write_workbook
from chiiki_gis.io.hashes import sha256_of
from chiiki_gis.rules.area_summary import AreaSummary
from chiiki_gis.rules.check import CheckResult

README = "README.txt"
CHECK_REPORT = "検査結果.xlsx"
SOURCES = "出典一覧.csv"
CHECK_PDF = "検査結果.pdf"
HOUSES_PDF = "空き家集計.pdf"
SHEETS_FOLDER = "図面"
DOCUMENTS_FOLDER = "文書"

FOLDERS: Mapping[str, str] = {
    "geopackage": "GeoPackage（QGISなどで、色分けのまま開けます）",
    "shapefile": "Shapefile（CP932）",
    "geojson": "GeoJSON（経度・緯度）",
    "kml": "KML（経度・緯度）",
    "excel": "表（Excel）",
    "csv": "表（CSV、UTF-8）",
    SHEETS_FOLDER: "図面（PDF）",
    DOCUMENTS_FOLDER: "計画または提案の文書（Word。（未記入）のところは書き入れてください）",
    DRAFTS_FOLDER: "添付した素案",
}
"""Folders of the archive and what lies in them."""


_HEADINGS: Mapping[PackageKind, str] = {
    "submission": "特定居住促進計画　提出一式",
    "proposal": "広域的地域活性化基盤整備計画の作成の提案　一式（広活法5条10項・施行規則9条）",
    "support": "特定居住促進計画の作成等の提案　一式（広活法32条1項・施行規則19条）",
}


@dataclass(frozen=True)
class PackageFacts:
    """What the documents of a package tell beside the plan.

    reason   why it leaves with open errors or as an incomplete proposal; empty where there is neither
    reread   folder of the package → tables read again
    held     what stayed
    areas    the plan's areas in numbers, with their role
    missing  what the law asks of a proposal and what is not there
    """

    stamp: date
    reason: str
    reread: Mapping[str, Sequence[Reread]]
    held: Sequence[HeldBack]
    notes: Sequence[str]
    areas: Sequence[tuple[Role, AreaSummary]]
    kind: PackageKind = "submission"
    missing: Sequence[str] = ()


def check_result_sheets(values: Snapshot, checked: CheckResult, facts: PackageFacts) -> list[SheetOut]:
    """検査結果: the report of the check with the written reason, the comparison, and what stayed."""
    sheets = list(report_sheets(values, checked, facts.stamp, facts.areas))
    if facts.reason:
        errors = [f for f in checked.findings if f.is_open_error]
        rows = [(f.message, f.article, facts.reason) for f in errors]
        sheets.insert(1, SheetOut("提出の理由", ("残したエラー", "根拠", "提出する理由"), (70, 30, 50), rows))
    head = ("ファイル", "レイヤ", "件数", "照合の結果")
    sheets.append(SheetOut("読み直しの照合", head, (44, 28, 8, 70), reread_rows(facts.reread)))
    stayed = [(one.what, one.count, one.why) for one in facts.held]
    sheets.append(SheetOut("含めなかったもの", ("残したもの", "件数", "理由"), (36, 10, 60), stayed))
    sheets.append(SheetOut("書き出しの注記", ("注記",), (120,), [(note,) for note in facts.notes]))
    return sheets


def write_check_result(sheets: Sequence[SheetOut], facts: PackageFacts, path: Path) -> None:
    """検査結果.xlsx."""
    write_workbook(path, sheets)
    pin_workbook(path, facts.stamp)


def write_sources(values: Snapshot, path: Path) -> None:
    """出典一覧.csv: the data the plan rests on; vacant houses are not among what may be told."""
    rows = [
        (
            layer.role.japanese,
            layer.source.citation,
            "提出データに含みます" if layer.role in REFERENCE_ROLES else "図面・判定・経路の資料です",
        )
        for layer in values.layers
        if not layer.is_plan and layer.role != Role.VACANT_HOUSE
    ]
    path.write_bytes(csv_bytes(("資料", "出典", "使い方"), sorted(set(rows))))


def _scenario_words(values: Snapshot) -> str:
    name = told(values, values.scenario)
    return f"（{name}）" if name else ""


def write_readme(values: Snapshot, facts: PackageFacts, names: Sequence[str], path: Path) -> None:
    """README.txt: what the files are and how their hashes are compared; UTF-8 with a mark, CRLF."""
    lines = [
        f"{values.header.title}　{_HEADINGS[facts.kind]}{_scenario_words(values)}",
        "",
        f"作成日　{japanese_date(facts.stamp)}",
        f"作成したソフト　地域GIS {__version__}",
        f"様式の版　{SCHEMA_VERSION}",
        f"座標系　{crs_label(values.epsg)}",
        *(["見本　架空の町の計画です。"] if values.header.is_fictional else []),
        "",
        "内容",
        *(f"・{folder}　{what}" for folder, what in FOLDERS.items() if _holds(names, folder)),
        *([f"・{PROPOSAL}　提案書"] if PROPOSAL in names else []),
        *([f"・{TOWNS_BOOK}　市町村ごとの一覧"] if TOWNS_BOOK in names else []),
        "・属性定義書.xlsx　すべてのレイヤと列の説明",
        f"・{CHECK_REPORT}、{CHECK_PDF}　検査の結果、判定、読み直しの照合、含めなかったもの",
        *([f"・{HOUSES_PDF}　空き家の件数（位置と所有者は含みません）"] if HOUSES_PDF in names else []),
        f"・{SOURCES}　資料の出典",
        f"・{MANIFEST}、{SUMS}　ファイルの一覧とSHA-256",
        "",
        "ファイルが変わっていないことは、次のコマンドで確かめられます。",
        f"　Linux・macOS　sha256sum -c {SUMS}",
        "　Windows　certutil -hashfile ファイル名 SHA256",
        "",
        *(["足りないもの", *(f"・{one}" for one in facts.missing), ""] if facts.missing else []),
        *(
            [f"検査のエラーまたは足りないものを残して提出しています。理由　{facts.reason}", ""]
            if facts.reason
            else []
        ),
        "個人情報を含む列、本人の同意のない空き家、内部利用の記録は含めていません。",
        FINAL_WORD,
    ]
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("utf-8-sig"))


def seal(values: Snapshot, facts: PackageFacts, folder: Path, target: Path, open_errors: int) -> None:
    """Put everything in a folder into one archive with its manifest, and read the archive again.

    Equal files and stamp give equal bytes. Raises NotTheSame.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    names = [path.relative_to(folder).as_posix() for path in files]
    hashes = {name: sha256_of(path) for name, path in zip(names, files, strict=True)}
    entries = [
        {"path": name, "bytes": path.stat().st_size, "sha256": hashes[name]}
        for name, path in zip(names, files, strict=True)
    ]
    manifest = {
        "format": KINDS_OF_PACKAGE[facts.kind].format,
        "version": VERSION,
        "schema": SCHEMA_VERSION,
        "program": f"chiiki-gis {__version__}",
        "made": facts.stamp.isoformat(),
        "plan": values.header.uuid,
        "title": values.header.title,
        "municipalities": [{"code": m.code, "name": m.name} for m in values.header.municipalities],
        "epsg": values.epsg,
        "scenario": values.scenario,
        "scenario_name": name_of(values, values.scenario),
        "open_errors": open_errors,
        "reason": facts.reason,
        "files": entries,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")
    sums = "".join(f"{digest}  {name}\n" for name, digest in hashes.items())
    (folder / SUMS).write_text(sums, encoding="utf-8", newline="\n")
    parts = [(name, folder / name) for name in (MANIFEST, SUMS, *names)]
    write_zip(target, parts, facts.stamp)
    _require_sealed(target, hashes)


def _holds(names: Sequence[str], folder: str) -> bool:
    return any(name.startswith(f"{folder}/") for name in names)


def _require_sealed(target: Path, hashes: Mapping[str, str]) -> None:
    with zipfile.ZipFile(target) as archive:
        for name, digest in hashes.items():
            if hashlib.sha256(archive.read(name)).hexdigest() != digest:
                raise NotTheSame(
                    f"「{target.name}」を書き出しませんでした。",
                    f"読み直したところ、「{name}」のSHA-256が変わっています。",
                    "もう一度書き出し、続くときは別のフォルダを選んでください。",
                )
