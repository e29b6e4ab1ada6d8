"""What a link from an interchange says of itself: shares of road classes, narrow stretches, its sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from chiiki_gis.analysis.speed_profile import UNKNOWN

if TYPE_CHECKING:
    from chiiki_gis.analysis.network import Network
    from chiiki_gis.analysis.routes import Route
    from chiiki_gis.analysis.speed_profile import SpeedProfile

TWO_LANES_M = 5.5
"""Carriageway on which two cars pass: two lanes of 2.75 m (道路構造令5条, 第3種第4級)."""

ONE_LANE_M = 4.0
"""Carriageway of a road of one lane (道路構造令5条, 第3種第5級)."""


def class_shares(network: Network, route: Route, profile: SpeedProfile) -> dict[str, float]:
    """The share (0–1) of a route's length on each class of road, the largest first; empty for no length."""
    if route.length_m <= 0:
        return {}
    metres = np.bincount(network.class_number[route.edges], weights=route.metres)
    found = {
        profile.class_kmh[str(code)].label: float(metres[code] / route.length_m)
        for code in np.flatnonzero(metres)
    }
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def narrow_metres(network: Network, route: Route) -> dict[str, float]:
    """Metres of a route that are narrow.

    under_5_5_m  certainly narrower than two lanes
    under_4_m    certainly narrower than one lane of 第3種第5級; N13's class of 3–5.5 m alone does not tell
    unknown_m    of unknown width
    """
    width, code = network.width_m[route.edges], network.width_number[route.edges]
    measured = ~np.isnan(width)
    two = np.where(measured, width < TWO_LANES_M, code <= 2)
    one = np.where(measured, width < ONE_LANE_M, code == 1)
    unknown = ~measured & (code == int(UNKNOWN))
    return {
        "under_5_5_m": float(route.metres[two].sum()),
        "under_4_m": float(route.metres[one].sum()),
        "unknown_m": float(route.metres[unknown].sum()),
    }


def assumed_words(network: Network, route: Route, profile: SpeedProfile) -> tuple[str, ...]:
    """The speeds and factors that a route's time rests on, each with its basis."""
    classes, widths = (
        [str(code) for code in np.flatnonzero(np.bincount(of[route.edges]))]
        for of in (network.class_number, network.width_number)
    )
    speeds = [profile.class_kmh[code] for code in classes]
    factors = [profile.width_factor[code] for code in widths if profile.width_factor[code].value != 1]
    last = profile.connector_kmh
    return (
        *(f"{figure.label} 時速{figure.value:g} km（{figure.basis}）" for figure in speeds),
        *(f"{figure.label} 速度×{figure.value:g}（{figure.basis}）" for figure in factors),
        f"{last.label} 時速{last.value:g} km（{last.basis}）",
    )


def annex_sentence(interchange: str, km: float, minutes: float, assumed: Sequence[str], status: str) -> str:
    """The sentence an annex may print: 「○○ICから約x.x km・約y分（想定速度…）」."""
    word = "概算、" if status == "estimate" else ""
    return f"{interchange}から約{km:.1f} km・約{minutes:.0f}分（{word}想定速度：{'、'.join(assumed)}）"
