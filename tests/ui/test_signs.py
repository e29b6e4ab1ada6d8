"""Texts of the window use signs that every Japanese font of Windows has: what none has is drawn as a box."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from chiiki_gis import ui

LATIN = frozenset("—ⁿ")
"""Not in JIS X 0213, but among the letters that every font of Windows has."""


def texts() -> Iterator[tuple[str, str]]:
    """Each text in the modules of the window, with its file."""
    for file in sorted(Path(ui.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield file.name, node.value


def is_in_japanese_fonts(sign: str) -> bool:
    try:
        sign.encode("euc_jis_2004")
    except UnicodeEncodeError:
        return sign in LATIN
    return True


def test_no_text_of_the_window_needs_a_sign_that_japanese_fonts_lack() -> None:
    assert not is_in_japanese_fonts("\N{HEAVY CHECK MARK}")
    wrong = {(name, s) for name, text in texts() for s in text if not is_in_japanese_fonts(s)}
    assert sorted(wrong) == []
