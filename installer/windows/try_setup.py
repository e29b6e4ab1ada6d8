"""Uses the Windows setup as a town hall would, under Wine.

    installer/test [--setup FILE] [--pictures FOLDER]
    installer/test --pins [FILE or FOLDER …]        the tests on the shipped versions (try_pins.py)
    installer/test --again                          another build, compared file by file (try_again.py)

Installs silently without an administrator, runs the self-test and the sample job, opens the window on a plan
and by association, upgrades, takes everything away, and compares files and registry before and after. Without
--setup the one in dist/ is taken, or built. Needs Debian's wine wine64 xvfb xdotool scrot
fonts-ipaexfont-gothic, and the rig that makes a prefix (../shared/wine/prepare, or WINE_RIG).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent))

from windows.files import files_of, manifest  # noqa: E402
from windows.setup import build_setup  # noqa: E402
from windows.try_again import try_again  # noqa: E402
from windows.try_pins import try_pins  # noqa: E402
from windows.wine import Wine, until  # noqa: E402

BUILD = CHECKOUT / "build" / "windows"
USUAL = r"C:\users\{user}\AppData\Local\Programs\地域GIS"
DESK = r"C:\users\企画課 担当\OneDrive-○○市役所\地域GIS"
"""A folder as a town hall has it: Japanese, with a space and a sign outside the letters."""
SHARED = r"C:\users\企画課 担当\共有 計画"
GONE = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\ChiikiGIS"
CLASSES = (".gpkg", "ChiikiGIS.Project")
OPENS = r"HKCU\Software\Classes\ChiikiGIS.Project\shell\open\command"
START_MS = 3000
"""From a process's begin to its painted window, when it is not the first one."""
PATIENCE = 120
"""Seconds that a window may take on a busy machine."""


class Trial:
    """What was looked at, and what did not hold."""

    def __init__(self) -> None:
        self.failed: list[str] = []

    def claim(self, what: str, holds: bool, told: object = "") -> None:
        """Say of one thing whether it is so."""
        sys.stdout.write(f"{'holds' if holds else 'FAILS'}  {what}{f'  {told}' if told != '' else ''}\n")
        sys.stdout.flush()
        if not holds:
            self.failed.append(what)


def main(words: list[str]) -> int:
    """Run the whole trial; exit code 1 where something failed."""
    parser = argparse.ArgumentParser(prog="installer/test", description=__doc__.partition("\n")[0])
    parser.add_argument("--setup", type=Path, help="the setup to try")
    parser.add_argument("--pictures", type=Path, default=BUILD / "pictures", help="where screenshots go")
    parser.add_argument("--pins", nargs="*", help="only tests, on the versions that are shipped")
    parser.add_argument("--again", action="store_true", help="only a second build, compared with the first")
    options = parser.parse_args(words)
    if options.again:
        return try_again(CHECKOUT)
    if options.pins is not None:
        return try_pins(CHECKOUT, options.pins)
    setup = options.setup or _setup()
    options.pictures.mkdir(parents=True, exist_ok=True)
    rig = Path(os.environ.get("WINE_RIG") or CHECKOUT.parent / "shared" / "wine" / "prepare")
    prefix = BUILD / "wine"
    shutil.rmtree(prefix, ignore_errors=True)
    wine, trial = Wine(prefix, rig), Trial()
    try:
        _go_through(wine, trial, setup.resolve(), options.pictures)
    finally:
        wine.close()
    sys.stdout.write(f"{len(trial.failed)} failed\n")
    return 1 if trial.failed else 0


def _setup() -> Path:
    found = sorted((CHECKOUT / "dist").glob("ChiikiGIS-*-setup.exe"))
    if not found:
        subprocess.run([CHECKOUT / "installer" / "build"], check=True)
        found = sorted((CHECKOUT / "dist").glob("ChiikiGIS-*-setup.exe"))
    return found[-1]


def _go_through(wine: Wine, trial: Trial, setup: Path, pictures: Path) -> None:
    user = next(p.name for p in (wine.prefix / "drive_c" / "users").iterdir() if p.name != "Public")
    usual = USUAL.format(user=user)
    before = _outside(wine)
    version = setup.name.split("-")[1]
    _install_old(wine, trial, usual)
    trial.claim("the setup installs silently", wine.run(str(setup), "/S", seconds=900).returncode == 0)
    _look_at_install(wine, trial, usual, version)
    _use(wine, trial, usual, pictures)
    trial.claim(
        "the same setup installs over itself", wine.run(str(setup), "/S", seconds=900).returncode == 0
    )
    _uninstall(wine, trial, usual)
    _install_at_desk(wine, trial, setup)
    _read_only(wine, trial)
    _redirected(wine, trial, pictures)
    added = _outside(wine) - before
    trial.claim("nothing was written outside the users' folders", not added, sorted(added)[:5] or "")
    system = (wine.prefix / "system.reg").read_text("utf-8", "replace")
    trial.claim("the registry of the machine knows nothing of it", "chiiki" not in system.lower())


