"""Files that are added to the plan: looked at one after the other, or the rest taken in as it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from chiiki_gis.core.errors import ChiikiError
from chiiki_gis.core.jobs import Imported, ImportOptions
from chiiki_gis.core.looks import FileLook
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.ui import work
from chiiki_gis.ui.ports import Stoppable
from chiiki_gis.ui.session import Session

if TYPE_CHECKING:
    from chiiki_gis.render.paint import MapLayer

LOOK = "look at a file"
"""Of several looks only the last one is answered."""


def add_files(
    parent: QWidget,
    session: Session,
    ground: Callable[[], Sequence[MapLayer]],
    files: Sequence[Path],
    metres: float,
    place: Callable[[Path], object],
) -> None:
    """Show what each file is before it is taken in.

    ground   what the map shows now
    metres   what a pixel of the map is on the ground, for the first look at big files
    place    puts a picture without a place on the ground
    """
    from chiiki_gis.io.shapefile import without_parts
    from chiiki_gis.ui.import_dialog import ImportDialog

    waiting = without_parts(files)
    if not waiting:
        return
    rest = waiting[1:]
    dialog = ImportDialog(parent, session, ground(), waiting[0], metres, len(rest))

    def ask(paths: Sequence[Path]) -> None:
        add_files(parent, session, ground, paths, metres, place)

    def go_on(result: int) -> None:
        dialog.deleteLater()
        if dialog.is_to_be_placed:
            place(waiting[0])
        if dialog.takes_rest:
            work.import_files(session, tuple(rest), metres=metres, again=ask)
        elif result or dialog.skips or dialog.is_to_be_placed:
            ask(rest)

    dialog.finished.connect(go_on)
    dialog.open()


def look_at(
    session: Session,
    values: Snapshot,
    path: Path,
    options: ImportOptions,
    metres: float,
    *,
    seen: Callable[[Any], None],
    done: Callable[[Imported], None],
    failed: Callable[[ChiikiError], None],
    step: Callable[[int, int, str], None],
) -> Stoppable:
    """Let the helper read a file as it would come in; nothing of the plan changes.

    seen   called with glimpses and with the FileLook, as they come
    """
    return session.workers.submit(
        "import_files", values, (path,), options, metres,
        lane="import", replaces=LOOK, on_done=done, on_error=failed, on_progress=step, on_glimpse=seen,
    )  # fmt: skip


def take_in(session: Session, imported: Imported, look: FileLook | None, options: ImportOptions) -> None:
    """Apply what was looked at, and remember what was said of columns and of files with addresses."""
    from chiiki_gis.io.geocode import remember_files
    from chiiki_gis.io.profiles import keep_profile

    if options.columns and look is not None:
        for table in look.tables:
            if table.placing is not None:
                keep_profile(table.columns, options.columns)
    remember_files((*options.addresses, *(look.addresses if look is not None else ())))
    work.take_imported(session, imported)
