"""The command line: subcommands without a window, as docs/cli.md describes them."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from chiiki_gis import __version__, paths
from chiiki_gis.core.errors import BadInput, ChiikiError, disk_trouble
from chiiki_gis.core.jobs import EXPORTS
from chiiki_gis.core.sheet import PAPER_MM, TITLES
from chiiki_gis.core.submission import KINDS_OF_PACKAGE
from chiiki_gis.tasks import access_commands, commands, datapack_commands, desk_commands, recover_command

Command = Callable[[argparse.Namespace], int]
Add = Callable[[str, Command, str], argparse.ArgumentParser]


def run_command(words: Sequence[str]) -> int:
    """Run one subcommand; returns the exit code of the contract (0 done, 1 open errors, 2 bad input)."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    _keep_libraries_quiet()
    try:
        options = parser().parse_args(words)
        command: Command = options.command
        return command(options)
    except ChiikiError as error:
        print(error, file=sys.stderr)
        return commands.BAD
    except BrokenPipeError:
        sys.stderr.close()
        return commands.DONE
    except OSError as error:
        print(disk_trouble(error), file=sys.stderr)
        return commands.BAD


def _keep_libraries_quiet() -> None:
    """Warnings of libraries go to the log: stderr holds only notes and the three sentences."""
    logging.captureWarnings(True)
    if not logging.getLogger().handlers:
        logging.getLogger().addHandler(logging.NullHandler())


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

    def add(name: str, command: Command, text: str) -> argparse.ArgumentParser:
        sub = adding.add_parser(name, help=text, description=text)
        sub.set_defaults(command=command)
        return sub

    _add_filling(add)
    _add_asking(add)
    _add_leaving(add)
    _add_desk(add)
    _add_paper(add)
    _add_roads(add)
    _add_tools(add)
    return top


def _add_filling(add: Add) -> None:
    """Subcommands that make a project and fill it."""
    sub = add("demo", commands.demo, "見本の計画を最後まで作り、できたものの一覧を表示します")
    sub.add_argument("out", type=Path, metavar="OUT")
    sub = add("new", commands.new, "市町村の境界から新しいプロジェクトを作ります")
    sub.add_argument("project", type=Path, metavar="PROJECT")
    sub.add_argument("--municipality", required=True, metavar="CODE[,CODE…]")
    sub.add_argument("--boundaries", required=True, type=Path, metavar="FILE")
    sub = add("import", commands.import_command, "ファイルをプロジェクトに取り込みます")
    _add_project(sub)
    sub.add_argument("file", type=Path, metavar="FILE")
    sub.add_argument("--as", dest="role", metavar="ROLE")
    sub.add_argument("--layer", metavar="NAME")
    sub.add_argument("--encoding", metavar="ENC")
    sub.add_argument("--crs", type=int, metavar="EPSG")
    sub.add_argument("--columns", metavar="KEY=COLUMN,…", default="")
    sub.add_argument("--swap-xy", action="store_true", help="縦と横の座標を入れ替えて読みます")
    sub.add_argument("--margin", type=float, metavar="M", help="市町村からMメートルより遠い図形を除きます")
    sub.add_argument(
        "--addresses", type=Path, action="append", default=[], metavar="FILE", help="住所の位置のファイル"
    )
    sub.add_argument(
        "--datum-grids",
        type=Path,
        metavar="DIR",
        help="測地系の補正パラメータ",
    )
    sub = add("facts", commands.facts, "計画の事実を表示し、または書き込みます")
    sub.add_argument("project", type=Path, metavar="PROJECT")
    sub.add_argument("settings", nargs="*", metavar="KEY=VALUE")


def _add_asking(add: Add) -> None:
    """Subcommands that look, check and compute."""
    sub = add("inspect", commands.inspect, "ファイルの内容を調べます（プロジェクトならレイヤの一覧）")
    sub.add_argument("file", type=Path, metavar="FILE")
    _add_json(sub)
    sub = add("check", commands.check, "すべての検査を行います")
    _add_project(sub)
    sub.add_argument("--xlsx", type=Path, metavar="FILE.xlsx", help="検査の報告書を書き出します")
    sub.add_argument("--pdf", type=Path, metavar="FILE.pdf", help="検査の報告書をPDFで書き出します")
    _add_json(sub)
    sub = add(
        "recover", recover_command.recover, "保存されていない編集と世代を調べ、新しいファイルに取り出します"
    )
    sub.add_argument("project", type=Path, metavar="PROJECT")
    sub.add_argument("--to", type=Path, metavar="FILE", help="新しいファイルに復元します")
    sub.add_argument("--generation", type=int, metavar="N", help="この番号の世代を復元します")
    _add_json(sub)
    sub = add("judge", commands.judge, "プロジェクトを作らずに用途の制限を調べます")
    sub.add_argument("--layer", action="append", required=True, metavar="ROLE=FILE")
    sub.add_argument("--facts", type=Path, metavar="FILE.toml")
    _add_json(sub)
    sub = add("access", commands.access, "ICから施設までの道のりを計算して保存します")
    _add_project(sub)
    sub.add_argument("--new-road", metavar="DESIGN", help="道路が届かない施設を概算する規格。noneでやめます")
    sub.add_argument("--exception", action="store_true", help="縦断勾配は、やむを得ない場合の値にします")
    _add_json(sub)


