"""The checkout's own Python environment: made once, checked in milliseconds, made again when it is not sound.

Uses the standard library only, because it runs before anything is installed. Two starts at the same time wait
for each other. The stamp is the last thing written: without one, whatever lies there was never finished.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Literal

import system

WINDOWS = sys.platform == "win32"
BUILD_PACKAGES = ("hatchling", "editables")
"""What builds the project; from the same pins, so that no build fetches its own."""

FOREIGN = (
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_ROOT",
    "__PYVENV_LAUNCHER__",
)
"""Settings of other Python programs that would lead ours astray."""

Work = Literal["nothing", "packages", "everything"]


class SetUpError(Exception):
    """Set-up cannot go on; the text is three Japanese sentences, one a line."""

    def __init__(self, why: str, todo: str) -> None:
        super().__init__(f"地域GISを準備できませんでした。\n{why}\n{todo}")


@dataclass(frozen=True)
class Stamp:
    """What a finished environment was when it was finished.

    place        the environment's folder; an environment that was moved does not work
    interpreter  the Python it was made with
    fingerprint  hash of what decides which packages belong into it
    dev          True when the tools for tests are in it
    contents     names in site-packages; more may be added, none may go
    absent       system packages that could not be added
    """

    place: str
    interpreter: str
    fingerprint: str
    dev: bool
    contents: tuple[str, ...]
    absent: tuple[str, ...]


def prepare(checkout: Path, *, dev: bool) -> Path:
    """Make the environment ready if it is not, and return its python. Raises SetUpError."""
    venv = checkout / ".venv"
    if work_to_do(checkout, dev=dev) != "nothing":
        with _alone(checkout / ".venv.lock"):
            work = work_to_do(checkout, dev=dev)
            if work != "nothing":
                _set_up(checkout, work, dev=dev)
    _remind(venv)
    return venv_python(venv)


def work_to_do(checkout: Path, *, dev: bool) -> Work:
    """What is left to do before the program can start; reads a few small files."""
    venv = checkout / ".venv"
    stamp = read_stamp(venv)
    if stamp is None or stamp.place != _place(venv):
        return "everything"
    if not stamp.interpreter or stamp.interpreter != interpreter(venv):
        return "everything"
    if not set(stamp.contents) <= set(contents(venv)):
        return "everything"
    if stamp.fingerprint != fingerprint(checkout) or (dev and not stamp.dev):
        return "packages"
    return "nothing"


def venv_python(venv: Path, *, windows: bool = WINDOWS) -> Path:
    """The environment's python."""
    return venv / "Scripts" / "python.exe" if windows else venv / "bin" / "python"


def interpreter(venv: Path, *, windows: bool = WINDOWS) -> str:
    """The real Python behind the environment; empty when it is gone."""
    if not windows:
        target = Path(os.path.realpath(venv_python(venv)))
        return str(target) if target.is_file() else ""
    if not venv_python(venv, windows=True).is_file():
        return ""
    try:
        lines = (venv / "pyvenv.cfg").read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return ""
    home = next((line.partition("=")[2].strip() for line in lines if line.startswith("home")), "")
    target = Path(home) / "python.exe"
    return str(target) if home and target.is_file() else ""


def contents(venv: Path) -> tuple[str, ...]:
    """Names in the environment's site-packages, sorted; empty when there is none."""
    folders = [*venv.glob("lib/python3*/site-packages"), *venv.glob("Lib/site-packages")]
    if not folders:
        return ()
    return tuple(sorted(path.name for path in folders[0].iterdir() if path.name != "__pycache__"))


def fingerprint(checkout: Path) -> str:
    """Hash of pyproject.toml, the pins and the version: when it changes, pip runs again."""
    files = ("pyproject.toml", "constraints.txt", "src/chiiki_gis/__init__.py")
    return hashlib.sha256(b"\0".join((checkout / name).read_bytes() for name in files)).hexdigest()


