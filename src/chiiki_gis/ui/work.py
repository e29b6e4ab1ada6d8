"""What the window asks of the helper processes, and what it does with the answers."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from chiiki_gis.core.document import Municipality
from chiiki_gis.core.errors import ChiikiError, Proposal
from chiiki_gis.core.jobs import ExportOptions, Imported, ImportOptions, Linked, Opened, Saved, Written
from chiiki_gis.core.layer import Layer
from chiiki_gis.core.links import REFUSED, ground_of
from chiiki_gis.core.rebase import rebased
from chiiki_gis.core.sheet import PrintForm, Sheet
from chiiki_gis.core.snapshot import Snapshot, snapshot
from chiiki_gis.core.submission import KINDS_OF_PACKAGE
from chiiki_gis.core.table import TableOut
from chiiki_gis.io.recent import note_project
from chiiki_gis.ui import recovery
from chiiki_gis.ui.crs_choice import crs_banner
from chiiki_gis.ui.notice import Notice, of_error
from chiiki_gis.ui.session import Session

PLAIN = ExportOptions()
NAMED = 3
"""So many files are named in a sentence."""

FORMAT_WORDS = {
    "gpkg": "GeoPackage",
    "shapefile": "Shapefile",
    "geojson": "GeoJSON",
    "kml": "KML",
    "xlsx": "Excel",
    "csv": "CSV",
    "html": "地図ページ",
    "docx": "計画書（Word）",
    "package": "提出一式",
}


def open_project(session: Session, path: Path) -> None:
    """Read a project and make it the open one."""
    session.ask(
        "open_project",
        path,
        os.getpid(),
        on_done=lambda opened: _take_project(session, opened),
        can_stop=False,
    )


def open_sample(session: Session) -> None:
    """Open the plan of the fictional town."""
    session.ask(
        "sample_plan",
        os.getpid(),
        on_done=lambda opened: _take_project(session, opened),
        can_stop=False,
    )


def new_project(
    session: Session, codes: tuple[str, ...], boundaries: Path, then: Callable[[], object] | None = None
) -> None:
    """Start a plan for some municipalities.

    then   called when it is open: the window asks where to save it, since a journal needs a file to go with
    """

    def take(opened: Opened) -> None:
        _take_project(session, opened, made=True)
        if then is not None:
            then()

    session.ask(
        "new_project",
        codes,
        boundaries,
        on_done=take,
    )


def list_municipalities(
    session: Session, path: Path, done: Callable[[tuple[Municipality, ...]], None]
) -> None:
    """Ask which municipalities a file of borders holds; none where it cannot be read."""
    session.workers.submit(
        "municipalities_in", path,
        lane="import", replaces="municipalities", on_done=done, on_error=lambda _error: done(()),
    )  # fmt: skip


def import_files(
    session: Session,
    paths: tuple[Path, ...],
    options: ImportOptions | None = None,
    metres: float = 1.0,
    again: Callable[[tuple[Path, ...]], object] | None = None,
) -> None:
    """Add data files to the plan as layers; one undoable step. Of several the good ones come in.

    metres   what a pixel of the map is on the ground, for the first look at big files
    again    asks one by one about those of several that were refused
    """

    said = options or ImportOptions()
    epsg = session.document.header.epsg

    def banner(error: ChiikiError) -> Notice:
        if len(paths) > 1:  # one answer need not hold for all of them
            return of_error(error)
        return crs_banner(
            error, epsg, lambda chosen: import_files(session, paths, repaired(said, chosen), metres)
        )

    session.ask(
        "import_files",
        session.snapshot(),
        paths,
        said,
        metres,
        on_done=partial(take_imported, session, again=again),
        banner=banner,
    )


def take_imported(
    session: Session, imported: Imported, again: Callable[[tuple[Path, ...]], object] | None = None
) -> None:
    """Apply what was read from files, and say what was found and mended, and what was refused."""
    session.apply(rebased(imported.change, session.document), imported.shapes)
    if not imported.change.is_empty:
        _tell_imported(session, imported)
    if imported.refused:
        session.tell(_refusal(imported, again))


def _refusal(imported: Imported, again: Callable[[tuple[Path, ...]], object] | None) -> Notice:
    """What is said of the files that could not be taken in."""
    paths = tuple(path for path, _ in imported.refused)
    names = "".join(f"「{path.name}」" for path in paths[:NAMED]) + ("など" if len(paths) > NAMED else "")
    told = Notice(
        f"{len(paths)}個のファイルを取り込めませんでした。",
        f"{names}です。理由は「詳細」にあります。",
        level="error",
        details=tuple(
            _named(path, f"{error.what}{error.why}{error.todo}") for path, error in imported.refused
        ),
    )
    if again is None:
        return told
    todo = "「確かめる」で1つずつ開けます。"
    return replace(told, todo=todo, button="確かめる", press=partial(again, paths))


def _named(path: Path, text: str) -> str:
    """A text that says of which file it is."""
    return text if path.name in text else f"「{path.name}」：{text}"


def _tell_imported(session: Session, imported: Imported) -> None:
    names = "、".join(f"「{layer.name}」" for layer in imported.change.put_layers)
    session.tell(
        Notice(
            f"{names or '計画のレイヤ'}を追加しました。",
            why=_count_notes(imported.notes),
            level="info" if imported.notes else "done",
            details=imported.notes,
            button="元に戻す",
            press=session.undo,
        )
    )


def repaired(said: ImportOptions, chosen: Proposal) -> ImportOptions:
    """What was said about a file, and the repair that the user chose."""
    return replace(said, epsg=chosen.epsg or said.epsg, swap_axes=chosen.swap_axes or said.swap_axes)


def relocate(session: Session, layer: Layer, path: Path) -> None:
    """Let a raster layer take its picture from another file; one undoable step."""

    def take(moved: Imported) -> None:
        session.apply(moved.change, moved.shapes)
        session.tell(
            Notice(
                f"「{layer.name}」に「{path.name}」を使います。",
                why=_count_notes(moved.notes),
                level="done",
                button="元に戻す",
                press=session.undo,
            )
        )

    session.ask("relocate", layer, path, on_done=take)


def save(
    session: Session,
    path: Path,
    then: Callable[[], object] | None = None,
    elsewhere: Callable[[], object] | None = None,
) -> None:
    """Write the project file; edits made meanwhile stay unsaved.

    then       called when it is written, and only then
    elsewhere  offered where it cannot be written: saving under another name
    """
    edits, values = session.edits, session.snapshot()

    def take(saved: Saved) -> None:
        session.note_saved(saved, edits, values)
        keep_generation(session, saved, values, session.edits - edits)
        _remember(session)
        if saved.notes:
            todo = "パソコンの日付と時刻の設定を確かめてください。"
            session.tell(Notice("保存しました。", "".join(saved.notes), todo, "warning"))
        if then is not None:
            then()

    def banner(error: ChiikiError) -> Notice:
        return replace(of_error(error), button="名前を変えて保存" if elsewhere else "", press=elsewhere)

    session.ask(
        "save_project",
        values,
        path,
        session.revision if path == session.path else None,
        os.getpid(),
        on_done=take,
        banner=banner,
        can_stop=False,
    )


def keep_generation(session: Session, saved: Saved, values: Snapshot, later: int) -> None:
    """Keep what was saved as a generation, behind the planner's back; only trouble is told."""
    session.workers.submit(
        "keep_generation",
        values,
        saved.path,
        saved.revision,
        session.records.take_notes(later),
        lane="import",
        on_done=lambda _none: session.generation_kept.emit(),
        on_error=session.tell_error,
    )


