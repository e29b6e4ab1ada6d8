"""Whether a 用途特例適用要件 written in the plan covers a building (広活法22条3項)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from chiiki_gis.core.facts import FactValue, holds
from chiiki_gis.rules.model import Use

_WHOLE = frozenset({"全域", "促進区域の全域", "促進区域全域", "特定居住促進区域の全域"})


@dataclass(frozen=True)
class Coverage:
    """Whether the plan's requirements cover a building; None where that cannot be told. `words` says why."""

    met: bool | None
    words: str


def coverage(
    facts: Mapping[str, FactValue], uses: Sequence[Use], zone_id: str | None, area_names: Sequence[str]
) -> Coverage:
    """Whether the requirements in the plan's facts cover all uses that the zone does not admit.

    facts        `requirements_written`, and `requirements`: entries with use_classes, zones, max_floor_m2,
                 max_storey and area; what an entry does not say it does not restrict
    uses         the uses that need the permit, classes as ids
    area_names   names of the promotion areas that hold the site, to be compared with an entry's area
    A bare text says nothing that could be compared: the fact alone then decides.
    """
    if "requirements_written" not in facts:
        return Coverage(None, "計画の事実：用途特例適用要件の記載は未入力です。")
    if not holds(facts["requirements_written"]):
        return Coverage(False, "計画の事実：用途特例適用要件はまだ記載していません。")
    found = facts.get("requirements")
    entries = [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
    if not entries:
        return Coverage(True, "計画の事実：記載済みです（この建築物に当てはまるかは確かめてください）。")
    answers = [_of_use(entries, use, zone_id, area_names) for use in _added_up(uses)]
    if not answers:
        return Coverage(True, "計画の事実：記載済みです。")
    return next(
        (one for wanted in (False, None) for one in answers if one.met is wanted),
        answers[0],
    )


def _added_up(uses: Sequence[Use]) -> list[Use]:
    """One use per class, floor areas added up and the highest storey, None where one is not entered."""
    grouped: dict[tuple[str | None, str | None], list[Use]] = {}
    for use in uses:
        grouped.setdefault((use.use_class, use.part_class), []).append(use)
    added = []
    for same in grouped.values():
        floors, storeys = [use.use_floor_m2 for use in same], [use.top_storey for use in same]
        added.append(
            replace(
                same[0],
                use_floor_m2=None if None in floors else sum(floor or 0.0 for floor in floors),
                top_storey=None if None in storeys else max(storey or 0 for storey in storeys),
            )
        )
    return added


def _of_use(
    entries: Sequence[Mapping[str, object]], use: Use, zone_id: str | None, area_names: Sequence[str]
) -> Coverage:
    """The best that the entries say of one use."""
    answers = [_of_entry(entry, use, zone_id, area_names) for entry in entries]
    for wanted in (True, None):
        for one in answers:
            if one.met is wanted:
                return one
    return Coverage(
        False, "計画の用途特例適用要件に、この建築物の用途・規模・用途地域に当てはまるものがありません。"
    )


def _of_entry(
    entry: Mapping[str, object], use: Use, zone_id: str | None, area_names: Sequence[str]
) -> Coverage:
    name = entry.get("name")
    called = f"要件「{name}」" if isinstance(name, str) and name.strip() else "計画の要件"
    classes, zones = entry.get("use_classes"), entry.get("zones")
    judged_class = (
        use.part_class if use.use_class == "dwelling_combined" and use.part_class else use.use_class
    )
    if isinstance(classes, list) and classes and judged_class not in classes and use.use_class not in classes:
        return Coverage(False, f"{called}の用途に当たりません。")
    if isinstance(zones, list) and zones and zone_id not in zones:
        return Coverage(False, f"{called}の用途地域に当たりません。")
    open_words = []
    for limit, value, word in (
        (entry.get("max_floor_m2"), use.use_floor_m2, "床面積"),
        (entry.get("max_storey"), use.top_storey, "階"),
    ):
        if not isinstance(limit, int | float):
            continue
        if value is None:
            open_words.append(word)
        elif value > limit:
            return Coverage(False, f"{called}の{word}の上限を超えています。")
    area = entry.get("area")
    named = {one.strip() for one in area_names} | _WHOLE
    if isinstance(area, str) and area.strip() and area.strip() not in named:
        open_words.append(f"対象の区域「{area.strip()}」に入ること")
    if not isinstance(classes, list) or not classes:
        open_words.append("要件の用途")
    if open_words:
        return Coverage(
            None, f"{called}に当てはまるかは、{'・'.join(open_words)}が分からないため決められません。"
        )
    return Coverage(True, f"{called}に当てはまります。")
