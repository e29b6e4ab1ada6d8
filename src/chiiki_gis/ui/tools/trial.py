"""What the hand holds but has not put down yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chiiki_gis.core.layer import Fid, LayerId

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, eq=False)
class Trial:
    """A feature as it would be if the hand let go now; the plan still has it as it was."""

    layer: LayerId
    fid: Fid
    shape: BaseGeometry


Tried = Callable[[Trial | None], None]
"""Told what is held; None when it has been put down or let go."""
