"""The doctor of text encodings: what a Shapefile claims, what its bytes say, and which is believed."""

from __future__ import annotations

import re
from pathlib import Path

from chiiki_gis.core.crs import PREFECTURES
from chiiki_gis.io.shapefile import find_part

_HEAD = 200_000
"""Bytes of the table that are looked at."""
_ENOUGH = 3
"""So many texts must speak against a claim."""


def encoding_of(path: Path, asked: str | None) -> tuple[str | None, str, list[str]]:
    """The text encoding of a Shapefile, why, and notes on claims that its bytes contradict; None elsewhere.

    Order of evidence: the user, .cpg, folder name, the DBF language byte (0x13), else the content.
    A claim gives way to the content only where that is sure: texts that are no UTF-8 at all, or CP932 that is
    UTF-8 throughout.
    """
    chosen, evidence = _claimed(path, asked)
    notes = []
    if evidence == UNKNOWN_CPG:
        notes.append("文字コードの指定（.cpg）が知らない名前のため、内容から決めました。")
    dbf = find_part(path, ".dbf") if path.suffix.lower() == ".shp" else None
    if dbf is None or asked is not None or chosen is None:
        return chosen, evidence, notes
    with dbf.open("rb") as file:
        data = file.read(_HEAD)
    better = _contradicted(data, chosen)
    if better is not None:
        notes.append(
            f"文字コードは{evidence}では{chosen}ですが、内容が{better}なので{better}として読みました。"
            "文字がおかしいときは、文字コードを指定して取り込み直してください。"
        )
        chosen, evidence = better, f"内容（{evidence}と食い違う）"
    if evidence == "内容" and (name := _prefecture(data, chosen)) is not None:
        evidence = f"内容（「{name}」と読める）"
    return chosen, evidence, notes


def _contradicted(data: bytes, claimed: str) -> str | None:
    """The encoding that the texts surely have instead of the claimed one."""
    texts = [t for t in re.split(rb"[\0-\x20]+", data[32:]) if len(t) >= 4 and max(t) >= 0x80]
    if len(texts) < _ENOUGH:
        return None
    utf8, cp932 = (sum(_decodes(t, name) for t in texts) / len(texts) for name in ("utf-8", "cp932"))
    if claimed == "UTF-8" and utf8 < 0.5 and cp932 > 0.9:
        return "CP932"
    return "UTF-8" if claimed == "CP932" and utf8 > 0.9 else None


def _decodes(text: bytes, name: str) -> bool:
    try:
        text.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def _prefecture(data: bytes, name: str) -> str | None:
    text = data[32:].decode(name, errors="ignore")
    return next((prefecture for prefecture in PREFECTURES if prefecture in text), None)


def _claimed(path: Path, asked: str | None) -> tuple[str | None, str]:
    """The text encoding of a Shapefile and why; None where the format fixes it.

    Order of evidence: the user, .cpg, folder name, the DBF language byte (0x13 = Shift_JIS), else the
    content. A .cpg of 'Shift_JIS' is read as CP932, of which it is a part: GDAL would garble ①髙﨑.
    """
    if path.suffix.lower() != ".shp":
        return (asked, "指定") if asked else (None, "形式の定め")
    if asked:
        return asked, "指定"
    cpg = find_part(path, ".cpg")
    if cpg is not None:
        word = cpg.read_text("ascii", errors="replace").strip()
        if _is_encoding(_canonical(word)):
            return _canonical(word), f".cpgの「{word}」"
        return _by_language(path)[0], UNKNOWN_CPG
    folder = path.parent.name.lower()
    if folder in ("utf-8", "utf8"):
        return "UTF-8", "フォルダ名"
    if folder in ("shift_jis", "sjis"):
        return "CP932", "フォルダ名"
    return _by_language(path)


def _by_language(path: Path) -> tuple[str, str]:
    """By the DBF's language byte, else by its content."""
    dbf = find_part(path, ".dbf")
    head = dbf.read_bytes()[:200_000] if dbf else b""
    if len(head) > 29 and head[29] == 0x13:
        return "CP932", "DBFの言語番号（0x13）"
    return _by_content(head)


UNKNOWN_CPG = "内容（.cpgは知らない名前）"


def _is_encoding(word: str) -> bool:
    """Whether a .cpg names an encoding; text in an unknown one would come in unread."""
    try:
        b"a".decode(word)
    except (LookupError, UnicodeError, ValueError):
        return False
    return True


def _canonical(word: str) -> str:
    plain = re.sub(r"[\s_-]", "", word).lower()
    if plain in ("shiftjis", "sjis", "cp932", "932", "ms932", "windows31j", "ansi932", "ldid/19"):
        return "CP932"
    if plain in ("utf8", "65001"):
        return "UTF-8"
    return word or "CP932"


def _by_content(data: bytes) -> tuple[str, str]:
    """UTF-8 only where every high byte fits it; a Japanese text in CP932 hardly ever does."""
    if all(byte < 0x80 for byte in data[32:]):
        return "CP932", "半角の文字だけ"
    text = data[32:]
    for cut in range(4):
        try:
            text[: len(text) - cut].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return "UTF-8", "内容"
    return "CP932", "内容"
