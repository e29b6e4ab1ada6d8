"""The lock beside a project: who may write it. Whoever comes second works on a read-only copy in memory."""

from __future__ import annotations

import getpass
import json
import os
import platform
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from chiiki_gis.core.errors import BadInput
from chiiki_gis.io.process import is_alive

STALE_SECONDS = 600
"""A lock that nobody has touched for so long is nobody's."""


class Locked(BadInput):
    """Somebody else holds the project, or its folder cannot be written."""


def lock_path(project: Path) -> Path:
    """The lock's file, beside the project."""
    return project.with_name(f"{project.name}.lock")


def take_lock(project: Path, pid: int) -> None:
    """Hold the project for the process `pid` of this computer; a lock it holds already is touched.

    Raises Locked where a living process holds it, or where no lock can be written.
    """
    path = lock_path(project)
    mine = json.dumps({"holder": _user(), "pc": platform.node(), "pid": pid}, ensure_ascii=False)
    try:
        for _ in range(2):
            try:
                with path.open("x", encoding="utf-8") as file:
                    file.write(mine)
                return
            except FileExistsError:
                holder = _holder(path)
                if holder is not None and not _is_mine(holder, pid) and not _is_stale(path, holder):
                    raise _held(project, holder) from None
                if holder is not None and _is_mine(holder, pid):
                    os.utime(path)
                    return
                path.unlink(missing_ok=True)
    except FileNotFoundError as error:
        raise Locked(
            f"「{project.name}」に書き込めません。",
            "保存先のフォルダが見つかりません（ドライブが外れたか、共有フォルダにつながっていません）。",
            "つなぎ直すか、別の場所に「名前を付けて保存」してください。",
        ) from error
    except OSError as error:
        raise Locked(
            f"「{project.name}」に書き込めません。",
            "フォルダに書き込む権限がないか、媒体が書き込み禁止です。",
            "別の場所に「名前を付けて保存」してください。",
        ) from error
    raise _held(project, _holder(path) or {})


def beat(project: Path, pid: int) -> bool:
    """Touch the lock that `pid` holds; False where it is somebody else's by now."""
    path = lock_path(project)
    holder = _holder(path)
    if holder is None or not _is_mine(holder, pid):
        return False
    with suppress(OSError):
        os.utime(path)
    return True


def release_lock(project: Path, pid: int) -> None:
    """Let the project go; a lock of somebody else stays."""
    path = lock_path(project)
    holder = _holder(path)
    if holder is not None and _is_mine(holder, pid):
        with suppress(OSError):
            path.unlink()


@contextmanager
def locked(project: Path) -> Iterator[None]:
    """Hold a project while a command writes it. Raises Locked. A project that is missing has no lock."""
    pid = os.getpid()
    if not project.is_file():
        yield
        return
    take_lock(project, pid)
    try:
        yield
    finally:
        release_lock(project, pid)


def _holder(path: Path) -> Mapping[str, Any] | None:
    """Who wrote the lock; empty for one that is being written or cannot be read, None for none."""
    try:
        data = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _is_mine(holder: Mapping[str, Any], pid: int) -> bool:
    return holder.get("pc") == platform.node() and holder.get("pid") == pid


def _is_stale(path: Path, holder: Mapping[str, Any]) -> bool:
    pid = holder.get("pid")
    if holder.get("pc") == platform.node() and isinstance(pid, int) and not is_alive(pid):
        return True
    try:
        return _now_at(path) - path.stat().st_mtime > STALE_SECONDS
    except FileNotFoundError:
        return True


def _now_at(path: Path) -> float:
    """The time by the clock that dates the files there: this computer's may differ from the server's."""
    probe = path.with_name(f"{path.name}.{os.getpid()}.now")
    try:
        probe.touch()
        return probe.stat().st_mtime
    except OSError:
        return time.time()
    finally:
        with suppress(OSError):
            probe.unlink(missing_ok=True)


def _held(project: Path, holder: Mapping[str, Any]) -> Locked:
    name, pc = holder.get("holder") or "ほかの人", holder.get("pc") or "別のパソコン"
    where = "このパソコンの別の画面" if pc == platform.node() else f"パソコン「{pc}」"
    return Locked(
        f"「{project.name}」は、いま書き換えられません。",
        f"「{name}」さんが{where}で開いています。",
        "閉じてもらうか、「名前を付けて保存」で別のファイルにしてください。",
    )


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
