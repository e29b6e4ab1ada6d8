"""Photographs of facilities: taking files into the plan's keeping, and giving pictures back to look at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.photos import MOST_BYTES, Photo, Taken
from chiiki_gis.core.progress import Progress
from chiiki_gis.io.photos import keep_photo, photo_bytes
from chiiki_gis.render.photographs import is_picture, smaller

SMALLER_PX = 6_000
"""The longer edge of the copy that is kept of a picture of more than MOST_BYTES."""
LARGEST_BYTES = 400 * 1024 * 1024


def perform(job: str, args: tuple[Any, ...], progress: Progress) -> object:
    """One of the jobs of core.jobs.JobName about photographs."""
    match job, args:
        case "take_photos", (files,):
            return take_photos(cast("Sequence[Path]", files), progress)
        case "photo_picture", (photo, edge_px):
            return photo_picture(cast("Photo", photo), cast("int", edge_px))
    raise ValueError(f"no job {job} with {len(args)} arguments")


def take_photos(files: Sequence[Path], progress: Progress) -> Taken:
    """Keep the pictures of some files, as they are; one above 20 MB as a smaller copy, with a note.

    Raises BadInput for a file that is no picture; then none is taken.
    """
    photos, notes = [], []
    for done, path in enumerate(files):
        progress.step(done, len(files), f"「{path.name}」を読んでいます")
        if not path.is_file() or path.stat().st_size > LARGEST_BYTES or not path.stat().st_size:
            raise _unusable(path)
        data = path.read_bytes()
        if not is_picture(data):
            raise _unusable(path)
        if len(data) > MOST_BYTES:
            copy = smaller(data, SMALLER_PX)
            if copy is None or len(copy) > MOST_BYTES:
                raise _unusable(path)
            notes.append(
                f"「{path.name}」は 20 MB を超えるため、縮小した写しを入れました。"
                "元のファイルはそのままです。"
            )
            data = copy
        photos.append(Photo(keep_photo(data), path.name, len(data)))
    return Taken(tuple(photos), tuple(notes))


def photo_picture(photo: Photo, edge_px: int) -> bytes | None:
    """A photograph as a small JPEG without EXIF; None where its bytes cannot be found or read."""
    data = photo_bytes(photo.hash)
    return None if data is None else smaller(data, edge_px)


def _unusable(path: Path) -> BadInput:
    return BadInput(
        f"「{path.name}」を写真として添付できませんでした。",
        "ファイルがないか、大きすぎるか、読める画像の形式（JPEG・PNG など）ではありません。",
        "写真を JPEG か PNG で保存し直して、もう一度選んでください。",
    )
