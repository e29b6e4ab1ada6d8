"""Word documents of a plan: 特定居住促進計画, and the proposal to the prefecture."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from pathlib import Path

from chiiki_gis.core.errors import BadInput
from chiiki_gis.export.docx_paper import Paper
from chiiki_gis.export.plan_document import DocumentInput, plan_document
from chiiki_gis.export.proposal_document import proposal_document
from chiiki_gis.export.staging import ExportResult, put_in_place, staging

PLAN_NAME, PROPOSAL_NAME = "特定居住促進計画.docx", "都道府県への提案.docx"
_DOCUMENTS: Mapping[str, Callable[[DocumentInput], Paper]] = {
    PLAN_NAME: plan_document,
    PROPOSAL_NAME: proposal_document,
}
UNSURE = "（未記入）とあるところは、計画のデータにない事項です。提出する前に書き入れてください。"


def export_documents(
    given: DocumentInput, folder: Path, names: tuple[str, ...] = (PLAN_NAME, PROPOSAL_NAME)
) -> ExportResult:
    """Write the documents of those names into a folder, all or none.

    Equal input gives equal bytes. Raises BadInput where they cannot be written.
    """
    require_word_writer()
    with staging(folder) as stage:
        for name in names:
            _DOCUMENTS[name](given).write(stage / name)
        files = put_in_place(stage, list(names), folder)
    return ExportResult(files, (UNSURE,))


def require_word_writer() -> None:
    """Raises BadInput where the program was set up without python-docx."""
    if importlib.util.find_spec("docx") is None:
        raise BadInput(
            "Wordの文書を作れませんでした。",
            "文書を作る部品（python-docx）が、このパソコンに入っていません。",
            "地域GISを入れ直すか、ほかの形式で書き出してください。",
        )
