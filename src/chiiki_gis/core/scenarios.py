"""案: the scenarios of a plan – which there are and what they are called; copied, renamed, deleted whole.

Areas, facilities, sites and links belong to a scenario. Facts belong to the plan and hold for all of them,
but for the findings set aside, which name theirs.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from chiiki_gis.core.access_plan import KEY as ACCESS
from chiiki_gis.core.change import Change, Changed
from chiiki_gis.core.errors import BadInput, one_line
from chiiki_gis.core.facts import SET_ASIDE, FactValue
from chiiki_gis.core.frames import FIRST_SCENARIO, rows_of
from chiiki_gis.core.improvement_effects import effects_of, without_scenario
from chiiki_gis.core.layer import Fid, Layer, LayerId, plan_layer_id
from chiiki_gis.core.records import entries_of
from chiiki_gis.core.role import PLAN_ROLES, Role

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from chiiki_gis.core.document import Document

KEY = "scenarios"
"""The fact's key. It is none of FACT_KEYS: neither the dialog nor the command line speaks of it."""

LONGEST_TITLE = 30
OTHER_SCENARIO = Changed("", frozenset(map(plan_layer_id, PLAN_ROLES)), layer_list=False, facts=False)
"""What is stale when another scenario becomes the current one, though the document is the same."""

_LETTERS = string.ascii_uppercase
_UNFIT = '\\/:*?"<>| .'
_FACILITY, _SITE, _LINK = (plan_layer_id(r) for r in (Role.FACILITY, Role.SITE, Role.ACCESS_LINK))
_Fids = dict[LayerId, dict[int, int]]


class PlanLike(Protocol):
    """A Document or a Snapshot."""

    @property
    def layers(self) -> tuple[Layer, ...]:
        """All layers."""

    @property
    def facts(self) -> Mapping[str, FactValue]:
        """The facts that are set."""


@dataclass(frozen=True)
class Scenario:
    """One 案: the word in column `scenario`, a free title, and the scenario it was copied from."""

    id: str
    title: str = ""
    base: str = ""

    @property
    def label(self) -> str:
        """案A: short, and fit for a file name."""
        return label_of(self.id)

    @property
    def name(self) -> str:
        """案A「駅前を重視」."""
        return f"{self.label}「{self.title}」" if self.title else self.label


def label_of(scenario: str) -> str:
    """The short name of a scenario by its id."""
    return scenario if scenario.startswith("案") else f"案{scenario}"


def scenarios_of(plan: PlanLike) -> tuple[Scenario, ...]:
    """The scenarios of a plan in their order; never empty. Those that only rows know come last."""
    known = {one.id: one for one in _stored(plan.facts)}
    found: set[str] = set()
    for layer in plan.layers:
        if layer.is_plan:
            found.update(_used_in(layer))
    if not known:
        found.add(FIRST_SCENARIO)
    others = sorted(found - known.keys())
    return (*known.values(), *(Scenario(one) for one in others))


@lru_cache(maxsize=16)
def _used_in(layer: Layer) -> frozenset[str]:
    """The scenarios that the rows of a plan layer know. Layers are hashed as objects and never modified."""
    return frozenset(map(str, layer.rows["scenario"].unique()))


def scenario_named(plan: PlanLike, scenario: str) -> Scenario:
    """The scenario of an id. Raises KeyError."""
    for one in scenarios_of(plan):
        if one.id == scenario:
            return one
    raise KeyError(scenario)


def name_of(plan: PlanLike, scenario: str) -> str:
    """What a scenario is called, also one that has no feature and no entry."""
    return next((one.name for one in scenarios_of(plan) if one.id == scenario), label_of(scenario))


def find_scenario(plan: PlanLike, word: str | None) -> Scenario:
    """The scenario that a user's word means: its id, label, title or name; the first one without a word.

    Raises BadInput for a word that means none of them, or two.
    """
    known = scenarios_of(plan)
    if word is None:
        return known[0]
    wanted = word.strip()
    found = [one for one in known if one.id == wanted]
    found = found or [one for one in known if wanted in (one.label, one.title, one.name) and wanted]
    if len(found) == 1:
        return found[0]
    raise BadInput(
        f"「{one_line(wanted)}」という案を選べません。",
        "同じ題名の案が二つ以上あります。" if found else "この計画に、その名前の案はありません。",
        f"{'・'.join(one.name for one in known)}から、「{known[0].id}」のような記号で選んでください。",
    )


