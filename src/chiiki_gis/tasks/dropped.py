"""Files dropped on the window: all are read and seen first, then mended one after the other as one change."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.jobs import Glimpse, Imported, ImportOptions
from chiiki_gis.core.layer import FrameRef, Layer, LayerId, NoRows
from chiiki_gis.core.palette import GLIMPSE
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.io.containers import swollen_bytes
from chiiki_gis.io.format_table import is_raster
from chiiki_gis.io.formats import ReadResult, read
from chiiki_gis.io.project import is_project
from chiiki_gis.io.rows import Seen, unseen
from chiiki_gis.io.store import TableRef, blob_ref, keep_blob, memory_ref
from chiiki_gis.tasks.plan import import_into
from chiiki_gis.tasks.window import cached_shapes

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from chiiki_gis.io.cache import Shapes

QUIET = Quiet()
AHEAD_BYTES = 400_000_000
"""Files of so much in sum are held in memory together; those beyond are read when their turn comes."""


def import_for_window(
    values: Snapshot,
    files: tuple[Path, ...],
    options: ImportOptions,
    metres: float,
    progress: Progress = QUIET,
) -> Imported:
    """Several files as one change, with the render caches of the new layers; where some are bad, the others.

    metres   what a pixel of the window is on the ground; glimpses of the files need not be finer
    Raises BadInput where the only file is bad.
    """
    document = Document(values.header, values.layers, values.facts, values.next_fid)
    before = document.layers
    notes: list[str] = []
    parts = []
    options = replace(options, scenario=values.scenario)
    with ExitStack() as stack:
        pool = ThreadPoolExecutor(1)
        stack.callback(pool.shutdown, cancel_futures=True)
        writer = _Writer(pool)  # tables are written while their drawing data is built
        reader = _Reader(stack, values.epsg, metres)
        refused = reader.read_ahead(files, options, progress) if len(files) > 1 else {}
        for path in (path for path in files if path not in refused):
            writer.finish()  # the boundary among the files before is looked at for those after it
            try:
                change, more = import_into(document, path, options, writer.keep, progress, reader.take)
            except BadInput as error:
                if len(files) == 1:
                    raise
                refused[path] = error
                continue
            document.apply(change)
            parts.append(change)
            notes.extend(more)
        known = {layer.id for layer in before}
        layers = tuple(layer for layer in document.layers if layer.id not in known)
        shapes = cached_shapes(layers, progress, writer.take)
        writer.finish()
    put = {layer_id: _new_rows(before, document, layer_id) for c in parts for layer_id in c.put}
    order = tuple(layer.id for layer in document.layers) if layers else None
    note = parts[0].note if len(parts) == 1 else f"{len(parts)}個のファイルを取り込む"
    looks = tuple(
        document.layer(old.id)
        for old in before
        if old.id in put and document.layer(old.id).style != old.style
    )
    whole = Change(note, put=put, put_layers=(*layers, *looks), order=order)
    bad = tuple((path, refused[path]) for path in dict.fromkeys(files) if path in refused)
    return Imported(whole, shapes, tuple(notes), bad)


class _Reader:
    """Reads files, and shows what it sees of them at the latest when its stack closes."""

    def __init__(self, stack: ExitStack, epsg: int, metres: float) -> None:
        self._stack = stack
        self._epsg = epsg
        self._metres = metres
        self._numbers = count(1)
        self._read: dict[Path, ReadResult] = {}

    def read_ahead(
        self, files: tuple[Path, ...], options: ImportOptions, progress: Progress
    ) -> dict[Path, BadInput]:
        """Read and show the files of features among them; returns those that cannot be read, and why."""
        held, refused = 0, {}
        with ExitStack() as sights:
            for path in dict.fromkeys(files):
                size = _size(path)
                if is_project(path) or is_raster(path) or held + size > AHEAD_BYTES:
                    continue
                held += size
                try:
                    self._read[path] = self._read_now(path, options, progress, sights)
                except BadInput as error:
                    refused[path] = error
        return refused

    def take(self, path: Path, options: ImportOptions, progress: Progress) -> ReadResult:
        """The rows of a file, not kept any longer."""
        return self._read.pop(path, None) or self._read_now(path, options, progress, self._stack)

    def _read_now(
        self, path: Path, options: ImportOptions, progress: Progress, sights: ExitStack
    ) -> ReadResult:
        sight = _glimpsing(path, self._epsg, self._metres, self._numbers, progress, options)
        return read(path, options, progress, sights.enter_context(sight))


def _size(path: Path) -> int:
    """Bytes of a file as it is without its wrapping, with the table of a Shapefile; 0 where there is none."""
    parts = {path, path.with_suffix(".dbf")} if path.suffix.lower() == ".shp" else {path}
    return sum(swollen_bytes(part) for part in parts if part.is_file())


class _Writer:
    """Writes new tables as blobs, one after the other, in a thread of a pool."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._begun: list[Future[TableRef]] = []
        self._at_hand: dict[str, GeoDataFrame] = {}

    def keep(self, frame: GeoDataFrame) -> FrameRef:
        """Begin to write a frame, and refer to where it will lie."""
        reference = memory_ref(frame)
        self._at_hand[reference.content_hash] = frame
        self._begun.append(self._pool.submit(keep_blob, frame, reference.content_hash))
        return blob_ref(reference)

    def take(self, reference: FrameRef) -> GeoDataFrame:
        """The rows of a table, not kept any longer; the second time they are read."""
        if reference.content_hash in self._at_hand:
            return self._at_hand.pop(reference.content_hash)
        self.finish()
        return reference.get()

    def finish(self) -> None:
        """Wait until all is written. Raises what went wrong."""
        for one in self._begun:
            one.result()


@contextmanager
def _glimpsing(
    path: Path, epsg: int, metres: float, numbers: count[int], progress: Progress, options: ImportOptions
) -> Iterator[Seen]:
    """Inside, what is read of a file is sent to be looked at."""
    from chiiki_gis.io.glimpse import glimpsing

    if options.swap_axes:
        yield unseen
        return

    def show(shapes: Shapes) -> None:
        layer = Layer(LayerId(f"glimpse{next(numbers)}"), Role.REFERENCE, path.name, NoRows(), GLIMPSE)
        progress.show(Glimpse(layer, shapes))

    with glimpsing(epsg, metres, show, options.epsg, options.layers) as seen:
        yield seen


def _new_rows(before: tuple[Layer, ...], document: Document, layer_id: LayerId) -> GeoDataFrame:
    old = next(layer for layer in before if layer.id == layer_id).rows
    rows = document.layer(layer_id).rows
    return rows.loc[~rows.index.isin(old.index)]
