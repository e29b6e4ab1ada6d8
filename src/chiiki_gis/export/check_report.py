"""検査の報告書: findings with what was set aside, verdicts with their grounds, the procedure, the data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from chiiki_gis.core.eras import day_words, japanese_date
from chiiki_gis.core.finding import SEVERITY_WORDS, Finding
from chiiki_gis.core.layer import LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.core.scenarios import name_of
from chiiki_gis.core.set_aside import day_of, set_aside_of
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.export.cells import Cell
from chiiki_gis.export.outgoing import FINAL_WORD, plan_title
from chiiki_gis.export.place import require_place
from chiiki_gis.export.staging import ExportResult, put_in_place, staging
from chiiki_gis.export.workbook import SheetOut, write_workbook
from chiiki_gis.rules.area_summary import AreaSummary
from chiiki_gis.rules.check import CheckResult
from chiiki_gis.rules.live import citations
from chiiki_gis.rules.load import rule_table
from chiiki_gis.rules.model import Condition24, Verdict
from chiiki_gis.rules.plan import row_name
from chiiki_gis.rules.procedure import STATE_WORDS, procedure
from chiiki_gis.rules.subsidies import CAUTION, SubsidyMatch

_MOST_NAMES = 20
_MET = {True: "満たす", False: "満たさない", None: "未入力または未確認"}


@dataclass(frozen=True)
class _Names:
    """What features are called."""

    of_layer: Mapping[LayerId, Mapping[int, str]]
    titles: Mapping[LayerId, str]

    def target(self, finding: Finding) -> str:
        """What a finding speaks of."""
        if finding.layer is None:
            return "計画全体"
        known = self.of_layer.get(finding.layer, {})
        some = [known.get(int(fid), f"{fid}") for fid in finding.fids[:_MOST_NAMES]]
        more = len(finding.fids) - len(some)
        tail = f" ほか{more}件" if more > 0 else ""
        return self.titles.get(finding.layer, str(finding.layer)) + (
            f"：{'、'.join(some)}{tail}" if some else ""
        )


def write_check_report(
    values: Snapshot,
    checked: CheckResult,
    path: Path,
    now: datetime,
    areas: Sequence[tuple[Role, AreaSummary]] = (),
) -> ExportResult:
    """Write the report of one check as an Excel file; an Excel file of that name is replaced.

    now     when the check was made
    areas   the plan's areas in numbers, with their role
    Names of owners and vacant houses are in no check, so none is in the report.
    Raises BadInput for a name that is no .xlsx and where the folder cannot be written.
    """
    require_place(path, ".xlsx")
    with staging(path.parent) as stage:
        write_workbook(stage / path.name, report_sheets(values, checked, now, areas))
        files = put_in_place(stage, [path.name], path.parent)
    return ExportResult(files, ())


def report_sheets(
    values: Snapshot, checked: CheckResult, now: date, areas: Sequence[tuple[Role, AreaSummary]]
) -> tuple[SheetOut, ...]:
    """The sheets of the report, in their order; a `now` without a time prints none."""
    sheets = [
        _summary(values, checked, now),
        _findings(values, checked.findings),
        _areas(areas),
        _verdicts(values, checked.verdicts),
        _conditions(checked.verdicts),
        _procedure(values, checked.controlled),
        _programmes(checked.subsidies),
    ]
    stale = _stale(values, checked.findings)
    return tuple(sheet for sheet in (*sheets, stale) if sheet.rows or sheet is sheets[1])


def _summary(values: Snapshot, checked: CheckResult, now: date) -> SheetOut:
    table = rule_table()
    found = checked.findings
    rows: list[Sequence[Cell]] = [
        ("計画", plan_title(values)),
        ("検査した日時", _moment(now)),
        ("案", name_of(values, values.scenario)),
        *((f"{word}（件）", _open(found, severity)) for severity, word in SEVERITY_WORDS.items()),
        ("対象外にした項目（件）", sum(f.ignored for f in found)),
        ("判定した施設（件）", len(checked.verdicts)),
        ("条文の時点", table.law_date_words),
        ("規則表の版", table.rules_version),
        ("規則表の確認日", day_words(table.confirmed)),
        (
            "条文の確認",
            f"{kept.by}（{day_words(kept.on)}）"
            if (kept := table.confirmation) is not None
            else "いまの条文との照合は未確認です。",
        ),
        *(("規則の変更", change.words) for change in table.changes),
        *(("根拠の法令", edition) for edition in table.editions),
        *((f"資料　{role.japanese}", cited) for role, cited in citations(values.layers).items()),
        ("注意", FINAL_WORD),
    ]
    if values.header.is_fictional:
        rows.insert(0, ("見本", "架空の町の計画です。"))
    return SheetOut("概要", ("項目", "内容"), (26, 90), rows)


def _moment(now: date) -> str:
    return f"{japanese_date(now.date())} {now:%H:%M}" if isinstance(now, datetime) else japanese_date(now)


def _open(findings: Iterable[Finding], severity: str) -> int:
    return sum(f.severity == severity and not f.ignored for f in findings)


def _findings(values: Snapshot, findings: Sequence[Finding]) -> SheetOut:
    names = _names(values)
    rows: list[Sequence[Cell]] = [
        (
            number,
            SEVERITY_WORDS[f.severity],
            "対象外" if f.ignored else "未対応",
            f.message,
            names.target(f),
            f.article,
            f.reason,
            day_words(day_of(values.facts, f, values.scenario)) if f.ignored else "",
            f.rule,
        )
        for number, f in enumerate(findings, 1)
    ]
    head = ("番号", "区分", "状態", "検査の結果", "対象", "根拠", "対象外の理由", "対象外にした日", "規則")
    return SheetOut("検査結果", head, (6, 8, 8, 60, 30, 26, 30, 18, 24), rows)


def _areas(areas: Sequence[tuple[Role, AreaSummary]]) -> SheetOut:
    """One line per area: ha by the plane CRS, and what the data say lies in it."""
    rows: list[Sequence[Cell]] = [
        (
            role.japanese,
            one.name,
            round(one.area_ha, 2),
            _parts(one.zones, one.area_m2),
            _square_metres(one.controlled_m2),
            _parts(one.hazards, one.area_m2),
            _parts(one.farmland, one.area_m2),
            _parts(one.protected, one.area_m2),
            _parts(one.municipalities, one.area_m2),
            _square_metres(one.outside_municipalities_m2),
            _square_metres(one.outside_priority_m2),
        )
        for role, one in areas
    ]
    head = (
        "種類", "名称", "面積（ha）", "用途地域の内訳", "市街化調整区域（㎡）", "災害の区域", "農用地",
        "自然公園等", "市町村", "市町村の外（㎡）", "重点地区の外（㎡）",
    )  # fmt: skip
    return SheetOut("区域", head, (20, 24, 10, 40, 16, 30, 24, 24, 24, 16, 16), rows)


def _parts(parts: Mapping[str, float] | None, whole_m2: float) -> str:
    """Names with their share; what no layer tells is said so."""
    if parts is None:
        return "資料なし"
    if not whole_m2 > 0:
        return ""
    return "\n".join(f"{name} {m2 / 10_000:,.2f}ha（{m2 / whole_m2:.1%}）" for name, m2 in parts.items())


def _square_metres(value: float | None) -> Cell:
    return "資料なし" if value is None else round(value, 1)


def _verdicts(values: Snapshot, verdicts: Sequence[Verdict]) -> SheetOut:
    cited = "\n".join(f"{role.japanese}：{line}" for role, line in citations(values.layers).items())
    rows: list[Sequence[Cell]] = [
        (
            verdict.number,
            verdict.facility,
            verdict.label,
            "、".join(_marks(verdict)),
            verdict.zone or "不明",
            "\n".join(f"{name} {share:.1%}" for name, share in verdict.zone_shares.items()),
            None if verdict.distance_to_zone_edge_m is None else round(verdict.distance_to_zone_edge_m, 1),
            "\n".join(_use_words(verdict)),
            "、".join(verdict.articles),
            "\n".join(verdict.reasons),
            "\n".join(verdict.next_steps),
            cited,
            verdict.rules_version,
            FINAL_WORD,
        )
        for verdict in verdicts
    ]
    head = (
        "番号", "施設", "判定", "注記", "用途地域", "敷地の割合", "境界まで（m）", "用途", "根拠", "理由",
        "次にすること", "資料（年度）", "規則表の版", "注意",
    )  # fmt: skip
    return SheetOut("判定", head, (6, 20, 26, 12, 22, 22, 10, 26, 22, 44, 44, 36, 10, 24), rows)


def _marks(verdict: Verdict) -> Iterable[str]:
    if verdict.provisional:
        yield "点による仮の判定"
    if verdict.needs_confirmation:
        yield "要確認"


def _use_words(verdict: Verdict) -> Iterable[str]:
    for use in verdict.uses:
        floor = "面積未入力" if use.use_floor_m2 is None else f"{use.use_floor_m2:,.10g}㎡"
        storey = "" if use.top_storey is None else f"・最上階{use.top_storey}階"
        yield f"{use.name}（{floor}{storey}）"


def _conditions(verdicts: Sequence[Verdict]) -> SheetOut:
    """The nine points of 24条 for every building that needs a permit of 48条."""

    def row(verdict: Verdict, point: Condition24) -> Sequence[Cell]:
        return (
            verdict.number, verdict.facility, point.number, point.text, _MET[point.met], point.source,
            point.basis, point.todo,
        )  # fmt: skip

    rows = [
        row(verdict, point)
        for verdict in verdicts
        if verdict.verdict in ("needs_48_permit", "special24_candidate")
        for point in verdict.conditions
    ]
    head = ("番号", "施設", "条件", "内容", "状態", "根拠", "何から判断したか", "次にすること")
    return SheetOut("24条の条件", head, (6, 24, 6, 56, 12, 28, 44, 44), rows)


def _procedure(values: Snapshot, controlled: bool | None) -> SheetOut:
    steps = procedure(values.facts, controlled, municipalities=len(values.header.municipalities))
    rows: list[Sequence[Cell]] = [
        (step.article, step.text, STATE_WORDS[step.state], day_words(step.day or ""), step.why)
        for step in steps
    ]
    return SheetOut("手続", ("条項", "手続", "状態", "日付", "要否"), (18, 70, 14, 18, 50), rows)


def _programmes(matches: Sequence[SubsidyMatch]) -> SheetOut:
    """Programmes of support, with why they are candidates and what has to be asked."""
    rows: list[Sequence[Cell]] = [
        (
            match.label,
            match.programme.name,
            match.name,
            "\n".join(match.reasons),
            "\n".join(match.questions),
            match.programme.ministry,
            match.programme.year,
            match.programme.source,
            CAUTION,
        )
        for match in matches
    ]
    head = ("状態", "制度", "対象", "理由", "確かめること", "省庁", "年度", "資料", "注意")
    return SheetOut("補助制度の候補", head, (18, 36, 24, 40, 44, 14, 10, 30, 40), rows)


def _stale(values: Snapshot, findings: Sequence[Finding]) -> SheetOut:
    """What was set aside once and is no longer found in those words."""
    now = {(f.rule, f.message) for f in findings if f.ignored}
    rows: list[Sequence[Cell]] = [
        (entry.message, entry.reason, day_words(entry.on), entry.rule)
        for entry in set_aside_of(values.facts)
        if entry.scenario == values.scenario and (entry.rule, entry.message) not in now
    ]
    return SheetOut(
        "過去の対象外", ("検査の結果", "対象外の理由", "対象外にした日", "規則"), (70, 40, 18, 24), rows
    )


def _names(values: Snapshot) -> _Names:
    of_layer: dict[LayerId, Mapping[int, str]] = {}
    for layer in values.layers:
        if layer.is_plan and "name" in layer.columns:
            rows = layer.rows
            numbers = rows["number"] if "number" in rows.columns else [None] * len(rows)
            of_layer[layer.id] = {
                int(fid): row_name(name, number, int(fid))
                for fid, name, number in zip(rows.index, rows["name"], numbers, strict=True)
            }
    return _Names(of_layer, {layer.id: layer.name for layer in values.layers})