def told(plan: PlanLike, scenario: str) -> str:
    """The scenario's name where the plan has several, else nothing: a plan of one need not speak of it."""
    known = scenarios_of(plan)
    return next((one.name for one in known if one.id == scenario), "") if len(known) > 1 else ""


def short_told(plan: PlanLike, scenario: str) -> str:
    """The scenario's label where the plan has several, else nothing."""
    return label_of(scenario) if told(plan, scenario) else ""


def file_mark(plan: PlanLike, scenario: str) -> str:
    """The scenario's label, fit for a file name, where the plan has several; else nothing."""
    label = short_told(plan, scenario)
    return "".join("_" if c in _UNFIT or not c.isprintable() else c for c in label)[:40]


def marked_path(path: Path, mark: str) -> Path:
    """The path with a mark behind its name: 図面_案B.pdf; as it is without a mark or with it already."""
    is_marked = not mark or path.stem == mark or path.stem.endswith(f"_{mark}")
    return path if is_marked else path.with_name(f"{path.stem}_{mark}{path.suffix}")


def free_id(plan: PlanLike) -> str | None:
    """The first letter that no scenario has; None where all are taken."""
    taken = {one.id for one in scenarios_of(plan)}
    return next((letter for letter in _LETTERS if letter not in taken), None)


def copy_scenario(document: Document, source: str, new: str, title: str = "") -> Change:
    """Every feature of a scenario under new fids, as the scenario `new`, with what was set aside of it.

    new   an id that is free. Raises ValueError for one that is taken, KeyError for an unknown source.
    Buildings get ids of their own; sites and links point to the copies, vacant houses and everything of
    reference layers to what they pointed to.
    """
    known = scenarios_of(document)
    origin = scenario_named(document, source)
    if any(one.id == new for one in known):
        raise ValueError(f"scenario {new} is taken")
    rows, fids = _copied_rows(document, source, new)
    _point_to_copies(document, source, rows, fids)
    made = Scenario(new, clean_title(title), source)
    facts = _facts((*known, made)) | _copied_set_aside(document.facts, source, new, fids)
    return Change(f"{origin.label}を{made.name}として複製", put=rows, facts=facts)


def rename_scenario(document: Document, scenario: str, title: str) -> Change:
    """Another title; empty for the one it has. Raises KeyError for an unknown scenario."""
    old, wanted = scenario_named(document, scenario), clean_title(title)
    if wanted == old.title:
        return Change("")
    new = Scenario(old.id, wanted, old.base)
    known = [new if one.id == scenario else one for one in scenarios_of(document)]
    return Change(f"{old.name}の名前を{new.name}に変更", facts=_facts(known))


def delete_scenario(document: Document, scenario: str) -> Change:
    """Take a scenario away with all its features and with what was set aside of it.

    Raises KeyError for an unknown scenario, ValueError for the last one.
    """
    known, gone = scenarios_of(document), scenario_named(document, scenario)
    if len(known) == 1:
        raise ValueError("a plan has at least one scenario")
    drop = {}
    for role in PLAN_ROLES:
        rows = rows_of(document.plan(role), scenario)
        if len(rows):
            drop[plan_layer_id(role)] = tuple(Fid(int(fid)) for fid in rows.index)
    facts = _facts([one for one in known if one.id != scenario])
    entries = entries_of(document.facts, SET_ASIDE)
    if any(_is_of(entry, scenario) for entry in entries):
        facts[SET_ASIDE] = [entry for entry in entries if not _is_of(entry, scenario)] or None
    if effects_of(document.facts, scenario) is not None:  # the letter may be given to another scenario
        facts[ACCESS] = without_scenario(document.facts.get(ACCESS), scenario)
    return Change(f"{gone.name}を削除", drop=drop, facts=facts)


def clean_title(title: str) -> str:
    """A title as it is kept: one line, not too long."""
    return one_line(title).strip()[:LONGEST_TITLE].strip()


def shown_after(current: str, before: Sequence[Layer], document: Document, change: Change) -> str:
    """The scenario to look at once a change was undone or redone, so that what it altered is seen.

    before   the layers as they were before it
    """
    there = [one.id for one in scenarios_of(document)]
    altered = touched(before, change) | touched(document.layers, change)
    seen = [one for one in there if one in altered]
    if current in there and (not seen or current in seen):
        return current
    return (seen or there)[0]


def still_there(plan: PlanLike, scenario: str) -> str:
    """The scenario, or the first one where the plan has it no more."""
    there = [one.id for one in scenarios_of(plan)]
    return scenario if scenario in there else there[0]


