"""Layers that can be switched off in a PDF: parts drawn on pages of their own become one page of groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pikepdf import Dictionary, Page, Pdf


def merge_layers(pdf: Pdf, pages: Sequence[Sequence[str]]) -> None:
    """Lay the parts of every page one on the other, each as an optional content group.

    pages   names of the parts of each final page, in drawing order; a page of fewer than two parts stays
            as it is. The file holds one page a part. Parts of one name are one layer of the whole file.
    (ISO 32000-1 8.11)
    """
    import pikepdf
    from pikepdf import Array, Name

    groups: dict[str, Dictionary] = {}
    for first, names in enumerate(pages):
        if len(names) > 1:
            parts = [pdf.pages[first + n] for n in range(len(names))]
            _merge(pdf, parts, [_group(pdf, groups, name) for name in names])
            for _ in names[1:]:
                del pdf.pages[first + 1]
    if groups:
        every = Array(list(groups.values()))
        order = Array(list(reversed(groups.values())))  # the topmost layer first, as in the layer panel
        pdf.Root.OCProperties = pikepdf.Dictionary(
            OCGs=every, D=pikepdf.Dictionary(Name=pikepdf.String("図面"), Order=order, BaseState=Name.ON)
        )


def _group(pdf: Pdf, groups: dict[str, Dictionary], name: str) -> Dictionary:
    import pikepdf

    if name not in groups:
        group = pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name=pikepdf.String(name))
        groups[name] = pdf.make_indirect(group)
    return groups[name]


def _merge(pdf: Pdf, parts: Sequence[Page], groups: Sequence[Dictionary]) -> None:
    """Make each part a form, and the first page all of them.

    The forms are copies: `as_form_xobject` reads the page's contents only when the file is written, when
    they are those of the merged page.
    """
    import pikepdf
    from pikepdf import Dictionary, Name

    forms, properties, content = Dictionary(), Dictionary(), []
    for number, (page, group) in enumerate(zip(parts, groups, strict=True)):
        page.contents_coalesce()
        form = pdf.make_stream(
            page.Contents.read_bytes(),
            Type=Name.XObject,
            Subtype=Name.Form,
            BBox=page.mediabox,
            Resources=page.Resources,
        )
        forms[f"/Fx{number}"] = form
        properties[f"/OC{number}"] = group
        content.append(f"/OC /OC{number} BDC /Fx{number} Do EMC\n")
    parts[0].obj.Contents = pdf.make_stream("".join(content).encode("ascii"))
    parts[0].obj.Resources = pikepdf.Dictionary(XObject=forms, Properties=properties)