def compute_access(session: Session, scenario: str = "") -> None:
    """Link every facility to its nearest interchanges; one undoable step.

    scenario   that of the facilities, the current one unless said
    """
    asked, ground = scenario or session.scenario, ground_of(session.document)

    def take(linked: Linked) -> None:
        if not ground.is_that_of(session.document):
            compute_access(session, asked)  # what was found is of roads or places that are others now
            return
        session.apply(linked.change, linked.shapes)
        session.tell(_access_notice(linked))

    session.ask("access", snapshot(session.document, asked), on_done=take, lane="live")


def _access_notice(linked: Linked) -> Notice:
    refused = [record for record in linked.records if record["status"] == REFUSED]
    done = len(linked.records) - len(refused)
    reasons = tuple(f"{record['facility']}：{record['reason']}" for record in refused)
    details = (*reasons, *linked.notes)
    if not linked.records:
        why = "".join(linked.notes[:1]) or "計画に拠点施設がありません。"
        return Notice("アクセス道路は計算されませんでした。", why, level="warning")
    if not done:
        return Notice(
            "アクセス道路を計算できませんでした。",
            f"{len(refused)} 件の施設すべてで、IC からの経路が見つかりません。",
            "理由は「アクセス」の表にあります。",
            "warning",
            details,
        )
    why = f"{len(refused)} 件の施設は計算できませんでした。理由は「アクセス」の表にあります。"
    return Notice(
        f"アクセス道路を {done} 本計算しました。",
        why if refused else "",
        level="warning" if refused else "info" if details else "done",
        details=details,
    )


