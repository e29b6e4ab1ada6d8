"""Printed sheets: exact, vector, searchable, the same every time, and never half written."""

from __future__ import annotations

import io
import math
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas
import pikepdf
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QImage

from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document, Header, Municipality, new_document
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.frames import conform
from chiiki_gis.core.layer import Layer, LayerId, Source, plan_layer_id
from chiiki_gis.core.palette import reference_style
from chiiki_gis.core.role import Role
from chiiki_gis.core.sheet import FIT_SCALE, PAPER_MM, Orientation, Paper, Sheet, SheetKind
from chiiki_gis.core.snapshot import Snapshot, snapshot
from chiiki_gis.export.pages import print_pdf, print_png
from chiiki_gis.export.pdf_archive import NotArchival
from chiiki_gis.export.pdf_finish import FileFacts, FinishedPage, finish_pdf
from chiiki_gis.export.pdf_measure import MM_PER_POINT, WrongScale, check_marks, stroked_lines
from chiiki_gis.export.sheets import sheet_contents
from chiiki_gis.export.tounicode import read_map, unify, write_map
from chiiki_gis.io.cache_build import build_shapes
from chiiki_gis.render.furniture import BAR_COLOR, CHECK_COLOR, FRAME_COLOR, Mark
from chiiki_gis.render.sheet import SheetContent, lay_out
from chiiki_gis.render.sheet_extras import neighbours
from chiiki_gis.rules.model import Verdict, VerdictWord

pytestmark = pytest.mark.usefixtures("qgui")