def _add_roads(add: Add) -> None:
    """Subcommands about roads and what is reached over them."""
    sub = add("reach", access_commands.reach, "施設やICから道路で着く範囲を計算します")
    _add_project(sub)
    sub.add_argument("--from", dest="origin", required=True, metavar="NAME")
    sub.add_argument("--minutes", default="10,20,30,60", metavar="M[,M…]")
    sub.add_argument("--keep", action="store_true", help="範囲をレイヤとしてプロジェクトに保存します")
    _add_json(sub)
    sub = add("works", access_commands.works, "道路整備の前と後を比べて保存します")
    _add_project(sub)
    _add_json(sub)
    sub = add("links", access_commands.links, "アクセス道路の表かレイヤを書き出します")
    _add_project(sub)
    sub.add_argument("file", type=Path, metavar="FILE.xlsx|FILE.gpkg")
    sub = add("roads", access_commands.roads, "道路データがつながっているかを調べます")
    _add_project(sub)
    _add_json(sub)
    sub = add("speeds", access_commands.speeds, "想定速度の表を表示し、または変更します")
    sub.add_argument("project", type=Path, metavar="PROJECT")
    sub.add_argument("setting", nargs="?", metavar="KEY=VALUE")
    sub.add_argument("--source", metavar="TEXT", help="値の根拠（必須）")
    sub.add_argument("--measured", action="store_true", help="仮定値でなく、統計や調査の値です")


def _add_leaving(add: Add) -> None:
    """Subcommands that write what leaves."""
    sub = add("export", commands.export, "計画を書き出します")
    _add_project(sub)
    sub.add_argument("folder", type=Path, metavar="DIR")
    sub.add_argument("--format", required=True, choices=EXPORTS)
    sub.add_argument("--reason", metavar="TEXT", help="エラーを残したまま書き出す理由")
    sub.add_argument(
        "--crs",
        default="plane",
        choices=("plane", "6668"),
        help="GeoPackageとShapefileの座標系：平面直角座標系か経度・緯度",
    )
    sub.add_argument(
        "--substitute",
        default="",
        metavar="CHAR=TEXT,…",
        help="Shapefileに入らない文字と、代わりに書く文字",
    )
    sub.add_argument(
        "--with-consented-houses", action="store_true", help="本人の同意のある空き家の位置も含めます"
    )
    sub.add_argument(
        "--kind",
        default="submission",
        choices=tuple(KINDS_OF_PACKAGE),
        help="packageの種類：提出一式、都道府県への提案（5条10項）、支援法人の提案（32条）",
    )
    sub.add_argument("--corporation", default="", metavar="NAME", help="提案する支援法人の名称")
    sub.add_argument(
        "--attach", type=Path, action="append", default=[], metavar="FILE", help="添える素案のファイル"
    )
    sub.add_argument(
        "--generalise",
        type=float,
        default=0.0,
        metavar="M",
        help="住民向けの地図で境界を粗くする幅",
    )
    sub.add_argument(
        "--base-image", action="store_true", help="住民向けの地図に、写真や標高の画像を背景として入れます"
    )


def _add_paper(add: Add) -> None:
    """Map annexes."""
    sub = add("print", commands.print_command, "図面をPDFにします")
    _add_project(sub)
    sub.add_argument("file", type=Path, metavar="FILE.pdf")
    sub.add_argument("--sheet", default="area", choices=tuple(TITLES))
    sub.add_argument("--template", metavar="NAME", help="計画に登録した図面のひな形")
    sub.add_argument("--paper", default="A3", choices=tuple(PAPER_MM))
    sub.add_argument("--orientation", default="landscape", choices=("portrait", "landscape"))
    sub.add_argument("--scale", type=int, metavar="N", help="省くと1枚に収まる縮尺")
    sub.add_argument(
        "--form",
        default="pdf",
        choices=("pdf", "layers", "archive", "png"),
        help="PDF、レイヤを消せるPDF、長期保存用のPDF/A、画像",
    )
    sub.add_argument("--dpi", type=int, default=300, metavar="N", help="画像の解像度")


def _add_desk(add: Add) -> None:
    """What a prefecture does with what its towns hand over."""
    sub = add("merge", desk_commands.merge, "市町村の提出一式を、都道府県の受け付けに取り込みます")
    sub.add_argument("project", type=Path, metavar="PROJECT")
    sub.add_argument("packages", nargs="+", type=Path, metavar="PACKAGE")
    sub.add_argument("--xlsx", type=Path, metavar="FILE.xlsx", help="市町村ごとの一覧を書き出します")
    _add_json(sub)


def _add_tools(add: Add) -> None:
    """Subcommands about the program itself."""
    sub = add("selftest", commands.selftest, "このパソコンで動くかどうかを確かめます")
    _add_json(sub)
    _add_datapack(add)
    if paths.checkout() is not None:
        sub = add("bench", commands.bench, "速さを測ります")
        sub.add_argument("rows", nargs="*", metavar="ROW")
        _add_json(sub)


def _add_datapack(add: Add) -> None:
    sub = add(
        "datapack", datapack_commands.verify, "インターネットのないパソコンへ運ぶデータをまとめ、確かめます"
    )
    acts = sub.add_subparsers(metavar="build|verify", required=True)
    make = acts.add_parser("build", help="ファイルをデータパックにまとめます")
    make.add_argument("folder", metavar="FOLDER", help="新しいフォルダ")
    make.add_argument("files", nargs="+", metavar="FILE", help="境界・用途地域・道路・住所などのファイル")
    make.add_argument("--title", default="", metavar="TEXT", help="データパックの名前")
    make.set_defaults(command=datapack_commands.build)
    look = acts.add_parser("verify", help="ファイルがそろい、変わっていないことを確かめます")
    look.add_argument("folder", metavar="FOLDER")
    _add_json(look)
    look.set_defaults(command=datapack_commands.verify)


def _add_project(sub: argparse.ArgumentParser) -> None:
    """A project and one of its scenarios (案)."""
    sub.add_argument("project", type=Path, metavar="PROJECT")
    sub.add_argument("--scenario", metavar="NAME", help="対象の案（省くと最初の案）")


def _add_json(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--json", action="store_true", help="結果をJSONで出します")
