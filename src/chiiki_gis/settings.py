"""What this user has chosen for the window, kept between runs: small plain values in one file.

Never anything of a plan: that belongs to its project.
"""

from __future__ import annotations

import json
import logging
from typing import Any

from chiiki_gis import paths

log = logging.getLogger(__name__)


def setting(name: str, default: Any) -> Any:
    """The value chosen last, or the default where there is none of that type."""
    found = _read().get(name, default)
    return found if isinstance(found, type(default)) else default


def keep_setting(name: str, value: object) -> None:
    """Remember a value. A folder that cannot be written costs the memory, not the work."""
    file = paths.state_folder() / "settings.json"
    try:
        temporary = file.with_suffix(".tmp")
        temporary.write_text(json.dumps({**_read(), name: value}, ensure_ascii=False), "utf-8")
        temporary.replace(file)
    except OSError:
        log.warning("the settings could not be written", exc_info=True)


def _read() -> dict[str, Any]:
    try:
        found = json.loads((paths.state_folder() / "settings.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
