"""What every subcommand does alike: open a project, and tell what was decided on the way."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chiiki_gis.core.errors import one_line

if TYPE_CHECKING:
    from chiiki_gis.core.document import Document
    from chiiki_gis.core.snapshot import Snapshot


def tell_notes(notes: Sequence[str]) -> None:
    """Print notes on stderr, one line each."""
    for note in notes:
        print(f"・{one_line(note)}", file=sys.stderr)


def open_document(path: Path) -> tuple[Document, int]:
    """A project and its revision, its notes told. Raises BadInput."""
    from chiiki_gis.io import project

    read = project.open_project(path)
    tell_notes(read.notes)
    return project.document_of(read), read.revision


def scenario_snapshot(document: Document, word: str | None) -> Snapshot:
    """The values of the document in the scenario that `word` means, the first one without; tells which.

    Raises BadInput for a word that means none.
    """
    from chiiki_gis.core.scenarios import find_scenario, told
    from chiiki_gis.core.snapshot import snapshot

    found = find_scenario(document, word)
    name = told(document, found.id)
    if name:
        tell_notes([f"{name}について行います。"])
    return snapshot(document, found.id)
