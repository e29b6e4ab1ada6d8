"""The Japanese typeface of screen and paper.

BIZ UDGothic comes first: it is part of Windows, free to embed (OFL), and the only common one whose characters
come out of a PDF as they went in, because no two of its JIS X 0208 characters share a glyph.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from functools import cache

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF, QGuiApplication

from chiiki_gis.core.errors import BadInput
from chiiki_gis.paths import resources

FAMILIES = (
    "BIZ UDGothic", "BIZ UDゴシック", "BIZ UDPGothic", "BIZ UDPゴシック",
    "IPAexGothic", "IPAexゴシック", "Noto Sans CJK JP", "Noto Sans JP",
    "Yu Gothic", "游ゴシック", "Meiryo", "メイリオ", "MS Gothic", "ＭＳ ゴシック",
    "Hiragino Sans", "ヒラギノ角ゴシック",
)  # fmt: skip
"""Families in order of preference; a font is listed under its English or its Japanese name by locale."""


@cache
def painting_application() -> QCoreApplication:
    """The Qt application that fonts need, made once a process where no window has made one.

    Linux gets the offscreen platform, so that no display is asked for.
    """
    if sys.platform.startswith("linux"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        if os.environ.get("LC_ALL") in ("C", "POSIX"):
            os.environ["LC_ALL"] = "C.UTF-8"  # Qt complains on stderr of a locale without UTF-8
    return QGuiApplication.instance() or QGuiApplication([])


@cache
def japanese_family() -> str | None:
    """The best Japanese family of this computer or of resources/fonts, or None. Needs a QGuiApplication."""
    known = set(QFontDatabase.families())
    if not known.intersection(FAMILIES[:4]):
        known.update(_bundled_families())
    return next((family for family in FAMILIES if family in known), None)


def japanese_font(size_px: float, *, bold: bool = False) -> QFont:
    """A font of that pixel size, unhinted so that widths grow in proportion.

    The system's own font where none is Japanese.
    Characters the family lacks (𠮷, ㏊) are taken from another font by Qt.
    """
    font = QFont(japanese_family() or QFont().family())
    font.setPixelSize(max(1, round(size_px)))
    font.setBold(bold)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def require_japanese_font() -> str:
    """The family that a sheet is printed with. Raises BadInput where the computer has none."""
    family = japanese_family()
    if family is None:
        raise BadInput(
            "図面を印刷できませんでした。",
            "日本語の書体が見つかりません。",
            "「BIZ UDゴシック」をこのパソコンに追加してから、もう一度印刷してください。",
        )
    return family


def missing_characters(texts: Iterable[str]) -> str:
    """The characters of some texts for which neither the family nor any other font has a glyph, each once."""
    metrics = QFontMetricsF(japanese_font(100))
    characters = dict.fromkeys("".join(texts))
    return "".join(c for c in characters if c.isprintable() and not metrics.inFontUcs4(ord(c)))


def _bundled_families() -> list[str]:
    folder = resources() / "fonts"
    families: list[str] = []
    for path in sorted(folder.glob("*.[ot]t[fc]")):
        families += QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(path)))
    return families