def _outside(wine: Wine) -> set[str]:
    """Every file of drive C: that is no user's; Wine's own folders of the moment left out."""
    top = wine.prefix / "drive_c"
    return {
        p.relative_to(top).as_posix()
        for p in files_of(top)
        if p.relative_to(top).parts[0] != "users" and "temp" not in p.relative_to(top).as_posix().lower()
    }


def _install_old(wine: Wine, trial: Trial, usual: str) -> None:
    """A version before, small, with a file that the new one no longer has."""
    tree = BUILD / "old"
    shutil.rmtree(tree, ignore_errors=True)
    (tree / "Lib" / "gone").mkdir(parents=True)
    for name in ("LICENSE", "ChiikiGIS.exe", "Lib/gone/before.py"):
        (tree / name).write_text("the version before\n", "utf-8")
    old = BUILD / "old-setup.exe"
    build_setup(tree, "0.0.1", BUILD / "old-work", old)
    trial.claim("a version before installs", wine.run(str(old), "/S").returncode == 0)
    trial.claim(
        "it lies where programs of one user lie", (wine.place(usual) / "Lib/gone/before.py").is_file()
    )
    (wine.place(usual) / "わたしのメモ.txt").write_text("残す", "utf-8")


def _look_at_install(wine: Wine, trial: Trial, usual: str, version: str) -> None:
    folder = wine.place(usual)
    trial.claim("the upgrade took the old version's files away", not (folder / "Lib" / "gone").exists())
    trial.claim("the user's own file in the folder is still there", (folder / "わたしのメモ.txt").is_file())
    trial.claim("the list of programs tells the new version", wine.value(GONE, "DisplayVersion") == version)
    trial.claim("plans open with the program", r"\ChiikiGIS.exe" in (wine.value(OPENS) or ""))
    trial.claim("the Start menu has it", bool(list((wine.prefix / "drive_c/users").rglob("地域GIS.lnk"))))


def _use(wine: Wine, trial: Trial, usual: str, pictures: Path) -> None:
    """The command line, the window, and a plan opened by association."""
    laid = manifest(wine.place(usual))
    told = wine.run(rf"{usual}\chiiki-gis.exe", "selftest", "--json", seconds=600)
    report = json.loads(told.stdout) if told.stdout.startswith("{") else {}
    trial.claim("the self-test passes", bool(report.get("ok")), _wrong(report) or told.stderr[-500:])
    trial.claim("no socket was opened", report.get("sockets_opened") == 0)
    desk = str(Path(DESK.replace("\\", "/")).parent).replace("/", "\\") + r"\計画"
    made = wine.run(rf"{usual}\chiiki-gis.exe", "demo", desk, seconds=600)
    trial.claim("the sample job is done in a town hall's folder", made.returncode == 0, made.stderr[-500:])
    plan = rf"{desk}\plan.gpkg"
    started = time.monotonic()
    program = wine.start(rf"{usual}\ChiikiGIS.exe", plan)
    trial.claim("a window opens on the plan", until(lambda: bool(wine.windows("plan.gpkg")), PATIENCE),
                f"{time.monotonic() - started:.1f} s")  # fmt: skip
    _read_manual(wine, trial, pictures / "manual.png")
    _look_at_window(wine, trial, pictures / "plan.png")
    program.wait(timeout=PATIENCE)
    for key in CLASSES:
        wine.lend_to_machine(key)
    wine.start("start", plan)
    trial.claim("a plan opens by association", until(lambda: bool(wine.windows("plan.gpkg")), PATIENCE))
    _look_at_window(wine, trial, pictures / "association.png")
    for key in CLASSES:
        wine.take_from_machine(key)
    trial.claim("running it changed no file of the program", manifest(wine.place(usual)) == laid)


def _read_manual(wine: Wine, trial: Trial, picture: Path) -> None:
    """F1 in the window, and away again."""
    for window in wine.windows("plan.gpkg"):
        subprocess.run(
            ["xdotool", "windowfocus", "--sync", window, "key", "F1"], env=wine.environment, check=False
        )
    trial.claim("F1 opens the manual", until(lambda: bool(wine.windows("使い方")), PATIENCE))
    time.sleep(3)  # its pictures are painted
    wine.picture(picture)
    for window in wine.windows("使い方"):
        subprocess.run(
            ["xdotool", "windowfocus", "--sync", window, "key", "Escape"], env=wine.environment, check=False
        )
    trial.claim("the manual closes", until(lambda: not wine.windows("使い方"), 30))


