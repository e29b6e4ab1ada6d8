"""What an edit of the window takes along: other uses of a building, access links, parts of areas."""

from __future__ import annotations

from chiiki_gis.core.area_parts import with_true_parts
from chiiki_gis.core.building_rows import with_whole_buildings
from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document
from chiiki_gis.core.links import with_true_links


def completed(document: Document, change: Change) -> Change:
    """The change as it is applied to the document, so that nothing it touches is left untrue."""
    change = with_true_links(document, with_whole_buildings(document, change))
    return with_true_parts(document, change)
