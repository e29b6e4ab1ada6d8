"""What every subcommand does alike: open a project, and tell what was decided on the way."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.errors import BadInput, one_line

if TYPE_CHECKING:
    from chiiki_gis.core.document import Document
    from chiiki_gis.core.snapshot import Snapshot


def tell_notes(notes: Sequence[str]) -> None:
    """Print notes on stderr, one line each."""
    for note in notes:
        print(f"・{one_line(note)}", file=sys.stderr)


def print_json(value: Mapping[str, Any]) -> None:
    """The one object that --json prints."""
    print(json.dumps(value, ensure_ascii=False, allow_nan=False))


def print_line(text: str) -> None:
    """A line on stdout."""
    print(text)


def save_document(document: Document, path: Path, revision: int, note: str) -> None:
    """Save what a command has changed of a project, and keep the generation. Raises BadInput."""
    from chiiki_gis.core.snapshot import snapshot
    from chiiki_gis.io.generations import keep_generation
    from chiiki_gis.tasks import plan

    values = snapshot(document)
    saved = plan.save(values, path, revision)
    try:
        keep_generation(plan.stored(values, path), path, saved.revision, (note,))
    except BadInput as error:  # the save stands
        tell_notes([f"{error.what}{error.why}"])


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