EPSG = 6676
X, Y = -30_000.0, 500.0
"""The middle of the fictional plan, plane zone VIII."""
STAMP = datetime(2026, 11, 24, 9, 0, tzinfo=timezone(timedelta(hours=9)))
SIZES: list[tuple[Paper, Orientation]] = [
    ("A4", "portrait"), ("A4", "landscape"), ("A3", "portrait"), ("A3", "landscape"),
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class MemoryFrame:
    """A reference frame held in memory."""

    frame: geopandas.GeoDataFrame
    content_hash: str = "test"

    @property
    def count(self) -> int:
        return len(self.frame)

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(c for c in self.frame.columns if c != "geometry")

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        west, south, east, north = self.frame.total_bounds
        return west, south, east, north

    def get(self) -> geopandas.GeoDataFrame:
        return self.frame


def _frame(rows: list[dict[str, Any]]) -> geopandas.GeoDataFrame:
    frame = geopandas.GeoDataFrame(rows, geometry="geometry", crs=EPSG)
    frame.index = frame.index.astype("int64") + 1
    frame.index.name = "fid"
    return frame


def _reference(role: Role, name: str, rows: list[dict[str, Any]]) -> Layer:
    source = Source("見本.shp", "2019年", "「国土数値情報」（国土交通省）")
    return Layer(LayerId(role.value), role, name, MemoryFrame(_frame(rows)), reference_style(role), source)


def _square(dx: float, dy: float, side: float) -> shapely.Polygon:
    return shapely.box(X + dx - side / 2, Y + dy - side / 2, X + dx + side / 2, Y + dy + side / 2)


@pytest.fixture(scope="module")
def document() -> Document:
    """Two areas 6 km apart, three facilities (one with two uses), zones, a border, a road, a vacant house."""
    made = new_document(Header("u", (Municipality("20214", "茅野市"),), EPSG))
    references = (
        _reference(
            Role.MUNICIPALITY,
            "市町村界",
            [{"name": "茅野市", "code": "20214", "geometry": _square(0, 0, 16_000)}],
        ),
        _reference(
            Role.ZONING,
            "用途地域",
            [
                {"name": "商業地域", "geometry": _square(0, 0, 600)},
                {"name": "第一種低層住居専用地域", "geometry": _square(700, 0, 500)},
                {"name": "工業地域", "geometry": _square(6_000, 0, 400)},
            ],
        ),
        _reference(
            Role.ROAD,
            "道路",
            [{"name": "国道", "geometry": shapely.LineString([(X - 5_000, Y), (X + 8_000, Y + 90)])}],
        ),
        _reference(
            Role.VACANT_HOUSE, "空き家", [{"consent": "なし", "geometry": shapely.Point(X + 10, Y + 10)}]
        ),
    )
    made.apply(Change("資料", put_layers=references))
    order = [layer.id for layer in made.layers]
    made.apply(Change("順序", order=tuple(sorted(order, key=lambda i: made.layer(i).is_plan))))
    areas = [
        {"name": "駅前", "geometry": _square(0, 0, 1_500)},
        {"name": "玉川", "geometry": _square(6_000, 0, 1_000)},
        {"name": "別案", "scenario": "B", "geometry": _square(3_000, 0, 1_000)},
    ]
    houses = [
        {"building_id": "b1", "number": 1, "name": "交流施設 駅前", "geometry": shapely.Point(X, Y)},
        {"building_id": "b1", "number": 1, "name": "交流施設 駅前", "geometry": shapely.Point(X, Y)},
        {"building_id": "b2", "number": 2, "name": "お試し住宅", "geometry": shapely.Point(X + 700, Y)},
        {
            "building_id": "b3",
            "number": 3,
            "name": "コワーキング玉川",
            "geometry": shapely.Point(X + 6_000, Y),
        },
    ]
    district = [{"name": "ちの地区", "geometry": _square(0, 0, 4_000)}]
    for role, rows in (
        (Role.PRIORITY_DISTRICT, district),
        (Role.PROMOTION_AREA, areas),
        (Role.FACILITY, houses),
    ):
        made.apply(Change("作成", put={plan_layer_id(role): conform(_frame(rows), role)}))
    return made


@pytest.fixture(scope="module")
def values(document: Document) -> Snapshot:
    return snapshot(document)


@pytest.fixture(scope="module")
def shapes(values: Snapshot) -> Mapping[LayerId, Any]:
    return {x.id: build_shapes(x.get_frame(), x.style) for x in values.layers if not x.is_plan}


def _verdict(building: str, fids: tuple[int, ...], word: VerdictWord, zone: str) -> Verdict:
    return Verdict(
        building_id=building, fids=fids, facility="", number=None, verdict=word, provisional=True,
        needs_confirmation=False, zone=zone, zone_id=None, zone_shares={}, distance_to_zone_edge_m=None,
        uses=(), articles=(), reasons=(), next_steps=(), conditions=(), rules_version="2025-07",
    )  # fmt: skip


VERDICTS = (
    _verdict("b1", (1, 2), "allowed", "商業地域"),
    _verdict("b2", (3,), "special24_candidate", "第一種低層住居専用地域"),
)


@pytest.fixture(scope="module")
def make(values: Snapshot, shapes: Mapping[LayerId, Any]) -> Any:
    def contents(kind: SheetKind = "area", **sheet: Any) -> list[SheetContent]:
        return sheet_contents(values, shapes, VERDICTS, Sheet(kind, **sheet), date(2026, 11, 24))

    return contents


@pytest.mark.parametrize("scale", [2_500, 5_000, 10_000, 25_000, 50_000])
def test_a_kilometre_of_the_map_is_as_long_as_the_scale_says(make: Any, tmp_path: Path, scale: int) -> None:
    content = make(paper="A3", scale=scale, center=(X, Y))[0]
    path = tmp_path / "図面.pdf"
    print_pdf([content], path, stamp=STAMP)
    with pikepdf.open(path) as pdf:
        found = stroked_lines(pdf, 0, (FRAME_COLOR, BAR_COLOR, CHECK_COLOR))
    west, _, east, _ = content.extent
    assert _length(found[FRAME_COLOR]) == pytest.approx((east - west) * 1000 / scale, abs=0.01)
    assert _length(found[BAR_COLOR]) == pytest.approx(lay_out(content).bar_metres * 1000 / scale, abs=0.01)
    assert _length(found[CHECK_COLOR]) == pytest.approx(50, abs=0.01)


def _length(lines: list[Any]) -> float:
    (((x0, y0), (x1, y1)),) = lines
    return float(((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5)


@pytest.mark.parametrize(("paper", "orientation"), SIZES)
def test_pages_have_the_exact_size_of_their_paper(
    make: Any, tmp_path: Path, paper: Paper, orientation: Orientation
) -> None:
    path = tmp_path / "図面.pdf"
    result = print_pdf(make(paper=paper, orientation=orientation, scale=10_000), path, stamp=STAMP)
    short, long = PAPER_MM[paper]
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages) == result.pages
        for page in pdf.pages:
            size = [float(v) * MM_PER_POINT for v in page.mediabox[2:]]
            wanted = [short, long] if orientation == "portrait" else [long, short]
            assert size == pytest.approx(wanted, abs=0.001)


def test_a_line_of_a_wrong_length_is_refused(make: Any, tmp_path: Path) -> None:
    path = tmp_path / "図面.pdf"
    print_pdf(make(center=(X, Y))[:1], path, stamp=STAMP)
    with pikepdf.open(path) as pdf:
        (line,) = stroked_lines(pdf, 0, (CHECK_COLOR,))[CHECK_COLOR]
        (x0, y0), (x1, _) = line
        right = Mark("縮尺確認線", CHECK_COLOR, (x0, 297 - y0), (x1, 297 - y0))
        check_marks(pdf, 0, 297, [right])
        with pytest.raises(WrongScale):
            check_marks(pdf, 0, 297, [replace(right, end=(x1 + 0.21, 297 - y0))])


def test_printing_twice_gives_the_same_bytes(make: Any, tmp_path: Path) -> None:
    for name in ("a.pdf", "b.pdf"):
        print_pdf(make("overview", scale=FIT_SCALE), tmp_path / name, stamp=STAMP)
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


PRINT_ALONE = """
import sys
from datetime import date, datetime
from pathlib import Path
from PySide6.QtGui import QGuiApplication
from chiiki_gis.core.sheet import Sheet
from chiiki_gis.export.pdf_archive import NotArchival
from chiiki_gis.export.pdf_finish import FileFacts, FinishedPage, finish_pdf
from chiiki_gis.export.pages import print_pdf
from chiiki_gis.render.sheet import SheetContent

application = QGuiApplication([])
sheet = Sheet("area", "A4", "landscape", 10_000, title="区域図")
content = SheetContent(sheet, "計画", "見本市", date(2026, 11, 24), 6676, (0.0, 0.0), ())
print_pdf([content], Path(sys.argv[1]), stamp=datetime(2026, 11, 24))
"""


def test_printing_in_another_process_gives_the_same_bytes(tmp_path: Path) -> None:
    files = [tmp_path / f"{n}.pdf" for n in range(3)]
    runs = [subprocess.Popen([sys.executable, "-c", PRINT_ALONE, str(file)]) for file in files]
    assert [run.wait(60) for run in runs] == [0, 0, 0]
    assert len({file.read_bytes() for file in files}) == 1


def test_a_sheet_is_all_vector_with_its_fonts_inside(make: Any, tmp_path: Path) -> None:
    path = tmp_path / "図面.pdf"
    print_pdf(make(scale=FIT_SCALE), path, stamp=STAMP)
    with pikepdf.open(path) as pdf:
        streams = [o for o in pdf.objects if isinstance(o, pikepdf.Stream)]
        assert not [o for o in streams if o.get("/Subtype") == "/Image"]
        fonts = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/CIDSystemInfo" in o]
        assert fonts
        assert all({"/FontFile2", "/FontFile3"} & set(font.FontDescriptor.keys()) for font in fonts)


def test_the_words_of_a_sheet_can_be_found(make: Any, tmp_path: Path) -> None:
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    path = tmp_path / "図面.pdf"
    print_pdf(make(scale=FIT_SCALE), path, stamp=STAMP)
    text = subprocess.run([reader, "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
    for words in (
        "特定居住促進区域図",
        "用途地域",
        "茅野市",
        "令和8年11月24日",
        "225.00",
        "商業",
        "出典",
        "最終判断は特定行政庁",
    ):
        assert words in text


def test_the_file_knows_its_title_language_dates_and_pages(make: Any, tmp_path: Path) -> None:
    path = tmp_path / "図面.pdf"
    contents = make(scale=FIT_SCALE)
    print_pdf(contents, path, stamp=STAMP)
    with pikepdf.open(path) as pdf:
        assert str(pdf.docinfo["/Title"]).startswith("茅野市　特定居住促進計画（案A）")
        assert str(pdf.docinfo["/CreationDate"]) == "D:20261124090000+09'00'"
        assert str(pdf.Root.Lang) == "ja-JP"
        assert str(pdf.Root.ViewerPreferences.PrintScaling) == "/None"
        assert pdf.open_metadata()["xmp:ModifyDate"] == "2026-11-24T09:00:00+09:00"
        with pdf.open_outline() as outline:
            assert [item.title for item in outline.root] == [
                f"{c.sheet.title}（{c.position[0]}/{len(contents)}）" for c in contents
            ]


def test_the_map_knows_its_coordinates(make: Any, tmp_path: Path) -> None:
    import pyproj

    path = tmp_path / "図面.pdf"
    content = make(center=(X, Y), scale=10_000)[0]
    print_pdf([content], path, stamp=STAMP)
    with pikepdf.open(path) as pdf:
        measure = pdf.pages[0].obj["/VP"][0].Measure
        assert int(measure.GCS.EPSG) == EPSG
        degrees = [float(v) for v in measure.GPTS]
    to_plane = pyproj.Transformer.from_crs(6668, EPSG, always_xy=True)
    corner = to_plane.transform(degrees[1], degrees[0])
    assert corner == pytest.approx(content.extent[:2], abs=0.001)


@pytest.mark.skipif(shutil.which("gdalinfo") is None, reason="needs gdal-bin")
@pytest.mark.parametrize("form", ["pdf", "layers", "archive"])
def test_another_program_reads_the_corners_of_the_map_to_a_centimetre(
    make: Any, tmp_path: Path, form: Any
) -> None:
    content = make(center=(X, Y), scale=10_000)[0]
    print_pdf([content], tmp_path / "a.pdf", stamp=STAMP, form=form)
    told = subprocess.run(["gdalinfo", "a.pdf"], cwd=tmp_path, capture_output=True, text=True, check=True)
    ring = re.search(r"NEATLINE=POLYGON \(\((.*?)\)\)", told.stdout)
    assert ring is not None
    assert "JGD2011 / Japan Plane Rectangular CS VIII" in told.stdout
    corners = [tuple(float(v) for v in pair.split()) for pair in ring[1].split(",")]
    west, south, east, north = content.extent
    for corner in ((west, south), (west, north), (east, north), (east, south)):
        assert min(math.dist(corner, found) for found in corners) < 0.01


def test_a_large_area_is_tiled_with_an_index(make: Any, tmp_path: Path) -> None:
    contents = make("overview", paper="A4", scale=25_000)
    path = tmp_path / "図面.pdf"
    assert len(contents) > 1
    assert print_pdf(contents, path, stamp=STAMP).pages >= len(contents)
    assert [c.position for c in contents] == [(n, len(contents)) for n in range(1, len(contents) + 1)]
    covered = shapely.union_all([shapely.box(*c.extent) for c in contents])
    assert covered.contains(_square(0, 0, 16_000).exterior)
    for one, other in pairwise(contents):
        assert one.index is not None
        assert one.index.current != (other.index.current if other.index else None)


def test_each_promotion_area_of_the_scenario_has_its_sheet(make: Any) -> None:
    contents = make(scale=FIT_SCALE)
    assert [c.sheet.title for c in contents] == ["特定居住促進区域図　駅前", "特定居住促進区域図　玉川"]
    for content, dx in zip(contents, (0, 6_000), strict=True):
        assert content.center == pytest.approx((X + dx, Y))


def test_an_area_sheet_names_its_own_area_in_hectares(make: Any) -> None:
    first, second = make(scale=FIT_SCALE)
    assert [(row.name, round(row.hectares, 2)) for row in first.areas] == [
        ("特定居住重点地区　ちの地区", 1_600.0),
        ("特定居住促進区域　駅前", 225.0),
    ]
    assert [row.name for row in second.areas] == ["特定居住促進区域　玉川"]


def test_a_building_with_two_uses_has_one_number(make: Any) -> None:
    (content,) = make("overview", scale=FIT_SCALE)
    assert [(row.number, row.zone, row.verdict) for row in content.facilities] == [
        ("1", "商業", "制限なし※"),
        ("2", "1種低住", "許可が必要（24条候補）※"),
        ("3", "―", "未判定"),
    ]


def test_the_legend_lists_only_the_zones_on_the_map_in_the_order_of_the_law(make: Any) -> None:
    (content,) = make(scale=2_500, paper="A3", center=(X + 300, Y))[:1]
    zones = [entry.text for entry in content.legend if entry.group]
    assert zones == ["1種低住", "商業"]


@pytest.mark.parametrize("kind", ["overview", "priority", "area", "facilities", "access", "site"])
def test_no_sheet_shows_vacant_houses(make: Any, kind: SheetKind) -> None:
    for content in make(kind, scale=FIT_SCALE):
        assert Role.VACANT_HOUSE not in {entry.layer.role for entry in content.layers}
        assert not any("空き家" in text for text in (*content.sources, *(e.text for e in content.legend)))


def test_a_plan_without_areas_is_refused_in_words(shapes: Mapping[LayerId, Any]) -> None:
    empty = snapshot(new_document(Header("u", (Municipality("20214", "茅野市"),), EPSG)))
    for kind in ("area", "priority", "facilities", "overview"):
        with pytest.raises(BadInput):
            sheet_contents(empty, shapes, (), Sheet(kind), date(2026, 11, 24))


def test_an_existing_file_stays_when_printing_fails(make: Any, tmp_path: Path) -> None:
    path = tmp_path / "図面.pdf"
    path.write_bytes(b"old")
    with pytest.raises(BadInput):
        print_pdf([], path, stamp=STAMP)
    assert path.read_bytes() == b"old"
    with pytest.raises(BadInput, match="書き込めません"):
        print_pdf(make()[:1], tmp_path / "ない" / "図面.pdf", stamp=STAMP)
    assert [p.name for p in tmp_path.iterdir()] == ["図面.pdf"]


def test_a_picture_knows_its_size_in_millimetres(make: Any, tmp_path: Path) -> None:
    path = tmp_path / "図面.png"
    print_png(make(paper="A4", orientation="portrait")[:1], path, dpi=100)
    image = QImage(str(path))
    assert image.width() / image.dotsPerMeterX() == pytest.approx(0.210, abs=0.001)
    assert image.height() / image.dotsPerMeterY() == pytest.approx(0.297, abs=0.001)
    with pytest.raises(BadInput):
        print_png(make(), path, dpi=10_000)


def test_every_page_of_a_series_becomes_a_picture(make: Any, tmp_path: Path) -> None:
    written = print_png(make("site"), tmp_path / "図.png", dpi=50)
    assert [path.name for path in written.files] == ["図.png", "図-2.png", "図-3.png"]


def test_pages_have_labels_of_their_sheet(make: Any, tmp_path: Path) -> None:
    print_pdf(make("site", number="別図3"), tmp_path / "a.pdf", stamp=STAMP)
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        assert [page.label for page in pdf.pages] == ["別図3 1/3", "別図3 2/3", "別図3 3/3"]


def test_layers_can_be_switched_off_and_are_measured_all_the_same(make: Any, tmp_path: Path) -> None:
    contents = make("area", scale=5_000)
    print_pdf(contents, tmp_path / "a.pdf", stamp=STAMP, form="layers")
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        names = [str(group.Name) for group in pdf.Root.OCProperties.OCGs]
        assert len(pdf.pages) == len(contents)
        drawn = stroked_lines(pdf, 0, (BAR_COLOR,))[BAR_COLOR]
    assert {"用途地域", "特定居住促進区域", "注記", "整飾"} <= set(names)
    assert len(names) == len(set(names))
    length = abs(drawn[0][1][0] - drawn[0][0][0])
    assert length == pytest.approx(lay_out(contents[0]).bar_metres / 5, abs=0.01)


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="needs poppler")
def test_a_layered_page_looks_like_the_plain_one(make: Any, tmp_path: Path) -> None:
    pictures = []
    for form in ("pdf", "layers"):
        print_pdf(make("overview"), tmp_path / f"{form}.pdf", stamp=STAMP, form=form)
        run = ["pdftoppm", "-r", "40", "-png", "-singlefile", f"{form}.pdf", form]
        subprocess.run(run, cwd=tmp_path, check=True)
        pictures.append(QImage(str(tmp_path / f"{form}.png")))
    assert pictures[0] == pictures[1]


def test_an_archive_copy_says_what_it_is_and_holds_nothing_transparent(make: Any, tmp_path: Path) -> None:
    print_pdf(make("overview"), tmp_path / "a.pdf", stamp=STAMP, form="archive")
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        with pdf.open_metadata() as metadata:
            assert metadata.pdfa_status == "1B"
        assert "/OutputIntents" in pdf.Root
        spaces = [
            str(space)
            for thing in pdf.objects
            if isinstance(thing, pikepdf.Dictionary) and "/ColorSpace" in thing
            for space in getattr(thing.ColorSpace, "values", list)()
        ]
        assert "/DeviceCMYK" not in spaces
        assert "/VP" in pdf.pages[0].obj
    with pytest.raises(NotArchival):
        finish_pdf(*_transparent(), archive=True)


def _transparent() -> tuple[bytes, list[FinishedPage], FileFacts]:
    """A page with a half-transparent state, as PDF/A-1b forbids."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    state = pikepdf.Dictionary(GS0=pikepdf.Dictionary(ca=0.5))
    pdf.pages[0].obj.Resources = pikepdf.Dictionary(ExtGState=state)
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue(), [FinishedPage("図", (210.0, 297.0))], FileFacts("図", "市", "試験", STAMP)


def test_facility_pages_come_once_each_in_the_order_of_their_numbers(values: Snapshot, shapes: Any) -> None:
    numbers = dict(zip((1, 2, 3, 4), (3, 3, 1, 2), strict=True))
    frame = values.rows(Role.FACILITY)
    frame = frame.assign(number=[numbers[int(fid)] for fid in frame.index])
    layers = tuple(replace(x, frame=frame) if x.role == Role.FACILITY else x for x in values.layers)
    contents = sheet_contents(
        replace(values, layers=layers), shapes, VERDICTS, Sheet("site", scale=2_500), date(2026, 11, 24)
    )
    names = [content.sheet.title for content in contents]
    assert names == ["付近見取図　お試し住宅", "付近見取図　コワーキング玉川", "付近見取図　交流施設 駅前"]


def test_a_site_at_the_scale_of_buildings_is_a_layout(make: Any) -> None:
    assert make("site", scale=500)[0].sheet.title.startswith("配置図　")


def test_tiles_name_their_neighbours(make: Any) -> None:
    pages = make("overview", scale=25_000, paper="A4")
    index = pages[0].index
    assert index is not None
    numbers = {(row, column): number for row, column, number in index.numbers}
    found = {number for _, _, number in neighbours(index)}
    assert found == {number for (row, column), number in numbers.items() if row + column == 1 and number != 1}


def test_the_index_shows_where_the_subject_lies_among_the_pages(make: Any) -> None:
    pages = make("overview", scale=25_000, paper="A4")
    index = pages[0].index
    assert index is not None
    (ring,) = index.outline
    (west, north), (east, south) = (
        (min(x for x, _ in ring), min(y for _, y in ring)),
        (max(x for x, _ in ring), max(y for _, y in ring)),
    )
    assert 0 < west < 1
    assert index.columns - 1 < east < index.columns
    assert west == pytest.approx(index.columns - east, abs=1e-6)
    assert north == pytest.approx(index.rows - south, abs=1e-6)


def test_radicals_become_ordinary_characters() -> None:
    assert unify("⽤途地域⻑野") == "用途地域長野"


@given(
    st.dictionaries(
        st.integers(1, 0xFFFF), st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=3)
    )
)
def test_a_text_map_is_read_as_it_was_written(texts: dict[int, str]) -> None:
    assert read_map(write_map(texts)) == texts


def test_ranges_of_a_text_map_are_read() -> None:
    cmap = b"1 beginbfrange\n<0001> <0003> <3042>\n<0005> <0006> [<4E00> <4E8C>]\nendbfrange"
    assert read_map(cmap) == {1: "あ", 2: "ぃ", 3: "い", 5: "一", 6: "二"}