def touched(layers: Sequence[Layer], change: Change) -> set[str]:
    """The scenarios of the rows that a change puts or drops, as far as `layers` hold them."""
    found: set[str] = set()
    for layer in layers:
        fids = [*change.drop.get(layer.id, ())]
        if layer.id in change.put:
            fids += [Fid(int(fid)) for fid in change.put[layer.id].index]
        if layer.is_plan and fids:
            rows = layer.rows
            found.update(map(str, rows.loc[rows.index.isin(fids), "scenario"]))
    return found


def _stored(facts: Mapping[str, object]) -> list[Scenario]:
    """The entries of the fact; what is none of ours is passed over."""
    kept = facts.get(KEY)
    found: dict[str, Scenario] = {}
    for entry in kept if isinstance(kept, list) else []:
        if isinstance(entry, dict) and isinstance(entry.get("id"), str) and entry["id"]:
            title, base = (v if isinstance(v := entry.get(k), str) else "" for k in ("title", "base"))
            found.setdefault(entry["id"], Scenario(entry["id"], clean_title(title), base))
    return list(found.values())


def _facts(scenarios: Iterable[Scenario]) -> dict[str, FactValue | None]:
    entries: list[object] = [{"id": one.id, "title": one.title, "base": one.base} for one in scenarios]
    return {KEY: entries}


def _copied_rows(document: Document, source: str, new: str) -> tuple[dict[LayerId, GeoDataFrame], _Fids]:
    """The rows of every plan role under new fids, and the new fid of each old one."""
    import pandas

    put: dict[LayerId, GeoDataFrame] = {}
    fids: _Fids = {}
    for role in PLAN_ROLES:
        layer_id = plan_layer_id(role)
        rows = rows_of(document.plan(role), source)
        first = document.next_fid(layer_id)
        index = pandas.Index(range(first, first + len(rows)), dtype="int64", name=rows.index.name)
        fids[layer_id] = dict(zip(map(int, rows.index), map(int, index), strict=True))
        if len(rows):
            copied = rows.set_axis(index, axis=0)
            copied["scenario"] = pandas.Series([new] * len(rows), index=index, dtype=object)
            put[layer_id] = copied
    return put, fids


def _point_to_copies(document: Document, source: str, put: dict[LayerId, GeoDataFrame], fids: _Fids) -> None:
    """Give the copies building ids of their own, and let them point to each other."""
    buildings: dict[str, str] = {}
    facilities = rows_of(document.plan(Role.FACILITY), source)
    for fid, building in zip(facilities.index, facilities["building_id"], strict=True):
        copy = fids[_FACILITY][int(fid)]
        buildings[f"fid-{fid}"] = f"fid-{copy}"
        if building:
            buildings.setdefault(building, f"b{copy}")
    if _FACILITY in put:
        sites = fids[_SITE]
        copies = _with(put[_FACILITY], "building_id", lambda own: buildings.get(own, own))
        copies["site_fid"] = copies["site_fid"].map(lambda own: sites.get(own, own)).astype("Int64")
        put[_FACILITY] = copies
    if _LINK in put:
        lone = f"-{put[_LINK]['scenario'].iloc[0]}"  # a link whose building is gone keeps clear of the others
        put[_LINK] = _with(
            put[_LINK], "building_id", lambda own: buildings.get(own, f"{own}{lone}" if own else own)
        )


def _with(rows: GeoDataFrame, column: str, change: Any) -> GeoDataFrame:
    import pandas

    values = [change(value) for value in rows[column]]
    return rows.assign(**{column: pandas.Series(values, index=rows.index, dtype=object)})


def _is_of(entry: object, scenario: str) -> bool:
    return isinstance(entry, Mapping) and entry.get("scenario") == scenario


def _copied_set_aside(
    facts: Mapping[str, object], source: str, new: str, fids: _Fids
) -> dict[str, FactValue | None]:
    """What was set aside of the source, said of the copy too: its findings read alike."""
    entries = entries_of(facts, SET_ASIDE)
    copies: list[object] = []
    for entry in entries:
        if isinstance(entry, Mapping) and _is_of(entry, source):
            layer, own = entry.get("layer"), entry.get("fids")
            known = fids.get(LayerId(layer), {}) if isinstance(layer, str) else {}
            mapped = [known.get(fid, fid) for fid in own] if isinstance(own, list) else own
            copies.append({**entry, "scenario": new, "fids": mapped})
    return {SET_ASIDE: [*entries, *copies]} if copies else {}
