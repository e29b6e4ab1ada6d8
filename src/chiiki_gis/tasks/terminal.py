"""What every subcommand does alike: open a project, and tell what was decided on the way."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chiiki_gis.core.errors import BadInput, one_line

if TYPE_CHECKING:
    from chiiki_gis.core.document import Document


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


def require_generalising(metres: float) -> float:
    """How far borders may move on the residents' page (m). Raises BadInput for less than 0 or over 500."""
    if not 0 <= metres <= 500:
        raise BadInput(
            f"境界を粗くする幅「{metres:g}」は使えません。",
            "0から500までのメートルの数ではありません。",
            "「--generalise 30」のように指定してください。",
        )
    return metres
