"""What the window asks of its helper processes, and what comes back. Plain values that can be pickled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal, TypeAlias

from chiiki_gis.core.change import Change
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.history import NO_STEPS, KeptSteps
from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.core.submission import PackageKind

JobName = Literal[
    "open_project",
    "new_project",
    "municipalities_in",
    "recover",
    "left_picture",
    "restore_left",
    "keep_generation",
    "compare_generation",
    "see_generation",
    "restore_generation",
    "beat",
    "sample_plan",
    "import_files",
    "shapes",
    "column_summary",
    "relocate",
    "save_project",
    "check",
    "check_report",
    "house_report",
    "live",
    "live_area",
    "area_numbers",
    "build_area",
    "describe_area",
    "access",
    "indicators",
    "scenario_differences",
    "grant_area",
    "record_consent",
    "view_for_support",
    "give_to_support",
    "house_addresses",
    "match_houses",
    "place_house",
    "look_at_scan",
    "look_closer",
    "place_scan",
    "reach",
    "compare_reach",
    "roads_report",
    "improvement_effects",
    "live_way",
    "route_profile",
    "road_stretch",
    "export_links",
    "export",
    "foreign_characters",
    "foresee_sheet",
    "preview_sheet",
    "print_sheet",
    "table_kinds",
    "table_rows",
    "table_sums",
    "copy_rows",
    "export_table",
    "names",
    "data_packs",
    "take_photos",
    "photo_picture",
    "merge",
    "desk_report",
    "desk_book",
]


@dataclass(frozen=True)
class SharedPlace:
    """A named block of shared memory with the drawing data of a layer, where the disk could not take it."""

    name: str
    size: int


ShapesPlace: TypeAlias = Path | SharedPlace
"""Where the drawing data of a reference layer lies."""

EXPORTS = ("gpkg", "shapefile", "geojson", "kml", "xlsx", "csv", "html", "docx", "package")
"""The formats a plan leaves in; `package` is 提出一式."""

NO_HOUSES = frozenset({"html", "docx"})
"""Formats that hold no vacant house, with consent or without."""


@dataclass(frozen=True)
class ExportOptions:
    """How a plan leaves.

    reason       why it leaves with open errors; carried into the report beside it
    degrees      GeoPackage and Shapefile in longitude and latitude (EPSG:6668) in place of the plane CRS
    substitutes  character outside CP932 → what the planner has agreed to write in its place
    with_consented_houses  True: positions of vacant houses whose owners have agreed go too
    stamp        the date of making, today without one; equal plan and stamp give equal bytes
    kind         which package: 提出一式, or a proposal; `corporation` and `attachments` are for proposals
    generalise_m   the residents' page shows areas with borders that may be so far off; 0 as they are
    base_image   the residents' page has the raster layers as a picture below the map
    """

    reason: str = ""
    degrees: bool = False
    substitutes: Mapping[str, str] = field(default_factory=dict)
    with_consented_houses: bool = False
    stamp: date | None = None
    kind: PackageKind = "submission"
    corporation: str = ""
    attachments: tuple[Path, ...] = ()
    generalise_m: float = 0.0
    base_image: bool = False


@dataclass(frozen=True)
class Opened:
    """A project as it was read.

    path       the project file, None for one never saved
    revision   counts saves; the journal belongs to one revision
    shapes     where the drawing data of every reference layer lies
    read_only  why the project may not be written, None when it may
    steps      what earlier runs did and can be undone here
    """

    snapshot: Snapshot
    path: Path | None
    revision: int
    shapes: Mapping[LayerId, ShapesPlace]
    notes: tuple[str, ...] = ()
    read_only: str | None = None
    steps: KeptSteps = NO_STEPS


@dataclass(frozen=True)
class ImportOptions:
    """What a user may say about a file; None leaves it to recognition.

    swap_axes   the two numbers of every vertex change places
    margin_m    leave out what is further than this from the municipality
    addresses   files that say where towns and blocks are, for rows without coordinates
    scenario    the 案 of plan rows that do not say theirs
    columns     part that a column plays → its name: lat, lon, x (north), y (east), address, consent
    layers      only these of the file's layers; all where empty
    roles       of single layers of the file; `role` is that of the others
    is_trial    tell what the file is on the way, and remember nothing of what is said here
    """

    role: Role | None = None
    layer: str | None = None
    encoding: str | None = None
    epsg: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    swap_axes: bool = False
    margin_m: float | None = None
    addresses: tuple[Path, ...] = ()
    scenario: str = "A"
    layers: tuple[str, ...] = ()
    roles: Mapping[str, Role] = field(default_factory=dict)
    is_trial: bool = False


@dataclass(frozen=True)
class Imported:
    """Layers read from files, as one change that can be undone, and what was found and mended on the way.

    refused   of several files those that could not be taken in, and why; a single one is an error
    """

    change: Change
    shapes: Mapping[LayerId, ShapesPlace]
    notes: tuple[str, ...]
    refused: tuple[tuple[Path, BadInput], ...] = ()


@dataclass(frozen=True, eq=False)
class Glimpse:
    """Something to be seen before it is there: a file that is being imported, a project that is being opened.

    layer    its looks; its frame is not to be read
    shapes   io.cache.Shapes in the project CRS, or where they lie
    """

    layer: Layer
    shapes: object


@dataclass(frozen=True)
class Saved:
    """A project file that has been written and checked.

    identity   tells this state of the file from every other (io.history_log)
    notes      what the user must know of it
    """

    path: Path
    revision: int
    identity: str = ""
    notes: tuple[str, ...] = ()


Hold = Literal["held", "lost", "away"]
"""Whether a window still holds its project: another may write it by now, or its folder is not there."""


@dataclass(frozen=True)
class Linked:
    """Access links, as one change, and the same as the records of the command line.

    shapes   render caches of the layer that the change brings, where it brings one
    """

    change: Change
    records: tuple[Mapping[str, object], ...]
    notes: tuple[str, ...] = ()
    shapes: Mapping[LayerId, ShapesPlace] = field(default_factory=dict)


@dataclass(frozen=True)
class ReachRow:
    """What is reached within some minutes: ground, roads, facilities, vacant houses with consent."""

    minutes: float
    area_km2: float
    road_km: float
    facilities: int
    houses: int


@dataclass(frozen=True)
class Reached:
    """Areas reached from a place, as one change that adds a layer, and the table of them."""

    change: Change
    shapes: Mapping[LayerId, ShapesPlace]
    origin: str
    rows: tuple[ReachRow, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Foreseen:
    """What a sheet will take: how many maps, and at which scales. Long legends and tables come on top."""

    maps: int
    scales: tuple[int, ...]


@dataclass(frozen=True)
class Preview:
    """A page of a sheet as it will be printed.

    picture  PNG
    page     its number from 0, of how many pages and maps
    says     what the planner should know before, Japanese sentences
    """

    picture: bytes
    page: int
    pages: int
    maps: int
    scales: tuple[int, ...]
    says: tuple[str, ...]


@dataclass(frozen=True)
class Written:
    """Files that left the program, and what the user must know of them."""

    files: tuple[Path, ...]
    notes: tuple[str, ...] = ()


MOST_VALUES = 200
"""How many values of a column are listed."""


@dataclass(frozen=True)
class ColumnSummary:
    """What a column of a layer holds, for the choice of classes.

    values    each value as text and how often it occurs: the MOST_VALUES most frequent, in ascending order
    distinct  how many different values there are
    missing   features without a value
    numbers   how many values are numbers
    low, high the least and greatest number; None without numbers
    breaks    ends of ranges by method (analysis.intervals) and number of classes
    """

    values: tuple[tuple[str, int], ...]
    distinct: int
    missing: int
    numbers: int
    low: float | None
    high: float | None
    breaks: Mapping[tuple[str, int], tuple[float, ...]]
