"""The command line: subcommands without a window, as docs/cli.md describes them."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from chiiki_gis import __version__
from chiiki_gis.core.errors import BadInput, ChiikiError

if TYPE_CHECKING:
    from chiiki_gis.core.document import Document
    from chiiki_gis.core.jobs import ImportOptions, Written
    from chiiki_gis.core.role import Role
    from chiiki_gis.rules.check import CheckResult
    from chiiki_gis.rules.model import Verdict

DONE, OPEN_ERRORS, BAD = 0, 1, 2


def run_command(words: Sequence[str]) -> int:
    """Run one subcommand; returns the exit code of the contract (0 done, 1 open errors, 2 bad input)."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    try:
        options = parser().parse_args(words)
        command: Callable[[argparse.Namespace], int] = options.command
        return command(options)
    except ChiikiError as error:
        print(error, file=sys.stderr)
        return BAD
    except BrokenPipeError:
        sys.stderr.close()
        return DONE


class _Parser(argparse.ArgumentParser):
    """argparse that says in three Japanese sentences what is wrong."""

    def error(self, message: str) -> NoReturn:
        """Usage errors are bad input like any other."""
        raise BadInput(
            "コマンドの書き方が正しくありません。",
            f"{_usage_reason(message)}。",
            f"「{self.prog} --help」で書き方を確かめてください。",
        )


def _usage_reason(message: str) -> str:
    words = (
        ("the following arguments are required: ", "必要な指定「{}」がありません"),
        ("unrecognized arguments: ", "知らない指定「{}」があります"),
        ("argument ", "指定「{}」の値が使えません"),
    )
    for start, told in words:
        if message.startswith(start):
            return told.format(message.removeprefix(start).split(":")[0])
    return "指定の数か並びが違います"


