"""What installer/build does with files, on a small tree: no network, no compiler, no Windows."""

import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from windows import trim, wheels
from windows.compiling import compile_all
from windows.files import files_of, manifest, sha256, unzip, zip_tree
from windows.index import fetch
from windows.licences import bundled, collect_licences
from windows.modules import ARCHIVE, pack_own, precompile
from windows.runtime import PTH
from windows.setup import file_list
from windows.try_again import unlike

TOP = Path(__file__).resolve().parents[2]

Lay = Callable[[dict[str, str]], Path]


@pytest.fixture
def lay(tmp_path: Path) -> Lay:
    """Write files below a folder."""

    def write(files: dict[str, str]) -> Path:
        for name, text in files.items():
            path = tmp_path / "tree" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return tmp_path / "tree"

    return write


def test_the_same_tree_makes_the_same_archive(lay: Lay, tmp_path: Path):
    tree = lay({"b/地域.txt": "2", "a.txt": "1"})
    zip_tree(tree, tmp_path / "1.zip", "top")
    (tree / "a.txt").touch()
    zip_tree(tree, tmp_path / "2.zip", "top")
    assert sha256(tmp_path / "1.zip") == sha256(tmp_path / "2.zip")
    with zipfile.ZipFile(tmp_path / "1.zip") as archive:
        assert archive.namelist() == ["top/a.txt", "top/b/地域.txt"]


def test_the_manifest_names_every_file_by_its_hash(lay: Lay):
    tree = lay({"b/c.txt": "2", "a.txt": "1"})
    assert [line.split("  ")[1] for line in manifest(tree).splitlines()] == ["a.txt", "b/c.txt"]


def test_two_builds_are_compared_file_by_file(lay: Lay):
    tree = lay({"b/c d.txt": "2", "a.txt": "1"})
    first = manifest(tree)
    assert unlike(first, first) == []
    lay({"b/c d.txt": "3", "new.txt": "1"})
    (tree / "a.txt").unlink()
    assert unlike(first, manifest(tree)) == ["a.txt", "b/c d.txt", "new.txt"]


@pytest.mark.parametrize("name", ["../out.txt", "a/../../out.txt", "/out.txt"])
def test_an_archive_that_leads_out_of_its_folder_is_refused(tmp_path: Path, name: str):
    with zipfile.ZipFile(tmp_path / "x.whl", "w") as archive:
        archive.writestr(name, "x")
    with pytest.raises(ValueError, match="leads out"):
        unzip(tmp_path / "x.whl", tmp_path / "tree")
    assert not (tmp_path / "out.txt").exists()


def test_a_wheel_lies_where_pip_would_put_it(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "x.whl", "w") as archive:
        archive.writestr("pack/__init__.py", "")
        archive.writestr("pack-1.data/purelib/pack/more.py", "more = 1")
        archive.writestr("pack-1.data/scripts/tool", "not shipped as a program")
    wheels.lay_wheels([tmp_path / "x.whl"], tmp_path / "tree")
    assert (tmp_path / "tree/Lib/site-packages/pack/more.py").read_text() == "more = 1"


def test_a_module_is_compiled_to_the_same_bytes_wherever_it_is_built(tmp_path: Path):
    found = []
    for place in ("one", "another/place"):
        packages = tmp_path / place / "Lib" / "site-packages"
        (packages / "pack").mkdir(parents=True)
        (packages / "pack" / "a.py").write_text("def f():\n    return {'x': (1, 2.5, None)}\n")
        precompile(packages)
        found.append(next(packages.rglob("*.pyc")).read_bytes())
    assert found[0] == found[1]
    assert str(tmp_path).encode() not in found[0]


@pytest.fixture
def own(lay: Lay) -> Path:
    """A tree with a small program of our name in it, packed."""
    package = "Lib/site-packages/chiiki_gis"
    tree = lay(
        {
            f"{package}/__init__.py": "",
            f"{package}/core/__init__.py": "",
            f"{package}/core/a.py": "def fail():\n    raise ValueError\n",
            f"{package}/_resources/resources/.here": "",
            f"{package}/_resources/sample_data/.here": "",
        }
    )
    pack_own(tree)
    return tree


def test_our_modules_lie_in_one_archive_and_our_data_beside_the_program(own: Path):
    assert [path.relative_to(own).as_posix() for path in files_of(own)] == [
        ARCHIVE, "resources/.here", "sample_data/.here",
    ]  # fmt: skip
    assert ARCHIVE in PTH.splitlines()


def test_python_imports_from_the_archive_what_was_compiled_and_shows_the_lines_of_the_source(own: Path):
    code = (
        "import sys, traceback; sys.path.insert(0, sys.argv[1])\n"
        "from chiiki_gis.core import a\n"
        "print(a.__file__)\n"
        "try: a.fail()\n"
        "except ValueError: traceback.print_exc(file=sys.stdout)\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, own / ARCHIVE], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[0] == str(own / ARCHIVE / "chiiki_gis" / "core" / "a.pyc")
    assert 'File "chiiki_gis/core/a.py", line 2, in fail' in done.stdout
    assert "    raise ValueError\n" in done.stdout


def test_the_archive_of_our_modules_is_the_same_each_time(own: Path, lay: Lay):
    first = sha256(own / ARCHIVE)
    with zipfile.ZipFile(own / ARCHIVE) as archive:
        kept = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".py")}
    data = {f"_resources/{name}/.here": "" for name in ("resources", "sample_data")}
    shutil.rmtree(own)
    again = {f"Lib/site-packages/{name}": text for name, text in kept.items()}
    pack_own(lay(again | {f"Lib/site-packages/chiiki_gis/{name}": text for name, text in data.items()}))
    assert sha256(own / ARCHIVE) == first


