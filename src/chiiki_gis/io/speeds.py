"""The program's speed profile, read from resources/speeds.toml."""

from __future__ import annotations

import tomllib

from chiiki_gis import paths
from chiiki_gis.analysis.speed_profile import SpeedProfile, speed_profile


def own_profile() -> SpeedProfile:
    """The program's speed profile. Raises BadInput where an entry is wrong or has no source."""
    return speed_profile(tomllib.loads((paths.resources() / "speeds.toml").read_text("utf-8")))
