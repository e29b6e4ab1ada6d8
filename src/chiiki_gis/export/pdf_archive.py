"""What PDF/A-1b asks for beyond Qt's own A-1b writer, which alone does not pass a validator.

Source: ISO 19005-1:2005. Mended are colour spaces of CMYK that Qt lists and never uses (6.2.3.3), and the
XMP packet (6.7.3), whose properties must be those of the document information dictionary.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from chiiki_gis.core.errors import ChiikiError

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<xmp:CreatorTool>{program}</xmp:CreatorTool>
<xmp:CreateDate>{time}</xmp:CreateDate>
<xmp:ModifyDate>{time}</xmp:ModifyDate>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<pdf:Producer>{program}</pdf:Producer>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>1</pdfaid:part>
<pdfaid:conformance>B</pdfaid:conformance>
</rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


class NotArchival(ChiikiError):
    """An archive copy that holds what PDF/A-1b forbids."""


def archival_packet(title: str, author: str, program: str, stamp: datetime) -> bytes:
    """The XMP packet of an archive copy; the same words as in the information dictionary."""
    zoned = stamp.isoformat(timespec="seconds")
    time = zoned if stamp.tzinfo else f"{zoned}+00:00"
    words = {"title": title, "author": author, "program": program, "time": time}
    return _PACKET.format(**{key: escape(word) for key, word in words.items()}).encode("utf-8")


def mend_archive(pdf: Pdf, packet: bytes) -> None:
    """Take out the unused CMYK colour spaces and put the packet in.

    Raises NotArchival where the file then still holds transparency, layers or a font that is not embedded.
    """
    import pikepdf
    from pikepdf import Name

    for thing in _dictionaries(pdf.objects):
        if isinstance(thing.get("/ColorSpace"), pikepdf.Dictionary):
            _drop_cmyk(thing["/ColorSpace"])
    metadata = pdf.make_stream(packet, Type=Name.Metadata, Subtype=Name.XML)
    pdf.Root.Metadata = metadata
    found = _forbidden(pdf)
    if found:
        raise NotArchival(
            "保存用のPDF（PDF/A）を作れませんでした。",
            f"PDF/A-1bに使えないもの（{found}）が図面に入っています。",
            "普通のPDFで出力し、この図面の計画ファイルとともに配布元に知らせてください。",
        )


def _dictionaries(things: Iterable[Object]) -> Iterator[Object]:
    """Dictionaries and streams, with those that lie inside them and are no objects of their own."""
    import pikepdf

    for thing in things:
        if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            yield thing
            inside = [value for value in thing.values() if _is_direct(value)]
            yield from _dictionaries(inside)
        elif isinstance(thing, pikepdf.Array):
            yield from _dictionaries(value for value in thing if _is_direct(value))


def _is_direct(value: object) -> bool:
    import pikepdf

    return isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect


def _drop_cmyk(spaces: Object) -> None:
    import pikepdf

    for key in list(spaces.keys()):
        space = spaces[key]
        is_name = isinstance(space, pikepdf.Name)
        names = [space] if is_name else list(space) if isinstance(space, pikepdf.Array) else []
        if any(name == "/DeviceCMYK" for name in names if isinstance(name, pikepdf.Name)):
            del spaces[key]


def _forbidden(pdf: Pdf) -> str:
    """What of the file PDF/A-1b does not allow, in a word; empty for nothing."""
    if "/OCProperties" in pdf.Root:
        return "レイヤ"
    for thing in _dictionaries(pdf.objects):
        mask = thing.get("/SMask")
        if mask is not None and mask != "/None":
            return "透明な画像"
        if any(float(thing.get(key, 1)) != 1 for key in ("/ca", "/CA") if _is_number(thing.get(key, 1))):
            return "透明な色"
        if thing.get("/Type") == "/FontDescriptor" and not any(
            key in thing for key in ("/FontFile", "/FontFile2", "/FontFile3")
        ):
            return "埋め込まれていない書体"
    return ""


def _is_number(value: object) -> bool:
    from decimal import Decimal

    return isinstance(value, int | float | Decimal)