def test_what_the_builder_did_before_does_not_change_a_compiled_module(tmp_path: Path):
    found = []
    for sign in ("", "é"):
        sys.intern(sign)
        (tmp_path / "m.py").write_text("x = 'é'\n", "utf-8")
        assert compile_all(tmp_path, tmp_path)
        found.append(next((tmp_path / "__pycache__").glob("*.pyc")).read_bytes())
    assert found[0] == found[1]


def test_a_module_that_cannot_be_compiled_stops_the_build(tmp_path: Path):
    (tmp_path / "m.py").write_text("x = (\n", "utf-8")
    assert not compile_all(tmp_path, tmp_path)


def test_the_installer_takes_away_exactly_what_it_laid(lay: Lay):
    tree = lay({"a.txt": "", "Lib/x/b$c.py": "", "Lib/x/y/d.py": ""})
    told = file_list(tree)
    laid, taken = told.split("!macro TakeFiles")
    assert len(re.findall(r"^  File ", laid, re.MULTILINE)) == 3
    assert re.findall(r'Delete "\$INSTDIR(.*)"', taken) == [r"\Lib\x\b$$c.py", r"\Lib\x\y\d.py", r"\a.txt"]


def test_folders_go_from_the_inmost_outwards_and_only_when_empty(lay: Lay):
    told = file_list(lay({"Lib/x/y/d.py": "", "Lib/e.py": ""}))
    assert re.findall(r'RMDir "\$INSTDIR(.*)"', told) == [r"\Lib\x\y", r"\Lib\x", r"\Lib"]
    assert "RMDir /r" not in told


def test_a_rule_that_matches_nothing_stops_the_build(
    lay: Lay, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    (tmp_path / "trim.toml").write_text('[[rule]]\nwhy = "x"\nwhat = ["**/tests", "old/*.dll"]\n')
    monkeypatch.setattr(trim, "HERE", tmp_path)
    tree = lay({"Lib/site-packages/pack/tests/t.py": "123", "Lib/site-packages/pack/a.py": ""})
    with pytest.raises(ValueError, match=r"nothing matches old/\*.dll"):
        trim.trim(tree)


def test_what_is_trimmed_is_told_with_its_room(lay: Lay, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "trim.toml").write_text('[[rule]]\nwhy = "tests"\nwhat = ["**/tests"]\n')
    monkeypatch.setattr(trim, "HERE", tmp_path)
    tree = lay({"Lib/site-packages/p/tests/t.py": "123", "Lib/site-packages/p/tests/tests/u.py": "4"})
    assert trim.trim(tree) == [("tests", 4)]
    assert list(tree.rglob("*.py")) == []


METADATA = "Metadata-Version: 2.1\nName: pack\nVersion: 1\nLicense-Expression: MIT\n\nAbout it.\n"


def test_every_package_brings_its_licence(lay: Lay):
    tree = lay(
        {
            "LICENSE.txt": "PSF",
            "Lib/site-packages/pack-1.dist-info/METADATA": METADATA,
            "Lib/site-packages/pack-1.dist-info/licenses/LICENSE": "free",
        }
    )
    assert collect_licences(tree) == ["Python: PSF-2.0", "pack 1: MIT"]
    assert (tree / "THIRD_PARTY_LICENSES/pack-1/LICENSE").read_text() == "free"


def test_a_package_without_a_licence_is_not_handed_on(lay: Lay):
    tree = lay({"LICENSE.txt": "PSF", "Lib/site-packages/pack-1.dist-info/METADATA": METADATA})
    with pytest.raises(ValueError, match="carries no licence"):
        collect_licences(tree)


def test_a_library_inside_a_wheel_is_named_with_its_licence(lay: Lay):
    tree = lay({"rasterio.libs/geos_c-1f.dll": "", "rasterio.libs/zlib1-2e.dll": ""})
    assert bundled(tree) == ["GEOS: LGPL-2.1-only (in rasterio)", "zlib: Zlib (in rasterio)"]


def test_a_library_that_nobody_knows_stops_the_build(lay: Lay):
    with pytest.raises(ValueError, match=r"knows no mystery-1\.dll"):
        bundled(lay({"rasterio.libs/mystery-1.dll": ""}))


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index of packages in a folder."""
    folder = tmp_path / "simple" / "pack"
    folder.mkdir(parents=True)
    (folder / "pack-1.tar.gz").write_bytes(b"genuine")
    (folder / "index.html").write_text('<a href="pack-1.tar.gz#sha256=00">pack-1.tar.gz</a>')
    monkeypatch.setenv("PIP_INDEX_URL", (tmp_path / "simple").as_uri())
    monkeypatch.setattr("windows.index._page", lambda _project: (folder / "index.html").as_uri())
    return folder


def test_a_file_of_the_index_is_taken_by_its_hash(index: Path, tmp_path: Path):
    digest = sha256(index / "pack-1.tar.gz")
    assert fetch("pack", "pack-1.tar.gz", digest, tmp_path / "cache").read_bytes() == b"genuine"


def test_another_content_than_the_audited_one_is_refused_and_not_kept(index: Path, tmp_path: Path):
    with pytest.raises(ValueError, match="not the file that was audited"):
        fetch("pack", "pack-1.tar.gz", "0" * 64, tmp_path / "cache")
    assert not (tmp_path / "cache" / "pack-1.tar.gz").exists()


def test_what_lies_there_already_is_not_fetched_again(tmp_path: Path):
    (tmp_path / "pack-1.tar.gz").write_bytes(b"genuine")
    digest = sha256(tmp_path / "pack-1.tar.gz")
    assert fetch("nothing-of-that-name", "pack-1.tar.gz", digest, tmp_path) == tmp_path / "pack-1.tar.gz"
