"""The report of a check, from the command line and the window."""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from chiiki_gis.core.jobs import Written
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.rules.check import CheckResult
from chiiki_gis.tasks import plan
from chiiki_gis.tasks.areas import all_summaries

if TYPE_CHECKING:
    from chiiki_gis.rules.evidence import Ground

QUIET = Quiet()


def report_check(
    values: Snapshot,
    path: Path,
    progress: Progress = QUIET,
    checked: CheckResult | None = None,
    keep: MutableMapping[str, Ground] | None = None,
) -> Written:
    """Check the plan and write the report. Raises BadInput where it cannot be written."""
    from chiiki_gis.export.check_report import write_check_report

    found = checked or plan.check(values, progress, keep)
    now = datetime.now().astimezone()
    result = write_check_report(values, found, path, now, all_summaries(values, keep))
    return Written(result.files, result.notes)
