"""提案書 of a municipality to its prefecture (規則9条) and of a 支援法人 to a municipality (規則19条)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from chiiki_gis.core.eras import japanese_date
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.jobs import ExportOptions
from chiiki_gis.core.layer import plan_layer_id
from chiiki_gis.core.records import Record, is_designated, records_of, title_of
from chiiki_gis.core.role import KINDS, PLAN_ROLES, WORKS, Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.core.submission import KINDS_OF_PACKAGE, PackageKind, is_desk
from chiiki_gis.export.gate import HeldBack
from chiiki_gis.export.outgoing import areas_m2
from chiiki_gis.export.pinned import pin_workbook
from chiiki_gis.export.workbook import SheetOut, write_workbook
from chiiki_gis.rules.procedure import missing_items

FILE_NAME = "提案書.xlsx"
DRAFTS_FOLDER = "素案"
ATTACHABLE = (".docx", ".pdf", ".odt", ".xlsx")
"""Pictures are none of them: what a camera has written into them must not leave."""
MOST_ATTACHED = 50_000_000

_CORPORATIONS = "support_corporations"
_ITEM_FACT = "proposal.facilities"


def missing_of(values: Snapshot, options: ExportOptions) -> tuple[str, ...]:
    """What the law asks of a proposal and what is not there, Japanese; nothing for a 提出一式.

    Source: 広活法5条10項, 32条1項; 同法施行規則9条, 19条.
    """
    if options.kind == "proposal":
        return tuple(_missing_of_municipality(values, options))
    if options.kind == "support":
        return tuple(_missing_of_corporation(values, options))
    return ()


def _missing_of_municipality(values: Snapshot, options: ExportOptions) -> Iterator[str]:
    facilities = values.rows(Role.FACILITY)
    if not _text(values, _ITEM_FACT) and not (facilities["item"] == 3).any():
        yield "特定居住拠点施設に関する事項（規則9条2号）：文もなく、22条2項3号の施設も地図にありません"
    if values.rows(Role.PRIORITY_DISTRICT).empty:
        yield "特定居住重点地区の区域（規則9条2号）：地図に重点地区がありません"
    if not options.attachments:
        yield "都道府県の計画の素案（5条10項後段・規則9条）：素案のファイルが添えられていません"


def _missing_of_corporation(values: Snapshot, options: ExportOptions) -> Iterator[str]:
    corporation = proposer(values, options)
    if corporation is None:
        yield "支援法人の名称又は商号（規則19条）：指定された支援法人から、提案するものが選ばれていません"
    elif not office_of(corporation):
        yield "主たる事務所の所在地（規則19条）：「計画の事実と手続」の支援法人に入力されていません"
    if values.rows(Role.PROMOTION_AREA).empty:
        yield "素案の特定居住促進区域（22条2項1号）：地図に促進区域がありません"
    if not options.attachments:
        yield "特定居住促進計画の素案（32条1項後段・規則19条）：素案のファイルが添えられていません"


def proposers(values: Snapshot) -> tuple[str, ...]:
    """The names of the designated corporations."""
    found = records_of(values.facts, _CORPORATIONS)
    return tuple(title_of(_CORPORATIONS, one) for one in found if is_designated(one))


def proposer(values: Snapshot, options: ExportOptions) -> Record | None:
    """The corporation that proposes: the one that is named, else the only one there is. Raises BadInput."""
    found = [one for one in records_of(values.facts, _CORPORATIONS) if is_designated(one)]
    if not options.corporation:
        return found[0] if len(found) == 1 else None
    for one in found:
        if title_of(_CORPORATIONS, one) == options.corporation:
            return one
    raise BadInput(
        f"「{options.corporation}」の提案を書き出しませんでした。",
        "指定された特定居住支援法人の中に、その名称がありません。",
        "「計画の事実と手続」の支援法人の名称と指定の日を確かめてください。",
    )


def office_of(corporation: Record) -> str:
    """主たる事務所の所在地: that of the office, else the address."""
    for key in ("office", "address"):
        text = corporation.get(key)
        if isinstance(text, str) and text.strip():
            return text.strip()
    return ""


def require_possible(values: Snapshot, options: ExportOptions) -> None:
    """Raise BadInput for a proposal of a prefecture, and for a draft that may not or cannot go."""
    if options.kind != "submission" and is_desk(values.header):
        word = KINDS_OF_PACKAGE[options.kind].word
        raise BadInput(
            f"{word}を書き出しませんでした。",
            "都道府県の受け付けのプロジェクトからは、提案できません。",
            "市町村のプロジェクトを開いて書き出してください。",
        )
    for path in options.attachments:
        why = _why_not(path)
        if why:
            raise BadInput(
                f"「{path.name}」を素案として添えられません。",
                why,
                "Word（.docx）、PDF、ODT、Excel（.xlsx）のファイルを選んでください。",
            )


def _why_not(path: Path) -> str:
    if not path.is_file():
        return "ファイルがありません。"
    if path.suffix.lower() not in ATTACHABLE:
        return "素案の文書の形式ではありません。"
    if path.stat().st_size > MOST_ATTACHED:
        return f"{MOST_ATTACHED // 1_000_000}MBを超えています。"
    return ""


def of_kind(values: Snapshot, kind: PackageKind) -> tuple[Snapshot, tuple[HeldBack, ...]]:
    """The plan with only the layers that a kind of package carries, and what stays for that."""
    stays = [role for role in PLAN_ROLES if role not in KINDS_OF_PACKAGE[kind].roles]
    held = [
        HeldBack(role.japanese, len(values.rows(role)), "提案書に書く事項ではありません") for role in stays
    ]
    ids = {plan_layer_id(role) for role in stays}
    layers = tuple(
        replace(layer, frame=layer.rows.iloc[:0]) if layer.id in ids else layer for layer in values.layers
    )
    return replace(values, layers=layers), tuple(one for one in held if one.count)


def attach(options: ExportOptions, folder: Path) -> tuple[str, ...]:
    """Copy the drafts under names of their own: a file's own name may be somebody's. Returns notes."""
    if not options.attachments:
        return ()
    (folder / DRAFTS_FOLDER).mkdir()
    for number, path in enumerate(options.attachments, 1):
        shutil.copyfile(path, folder / DRAFTS_FOLDER / f"素案{number}{path.suffix.lower()}")
    return ("添えた素案の中身（作成者の名前、写真など）は、確かめていません。",)


def write_proposal(
    values: Snapshot, options: ExportOptions, missing: Sequence[str], stamp: date, path: Path
) -> None:
    """提案書.xlsx. Equal plan and stamp give equal bytes."""
    write_workbook(path, proposal_sheets(values, options, missing, stamp))
    pin_workbook(path, stamp)


def proposal_sheets(
    values: Snapshot, options: ExportOptions, missing: Sequence[str], stamp: date
) -> list[SheetOut]:
    """提案書, 拠点施設, the areas, and what is missing."""
    lines = _of_municipality(values) if options.kind == "proposal" else _of_corporation(values, options)
    drafts = [
        f"{DRAFTS_FOLDER}/素案{n}{path.suffix.lower()}" for n, path in enumerate(options.attachments, 1)
    ]
    rows = [
        ("提案の根拠", KINDS_OF_PACKAGE[options.kind].article),
        ("提案の日", japanese_date(stamp)),
        *lines,
        ("添付する素案", "\n".join(drafts) or "（なし）"),
        ("地図とデータ", "同じ一式の「図面」「geopackage」などにあります"),
    ]
    sheets = [SheetOut("提案書", ("項目", "内容"), (44, 90), rows), _facilities(values)]
    sheets.append(_areas(values, Role.PRIORITY_DISTRICT, "重点地区の区域"))
    if options.kind == "support":
        sheets.append(_areas(values, Role.PROMOTION_AREA, "促進区域"))
    if missing:
        told = [(one, options.reason) for one in missing]
        sheets.append(SheetOut("足りないもの", ("足りないもの", "提出する理由"), (80, 50), told))
    return sheets


def _of_municipality(values: Snapshot) -> list[tuple[str, str]]:
    districts = values.rows(Role.PRIORITY_DISTRICT)
    names = [str(name) for name in districts["name"].dropna()]
    return [
        ("市町村の名称（規則9条1号）", values.header.title),
        (
            "特定居住拠点施設に関する事項（規則9条2号）",
            _text(values, _ITEM_FACT) or "「拠点施設」の表のとおり",
        ),
        ("特定居住重点地区の区域（規則9条2号）", "、".join(names) or f"{len(districts)}区域"),
        ("計画期間", _text(values, "period")),
    ]


def _of_corporation(values: Snapshot, options: ExportOptions) -> list[tuple[str, str]]:
    corporation = proposer(values, options)
    name = "" if corporation is None else title_of(_CORPORATIONS, corporation)
    left = "・".join(f"{number}号" for number in missing_items(values))
    return [
        ("提案先", values.header.title),
        ("名称又は商号（規則19条）", name),
        ("主たる事務所の所在地（規則19条）", "" if corporation is None else office_of(corporation)),
        *(
            (f"素案：22条2項{number}号", text)
            for number in range(1, 8)
            if (text := _text(values, f"items.{number}"))
        ),
        ("素案にまだ書かれていない事項（22条2項）", left or "なし"),
    ]


def _facilities(values: Snapshot) -> SheetOut:
    rows = [
        (
            _number(row["number"]),
            row["name"],
            KINDS.get(row["kind"], row["kind"]),
            WORKS.get(row["works"], row["works"]),
            _number(row["item"]),
            _number(row["total_floor_m2"]),
            row["note"],
        )
        for _, row in values.rows(Role.FACILITY).iterrows()
    ]
    head = ("番号", "名称", "種類", "工事の種類", "22条2項の号", "延べ面積（㎡）", "備考")
    return SheetOut("拠点施設", head, (8, 36, 18, 14, 14, 16, 40), rows)


def _areas(values: Snapshot, role: Role, title: str) -> SheetOut:
    areas = values.rows(role)
    m2 = areas_m2(values, role, areas)
    rows = [
        (_number(row["number"]), row["name"], round(float(m2.loc[fid]) / 10_000, 4), row["description"])
        for fid, row in areas.iterrows()
    ]
    return SheetOut(title, ("番号", "名称", "面積（ha）", "区域の説明"), (8, 36, 14, 80), rows)


def _number(value: object) -> float | int | None:
    import pandas

    if value is None or value is pandas.NA or value != value:
        return None
    number = float(value)  # type: ignore[arg-type]  # of a numeric column
    return int(number) if number.is_integer() else number


def _text(values: Snapshot, key: str) -> str:
    fact = values.facts.get(key)
    return fact.strip() if isinstance(fact, str) else ""