def read_stamp(venv: Path) -> Stamp | None:
    """The stamp of a finished environment, or None."""
    try:
        values = json.loads(_stamp_file(venv).read_text("utf-8"))
        return Stamp(**{**values, "contents": tuple(values["contents"]), "absent": tuple(values["absent"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def write_stamp(venv: Path, stamp: Stamp) -> None:
    """Put the stamp in its place in one step."""
    file = _stamp_file(venv)
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps(asdict(stamp), ensure_ascii=False, indent=1) + "\n", "utf-8")
    draft.replace(file)


def child_environment() -> dict[str, str]:
    """The environment for everything that ./run starts, without other programs' Python settings."""
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    return {**kept, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}


def say(text: str) -> None:
    """Tell the user, on stderr: stdout belongs to the command that follows."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _set_up(checkout: Path, work: Work, *, dev: bool) -> None:
    started = time.monotonic()
    venv = checkout / ".venv"
    old = read_stamp(venv) if work == "packages" else None
    dev = dev or (old is not None and old.dev)
    say("地域GISを準備しています。初回は数分かかります。")
    absent = _system_packages(tests=dev)
    _stamp_file(venv).unlink(missing_ok=True)
    if work == "everything":
        _make_venv(venv)
    _install_packages(checkout, dev=dev)
    _try_import(venv, absent)
    write_stamp(
        venv,
        Stamp(_place(venv), interpreter(venv), fingerprint(checkout), dev, contents(venv), absent),
    )
    say(f"準備が終わりました（{time.monotonic() - started:.0f}秒）。")


def _system_packages(*, tests: bool) -> tuple[str, ...]:
    """Add what the system lacks; returns what is still missing."""
    missing = system.missing_packages(tests=tests)
    if missing and system.provide(missing, say):
        missing = system.missing_packages(tests=tests)
    return missing


def _make_venv(venv: Path) -> None:
    try:
        if venv.is_symlink() or venv.is_file():
            venv.unlink()
        elif venv.is_dir():
            shutil.rmtree(venv)
    except OSError as error:
        raise SetUpError(
            f"前の準備のフォルダ「{venv}」を消せません（{error.strerror}）。",
            "地域GISを終了してフォルダを消してから、もう一度実行してください。",
        ) from error
    base = getattr(sys, "_base_executable", None) or sys.executable
    made = _quietly([base, "-I", "-m", "venv", str(venv)], venv.parent)
    if made != 0:
        needed = f"python3.{sys.version_info.minor}-venv"
        raise SetUpError(
            f"Pythonの環境「{venv}」を作れません。",
            "フォルダに書き込めるかどうかと空き容量を確かめてから、もう一度実行してください。"
            if WINDOWS or needed not in system.missing_packages(tests=False)
            else f"次の1行を実行してから、もう一度実行してください。\n{system.install_line([needed])}",
        )


def _install_packages(checkout: Path, *, dev: bool) -> None:
    say("Pythonの部品を追加しています。")
    pip = [str(venv_python(checkout / ".venv")), "-I", "-m", "pip", "install", "-qq", "--no-input"]
    pip += ["--progress-bar", "off", "--constraint", str(checkout / "constraints.txt")]
    project = ".[dev]" if dev else "."
    for words in (BUILD_PACKAGES, ("--no-build-isolation", "--editable", project)):
        if _quietly([*pip, *words], checkout) != 0:
            raise SetUpError(
                "Pythonの部品を追加できませんでした（上の英語の行が原因です）。",
                "ネットワークと空き容量を確かめてから、もう一度実行してください。",
            )


def _try_import(venv: Path, absent: tuple[str, ...]) -> None:
    """Start the environment once. A library that Qt lacks is told with its cure."""
    code = "import chiiki_gis, PySide6.QtGui, PySide6.QtWidgets"
    if _quietly([str(venv_python(venv)), "-I", "-c", code], venv.parent) == 0:
        return
    if absent:
        raise SetUpError(
            "画面の表示に使う部品が足りません。",
            f"次の1行を実行してから、もう一度実行してください。\n{system.install_line(absent)}",
        )
    raise SetUpError(
        "追加した部品を読み込めません（上の英語の行が原因です）。",
        "フォルダ「.venv」を消してから、もう一度実行してください。",
    )


def _remind(venv: Path) -> None:
    """Name the system packages that are still missing, in one line to copy."""
    stamp = read_stamp(venv)
    if stamp is None or not stamp.absent:
        return
    absent = system.missing_packages(tests=stamp.dev)
    if absent != stamp.absent:
        write_stamp(venv, replace(stamp, absent=absent))
    if absent:
        say(f"足りない部品があります。次の1行で追加できます。\n{system.install_line(absent)}")


def _quietly(command: list[str], folder: Path) -> int:
    """Run with all output on stderr; returns the exit code.

    The child keeps the lock of `_alone` open: a pip that outlives a killed start is waited for, not raced.
    """
    done = subprocess.run(
        command,
        cwd=folder,
        env=child_environment(),
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        close_fds=WINDOWS,
        check=False,
    )
    return done.returncode


def _place(venv: Path) -> str:
    return os.path.normcase(os.path.realpath(venv))


def _stamp_file(venv: Path) -> Path:
    return venv / "set-up.json"


@contextlib.contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Hold a lock that the system releases when this process and its children end, however they end."""
    try:
        file = lock.open("a", encoding="utf-8")
    except OSError as error:
        raise SetUpError(
            f"フォルダ「{lock.parent}」に書き込めません（{error.strerror}）。",
            "書き込めるフォルダに置いてから、もう一度実行してください。",
        ) from error
    with file:
        told = False
        while not try_lock(file):
            if not told:
                say("別の準備が終わるのを待っています。")
                told = True
            time.sleep(0.5)
        if not WINDOWS:
            os.set_inheritable(file.fileno(), True)
        yield


def try_lock(file: IO[str]) -> bool:
    """Take the lock of an open file, or return False where another process has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
