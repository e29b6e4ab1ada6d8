"""The procedure of 広活法22条 as a checklist: what is done, what is left, and what the plan does not need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from chiiki_gis.core.eras import parse_day
from chiiki_gis.core.facts import FactValue, holds, is_exempt
from chiiki_gis.core.finding import Finding
from chiiki_gis.core.records import MEMBER_KINDS, RECORD_KINDS, is_designated, records_of, title_of
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.core.zones import BY_ID
from chiiki_gis.rules.load import rule_table
from chiiki_gis.rules.plan import LEAST_M2, TOLERANCE_M, finding

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

StepState = Literal["done", "planned", "not_done", "unknown", "not_needed", "unclear"]
STATE_WORDS: dict[StepState, str] = {
    "done": "済",
    "planned": "予定",
    "not_done": "未",
    "unknown": "未入力",
    "not_needed": "不要",
    "unclear": "要否が未確認",
}
PUBLICATION = "plan_published"
CONTROLLED_RULE = "promotion-controlled-area"

_SHORT = {
    "prefecture_plan_received": "都道府県計画の写し",
    "prefecture_heard": "都道府県の意見",
    "residents_reflected": "住民の意見",
    "council_consulted": "協議会での協議",
    "authority_consented": "特定行政庁の同意",
    "housing_consented": "機構等の同意",
    "governor_consulted": "知事との協議",
    "master_plans_in_harmony": "都市計画の方針との調和",
    PUBLICATION: "公表",
    "copy_sent": "写しの送付",
}
_NAME_LENGTH = 16


@dataclass(frozen=True)
class ProcedureStep:
    """One line of the checklist.

    key      the fact that records it
    state    planned = dated later than today; unknown = needed and nothing entered; unclear = nobody has
             said whether it is needed
    day      the day it was done, ISO, where one was entered
    why      why it is needed or not, Japanese
    short    the step in a few words
    """

    key: str
    article: str
    text: str
    state: StepState
    day: str | None
    why: str
    short: str

    @property
    def is_left(self) -> bool:
        """Whether it stands between the plan and its publication."""
        return self.state in ("planned", "not_done", "unknown", "unclear")


def procedure(
    facts: Mapping[str, FactValue],
    has_controlled_area: bool | None,
    today: date | None = None,
    municipalities: int = 1,
) -> tuple[ProcedureStep, ...]:
    """The steps in the order of the law.

    has_controlled_area   the promotion area includes 市街化調整区域; None where no data say so
    today                 a step dated later is planned, not done; None takes the date of the computer
    municipalities        how many make the plan
    Source: 広活法22条1項, 5–13項.
    """

    now = today or date.today()

    def step(key: str, article: str, text: str, needed: bool | None = True, why: str = "") -> ProcedureStep:
        state, day = state_of(facts.get(key), now)
        if needed is False:
            state = "not_needed"
        elif needed is None and state == "unknown":
            state = "unclear"
        return ProcedureStep(key, article, text, state, day, why, _SHORT[key])

    council, council_why = _council(facts)
    special, special_why = _requirements(facts)
    housing, housing_why = _when(
        facts,
        "housing_written",
        "機構等が実施する事業を記載します",
        "機構等が実施する事業を記載しません",
        "22条4項の事項（機構等が実施する公的賃貸住宅等整備事業）の有無",
    )
    governor, governor_why = _controlled(facts, has_controlled_area, municipalities)
    return (
        step("prefecture_plan_received", "22条1項・5条12項", "重点地区を記載した都道府県計画の写しを受ける"),
        step("prefecture_heard", "22条5項", "都道府県の意見を聴く"),
        step("residents_reflected", "22条6項", "住民の意見を反映させるために必要な措置を講ずる"),
        step("council_consulted", "22条7項", "特定居住促進協議会で協議する", council, council_why),
        step("authority_consented", "22条8項・9項", "特定行政庁と協議し、同意を得る", special, special_why),
        step("housing_consented", "22条10項", "機構等の同意を得る", housing, housing_why),
        step("governor_consulted", "22条11項", "都道府県知事と協議する", governor, governor_why),
        step(
            "master_plans_in_harmony",
            "22条12項",
            "都市計画区域の整備、開発及び保全の方針と市町村の都市計画に関する基本的な方針との調和を確かめる",
        ),
        step(PUBLICATION, "22条13項", "計画を公表する"),
        step("copy_sent", "22条13項", "都道府県に計画の写しを送付する"),
    )


def state_of(value: FactValue | None, today: date) -> tuple[StepState, str | None]:
    """What is recorded of a step: done, planned, not_done or unknown, and its day, ISO.

    A text that is no day, as "来週", says nothing of what is done.
    """
    found = parse_day(value) if isinstance(value, str) else None
    if found is not None:
        return "planned" if found > today else "done", found.isoformat()
    if value is None or (isinstance(value, str) and value):
        return "unknown", None
    return "done" if holds(value) else "not_done", None


def is_late(step: ProcedureStep, published: ProcedureStep) -> bool:
    """Whether a step that has to come before the publication was done on a later day."""
    are_done = step.state == "done" and published.state == "done"
    return bool(are_done and step.day and published.day and step.day > published.day)


def has_controlled_area(
    snapshot: Snapshot, findings: Iterable[Finding], division: GeoDataFrame | None
) -> bool | None:
    """Whether the checked plan includes 市街化調整区域; None where the data do not speak of all its areas.

    findings   those of the areas
    division   市街化区域 and 市街化調整区域, project CRS; None without such a layer
    An exempt municipality has no such finding; `procedure` asks its profile first. Raises CrsMismatch.
    """
    from chiiki_gis.analysis.overlay import area_outside

    areas = snapshot.rows(Role.PROMOTION_AREA)
    if any(one.rule == CONTROLLED_RULE for one in findings):
        return True
    if areas.empty or division is None:
        return None
    if holds(snapshot.facts.get("area_division_covers_municipality")):
        return False
    beyond = area_outside(areas, division, TOLERANCE_M)["area_outside_m2"].sum()
    return False if beyond <= LEAST_M2 else None


def check_procedure(snapshot: Snapshot, controlled: bool | None) -> Iterator[Finding]:
    """What is left of the procedure and of the plan's text, and what was done in the wrong order.

    controlled   as of `has_controlled_area`
    Nothing is said of a plan without 促進区域.
    """
    if snapshot.rows(Role.PROMOTION_AREA).empty:
        return
    facts = snapshot.facts
    steps = procedure(facts, controlled, municipalities=len(snapshot.header.municipalities))
    before = [step for step in steps if step.key not in (PUBLICATION, "copy_sent")]
    published = next(step for step in steps if step.key == PUBLICATION)
    if published.state == "done":
        yield from _after_publication(before, published, steps[-1])
    elif left := [step for step in before if step.is_left]:
        yield finding("procedure-left", None, count=len(left), steps=_listed(left))
    missing = missing_items(snapshot)
    if missing:
        numbers = "・".join(f"{number}号" for number in missing)
        yield finding("plan-item-missing", None, items=numbers)
    yield from _requirement_findings(facts)
    yield from _people_findings(facts)


def missing_items(snapshot: Snapshot) -> tuple[int, ...]:
    """The items of 22条2項 that nothing has been entered for: no text, and nothing on the map."""
    facts, items = snapshot.facts, snapshot.rows(Role.FACILITY)["item"]
    on_map = {
        1: not snapshot.rows(Role.PROMOTION_AREA).empty,
        3: bool((items == 3).any()),
        4: bool((items == 4).any()),
        7: bool(facts.get("period")),
    }
    return tuple(n for n in range(1, 8) if not facts.get(f"items.{n}") and not on_map.get(n, False))


def _after_publication(
    before: Iterable[ProcedureStep], published: ProcedureStep, copy: ProcedureStep
) -> Iterator[Finding]:
    steps = tuple(before)
    wrong = [step for step in steps if step.state == "not_done" or is_late(step, published)]
    if wrong:
        yield finding("published-too-early", None, steps=_listed(wrong))
    unknown = [step for step in steps if step.state in ("unknown", "unclear")]
    if unknown:
        yield finding("published-unrecorded", None, steps=_listed(unknown))
    if copy.state != "done":
        yield finding("copy-not-sent", None)


def _requirement_findings(facts: Mapping[str, FactValue]) -> Iterator[Finding]:
    records = records_of(facts, "requirements")
    if holds(facts.get("requirements_written")) and not records:
        yield finding("requirements-not-entered", None)
    special, known = rule_table().special24_zones, list(rule_table().classes)
    for record in records:
        name = title_of("requirements", record)
        name = name if len(name) <= _NAME_LENGTH else f"{name[:_NAME_LENGTH]}…"
        zones = record.get("zones")
        listed = [str(zone) for zone in zones] if isinstance(zones, list) else []
        beyond = [BY_ID[z].name if z in BY_ID else z for z in listed if z not in special]
        if beyond:
            yield finding("requirement-zone", None, name=name, zones="・".join(beyond))
        classes = record.get("use_classes")
        strange = [str(c) for c in classes if c not in known] if isinstance(classes, list) else []
        if strange:
            yield finding("requirement-class", None, name=name, classes="・".join(strange))
        wanted = {f.key: f.japanese for f in RECORD_KINDS["requirements"].fields}
        lacking = [wanted[key] for key in ("use_classes", "zones") if not record.get(key)]
        if lacking:
            yield finding("requirement-incomplete", None, name=name, fields="・".join(lacking))


def _people_findings(facts: Mapping[str, FactValue]) -> Iterator[Finding]:
    """Who is missing in the council (23条2項), and designations that were not published (28条2項)."""
    members = records_of(facts, "council.members")
    kinds = [member.get("kind") for member in members]
    if holds(facts.get("council_exists")) and members and None not in kinds:
        missing = [MEMBER_KINDS[kind] for kind in ("municipality", "prefecture") if kind not in kinds]
        if missing:
            yield finding("council-members-missing", None, missing="・".join(missing))
    for corporation in records_of(facts, "support_corporations"):
        if is_designated(corporation) and not corporation.get("published_on"):
            name = title_of("support_corporations", corporation)
            yield finding("support-corporation-unpublished", None, name=name)


def _listed(steps: Iterable[ProcedureStep]) -> str:
    return "、".join(f"{step.short}（{step.article}）" for step in steps)


def _when(
    facts: Mapping[str, FactValue], key: str, yes: str, no: str, question: str
) -> tuple[bool | None, str]:
    value = facts.get(key)
    if value is None:
        return None, f"{question}を入力してください"
    return (True, yes) if holds(value) else (False, no)


def _council(facts: Mapping[str, FactValue]) -> tuple[bool | None, str]:
    """Members speak for a 協議会: without a word that there is one it is asked about."""
    if records_of(facts, "council.members") and not holds(facts.get("council_exists")):
        return None, "構成員が入力されています。協議会の有無を確かめて入力してください"
    return _when(facts, "council_exists", "協議会があります", "協議会がありません", "協議会の有無")


def _requirements(facts: Mapping[str, FactValue]) -> tuple[bool | None, str]:
    if records_of(facts, "requirements"):
        return True, "用途特例適用要件を記載します"
    return _when(
        facts,
        "requirements_written",
        "用途特例適用要件を記載します",
        "用途特例適用要件を記載しません",
        "用途特例適用要件を記載するかどうか",
    )


def _controlled(
    facts: Mapping[str, FactValue], found: bool | None, municipalities: int
) -> tuple[bool | None, str]:
    if is_exempt(facts, municipalities):
        return False, "指定都市・中核市・施行時特例市は不要です"
    if found is None:
        return (
            None,
            "区域区分の資料が促進区域の全部を含むと確かめられないため、市街化調整区域を含むかどうか分かりません",
        )
    if found:
        return True, "促進区域に市街化調整区域が含まれます"
    return False, "資料では、促進区域に市街化調整区域が含まれません"
