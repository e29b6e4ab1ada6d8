"""A change is data: what to put and what to drop. Applying one gives its inverse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chiiki_gis.core.facts import FactValue
from chiiki_gis.core.layer import Fid, Layer, LayerId

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


@dataclass(frozen=True, eq=False)
class Change:
    """One step of work, done or undone whole.

    note         short Japanese sentence for 操作履歴
    put          rows per plan layer, index fid; a known fid is replaced, a new one is added
    drop         fids per plan layer
    put_layers   layers to add or replace as a whole (new ones go on top)
    drop_layers  ids of layers to take away
    order        all layer ids, bottom to top, or None to leave the order
    facts        values to set; None unsets
    """

    note: str
    put: Mapping[LayerId, GeoDataFrame] = field(default_factory=dict)
    drop: Mapping[LayerId, tuple[Fid, ...]] = field(default_factory=dict)
    put_layers: tuple[Layer, ...] = ()
    drop_layers: tuple[LayerId, ...] = ()
    order: tuple[LayerId, ...] | None = None
    facts: Mapping[str, FactValue | None] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """True when applying it would alter nothing."""
        return not (self.put or self.drop or self.put_layers or self.drop_layers or self.order or self.facts)


@dataclass(frozen=True)
class Changed:
    """What the last change made stale. Every panel listens to this and to nothing else.

    content   whether it altered what is judged: rows, layers or facts of the plan, not only looks, order,
              locks and display sets
    """

    note: str
    layers: frozenset[LayerId]
    layer_list: bool
    facts: bool
    content: bool = True
