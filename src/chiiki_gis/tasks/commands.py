"""What each subcommand of docs/cli.md does: open, ask the other rooms, print, return the exit code."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.errors import BadInput, one_line
from chiiki_gis.core.progress import Quiet
from chiiki_gis.tasks.terminal import open_document as _open
from chiiki_gis.tasks.terminal import print_json as _print_json
from chiiki_gis.tasks.terminal import save_document as _save
from chiiki_gis.tasks.terminal import scenario_snapshot as _values
from chiiki_gis.tasks.terminal import tell_notes as _notes

if TYPE_CHECKING:
    from chiiki_gis.core.finding import Finding
    from chiiki_gis.core.jobs import ImportOptions, Written
    from chiiki_gis.core.role import Role
    from chiiki_gis.rules.model import Verdict

DONE, OPEN_ERRORS, BAD = 0, 1, 2
"""Exit codes of the contract."""


class _OnTerminal(Quiet):
    """Progress in the last line of a terminal; a file or a pipe gets none of it."""

    def step(self, done: int, total: int, note: str = "") -> None:
        """Show the note in place of the one before."""
        if sys.stderr.isatty():
            end = "\n" if done + 1 >= total else ""
            print(f"\r\x1b[K{one_line(note)}", end=end, file=sys.stderr, flush=True)


def demo(options: argparse.Namespace) -> int:
    """The whole main job on the sample town."""
    from chiiki_gis.tasks.demo import run_demo

    return run_demo(options.out)


def new(options: argparse.Namespace) -> int:
    """A new project file; never over an existing one."""
    from chiiki_gis.core.snapshot import snapshot
    from chiiki_gis.tasks import plan

    if options.project.exists():
        raise BadInput(
            f"「{options.project.name}」はすでにあります。",
            "新しいプロジェクトで古いファイルを消すことはしません。",
            "別の名前にするか、古いファイルを移してください。",
        )
    if options.project.suffix.lower() != ".gpkg":
        raise BadInput(
            f"「{options.project.name}」という名前では作れません。",
            "プロジェクトのファイルの名前は.gpkgで終わります。",
            f"「{options.project.stem or '計画'}.gpkg」のような名前を指定してください。",
        )
    codes = tuple(code.strip() for code in options.municipality.split(","))
    document, notes = plan.new_project(codes, options.boundaries)
    plan.save(snapshot(document), options.project, None)
    _notes(notes)
    print(f"「{options.project.name}」を作りました（{document.header.title}）。")
    return DONE


def import_command(options: argparse.Namespace) -> int:
    """A file into a project, saved."""
    from chiiki_gis.core.links import with_true_links
    from chiiki_gis.core.scenarios import find_scenario
    from chiiki_gis.io.lock import locked
    from chiiki_gis.io.store import memory_ref
    from chiiki_gis.tasks import plan

    with locked(options.project):
        document, revision = _open(options.project)
        said = replace(_import_options(options), scenario=find_scenario(document, options.scenario).id)
        change, notes = plan.import_into(document, options.file, said, memory_ref)
        document.apply(with_true_links(document, change))
        _save(document, options.project, revision, change.note)
    _notes(notes)
    print(f"{change.note}：保存しました。")
    return DONE


def _import_options(options: argparse.Namespace) -> ImportOptions:
    from chiiki_gis.core.jobs import ImportOptions
    from chiiki_gis.core.looks import PLACING
    from chiiki_gis.io.datum import keep_grids

    columns = {}
    for part in filter(None, options.columns.split(",")):
        key, found, column = part.partition("=")
        if not found or key not in PLACING:
            raise BadInput(
                f"列の対応「{part}」が分かりません。",
                f"使えるのは{'・'.join(PLACING)}です。",
                "「lat=緯度,lon=経度」のように書いてください。",
            )
        columns[key] = column
    role = _role(options.role) if options.role else None
    if options.datum_grids is not None:
        keep_grids(options.datum_grids)
    if options.margin is not None and not 0 <= options.margin <= 1e6:
        raise BadInput(
            f"余白「{options.margin}」は使えません。",
            "0から1000000までのメートルの数ではありません。",
            "「--margin 1000」のように指定してください。",
        )
    return ImportOptions(
        role,
        options.layer,
        options.encoding,
        options.crs,
        columns,
        options.swap_xy,
        options.margin,
        tuple(options.addresses),
    )


def _role(word: str) -> Role:
    from chiiki_gis.core.role import JAPANESE, role_named

    role = role_named(word)
    if role is None:
        raise BadInput(
            f"「{word}」という役割はありません。",
            "役割の名前と一致しませんでした。",
            f"使えるのは「{'」「'.join(JAPANESE.values())}」です。",
        )
    return role


def inspect(options: argparse.Namespace) -> int:
    """What a file is, or the layers and scenarios of a project."""
    from chiiki_gis.core.role import JAPANESE, Role
    from chiiki_gis.tasks.reports import inspection

    report = inspection(options.file)
    if options.json:
        _print_json(report)
        return DONE
    print(
        f"形式：{report['format']}　文字コード：{report['encoding'] or '－'}（{report['encoding_evidence']}）"
    )
    for layer in report["layers"]:
        epsg = f"EPSG:{layer['epsg']}" if layer["epsg"] else "座標系なし"
        print(f"{layer['name']}：{layer['role']}　{layer['features']}件　{layer['geometry']}　{epsg}")
        for note in layer["notes"]:
            print(f"  ・{note}")
    for scenario in report.get("scenarios", ()):
        counts = "　".join(f"{JAPANESE[Role(k)]} {n}件" for k, n in scenario["features"].items())
        print(f"{scenario['name']}：{counts}")
    return DONE


def facts(options: argparse.Namespace) -> int:
    """Set facts where given, then show all."""
    from chiiki_gis.core.change import Change
    from chiiki_gis.core.facts import FACT_KEYS, parse_fact
    from chiiki_gis.io.lock import locked
    from chiiki_gis.tasks import plan

    changes = {}
    for part in options.settings:
        key, found, text = part.partition("=")
        if not found:
            raise BadInput(
                f"「{part}」の書き方が正しくありません。",
                "項目と値の間に「=」がありません。",
                "「項目=値」の形で書いてください。",
            )
        changes[key] = parse_fact(key, text, plan.class_ids())
    with locked(options.project) if changes else nullcontext():
        document, revision = _open(options.project)
        if changes:
            document.apply(Change("計画の事実を書き込む", facts=changes))
            _save(document, options.project, revision, "計画の事実を書き込む")
    for key, fact in FACT_KEYS.items():
        value = document.facts.get(key)
        shown = "（未入力）" if value is None else json.dumps(value, ensure_ascii=False)
        print(f"{key} = {shown}　{fact.japanese}")
    return DONE


def check(options: argparse.Namespace) -> int:
    """Findings and verdicts; 1 while errors are open."""
    from chiiki_gis.core.finding import SEVERITY_WORDS
    from chiiki_gis.tasks import check_report, plan, reports

    document, _ = _open(options.project)
    values = _values(document, options.scenario)
    checked = plan.check(values)
    report = reports.findings(checked.findings)
    for path, ending in ((options.xlsx, ".xlsx"), (options.pdf, ".pdf")):
        if path is not None:
            check_report.report_check(values, path, checked=checked, ending=ending)
    if options.json:
        _print_json(report)
    else:
        for finding in report["findings"]:
            mark = "（対象外）" if finding["ignored"] else ""
            why = f"理由：{one_line(finding['reason'])}" if finding["ignored"] else ""
            print(
                f"{SEVERITY_WORDS[finding['severity']]}{mark}：{finding['message']}"
                f"［{finding['article']}］{why}"
            )
        _print_verdicts(checked.verdicts)
        aside = sum(finding["ignored"] for finding in report["findings"])
        told = f"・対象外 {aside}件" if aside else ""
        print(f"エラー {report['errors']}件・注意 {report['warnings']}件{told}")
    return OPEN_ERRORS if report["errors"] else DONE


def _print_verdicts(verdicts: Sequence[Verdict]) -> None:
    for verdict in verdicts:
        marks = "".join(
            word
            for word, holds in (
                ("（仮判定）", verdict.provisional),
                ("（要確認）", verdict.needs_confirmation),
            )
            if holds
        )
        print(f"{verdict.facility}：{verdict.zone or '－'}：{verdict.label}{marks}")


def judge(options: argparse.Namespace) -> int:
    """Verdicts from loose files."""
    from chiiki_gis.tasks import reports

    layers = []
    for part in options.layer:
        word, found, name = part.partition("=")
        if not found:
            raise BadInput(
                f"「{part}」の書き方が正しくありません。",
                "役割とファイルの間に「=」がありません。",
                "「zoning=用途地域.shp」の形で書いてください。",
            )
        layers.append((_role(word), Path(name)))
    verdicts = reports.judge_files(layers, options.facts)
    if options.json:
        _print_json(reports.judgement(verdicts))
    else:
        print("\n\n".join("\n".join(verdict.lines()) for verdict in verdicts))
    return DONE


def access(options: argparse.Namespace) -> int:
    """Compute, store and show the links."""
    from chiiki_gis.io.lock import locked
    from chiiki_gis.io.store import memory_ref
    from chiiki_gis.tasks.access import link, take_new_road

    with locked(options.project):
        document, revision = _open(options.project)
        take_new_road(document, options.new_road, is_exception=options.exception)
        linked = link(_values(document, options.scenario), keep=memory_ref)
        if not linked.change.is_empty:
            document.apply(linked.change)
            _save(document, options.project, revision, linked.change.note)
    if options.json:
        _print_json({"links": [dict(record) for record in linked.records]})
        return DONE
    _notes(linked.notes)
    _print_links(linked.records)
    return DONE


def _print_links(records: Sequence[Mapping[str, Any]]) -> None:
    for record in records:
        if record["km"] is None:
            print(f"{record['facility']}：計算できません（{record['reason']}）")
        elif record["rank"] == 1:
            label = "概算" if record["status"] == "estimate" else "仮定値"
            words = (
                f"{record['interchange']}から約{record['km']:.1f} km・{record['minutes']:.0f}分（{label}）"
            )
            print(f"{record['facility']}：{words}")


def export(options: argparse.Namespace) -> int:
    """Write the plan; with open errors only where a reason is given."""
    from chiiki_gis.core.jobs import ExportOptions
    from chiiki_gis.tasks import leaving, plan
    from chiiki_gis.tasks.terminal import require_generalising

    leaves = ExportOptions(
        reason=(options.reason or "").strip(),
        degrees=options.crs == "6668",
        substitutes=_substitutes(options.substitute),
        with_consented_houses=options.with_consented_houses,
        kind=options.kind,
        corporation=options.corporation.strip(),
        attachments=tuple(options.attach),
        generalise_m=require_generalising(options.generalise),
        base_image=options.base_image,
    )
    document, _ = _open(options.project)
    values = _values(document, options.scenario)
    checked = plan.check(values)
    errors, missing = leaving.obstacles(values, options.format, checked, leaves)
    if (errors or missing) and not leaves.reason:
        _say_blocked(errors, missing)
        return OPEN_ERRORS
    written = leaving.export(
        values, options.format, options.folder, _OnTerminal(), checked=checked, options=leaves
    )
    _print_written(written)
    return OPEN_ERRORS if errors or missing else DONE


def _substitutes(text: str) -> dict[str, str]:
    """Characters and what is to be written for them: 「𠮷=吉,é=e」."""
    pairs = {}
    for part in filter(None, text.split(",")):
        character, found, other = part.partition("=")
        if not (found and character):
            raise BadInput(
                f"置き換え「{part}」が分かりません。",
                "文字と置き換えの間に「=」がありません。",
                "「𠮷=吉,é=e」のように書いてください。",
            )
        pairs[character] = other
    return pairs


def _say_blocked(errors: Sequence[Finding], missing: Sequence[str]) -> None:
    told = [f"エラーが{len(errors)}件ある"] if errors else []
    told += [f"必要なものが{len(missing)}件足りない"] if missing else []
    print(f"{'、'.join(told)}ため、書き出しませんでした。", file=sys.stderr)
    for finding in errors:
        print(f"・{finding.message}［{finding.article}］", file=sys.stderr)
    for one in missing:
        print(f"・足りないもの：{one}", file=sys.stderr)
    print("エラーを直すか、--reason で理由を付けて、もう一度書き出してください。", file=sys.stderr)


def _print_written(written: Written) -> None:
    _notes(written.notes)
    for path in written.files:
        print(path)


def print_command(options: argparse.Namespace) -> int:
    """Print a kind of sheet, or a template of the project."""
    from chiiki_gis.core.sheet import PrintForm
    from chiiki_gis.tasks import plan
    from chiiki_gis.tasks.terminal import asked_sheet

    document, _ = _open(options.project)
    sheet = asked_sheet(options, document.facts)
    values, form = _values(document, options.scenario), PrintForm(options.form, options.dpi)
    _print_written(plan.print_sheet(values, sheet, options.file, _OnTerminal(), form=form))
    return DONE


def selftest(options: argparse.Namespace) -> int:
    """What this computer has and can do."""
    from chiiki_gis.tasks.selftest import run_selftest

    report = run_selftest()
    if options.json:
        _print_json(report)
    else:
        for key, value in report.items():
            print(f"{key}：{value}")
    return DONE if report["ok"] else OPEN_ERRORS


def bench(options: argparse.Namespace) -> int:
    """The benchmark rows of the checkout."""
    import runpy

    from chiiki_gis import paths

    top = paths.checkout()
    if top is None:
        raise BadInput(
            "速さを測れません。",
            "測定の道具は配布物に入っていません。",
            "ソースコードのフォルダで実行してください。",
        )
    sys.path.insert(0, str(top))
    space = runpy.run_path(str(top / "benchmarks" / "run.py"))
    space["run"](tuple(options.rows), options.json)
    return DONE
