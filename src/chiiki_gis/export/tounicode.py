"""Mends the text layer of a PDF from Qt, so that a search finds the characters that were drawn.

Qt looks the code point up by the glyph and takes the lowest one: where a font draws 用 (U+7528) and the
Kangxi radical ⽤ (U+2F64) with one glyph, 用途地域 would be copied as ⽤途地域.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pikepdf import Pdf

_KANGXI = range(0x2F00, 0x2FD6)
_HAS_NFKC = {0x2E9F, 0x2EF3}
_RADICALS = (
    "⺁厂⺃乚⺄乙⺅亻⺇几⺈刀⺉刂⺋㔾⺌小⺍小⺎尢⺏尣⺐尢⺑尣⺒巳⺓幺⺔彑⺕彐⺖忄⺗心⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺠民⺡氵⺢氺⺣灬⺤爫⺦丬⺧牛⺨犭"
    "⺩王⺪疋⺫目⺬示⺭礻⺮竹⺯糹⺱罓⺳罒⺶羊⺹耂⺺肀⺼月⺽臼⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻆角⻈讠⻉贝⻊足⻌辶⻍辶⻏阝⻑長⻒镸⻓长⻖阝⻗雨⻘青"
    "⻚页⻝食⻞食⻟飠⻡首⻤鬼⻨麦⻩黄⻫斉⻭歯⻯竜⻲亀"
)
"""CJK radicals supplement, each before its unified ideograph (Unicode EquivalentUnifiedIdeograph)."""

UNIFIED = {
    **{chr(code): unicodedata.normalize("NFKC", chr(code)) for code in (*_KANGXI, *_HAS_NFKC)},
    **dict(zip(_RADICALS[::2], _RADICALS[1::2], strict=True)),
}
"""Ordinary characters by radical code points."""

_HEX = re.compile(rb"<([0-9A-Fa-f]+)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(\[[^\]]*\]|<[0-9A-Fa-f]+>)")
_HEAD = b"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
"""
_TAIL = b"""endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


def mend_text(pdf: Pdf) -> int:
    """Put ordinary characters for radicals into every font's ToUnicode map; returns how many changed."""
    import pikepdf

    changed = 0
    for item in pdf.objects:
        if (
            not isinstance(item, pikepdf.Dictionary)
            or item.get("/Type") != "/Font"
            or "/ToUnicode" not in item
        ):
            continue
        stream = item["/ToUnicode"]
        old = read_map(stream.read_bytes())
        new = {glyph: unify(text) for glyph, text in old.items()}
        if new != old:
            stream.write(write_map(new))
            changed += sum(new[glyph] != text for glyph, text in old.items())
    return changed


def unify(text: str) -> str:
    """The text with ordinary characters for radicals."""
    return "".join(UNIFIED.get(character, character) for character in text)


def read_map(cmap: bytes) -> dict[int, str]:
    """Text by glyph number of a ToUnicode CMap (bfchar and both forms of bfrange)."""
    found: dict[int, str] = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.S):
        codes = _HEX.findall(block)
        for glyph, text in zip(codes[::2], codes[1::2], strict=True):
            found[int(glyph, 16)] = _text(text)
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", cmap, re.S):
        for first, last, target in _RANGE.findall(block):
            low, high = int(first, 16), int(last, 16)
            if target.startswith(b"["):
                for offset, text in enumerate(_HEX.findall(target)):
                    found[low + offset] = _text(text)
            else:
                start = _text(target[1:-1])
                for offset in range(high - low + 1):
                    found[low + offset] = start[:-1] + chr(ord(start[-1]) + offset)
    return found


def write_map(texts: dict[int, str]) -> bytes:
    """A ToUnicode CMap that says the same as the dictionary."""
    items = sorted(texts.items())
    parts = [_HEAD]
    for start in range(0, len(items), 100):
        block = items[start : start + 100]
        lines = b"".join(
            b"<%04X> <%s>\n" % (glyph, text.encode("utf-16-be").hex().upper().encode())
            for glyph, text in block
        )
        parts.append(b"%d beginbfchar\n%sendbfchar\n" % (len(block), lines))
    return b"".join([*parts, _TAIL])


def _text(digits: bytes) -> str:
    return bytes.fromhex(digits.decode("ascii")).decode("utf-16-be")
