"""Whether a 用途特例適用要件 written in the plan covers a building (広活法22条3項)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from chiiki_gis.core.facts import FactValue
from chiiki_gis.core.records import Record, records_of
from chiiki_gis.rules.model import Use
from chiiki_gis.rules.procedure import PUBLICATION, state_of

_WHOLE = frozenset({"全域", "促進区域の全域", "促進区域全域", "特定居住促進区域の全域"})
_WRITE = "この建築物の用途・規模・用途地域に当てはまる要件を、計画に記載してください。"
_ENTER = (
    "「計画の事実と手続」の「用途特例適用要件」に、用途の区分・用途地域・上限を入力し、"
    "この建築物の用途と数値もそろえてください。"
)


@dataclass(frozen=True)
class Coverage:
    """Whether the plan's requirements cover a building; None where that cannot be told.

    words   why, Japanese; todo   what comes next, empty where it is covered
    """

    met: bool | None
    words: str
    todo: str = ""


def coverage(
    facts: Mapping[str, FactValue],
    forbidden: Sequence[Use],
    unsettled: Sequence[Use],
    zone_id: str | None,
    area_names: Sequence[str],
    today: date,
) -> Coverage:
    """Whether the requirements in the plan's facts cover all uses that the zone does not surely admit.

    facts        `requirements_written`, and `requirements`: entries with use_classes, zones, max_floor_m2,
                 max_storey and area; what an entry does not say it does not restrict
    forbidden    the uses that need the permit, classes as ids
    unsettled    the uses of which nobody can say whether they need it; not covered, they leave it open
    area_names   names of the promotion areas that hold the site, to be compared with an entry's area
    today        a day that is still to come is no record
    A bare text says nothing that could be compared, and so leaves it open.
    """
    state, day = state_of(facts.get("requirements_written"), today)
    if state == "unknown":
        return Coverage(None, "計画の事実：用途特例適用要件の記載は未入力です。", _WRITE)
    if state != "done":
        planned = f"（{day}の予定）" if day else ""
        return Coverage(False, f"計画の事実：用途特例適用要件はまだ記載していません{planned}。", _WRITE)
    published = state_of(facts.get(PUBLICATION), today)[1]
    if day and published and day > published:
        words = f"計画の事実：用途特例適用要件の記載（{day}）が、計画の公表（{published}）より後です。"
        return Coverage(False, words, "日付を確かめ、要件を記載した計画を改めて公表してください。")
    entries = records_of(facts, "requirements")
    if not entries:
        words = "計画の事実：記載済みですが、要件の内容が未入力のため、この建築物に当てはまるか分かりません。"
        return Coverage(None, words, _ENTER)
    required, doubtful = _added_up(forbidden), _added_up(unsettled)
    uses = (*required, *doubtful)
    answers = [_of_use(entries, use, uses, zone_id, area_names) for use in required]
    answers += [_or_open(_of_use(entries, use, uses, zone_id, area_names)) for use in doubtful]
    if not answers:
        return Coverage(True, "計画の事実：記載済みです。")
    return next((one for wanted in (False, None) for one in answers if one.met is wanted), answers[0])


def _or_open(answer: Coverage) -> Coverage:
    """What is said of a use that may be free: without a requirement for it nothing is decided."""
    if answer.met:
        return answer
    words = "同じ建築物に、制限に触れるか決まらず、当てはまる要件も確かめられない用途があります。"
    return Coverage(None, words, _ENTER)


def _class_of(use: Use) -> str | None:
    """The class that the law sees: a 兼用住宅 that needs a permit is judged by its part."""
    return use.part_class if use.use_class == "dwelling_combined" else use.use_class


def _added_up(uses: Sequence[Use]) -> list[Use]:
    """One use per class, floor areas added up and the highest storey, None where one is not entered."""
    grouped: dict[str | None, list[Use]] = {}
    for use in uses:
        grouped.setdefault(_class_of(use), []).append(use)
    added = []
    for same in grouped.values():
        storeys = [use.top_storey for use in same]
        added.append(
            replace(
                same[0],
                use_floor_m2=_sum(same),
                top_storey=None if None in storeys else max(storey or 0 for storey in storeys),
            )
        )
    return added


def _sum(uses: Sequence[Use]) -> float | None:
    floors = [use.use_floor_m2 for use in uses]
    return None if None in floors else sum(floor or 0.0 for floor in floors)


def _of_use(
    entries: Sequence[Record], use: Use, uses: Sequence[Use], zone_id: str | None, area_names: Sequence[str]
) -> Coverage:
    """The best that the entries say of one of a building's uses."""
    answers = [_of_entry(entry, use, uses, zone_id, area_names) for entry in entries]
    for wanted in (True, None):
        for one in answers:
            if one.met is wanted:
                return one
    words = "計画の用途特例適用要件に、この建築物の用途・規模・用途地域に当てはまるものがありません。"
    return Coverage(False, words, _WRITE)


def _of_entry(
    entry: Record, use: Use, uses: Sequence[Use], zone_id: str | None, area_names: Sequence[str]
) -> Coverage:
    """What one entry says of a use; its size is that of all uses that rest on the entry."""
    name = entry.get("name")
    called = f"要件「{name}」" if isinstance(name, str) and name.strip() else "計画の要件"
    classes, zones, area = entry.get("use_classes"), entry.get("zones"), entry.get("area")
    judged = _class_of(use)
    open_words = []
    if not isinstance(classes, list) or not classes:
        open_words.append("要件の用途")
        classes = []
    elif judged is None:
        open_words.append("建築物の用途")
    elif judged not in classes:
        return Coverage(False, f"{called}の用途に当たりません。", _WRITE)
    if zones and not isinstance(zones, list):
        open_words.append("要件の用途地域")
    elif zones and zone_id not in zones:  # type: ignore[operator]  # a list
        return Coverage(False, f"{called}の用途地域に当たりません。", _WRITE)
    whole = _sum([one for one in uses if _class_of(one) in classes])
    for limit, own, all_of_it, word in (
        (entry.get("max_floor_m2"), use.use_floor_m2, whole, "床面積"),
        (entry.get("max_storey"), use.top_storey, use.top_storey, "階"),
    ):
        if limit is None:
            continue
        if not isinstance(limit, int | float):
            open_words.append(f"{word}の上限")
        elif own is not None and own > limit:
            return Coverage(False, f"{called}の{word}の上限を超えています。", _WRITE)
        elif own is None or all_of_it is None:
            open_words.append(word)
        elif all_of_it > limit:
            open_words.append(f"用途を合わせた{word}（{all_of_it:g}㎡）が上限を超える場合の扱い")
    named = {one.strip() for one in area_names} | _WHOLE
    if isinstance(area, str) and area.strip() and area.strip() not in named:
        open_words.append(f"対象の区域「{area.strip()}」に入ること")
    if not open_words:
        return Coverage(True, f"{called}に当てはまります。")
    words = f"{called}に当てはまるかは、{'・'.join(open_words)}が分からないため決められません。"
    return Coverage(None, words, _ENTER)
