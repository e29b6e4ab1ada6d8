"""The wheel carries all that the program needs outside the checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel, unpacked in a folder far from the checkout."""
    folder = tmp_path_factory.mktemp("配布 物")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=TOP, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = folder.glob("chiiki_gis-*.whl")
    target = folder / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target


def run_outside(unpacked: Path, *words: str) -> subprocess.CompletedProcess[str]:
    outside = unpacked.parent / "作業"
    outside.mkdir(exist_ok=True)
    environment = {**os.environ, "PYTHONPATH": str(unpacked), "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        [sys.executable, *words],
        cwd=outside,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def test_the_wheel_is_what_runs(unpacked: Path):
    code = "import chiiki_gis.paths as p; print(p.__file__, p.resources(), p.sample_data(), sep='\\n')"
    done = run_outside(unpacked, "-c", code)
    assert done.returncode == 0, done.stderr
    assert all(Path(line).is_relative_to(unpacked) for line in done.stdout.splitlines())


def test_the_wheel_holds_the_program_and_its_data_only(unpacked: Path):
    tops = {path.name for path in unpacked.iterdir() if not path.name.endswith(".dist-info")}
    assert tops == {"chiiki_gis"}
    held = {path.name for path in (unpacked / "chiiki_gis" / "_resources").iterdir()}
    assert held == {"resources", "sample_data"}


def test_the_wheel_brings_the_manual_with_its_pictures(unpacked: Path):
    ours = TOP / "resources" / "help"
    packed = unpacked / "chiiki_gis" / "_resources" / "resources" / "help"
    files = {path.relative_to(ours) for path in ours.rglob("*") if path.is_file()}
    assert Path("pictures/first-1-new.png") in files
    assert files == {path.relative_to(packed) for path in packed.rglob("*") if path.is_file()}


def test_the_demo_of_the_wheel_runs_outside_the_checkout(unpacked: Path):
    done = run_outside(unpacked, "-m", "chiiki_gis", "demo", "できたもの")
    assert done.returncode == 0, done.stderr
    out = unpacked.parent / "作業" / "できたもの"
    assert (out / "plan.gpkg").is_file()
    assert any((out / "export").iterdir())


def test_the_bench_of_a_checkout_is_not_offered_by_the_wheel(unpacked: Path):
    done = run_outside(unpacked, "-m", "chiiki_gis", "--help")
    assert done.returncode == 0, done.stderr
    assert "bench" not in done.stdout
