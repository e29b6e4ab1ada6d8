"""What a town has changed in the rule tables, and who: the file of local changes in the user's folder.

[[changes]]
table = "use_zones"                      # or "plan"
path = "limits.R1-other.max_sum_m2"
was = 3000                               # what the program's table says; another value there → not applied
value = 2000
by = "都市計画課 山田"
on = "2026-11-24"
reason = "条例第3条"

[[confirmations]]                        # the articles are still in force
rules_version = "2025-07"
by = "都市計画課 山田"
on = "2026-11-24"
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeAlias

from chiiki_gis import paths
from chiiki_gis.core.errors import BadInput

TableName = Literal["use_zones", "plan"]
CellValue: TypeAlias = "str | int | float"

_TABLES = {"use_zones": "用途地域の表", "plan": "計画の検査"}
_LEAST, _MOST = -1e12, 1e12
"""Beyond these no limit in m² or storeys makes sense; nan and inf are beyond."""
_NUMBERS = ("max_sum_m2", "max_storey", "max_total_m2")


@dataclass(frozen=True)
class LocalChange:
    """One value of a rule table that a town has changed.

    path   use_zones: classes.CLASS.cells.ZONE, limits.LIMIT.max_sum_m2 (max_storey, max_total_m2),
           development_permit_m2.KIND; plan: RULE.severity
    was    the value in the program's table when the change was made
    by, on, reason   who changed it, when (ISO date), and why; none may be empty
    """

    table: TableName
    path: str
    was: CellValue
    value: CellValue
    by: str
    on: str
    reason: str

    @property
    def words(self) -> str:
        """The change in one Japanese sentence, as verdicts print it."""
        return (
            f"規則の「{self.path}」は、{self.by}が{self.on}に"
            f"「{self.was}」から「{self.value}」へ変更したものです（{self.reason}）。"
        )


@dataclass(frozen=True)
class Confirmation:
    """Someone has compared the articles of an edition with the law in force."""

    rules_version: str
    by: str
    on: str


@dataclass(frozen=True)
class LocalRules:
    """The file of local changes. `problems` says in Japanese what of it could not be used."""

    changes: tuple[LocalChange, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()
    problems: tuple[str, ...] = ()

    def of(self, table: TableName) -> tuple[LocalChange, ...]:
        """The changes of one table."""
        return tuple(change for change in self.changes if change.table == table)

    def confirmation(self, rules_version: str) -> Confirmation | None:
        """The last confirmation of an edition, or None."""
        found = [one for one in self.confirmations if one.rules_version == rules_version]
        return found[-1] if found else None


def local_rules_file() -> Path:
    """Where the local changes lie; the file need not exist."""
    return paths.state_folder() / "rules" / "local.toml"


def local_rules() -> LocalRules:
    """The local changes as the file holds them now. A file that cannot be read is a problem, not an error."""
    file = local_rules_file()
    try:
        stat = file.stat()
    except OSError:
        return LocalRules()
    return _read(file, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=2)
def _read(file: Path, _modified: int, _size: int) -> LocalRules:
    try:
        return parse_local_rules(file.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        return LocalRules(problems=("規則の変更を記したファイルを読めないため、変更を使っていません。",))


def parse_local_rules(text: str) -> LocalRules:
    """Local changes from TOML text; what does not fit is left out and named in `problems`."""
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError):  # a number of thousands of digits is no TOMLDecodeError
        return LocalRules(problems=("規則の変更を記したファイルの書き方が正しくないため、使っていません。",))
    changes, confirmations, problems = [], [], []
    for key, word in (("changes", "変更"), ("confirmations", "条文の確認")):
        if _has_others(data.get(key)):
            problems.append(f"規則の{word}の記録が「[[{key}]]」の形でないため、使っていません。")
    for entry in _tables(data.get("changes")):
        change = _change(entry)
        if isinstance(change, str):
            problems.append(change)
        else:
            changes.append(change)
    for entry in _tables(data.get("confirmations")):
        values = [_text(entry.get(key)) for key in ("rules_version", "by", "on")]
        if not all(values):
            problems.append("条文の確認の記録に、版・氏名・日付のどれかがありません。")
        elif not _is_day(values[2]):
            problems.append("条文の確認の記録の日付が「2026-04-01」の形ではないため、使っていません。")
        else:
            confirmations.append(Confirmation(*values))
    return LocalRules(tuple(changes), tuple(confirmations), tuple(problems))


def apply_changes(
    data: Mapping[str, Any],
    changes: tuple[LocalChange, ...],
    is_sound: Callable[[Mapping[str, Any]], bool],
) -> tuple[dict[str, Any], tuple[LocalChange, ...], tuple[str, ...]]:
    """A table with its local changes, the changes that were applied, and what was left out and why.

    data       the table as parsed from TOML; it is not changed
    is_sound   whether a table hangs together; a change after which it does not is left out
    A change whose `was` is not what the table says is left out: the program's rule has moved on.
    """
    table = deepcopy(dict(data))
    applied, problems = [], []
    for change in changes:
        place = _place(table, change.path)
        if place is None:
            problems.append(f"規則の「{change.path}」は変更できる項目ではないため、変更を使っていません。")
            continue
        holder, key = place
        if holder[key] != change.was:
            problems.append(
                f"規則の「{change.path}」は、変更したとき（{change.was}）と今の規則表（{holder[key]}）が"
                "異なるため、変更を使っていません。"
            )
            continue
        holder[key] = change.value
        if not is_sound(table):
            holder[key] = change.was
            problems.append(
                f"規則の「{change.path}」に「{change.value}」は入らないため、変更を使っていません。"
            )
            continue
        applied.append(change)
    return table, tuple(applied), tuple(problems)


def _place(data: dict[str, Any], path: str) -> tuple[dict[str, Any], str] | None:
    """The dict and key of a path that may be changed and holds a plain value, else None."""
    match path.split("."):
        case ["classes", name, "cells", zone]:
            holder, key = data.get("classes", {}).get(name, {}).get("cells", {}), zone
        case ["limits", name, key] if key in _NUMBERS:
            holder = data.get("limits", {}).get(name, {})
        case ["development_permit_m2", key]:
            holder = data.get("development_permit_m2", {})
        case [name, "severity"]:
            holder = next((rule for rule in data.get("rules", ()) if rule.get("id") == name), {})
            key = "severity"
        case _:
            return None
    return (holder, key) if isinstance(holder.get(key), str | int | float) else None


def put_change(change: LocalChange) -> None:
    """Record a change, in place of an earlier one at the same path. Raises BadInput where it cannot be."""
    checked = _change(asdict(change))
    if isinstance(checked, str):
        raise BadInput(
            "規則の変更を記録できませんでした。", checked, "そこを直して、もう一度記録してください。"
        )
    kept = local_rules()
    others = tuple(one for one in kept.changes if (one.table, one.path) != (change.table, change.path))
    _write(replace(kept, changes=(*others, checked)))


def drop_change(table: TableName, path: str) -> None:
    """Return to the program's rule. Raises BadInput where the file cannot be written."""
    kept = local_rules()
    _write(
        replace(kept, changes=tuple(one for one in kept.changes if (one.table, one.path) != (table, path)))
    )


