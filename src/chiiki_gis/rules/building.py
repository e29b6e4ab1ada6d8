"""What one use zone says of one building with all its uses (建築基準法48条・別表第二)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from chiiki_gis.core.zones import BY_ID, NONE_ID, NONE_NAME, UNKNOWN_ID, UNKNOWN_NAME
from chiiki_gis.rules.model import Limit, RuleTable, Use, UseClass, UseResult, VerdictWord
from chiiki_gis.rules.predicates import (
    Building,
    Part,
    cell_state,
    combined_state,
    counted_sum,
    is_counted,
)

LISTS_WHAT_MAY = frozenset({"R1L", "R2L", "R1M", "RA"})
"""Zones whose row of 別表第二 names what may be built; the others name what may not."""

_WORST_FIRST: tuple[VerdictWord, ...] = (
    "needs_48_permit",
    "unknown",
    "conditional_unknown",
    "check_ordinance",
    "conditional_ok",
    "allowed",
)
_FLOOR, _STOREY, _TOTAL, _PART = "用途の床面積", "最上階", "延べ面積", "兼用部分の区分"


@dataclass(frozen=True)
class Outcome:
    """The judgement of a building in one zone, before its place is looked at.

    numbers   for a building of one use under a limit: the reason that tells the numbers that were compared,
              what stands in it before them, and after; see `compared_numbers`
    """

    verdict: VerdictWord
    uses: tuple[UseResult, ...]
    articles: tuple[str, ...]
    reasons: tuple[str, ...]
    next_steps: tuple[str, ...]
    missing: tuple[str, ...]
    needs_confirmation: bool = False
    numbers: tuple[str, str, str] | None = None


@dataclass(frozen=True)
class _Said:
    """What is said of one use."""

    result: VerdictWord
    article: str
    reason: str
    next_steps: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    confirm: bool = False
    around: tuple[str, str] | None = None


def zone_name(zone_id: str) -> str:
    """The Japanese name of a zone id, 指定なし for NONE, 不明 for UNK."""
    return {NONE_ID: NONE_NAME, UNKNOWN_ID: UNKNOWN_NAME}.get(zone_id) or BY_ID[zone_id].name


def article_48(zone_id: str) -> str:
    """The paragraph of 48条 that a zone stands in."""
    return f"建築基準法48条{14 if zone_id == NONE_ID else BY_ID[zone_id].paragraph}項"


def judge_uses(
    table: RuleTable, zone_id: str, uses: Sequence[Use], total_floor_m2: float | None = None
) -> Outcome:
    """The verdict of the use-zone table for one building.

    zone_id          id of core.zones, or NONE
    uses             all uses of the building; one without a known class makes it unknown
    total_floor_m2   延べ面積, None where not entered
    The worst use decides. The floor areas of several uses are added up as 別表第二 says; a limit that is
    already broken decides even where another number is missing.
    """
    building = _building(table, zone_id, uses, total_floor_m2)
    said = []
    position = 0
    for place, use in enumerate(uses):
        use_class = table.class_named(use.use_class)
        if use_class is None:
            said.append(_without_class(table, use))
            continue
        part = building.parts[position]
        position += 1
        if use_class.id == "dwelling_combined":
            said.append(_combined(building, use, part, _others(table, uses, place)))
        else:
            said.append(_of_part(building, part))
    results = tuple(_result(table, use, one.result) for use, one in zip(uses, said, strict=True))
    steps = [step for one in said for step in one.next_steps]
    steps += _contradictions(building)
    return Outcome(
        verdict=worst(one.result for one in said),
        uses=results,
        articles=unique([article_48(zone_id), *(one.article for one in said)]),
        reasons=unique(one.reason for one in said),
        next_steps=unique(steps),
        missing=unique(name for one in said for name in one.missing),
        needs_confirmation=any(one.confirm for one in said),
        numbers=(said[0].reason, *said[0].around) if len(said) == 1 and said[0].around else None,
    )


def compared_numbers(
    table: RuleTable, zone_id: str, use: Use, limits: Sequence[Limit], total_m2: float | None
) -> str:
    """The numbers of a building of one use that its limits are compared with, in Japanese.

    use   its class as an id, no 兼用住宅; limits those of the class in the zone
    """
    part = Part(table.classes[use.use_class or ""], use.use_floor_m2, use.top_storey)
    building = Building(table, zone_id, (part,), total_m2, use.use_floor_m2 or 0.0)
    return _entered(building, limits, part)


def worst(results: Iterable[VerdictWord]) -> VerdictWord:
    """The result that decides for a building; unknown without any."""
    found = set(results)
    return next((word for word in _WORST_FIRST if word in found), "unknown")


def unique(texts: Iterable[str]) -> tuple[str, ...]:
    """The texts in order, each once, without empty ones."""
    return tuple(dict.fromkeys(text for text in texts if text))


def _building(table: RuleTable, zone_id: str, uses: Sequence[Use], total_m2: float | None) -> Building:
    parts = []
    for place, use in enumerate(uses):
        use_class = table.class_named(use.use_class)
        if use_class is None:
            continue
        parts.append(_part(table, zone_id, use, use_class, total_m2, _others(table, uses, place)))
    return Building(table, zone_id, tuple(parts), total_m2, sum(use.use_floor_m2 or 0.0 for use in uses))


def _others(table: RuleTable, uses: Sequence[Use], place: int) -> tuple[Use, ...]:
    """The other uses of a building, their classes as ids."""
    others = [use for number, use in enumerate(uses) if number != place]
    found = [table.class_named(use.use_class) for use in others]
    return tuple(
        replace(use, use_class=one.id if one else None) for use, one in zip(others, found, strict=True)
    )


def _part(
    table: RuleTable,
    zone_id: str,
    use: Use,
    use_class: UseClass,
    total_m2: float | None,
    others: Sequence[Use],
) -> Part:
    """The part as the limits see it: a 兼用住宅 that misses 令130条の3 is its own part class."""
    if use_class.id == "dwelling_combined":
        rule = table.combined
        part_class = table.class_named(use.part_class)
        known = replace(use, part_class=part_class.id if part_class else None)
        state = combined_state(rule, known, total_m2, others)
        if part_class is not None and zone_id not in rule.never:
            if state == "ok":
                return Part(use_class, use.use_floor_m2, use.top_storey, combined_in=part_class)
            return Part(part_class, use.use_floor_m2, use.top_storey, certain=state == "broken")
    return Part(use_class, use.use_floor_m2, use.top_storey)


def _of_part(building: Building, part: Part) -> _Said:
    zone_id, use_class = building.zone_id, part.use_class
    cell = part.cell(zone_id)
    place, name = zone_name(zone_id), use_class.name
    note = use_class.notes.get(zone_id, "")
    confirm = zone_id in use_class.confirm_in
    steps = (note,) if note else ()
    if cell.word == "limit":
        said = _of_limits(building, part)
        return replace(said, confirm=confirm or said.confirm)
    article = item_of(use_class, zone_id, cell.word == "A")
    if cell.word == "A":
        return _Said("allowed", article, f"{name}は、{place}では48条の制限がありません（{article}）。", steps)
    if cell.word == "ask":
        reason = f"{name}が{place}で制限に触れるかどうかは、使い方により変わります。"
        return _Said("check_ordinance", article, reason, steps, confirm=True)
    why = "のどの号にも当たりません" if zone_id in LISTS_WHAT_MAY else ""
    reason = f"{name}は、{place}では許可がなければ建てられません（{article}{why}）。"
    return _Said("needs_48_permit", article, reason, steps, confirm=confirm)


def item_of(use_class: UseClass, zone_id: str, allowed: bool) -> str:
    """Where 別表第二 says it: the item that names the class, or that no item does."""
    row = "（か）項" if zone_id == NONE_ID else BY_ID[zone_id].table_row
    if zone_id in use_class.items and allowed == (zone_id in LISTS_WHAT_MAY):
        return f"別表第二{use_class.items[zone_id]}"
    if zone_id in LISTS_WHAT_MAY and allowed and "R1L" in use_class.items:
        return f"別表第二{row}1号（{use_class.items['R1L']}）"
    return f"別表第二{row}"


def _of_limits(building: Building, part: Part) -> _Said:
    table, zone_id = building.table, building.zone_id
    cell = part.cell(zone_id)
    limits = [table.limits[name] for name in cell.limits]
    state = cell_state(building, part)
    name, place = part.use_class.name, zone_name(zone_id)
    words = "、または".join(limit.words for limit in limits)
    articles = "、".join(limit.article for limit in limits)
    notes = unique([*(limit.note for limit in limits), part.use_class.notes.get(zone_id, "")])
    entered = _entered(building, limits, part)
    head = f"{name}は、{place}では{words}に限られます（{articles}）。"
    result: VerdictWord
    missing: tuple[str, ...] = ()
    if state == "open":
        missing = _missing(building, limits, part)
        gap = "・".join(missing) if missing else "ほかの用途の床面積や最上階"
        reason = f"{head}{gap}が未入力のため、限度の内かどうか判定できません。"
        return _Said("conditional_unknown", articles, reason, notes, missing)
    if state == "ok":
        result, tail = "conditional_ok", "は、この限度の内です。"
    elif state == "ask":
        result, tail = "check_ordinance", "が限度を超えるかどうかは、特定行政庁の判断により変わります。"
    else:
        result, tail = "needs_48_permit", "は、この限度を超えるため、許可がなければ建てられません。"
    reason = f"{head}{entered}{tail}"
    return _Said(result, articles, reason, notes, confirm=state == "ask", around=(head, tail))


def _entered(building: Building, limits: Sequence[Limit], part: Part) -> str:
    """The numbers that were compared."""
    words = []
    if any(limit.max_total_m2 is not None for limit in limits):
        total = building.total_m2
        least = max(total or 0.0, building.parts_m2)
        words.append(f"延べ面積{least:,.0f}㎡" + ("" if total is not None else "以上"))
    for limit in limits:
        if limit.max_sum_m2 is not None and part.floor_m2 is not None:
            own, whole, more = part.floor_m2, counted_sum(building, limit), ""
            if not is_counted(building, limit, part):
                more = "（（は）項の建築物に当たり、合計に数えません）"
            elif whole > own:
                more = f"（ほかの用途と合わせて{whole:,.0f}㎡）"
            words.append(f"床面積{own:,.0f}㎡{more}")
        if limit.max_storey is not None and part.storey is not None:
            words.append(f"最上階{part.storey}階")
    return "・".join(words) or "入力した内容"


def _missing(building: Building, limits: Sequence[Limit], part: Part) -> tuple[str, ...]:
    names = []
    if part.cell(building.zone_id).never_from_storey is not None and part.storey is None:
        names.append(_STOREY)
    for limit in limits:
        if limit.max_sum_m2 is not None and part.floor_m2 is None:
            names.append(_FLOOR)
        within = building.table.limits[limit.shops_within] if limit.shops_within else None
        shop_storey = part.use_class.is_shop and within is not None and within.max_storey is not None
        if (limit.max_storey is not None or shop_storey) and part.storey is None:
            names.append(_STOREY)
        if limit.max_total_m2 is not None and building.total_m2 is None:
            names.append(_TOTAL)
    return unique(names)


def _combined(building: Building, use: Use, part: Part, others: Sequence[Use]) -> _Said:
    """兼用住宅: 令130条の3, else the class of its other part."""
    table, zone_id = building.table, building.zone_id
    rule, combined, place = table.combined, table.classes["dwelling_combined"], zone_name(zone_id)
    if zone_id in rule.never:
        return _of_part(building, Part(combined, use.use_floor_m2, use.top_storey))
    named = table.class_named(use.part_class)
    known = replace(use, part_class=named.id if named else None)
    state = combined_state(rule, known, building.total_m2, others)
    could_be = (named,) if named else tuple(table.classes[name] for name in rule.parts)
    is_free = state == "ok" or all(one.cells[zone_id].word == "A" for one in could_be)
    if zone_id in rule.always and is_free:
        article = item_of(combined, zone_id, True)
        return _Said(
            "allowed", article, f"{combined.name}は、{place}では48条の制限がありません（{article}）。"
        )
    share = f"居住部分が延べ面積の2分の1以上で、兼ねる部分が{rule.max_part_m2:,.0f}㎡以内"
    if state == "ok":
        result: VerdictWord = "conditional_ok" if zone_id in rule.conditional_zones else "allowed"
        confirm = named is None
        if confirm:  # a part outside 令130条の3各号 would be judged by its own class
            result = "conditional_unknown"
        steps = ("兼ねる用途が令130条の3各号の用途であることを確かめ、兼用部分の区分を入力してください。",)
        article = f"{item_of(combined, zone_id, True)}・{rule.article}"
        reason = f"{share}のため、兼用住宅に当たります（{rule.article}）。"
        return _Said(result, article, reason, steps if confirm else (), (_PART,) if confirm else (), confirm)
    if state == "broken":
        needs = f"{share}で、令130条の3各号の用途"
        why = f"兼用住宅の要件（{needs}）を満たさないため、兼ねる部分の用途で判定します。"
    else:
        why = f"兼用住宅の要件（{share}）を満たすかどうかが、未入力のため分かりません。"
    numbers = tuple(
        name
        for name, value in ((_FLOOR, use.use_floor_m2), (_TOTAL, building.total_m2))
        if value is None and state == "open"
    )
    if named is None:
        return _any_part(building, use, why, state == "open", numbers)
    own = _of_part(building, part)
    if state == "open" and own.result not in ("allowed", "conditional_ok"):
        own = replace(own, result="conditional_unknown", missing=unique([*own.missing, *numbers]))
    return replace(own, reason=why + own.reason, around=None, article=f"{own.article}・{rule.article}")


def _any_part(building: Building, use: Use, why: str, is_open: bool, numbers: tuple[str, ...]) -> _Said:
    """A 兼用住宅 without a part class: what all classes that it could have agree on."""
    table, zone_id = building.table, building.zone_id
    others = [part for part in building.parts if part.use_class.id != "dwelling_combined"]
    results = set()
    for name in table.combined.parts:
        part = Part(table.classes[name], use.use_floor_m2, use.top_storey)
        results.add(_of_part(replace(building, parts=(*others, part)), part).result)
    article = f"{article_48(zone_id)}・{table.combined.article}"
    if len(results) == 1 and not (is_open and results == {"needs_48_permit"}):
        result: VerdictWord = results.pop()
        end = "許可がなければ建てられません。" if result == "needs_48_permit" else "結論は変わりません。"
        return _Said(result, article, f"{why}兼ねる部分がどの区分でも、{zone_name(zone_id)}では{end}")
    reason = f"{why}兼ねる部分の区分により結論が変わります。"
    return _Said("conditional_unknown", article, reason, (), unique([*numbers, _PART]))


def _without_class(table: RuleTable, use: Use) -> _Said:
    if not use.use_class:
        return _Said("unknown", "", "用途の区分が未入力のため、判定できません。", (_CHOOSE,), ("用途の区分",))
    offers = table.offers(use.use_class)
    offered = "、".join(f"「{offer.use_class.name}」" for offer in offers)
    reason = f"「{use.use_class}」は法律上の用途の区分ではないため、判定できません。"
    step = f"候補は{offered}です。特定行政庁に確かめて、区分を選んでください。" if offered else _CHOOSE
    why = (f"「{offer.use_class.name}」：{offer.reason}（{offer.source}）" for offer in offers)
    return _Said("unknown", "", reason, (step, *why), ("用途の区分",))


_CHOOSE = "用途の区分を選んでください（迷うときは特定行政庁に確かめてください）。"


def _result(table: RuleTable, use: Use, result: VerdictWord) -> UseResult:
    use_class = table.class_named(use.use_class)
    return UseResult(
        use_class.id if use_class else use.use_class,
        use_class.name if use_class else (use.use_class or "未入力"),
        use.use_floor_m2,
        use.top_storey,
        result,
    )


def _contradictions(building: Building) -> list[str]:
    if building.total_m2 is not None and building.parts_m2 > building.total_m2:
        return ["用途の床面積の合計が延べ面積を超えています。入力を確かめてください。"]
    return []
