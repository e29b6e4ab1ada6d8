"""Which scenario (案) of each project this user looked at last: the window's, not the plan's."""

from __future__ import annotations

from chiiki_gis.core.document import Document
from chiiki_gis.core.frames import FIRST_SCENARIO
from chiiki_gis.core.scenarios import scenarios_of
from chiiki_gis.settings import keep_setting, setting

_SETTING = "shown_scenarios"
_MOST = 100
"""So many projects are remembered."""


def last_shown(uuid: str) -> str:
    """The id of the scenario looked at last, the first one's for a project never told of."""
    found = setting(_SETTING, {}).get(uuid, FIRST_SCENARIO)
    return found if isinstance(found, str) else FIRST_SCENARIO


def shown_at_last(document: Document) -> str:
    """The id of the scenario to show when a project is opened; the first one where that is gone."""
    there = [one.id for one in scenarios_of(document)]
    last = last_shown(document.header.uuid)
    return last if last in there else there[0]


def keep_shown(document: Document, scenario: str) -> None:
    """Remember the scenario that is shown now."""
    others = {key: value for key, value in setting(_SETTING, {}).items() if key != document.header.uuid}
    newest = [*others.items(), (document.header.uuid, scenario)][-_MOST:]
    keep_setting(_SETTING, dict(newest))
