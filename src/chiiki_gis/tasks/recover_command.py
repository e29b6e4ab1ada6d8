"""`recover`: what this computer still holds of a project beside its file, and writing it to a new one."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chiiki_gis.core.errors import BadInput, one_line
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.io.generations import Generation, generations_at, read_generation
from chiiki_gis.io.journal import is_at_work, journals_at, read_left_over
from chiiki_gis.io.left_over import LeftOver
from chiiki_gis.io.project import open_project
from chiiki_gis.io.sketch_file import LeftSketch, sketches_at
from chiiki_gis.tasks.generations import save_as_new
from chiiki_gis.tasks.left import restored
from chiiki_gis.tasks.terminal import print_json, print_line, tell_notes

DONE = 0


@dataclass(frozen=True)
class _Held:
    """All there is of a project, oldest first but for the generations."""

    values: Snapshot | None
    left: tuple[LeftOver, ...]
    sketches: tuple[LeftSketch, ...]
    generations: tuple[Generation, ...]


def recover(options: argparse.Namespace) -> int:
    """List what there is, or write it to a new file; the project and the journal stay as they are."""
    held = _look(options.project)
    if options.to is None:
        if options.generation is not None:
            raise BadInput(
                "世代を復元しませんでした。",
                "復元するファイルの名前がありません。",
                "「--to ファイル.gpkg」を付けてください。",
            )
        _list(held, options.json)
        return DONE
    if options.generation is not None:
        _restore_generation(held, options)
    else:
        _restore_left(held, options)
    return DONE


def _look(project: Path) -> _Held:
    generations = generations_at(project)
    is_known = bool(generations or journals_at(project, None))
    read = open_project(project) if project.is_file() or not is_known else None  # says where it is missing
    if read is not None:
        tell_notes(read.notes)
    journals = journals_at(project, read.snapshot.header.uuid if read is not None else None)
    base, revision = (read.snapshot, read.revision) if read is not None else (None, None)
    left = (read_left_over(path, base, revision) for path in journals)
    return _Held(
        read.snapshot if read is not None else None,
        tuple(one for one in left if one is not None and (one.changes or one.unread)),
        sketches_at(project),
        generations,
    )


def _list(held: _Held, as_json: bool) -> None:
    report = {
        "left": [_of_left(one) for one in held.left],
        "sketches": [
            {"when": one.when.isoformat(), "tool": one.sketch.tool, "vertices": len(one.sketch.vertices)}
            for one in held.sketches
        ],
        "generations": [_of_generation(one) for one in held.generations],
    }
    if as_json:
        print_json(report)
        return
    if not (held.left or held.sketches):
        print_line("保存されていない編集はありません。")
    for one in report["left"]:
        print_line(f"{one['when']}　{_ENDED[one['ended']]}　{one['changes']}件")
        for note in one["notes"]:
            print_line(f"  ・{note}")
        if one["unread"]:
            print_line(f"  ・読めない記録 {one['unread']}件")
    for sketch in report["sketches"]:
        print_line(f"{sketch['when']}　描きかけの図形　頂点{sketch['vertices']}個")
    for one in report["generations"]:
        print_line(f"世代{one['number']}　{one['when']}　{one['changes']}件　{'、'.join(one['notes'])}")


_ENDED = {
    "crash": "途中で終わりました",
    "left": "「保存しない」で閉じました",
    "running": "開いているプログラムが書いています",
}


def _of_left(one: LeftOver) -> dict[str, Any]:
    ended = "running" if is_at_work(one.path) else "left" if one.was_left else "crash"
    return {
        "when": one.when.isoformat(),
        "ended": ended,
        "changes": len(one.changes),
        "unread": len(one.unread),
        "notes": [one_line(change.note) for change in one.changes],
    }


def _of_generation(one: Generation) -> dict[str, Any]:
    return {
        "number": one.number,
        "revision": one.revision,
        "when": one.when.isoformat(),
        "changes": one.count,
        "notes": [one_line(note) for note in one.notes],
    }


def _restore_left(held: _Held, options: argparse.Namespace) -> None:
    if not held.left:
        raise BadInput(
            f"「{options.project.name}」に復元するものはありません。",
            "保存されていない編集は残っていません。",
            "前の保存に戻すには、「--generation 番号」を付けてください。",
        )
    values, done = held.values or held.left[0].base, 0
    refused: list[str] = []
    for one in held.left:
        values, missed = restored(values, one)
        done += len(one.changes) - len(missed)
        refused += [one_line(change.note) for change in missed]
    saved = save_as_new(values, options.to)
    unread = sum(len(one.unread) for one in held.left)
    _tell(saved.path, done, refused, unread, options.json)


def _restore_generation(held: _Held, options: argparse.Namespace) -> None:
    found = [one for one in held.generations if one.number == options.generation]
    if not found:
        raise BadInput(
            f"世代{options.generation}はありません。",
            "その番号の世代は、残っていないか、まだありません。",
            f"「recover {options.project.name}」で一覧を確かめてください。",
        )
    saved = save_as_new(read_generation(found[0].path), options.to)
    _tell(saved.path, found[0].count, [], 0, options.json)


def _tell(path: Path, done: int, refused: Sequence[str], unread: int, as_json: bool) -> None:
    if as_json:
        print_json({"file": str(path), "restored": done, "refused": list(refused), "unread": unread})
        return
    notes = [f"戻せなかった編集：{note}" for note in refused]
    if unread:
        notes.append(f"読めない記録が{unread}件あり、そのままにしました。")
    tell_notes(notes)
    print_line(f"「{path.name}」に復元しました（{done}件の編集）。")