def _look_at_window(wine: Wine, trial: Trial, picture: Path) -> None:
    """One window and two helpers while it is open; nothing after it is closed."""
    trial.claim("two helpers work for it", until(lambda: wine.processes("chiiki_gis.worker") == 2, PATIENCE))
    time.sleep(15)  # the map is painted when its layers have been read
    wine.picture(picture)
    trial.claim("the program runs once", wine.processes("ChiikiGIS.exe") == 1)
    windows = wine.windows("地域|plan.gpkg")
    trial.claim("there is one window", len(wine.windows("plan.gpkg")) == 1, windows)
    for window in wine.windows("plan.gpkg"):
        subprocess.run(["xdotool", "windowfocus", window, "key", "alt+F4"], env=wine.environment, check=False)
    ended = until(lambda: not wine.processes("ChiikiGIS.exe") and not wine.processes("chiiki_gis.worker"), 30)
    trial.claim("closing it ends the program and its helpers", ended)


def _wrong(report: dict[str, object]) -> str:
    """What of a self-test did not hold."""
    groups = (report.get(name) for name in ("drivers", "data", "round_trips"))
    return ", ".join(
        k for group in groups if isinstance(group, dict) for k, good in group.items() if not good
    )


def _uninstall(wine: Wine, trial: Trial, usual: str) -> None:
    done = wine.run(rf"{usual}\uninstall.exe", "/S", rf"_?={usual}", seconds=600)
    trial.claim("it is taken away silently", done.returncode == 0)
    folder = wine.place(usual)
    left = sorted(p.name for p in folder.iterdir()) if folder.exists() else []
    trial.claim("only the user's own file is left", set(left) <= {"わたしのメモ.txt", "uninstall.exe"}, left)
    trial.claim("the list of programs has it no more", wine.value(GONE, "DisplayName") is None)
    trial.claim("plans no longer open with it", wine.value(OPENS) is None)
    plans = list((wine.prefix / "drive_c/users/企画課 担当").rglob("plan.gpkg"))
    trial.claim("the plans are still there", bool(plans))


def _install_at_desk(wine: Wine, trial: Trial, setup: Path) -> None:
    """A folder with a space: NSIS wants it last and without quotation marks, so it goes as two words."""
    first, second = DESK.split(" ")
    done = wine.run(str(setup), "/S", f"/D={first}", second, seconds=900)
    trial.claim("it installs into a Japanese folder with a space", done.returncode == 0)
    report = _self_test(wine, trial, "the self-test passes there")
    trial.claim("the first window is painted", bool(report.get("window_painted")),
                f"{report.get('window_painted_ms')} ms")  # fmt: skip


def _read_only(wine: Wine, trial: Trial) -> None:
    """A program folder in which nothing can be written, as on a share."""
    folder = wine.place(DESK)
    laid = manifest(folder)
    folders = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    for path in (*files_of(folder), *folders):
        path.chmod(path.stat().st_mode & ~0o222)
    wine.run("cmd", "/c", "mkdir", rf"{DESK}\new")
    trial.claim("nobody can write into the folder of the program", not (folder / "new").exists())
    report = _self_test(wine, trial, "the self-test passes in a folder that is read-only")
    took = report.get("window_painted_ms")
    soon = isinstance(took, int | float) and took <= START_MS
    trial.claim("a window is painted 3 s after its process began", soon, f"{took} ms")
    made = wine.run(rf"{DESK}\chiiki-gis.exe", "demo", SHARED, seconds=600)
    trial.claim(
        "the sample job is done by a program that is read-only", made.returncode == 0, made.stderr[-500:]
    )
    trial.claim("nothing in its folder has changed", manifest(folder) == laid)
    for path in folders:
        path.chmod(path.stat().st_mode | 0o200)  # the next trial takes the prefix away


def _redirected(wine: Wine, trial: Trial, pictures: Path) -> None:
    """A profile that the office keeps on a server: another drive, told to Windows by the registry."""
    server = wine.prefix / "server"
    server.mkdir()
    (wine.prefix / "dosdevices" / "s:").symlink_to(server)
    wine.set_value(r"HKLM\Software\Wine\Drives", "s:", "network")
    for key in ("User Shell Folders", "Shell Folders"):
        at = rf"HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\{key}"
        for name, folder in (("Local AppData", r"S:\Local"), ("Personal", r"S:\Documents")):
            wine.set_value(at, name, folder)
    _self_test(wine, trial, "the self-test passes with a profile on a server")
    wine.start(rf"{DESK}\ChiikiGIS.exe", rf"{SHARED}\plan.gpkg")
    trial.claim("a window opens with a profile on a server",
                until(lambda: bool(wine.windows("plan.gpkg")), PATIENCE))  # fmt: skip
    _look_at_window(wine, trial, pictures / "server.png")
    kept = sorted(p.name for p in (server / "Local" / "chiiki-gis").glob("*"))
    trial.claim("what it keeps lies on the server", "settings.json" in kept or "Cache" in kept, kept)


def _self_test(wine: Wine, trial: Trial, claim: str) -> dict[str, object]:
    told = wine.run(rf"{DESK}\chiiki-gis.exe", "selftest", "--json", seconds=600)
    report: dict[str, object] = json.loads(told.stdout) if told.stdout.startswith("{") else {}
    trial.claim(claim, bool(report.get("ok")), _wrong(report) or told.stderr[-500:])
    return report


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
