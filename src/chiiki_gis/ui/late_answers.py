"""What becomes of an answer that comes after another plan has been opened."""

from __future__ import annotations

from chiiki_gis.core.jobs import JobName

OPENING: frozenset[JobName] = frozenset({"open_project", "new_project", "sample_plan", "recover"})
LEAVING: frozenset[JobName] = frozenset(
    {
        "export",
        "export_links",
        "export_table",
        "print_sheet",
        "check_report",
        "house_report",
        "give_to_support",
        "desk_book",
        "restore_generation",
    }
)
"""Jobs whose answers replace the plan, and jobs whose answers tell of files; the others speak of one plan."""
TOO_LATE = (
    "終わった処理の結果を、計画に入れませんでした。",
    "処理の間に、ほかの計画が開かれました。",
    "元の計画を開いて、もう一度行ってください。",
)
