"""The subcommand `datapack`: make a pack of data files, and check one that was carried."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from chiiki_gis.core.role import Role
from chiiki_gis.io.datapack import build_pack, damage, read_pack

DONE, DAMAGED = 0, 1


def build(options: argparse.Namespace) -> int:
    """datapack build FOLDER FILE …"""
    pack = build_pack([Path(f) for f in options.files], Path(options.folder), options.title)
    print(f"「{pack.title}」に{len(pack.items)}件を入れました。")
    for item in pack.items:
        roles = "・".join(Role(role).japanese for role in item.roles)
        print(f"  {item.name}　{roles}　{item.edition or '年次不明'}　{sum(f.bytes for f in item.files):,} B")
    return DONE


def verify(options: argparse.Namespace) -> int:
    """datapack verify FOLDER; exit code 1 where a file is missing or changed."""
    pack = read_pack(Path(options.folder))
    wrong = damage(pack)
    if options.json:
        items = [{**asdict(item)} for item in pack.items]
        told = {"title": pack.title, "made": pack.made, "ok": not wrong, "problems": wrong, "items": items}
        print(json.dumps(told, ensure_ascii=False))
    elif wrong:
        print("\n".join(wrong))
    else:
        print(f"「{pack.title}」の{len(pack.items)}件は、作られたときのままです。")
    return DAMAGED if wrong else DONE
