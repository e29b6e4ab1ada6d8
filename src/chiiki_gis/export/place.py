"""Where one file may be written: never over a file of another kind."""

from __future__ import annotations

from pathlib import Path

from chiiki_gis.core.errors import BadInput

_BEGINNINGS = {".pdf": b"%PDF", ".png": b"\x89PNG", ".xlsx": b"PK\x03\x04", ".gpkg": b"SQLi"}


def require_place(path: Path, ending: str) -> None:
    """Refuse a name without the ending, and a file that is there and of another kind: it is not ours to lose.

    ending   ".pdf", ".png", ".xlsx" or ".gpkg". Raises BadInput.
    """
    if path.suffix.lower() != ending:
        raise BadInput(
            f"「{path.name}」には出力できません。",
            f"ファイルの名前が{ending}で終わっていません。",
            f"「{path.stem or '計画'}{ending}」のような名前を指定してください。",
        )
    if path.is_dir():
        found = b"folder"
    elif path.is_file():
        with path.open("rb") as file:
            found = file.read(4)
    else:
        found = b""
    if found and found != _BEGINNINGS[ending]:
        raise BadInput(
            f"「{path.name}」には出力できません。",
            f"{ending[1:].upper()}ではないファイルかフォルダが、同じ名前で置かれています。",
            "別の名前を指定してください。",
        )