def confirm_edition(rules_version: str, by: str, on: date) -> None:
    """Record that someone has compared the articles with the law in force. Raises BadInput."""
    if not _text(by):
        raise BadInput(
            "条文の確認を記録できませんでした。", "確認した人の名前がありません。", "名前を入れてください。"
        )
    kept = local_rules()
    one = Confirmation(rules_version, _text(by), on.isoformat())
    _write(replace(kept, confirmations=(*kept.confirmations, one)))


def _change(entry: Mapping[str, Any]) -> LocalChange | str:
    """The change of an entry, or what is wrong with it."""
    path, value, was = _text(entry.get("path")), entry.get("value"), entry.get("was")
    named = f"規則の変更「{path or '名前なし'}」"
    table = entry.get("table")
    if not isinstance(table, str) or table not in _TABLES:
        return f"{named}が、どの表のものか分かりません。"
    if not all(_text(entry.get(key)) for key in ("path", "by", "on", "reason")):
        return f"{named}に、変更した人・日付・理由のどれかがありません。"
    for one in (value, was):
        if isinstance(one, bool) or not isinstance(one, str | int | float):
            return f"{named}の値が、文字でも数でもありません。"
        if not isinstance(one, str) and not _LEAST <= one <= _MOST:
            return f"{named}の数が、使える範囲にありません。"
    if isinstance(value, str) is not isinstance(was, str):
        return f"{named}の値が、元の値と種類の違うものです。"
    if not _is_day(_text(entry["on"])):
        return f"{named}の日付が「2026-04-01」の形ではありません。"
    texts = {key: _text(entry[key]) for key in ("path", "by", "on", "reason")}
    return LocalChange(table=table, value=value, was=was, **texts)  # type: ignore[arg-type]  # checked above


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _has_others(value: object) -> bool:
    """Whether something stands where a list of tables should."""
    return value is not None and not (isinstance(value, list) and len(_tables(value)) == len(value))


def _tables(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _text(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return "".join(c for c in value if c.isprintable()).strip() if isinstance(value, str) else ""


def _write(rules: LocalRules) -> None:
    """Write the file anew, whole or not at all. Raises BadInput."""
    if local_rules().problems:  # entries that could not be read would be lost
        raise BadInput(
            "規則の変更を記録できませんでした。",
            "いまの記録のファイルに、読めないところがあります。",
            f"「{local_rules_file()}」を直すか、別の場所へ移してください。",
        )
    lines = ["# 地域GISの規則への変更。誰が何をなぜ変えたかを残します。"]
    for name, entries in (("changes", rules.changes), ("confirmations", rules.confirmations)):
        for entry in entries:
            lines += ["", f"[[{name}]]"]
            lines += [
                f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in asdict(entry).items()
            ]
    text = "\n".join(lines) + "\n"
    if parse_local_rules(text) != rules:
        raise BadInput(
            "規則の変更を記録できませんでした。",
            "書き込んだ内容を、そのまま読み返せません。",
            "使えない文字や値がないか確かめて、もう一度記録してください。",
        )
    file = local_rules_file()
    temporary = file.with_suffix(".tmp")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(text, "utf-8")
        temporary.replace(file)
    except OSError:
        raise BadInput(
            "規則の変更を記録できませんでした。",
            "保存する場所に書き込めません。",
            "ディスクの空きと、書き込みの許可を確かめてください。",
        ) from None
