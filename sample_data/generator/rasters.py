"""The elevation grid and the scanned-looking paper map."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio
from PIL import Image, ImageDraw
from rasterio.transform import from_origin

from generator.areas import borders, quarters
from generator.land import EPSG, HEIGHT, SEED, SOUTH, WEST, WIDTH, height
from generator.roads import EXPRESSWAY, NATIONAL, PREFECTURAL, network
from generator.town import lake, river

DEM_STEP, MAP_STEP = 10.0, 5.0
PAPER, BROWN, BLUE, WATER, INK, RED, ORANGE, GREEN, GREY, STAIN = range(10)
PALETTE = {
    PAPER: (244, 239, 224),
    BROWN: (201, 172, 128),
    BLUE: (96, 140, 190),
    WATER: (198, 220, 236),
    INK: (70, 66, 60),
    RED: (196, 92, 76),
    ORANGE: (222, 160, 84),
    GREEN: (104, 146, 104),
    GREY: (168, 162, 150),
    STAIN: (232, 224, 204),
}
STROKES = {
    "架": [(0, 2, 6, 2), (3, 0, 2, 4), (2, 4, 0, 5), (5, 2, 5, 5), (5, 5, 4, 5), (7, 1, 10, 1),
          (7, 1, 7, 4), (10, 1, 10, 4), (7, 4, 10, 4), (0, 7, 10, 7), (5, 5, 5, 11),
          (4, 7, 0, 11), (6, 7, 10, 11)],
    "空": [(5, 0, 5, 1), (0, 2, 10, 2), (0, 2, 0, 4), (10, 2, 10, 4), (4, 2, 2, 5), (6, 2, 6, 5),
          (6, 5, 9, 5), (1, 7, 9, 7), (5, 7, 5, 10), (0, 11, 10, 11)],
}  # fmt: skip
"""「架空」 as strokes on a 10 × 11 grid, so that no font is needed."""


def write_dem(path: Path) -> None:
    """A 10 m grid of heights in decimetre steps, EPSG:6676, NoData −9999."""
    columns, rows = int(WIDTH / DEM_STEP), int(HEIGHT / DEM_STEP)
    x = WEST + (np.arange(columns) + 0.5) * DEM_STEP
    y = SOUTH + HEIGHT - (np.arange(rows) + 0.5) * DEM_STEP
    values = np.round(height(*np.meshgrid(x, y)) * 10).astype("i2")
    with rasterio.open(
        path, "w", driver="GTiff", width=columns, height=rows, count=1, dtype="int16", nodata=-9999,
        crs=f"EPSG:{EPSG}", transform=from_origin(WEST, SOUTH + HEIGHT, DEM_STEP, DEM_STEP),
        compress="deflate", predictor=2, zlevel=9, tiled=True, blockxsize=256, blockysize=256,
    ) as sink:  # fmt: skip
        sink.write(values, 1)
        sink.scales = (0.1,)
        sink.update_tags(ns="", TITLE="架空の町 澄原市 10m標高（架空）")


def write_basemap(path: Path) -> None:
    """A paper map at 5 m a pixel: contours, water, roads, borders, stains, and 「架空」 in the corner."""
    columns, rows = int(WIDTH / MAP_STEP), int(HEIGHT / MAP_STEP)
    x = WEST + (np.arange(columns) + 0.5) * MAP_STEP
    y = SOUTH + HEIGHT - (np.arange(rows) + 0.5) * MAP_STEP
    up = height(*np.meshgrid(x, y))
    picture = Image.fromarray(_paper(up), mode="L")
    _draw(ImageDraw.Draw(picture))
    with rasterio.open(
        path, "w", driver="GTiff", width=columns, height=rows, count=1, dtype="uint8", photometric="palette",
        crs=f"EPSG:{EPSG}", transform=from_origin(WEST, SOUTH + HEIGHT, MAP_STEP, MAP_STEP),
        compress="deflate", zlevel=9, tiled=True, blockxsize=512, blockysize=512,
    ) as sink:  # fmt: skip
        sink.write(np.asarray(picture), 1)
        sink.write_colormap(1, {index: (*color, 255) for index, color in PALETTE.items()})


def _paper(up: np.ndarray) -> np.ndarray:
    rng = np.random.default_rng(SEED + 3)
    paper = np.full(up.shape, PAPER, "u1")
    paper[rng.random(up.shape) < 0.006] = STAIN
    band = np.floor(up / 20)
    line = np.zeros(up.shape, bool)
    line[:, 1:] |= band[:, 1:] != band[:, :-1]
    line[1:] |= band[1:] != band[:-1]
    paper[line] = BROWN
    return paper


def _draw(pen: ImageDraw.ImageDraw) -> None:
    pen.polygon(_pixels(lake().exterior.coords), fill=WATER, outline=BLUE)
    pen.line(_pixels(river().coords), fill=BLUE, width=5)
    main = borders()[0][0]
    for _, quarter in quarters(main):
        for part in getattr(quarter, "geoms", [quarter]):
            pen.line(_pixels(part.exterior.coords), fill=GREY, width=1)
    looks = {EXPRESSWAY: (GREEN, 5), NATIONAL: (RED, 4), PREFECTURAL: (ORANGE, 3)}
    for road in sorted(network(), key=lambda r: r.road_class in looks):
        color, width = looks.get(road.road_class, (INK, 1))
        pen.line(_pixels(road.line.coords), fill=color, width=width)
    pen.line(_pixels(main.exterior.coords), fill=INK, width=4)
    for number, word in enumerate("架空"):
        for x0, y0, x1, y1 in STROKES[word]:
            left = 60 + number * 130
            pen.line([(left + x0 * 10, 50 + y0 * 10), (left + x1 * 10, 50 + y1 * 10)], fill=INK, width=8)


def _pixels(points: object) -> list[tuple[float, float]]:
    return [((x - WEST) / MAP_STEP, (SOUTH + HEIGHT - y) / MAP_STEP) for x, y in points]  # type: ignore[attr-defined]  # coordinates