def parser() -> argparse.ArgumentParser:
    """The grammar of the command line."""
    top = _Parser(prog="chiiki-gis", description="地域GIS — 特定居住促進計画の地図をつくる")
    top.add_argument("--version", action="version", version=f"chiiki-gis {__version__}")
    top.add_argument("--debug", action="store_true", help=argparse.SUPPRESS)
    adding = top.add_subparsers(title="サブコマンド", metavar="SUBCOMMAND", required=True)

    def add(name: str, command: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        sub = adding.add_parser(name, help=text, description=text)
        sub.set_defaults(command=command)
        return sub

    sub = add("demo", _demo, "見本の計画を最後まで作り、できたものの一覧を表示します")
    sub.add_argument("out", type=Path, metavar="OUT")
    sub = add("new", _new, "市町村の境界から新しいプロジェクトを作ります")
    sub.add_argument("project", type=Path, metavar="PROJECT")
    sub.add_argument("--municipality", required=True, metavar="CODE[,CODE…]")
    sub.add_argument("--boundaries", required=True, type=Path, metavar="FILE")
    sub = add("import", _import, "ファイルをプロジェクトに取り込みます")
    sub.add_argument("project", type=Path, metavar="PROJECT")
    sub.add_argument("file", type=Path, metavar="FILE")
    sub.add_argument("--as", dest="role", metavar="ROLE")
    sub.add_argument("--layer", metavar="NAME")
    sub.add_argument("--encoding", metavar="ENC")
    sub.add_argument("--crs", type=int, metavar="EPSG")
    sub.add_argument("--columns", metavar="KEY=COLUMN,…", default="")
    sub = add("inspect", _inspect, "ファイルの内容を調べます（プロジェクトならレイヤの一覧）")
    sub.add_argument("file", type=Path, metavar="FILE")
    _add_json(sub)
    sub = add("facts", _facts, "計画の事実を表示し、または書き込みます")
    sub.add_argument("project", type=Path, metavar="PROJECT")
    sub.add_argument("settings", nargs="*", metavar="KEY=VALUE")
    sub = add("check", _check, "すべての検査を行います")
    sub.add_argument("project", type=Path, metavar="PROJECT")
    _add_json(sub)
    sub = add("judge", _judge, "プロジェクトを作らずに用途の制限を調べます")
    sub.add_argument("--layer", action="append", required=True, metavar="ROLE=FILE")
    sub.add_argument("--facts", type=Path, metavar="FILE.toml")
    _add_json(sub)
    sub = add("access", _access, "ICから施設までの道のりを計算して保存します")
    sub.add_argument("project", type=Path, metavar="PROJECT")
    _add_json(sub)
    sub = add("export", _export, "計画を書き出します")
    sub.add_argument("project", type=Path, metavar="PROJECT")
    sub.add_argument("folder", type=Path, metavar="DIR")
    sub.add_argument("--format", required=True, choices=("gpkg", "shapefile", "geojson", "html"))
    sub = add("print", _print, "図面をPDFにします")
    sub.add_argument("project", type=Path, metavar="PROJECT")
    sub.add_argument("file", type=Path, metavar="FILE.pdf")
    sub.add_argument("--sheet", default="area", choices=("overview", "area"))
    sub.add_argument("--paper", default="A3", choices=("A4", "A3"))
    sub.add_argument("--orientation", default="landscape", choices=("portrait", "landscape"))
    sub.add_argument("--scale", type=int, metavar="N")
    sub = add("selftest", _selftest, "このパソコンで動くかどうかを確かめます")
    _add_json(sub)
    from chiiki_gis import paths

    if paths.checkout() is not None:
        sub = add("bench", _bench, "速さを測ります")
        sub.add_argument("rows", nargs="*", metavar="ROW")
        _add_json(sub)
    return top


def _add_json(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--json", action="store_true", help="結果をJSONで出します")


def _print_json(value: Mapping[str, Any]) -> None:
    print(json.dumps(value, ensure_ascii=False, allow_nan=False))


def _notes(notes: Sequence[str]) -> None:
    for note in notes:
        print(f"・{note}", file=sys.stderr)


def _demo(options: argparse.Namespace) -> int:
    from chiiki_gis.tasks.demo import run_demo

    return run_demo(options.out)


def _new(options: argparse.Namespace) -> int:
    from chiiki_gis.core.snapshot import snapshot
    from chiiki_gis.tasks import plan

    if options.project.exists():
        raise BadInput(
            f"「{options.project.name}」はすでにあります。",
            "新しいプロジェクトで古いファイルを消すことはしません。",
            "別の名前にするか、古いファイルを移してください。",
        )
    codes = tuple(code.strip() for code in options.municipality.split(","))
    document, notes = plan.new_project(codes, options.boundaries)
    plan.save(snapshot(document), options.project, None)
    _notes(notes)
    print(f"「{options.project.name}」を作りました（{document.header.title}）。")
    return DONE


def _import(options: argparse.Namespace) -> int:
    from chiiki_gis.core.snapshot import snapshot
    from chiiki_gis.io.store import memory_ref
    from chiiki_gis.tasks import plan

    document, revision = _open(options.project)
    change, notes = plan.import_into(document, options.file, _import_options(options), memory_ref)
    document.apply(change)
    plan.save(snapshot(document), options.project, revision)
    _notes(notes)
    print(f"{change.note}：保存しました。")
    return DONE


def _import_options(options: argparse.Namespace) -> ImportOptions:
    from chiiki_gis.core.jobs import ImportOptions

    columns = {}
    for part in filter(None, options.columns.split(",")):
        key, found, column = part.partition("=")
        if not found or key not in ("lat", "lon", "x", "y", "address"):
            raise BadInput(
                f"列の対応「{part}」が分かりません。",
                "使えるのは lat・lon・x・y・address の五つです。",
                "「lat=緯度,lon=経度」のように書いてください。",
            )
        columns[key] = column
    role = _role(options.role) if options.role else None
    return ImportOptions(role, options.layer, options.encoding, options.crs, columns)


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


def _open(path: Path) -> tuple[Document, int]:
    from chiiki_gis.io import project

    read = project.open_project(path)
    _notes(read.notes)
    return project.document_of(read), read.revision


def _inspect(options: argparse.Namespace) -> int:
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
    return DONE


def _facts(options: argparse.Namespace) -> int:
    from chiiki_gis.core.change import Change
    from chiiki_gis.core.facts import FACT_KEYS, parse_fact
    from chiiki_gis.core.snapshot import snapshot
    from chiiki_gis.tasks import plan

    document, revision = _open(options.project)
    changes = {}
    for part in options.settings:
        key, found, text = part.partition("=")
        if not found:
            raise BadInput(
                f"「{part}」の書き方が正しくありません。",
                "項目と値の間に「=」がありません。",
                "「項目=値」の形で書いてください。",
            )
        changes[key] = parse_fact(key, text)
    if changes:
        document.apply(Change("計画の事実を書き込む", facts=changes))
        plan.save(snapshot(document), options.project, revision)
    for key, fact in FACT_KEYS.items():
        value = document.facts.get(key)
        shown = "（未入力）" if value is None else json.dumps(value, ensure_ascii=False)
        print(f"{key} = {shown}　{fact.japanese}")
    return DONE


def _check(options: argparse.Namespace) -> int:
    from chiiki_gis.core.finding import SEVERITY_WORDS
    from chiiki_gis.core.snapshot import snapshot
    from chiiki_gis.tasks import plan, reports

    document, _ = _open(options.project)
    checked = plan.check(snapshot(document))
    report = reports.findings(checked.findings)
    if options.json:
        _print_json(report)
    else:
        for finding in report["findings"]:
            mark = "（除外）" if finding["ignored"] else ""
            print(
                f"{SEVERITY_WORDS[finding['severity']]}{mark}：{finding['message']}［{finding['article']}］"
            )
        _print_verdicts(checked.verdicts)
        print(f"エラー {report['errors']}件・注意 {report['warnings']}件")
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


def _judge(options: argparse.Namespace) -> int:
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
        _print_verdicts(verdicts)
    return DONE


def _access(options: argparse.Namespace) -> int:
    from chiiki_gis.core.snapshot import snapshot
    from chiiki_gis.tasks import plan

    document, revision = _open(options.project)
    linked = plan.link(snapshot(document))
    if not linked.change.is_empty:
        document.apply(linked.change)
        plan.save(snapshot(document), options.project, revision)
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


def _export(options: argparse.Namespace) -> int:
    from chiiki_gis.core.snapshot import snapshot
    from chiiki_gis.tasks import plan

    document, _ = _open(options.project)
    values = snapshot(document)
    checked = plan.check(values)
    if _blocked(checked):
        return OPEN_ERRORS
    _print_written(plan.export(values, options.format, options.folder, checked=checked))
    return DONE


def _blocked(checked: CheckResult) -> bool:
    """Say why nothing is written while errors are open."""
    errors = [finding for finding in checked.findings if finding.is_open_error]
    if errors:
        print(f"エラーが{len(errors)}件あるため、書き出しませんでした。", file=sys.stderr)
        for finding in errors:
            print(f"・{finding.message}［{finding.article}］", file=sys.stderr)
        print("エラーを直してから、もう一度書き出してください。", file=sys.stderr)
    return bool(errors)


def _print_written(written: Written) -> None:
    _notes(written.notes)
    for path in written.files:
        print(path)


def _print(options: argparse.Namespace) -> int:
    from chiiki_gis.core.sheet import Sheet
    from chiiki_gis.core.snapshot import snapshot
    from chiiki_gis.tasks import plan

    if options.scale is not None and not 100 <= options.scale <= 1_000_000:
        raise BadInput(
            f"縮尺1:{options.scale}では印刷できません。",
            "縮尺の分母は100から1,000,000までです。",
            "縮尺を指定し直してください。",
        )
    document, _ = _open(options.project)
    sheet = Sheet(options.sheet, options.paper, options.orientation, options.scale)
    _print_written(plan.print_sheet(snapshot(document), sheet, options.file))
    return DONE


def _selftest(options: argparse.Namespace) -> int:
    from chiiki_gis.tasks.selftest import run_selftest

    report = run_selftest()
    if options.json:
        _print_json(report)
    else:
        for key, value in report.items():
            print(f"{key}：{value}")
    return DONE if report["ok"] else OPEN_ERRORS


def _bench(options: argparse.Namespace) -> int:
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
