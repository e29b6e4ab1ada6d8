"""What every subcommand does alike: open a project, and tell what was decided on the way."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.errors import BadInput, one_line

if TYPE_CHECKING:
    from chiiki_gis.core.document import Document
    from chiiki_gis.core.facts import FactValue
    from chiiki_gis.core.sheet import Sheet
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


def asked_sheet(options: argparse.Namespace, facts: Mapping[str, FactValue]) -> Sheet:
    """The sheet that `print` names: a template of the project, else one by its options. Raises BadInput."""
    from chiiki_gis.core.sheet import FIT_SCALE, Sheet
    from chiiki_gis.core.sheet_templates import templates_of

    if options.scale is not None and not 100 <= options.scale <= 1_000_000:
        raise BadInput(
            f"縮尺1:{options.scale}では印刷できません。",
            "縮尺の分母は100から1,000,000までです。",
            "縮尺を指定し直してください。",
        )
    if options.template is None:
        return Sheet(options.sheet, options.paper, options.orientation, options.scale or FIT_SCALE)
    known = {template.name: template.sheet for template in templates_of(facts)}
    if options.template not in known:
        names = "、".join(f"「{name}」" for name in known)
        raise BadInput(
            f"図面のひな形「{options.template}」が見つかりません。",
            f"この計画のひな形は、{names}です。" if names else "この計画には、ひな形がありません。",
            "窓の「図面...」で登録した名前を指定してください。",
        )
    return known[options.template]


def require_generalising(metres: float) -> float:
    """How far borders may move on the residents' page (m). Raises BadInput for less than 0 or over 500."""
    if not 0 <= metres <= 500:
        raise BadInput(
            f"境界を粗くする幅「{metres:g}」は使えません。",
            "0から500までのメートルの数ではありません。",
            "「--generalise 30」のように指定してください。",
        )
    return metres
