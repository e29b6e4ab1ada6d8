"""Zip archives and Excel files whose bytes depend on their content and one date only."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path

LEVEL = 6
_CORE = "docProps/core.xml"
_DATES = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")
_FIRST = "[Content_Types].xml"


def zip_entry(name: str, stamp: date) -> zipfile.ZipInfo:
    """An entry without anything of this computer: one date, plain permissions, UTF-8 name."""
    entry = zipfile.ZipInfo(name, (stamp.year, stamp.month, stamp.day, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    return entry


def write_zip(path: Path, parts: Iterable[tuple[str, Path]], stamp: date) -> None:
    """Files as one archive, in the order given.

    parts   name inside the archive, and the file
    """
    with zipfile.ZipFile(path, "w") as archive:
        for name, file in parts:
            archive.writestr(zip_entry(name, stamp), file.read_bytes(), compresslevel=LEVEL)


def pin_workbook(path: Path, stamp: date) -> None:
    """Rewrite an Excel file so that the time of writing is nowhere in it.

    openpyxl stamps the moment of saving into core.xml and into every entry, whatever the properties say.
    """
    moment = f"{stamp.isoformat()}T00:00:00Z".encode()
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[_CORE] = _DATES.sub(rb"\g<1>" + moment, parts[_CORE])
    order = sorted(parts, key=lambda name: (name != _FIRST, name))
    with zipfile.ZipFile(path, "w") as archive:
        for name in order:
            archive.writestr(zip_entry(name, stamp), parts[name], compresslevel=LEVEL)