def export(session: Session, fmt: str, folder: Path, options: ExportOptions = PLAIN) -> None:
    """Write the plan in an exchange format into a folder."""
    word = KINDS_OF_PACKAGE[options.kind].word if fmt == "package" else FORMAT_WORDS[fmt]
    session.ask(
        "export",
        session.snapshot(),
        fmt,
        folder,
        options,
        on_done=lambda written: tell_written(session, written, word),
    )


def export_table(session: Session, layer: Layer, out: TableOut, path: Path, fmt: str) -> None:
    """Write rows of a table to a file."""
    session.ask(
        "export_table",
        layer,
        out,
        path,
        fmt,
        on_done=lambda written: tell_written(session, written, f"「{layer.name}」の表"),
    )


def print_sheet(session: Session, sheet: Sheet, form: PrintForm, path: Path) -> None:
    """Write a map annex, or send it to a printer (`path` is then not looked at)."""

    def take(written: Written) -> None:
        if written.files:
            tell_written(session, written, "図面")
            return
        session.tell(
            Notice(
                f"図面を「{form.printer}」に送りました。",
                why=_count_notes(written.notes),
                level="info" if written.notes else "done",
                details=written.notes,
            )
        )

    session.ask("print_sheet", session.snapshot(), sheet, form, path, on_done=take)


def recover(session: Session, journal: Path) -> None:
    """Open the plan of a journal whose project file was never written, or is gone."""
    session.ask("recover", journal, on_done=lambda opened: _take_project(session, opened, journal))


def _remember(session: Session) -> None:
    if session.path is not None:
        note_project(session.path, session.document.header.title)


def _take_project(
    session: Session, opened: Opened, journal: Path | None = None, *, made: bool = False
) -> None:
    session.open(opened)
    if journal is not None:
        recovery.take_up(session, journal)
    _remember(session)
    recovery.offer(session)
    if opened.read_only is not None:
        session.tell(
            Notice(
                "読み取り専用で開きました。",
                opened.read_only,
                "編集を残すには「名前を付けて保存」を選んでください。",
                "warning",
            )
        )
    elif opened.notes:
        why = _count_notes(opened.notes)
        what = "新しい計画をつくりました。" if made else "計画を開きました。"
        session.tell(Notice(what, why, level="info", details=opened.notes))


def _count_notes(notes: tuple[str, ...]) -> str:
    """One note is shown as it is, several behind 「詳細」."""
    if len(notes) < 2:
        return "".join(notes)
    return f"確かめていただきたいことが {len(notes)} 件あります。「詳細」を押すと読めます。"


def tell_written(session: Session, written: Written, word: str) -> None:
    """Say which files have left."""
    names = [f"「{path.name}」" for path in written.files]
    folder = written.files[0].parent
    several = f"を「{folder.name}」に書き出しました（{len(names)} 個のファイル）。"
    session.tell(
        Notice(
            f"{word}{names[0]}を書き出しました。" if len(names) == 1 else f"{word}{several}",
            why=_count_notes(written.notes),
            level="info" if written.notes else "done",
            details=(*written.notes, *names) if len(names) > 1 else written.notes,
            button="フォルダを開く",
            press=lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))),
        )
    )
