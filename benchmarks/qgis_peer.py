"""The same work in QGIS, by the Python that has it: qgis_peer.py FOLDER ROW …  Prints medians in ms."""

import json
import os
import statistics
import sys
import time
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"
from qgis.core import (  # type: ignore[import-not-found]
    QgsApplication,
    QgsCategorizedSymbolRenderer,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsFillSymbol,
    QgsLayoutExporter,
    QgsLayoutItemMap,
    QgsLayoutSize,
    QgsLineSymbol,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsMarkerSymbol,
    QgsPrintLayout,
    QgsProject,
    QgsRectangle,
    QgsRendererCategory,
    QgsSingleSymbolRenderer,
    QgsVectorFileWriter,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QRectF, QSize  # type: ignore[import-not-found]
from qgis.PyQt.QtGui import QColor  # type: ignore[import-not-found]

CRS = "EPSG:6677"
ZONE_CODES = (*range(1, 13), 21)
ROAD_MM = {"1": 0.45, "2": 0.32, "3": 0.18, "5": 0.15, "6": 0.18}
FOLDER = Path(sys.argv[1])
LAYERS = {}


def layer(name):
    """A table of the data, opened once."""
    if name not in LAYERS:
        LAYERS[name] = QgsVectorLayer(f"{FOLDER / name}.gpkg|layername={name}", name, "ogr")
        if not LAYERS[name].isValid():
            raise RuntimeError(name)
    return LAYERS[name]


def median(work, runs=3):
    """Median of some runs in ms, after one that is not counted."""
    times = []
    for _ in range(runs + 1):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times[1:])


def styled():
    """Zones, roads, interchanges, houses and towns in the looks of the program, top layer first."""
    zones, roads, houses, gates, towns = (
        layer(n) for n in ("zones", "roads", "vacant_houses", "interchanges", "municipalities")
    )
    edge = {"style": "no", "outline_color": "#444444", "outline_width": "0.4", "outline_style": "dash dot"}
    towns.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple(edge)))
    fills = [
        QgsRendererCategory(
            code,
            QgsFillSymbol.createSimple(
                {
                    "color": f"{60 + 14 * n},{250 - 9 * n},160",
                    "outline_color": "#777777",
                    "outline_width": "0.1",
                }
            ),
            "",
        )
        for n, code in enumerate(ZONE_CODES)
    ]
    zones.setRenderer(QgsCategorizedSymbolRenderer("A29_004", fills))
    pens = [
        QgsRendererCategory(code, QgsLineSymbol.createSimple({"color": "#8a8a8a", "width": str(width)}), "")
        for code, width in ROAD_MM.items()
    ]
    roads.setRenderer(QgsCategorizedSymbolRenderer("N13_003", pens))
    dot = {"name": "circle", "size": "2", "color": "#cfd8dc", "outline_style": "no"}
    houses.setRenderer(QgsSingleSymbolRenderer(QgsMarkerSymbol.createSimple(dot)))
    return [gates, houses, towns, roads, zones]


def picture(layers, x, y, metres_per_px):
    """One 1600 × 900 picture with antialiasing."""
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setOutputSize(QSize(1600, 900))
    settings.setOutputDpi(96)
    settings.setDestinationCrs(QgsCoordinateReferenceSystem(CRS))
    half = 800 * metres_per_px, 450 * metres_per_px
    settings.setExtent(QgsRectangle(x - half[0], y - half[1], x + half[0], y + half[1]))
    settings.setFlag(QgsMapSettings.Antialiasing, True)
    settings.setFlag(QgsMapSettings.UseRenderingOptimization, True)
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    return job.renderedImage()


def home():
    """The first vacant house: a place in a town."""
    point = next(layer("vacant_houses").getFeatures()).geometry().asPoint()
    return point.x(), point.y()


def country(metres_per_px):
    """120,000 polygons on one picture."""
    areas = layer("country_polygons")
    look = {"color": "#cfd8dc", "outline_color": "#78909c", "outline_width": "0.15"}
    areas.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple(look)))
    return median(lambda: picture([areas], 750_000, 750_000, metres_per_px))


def open_prefecture():
    """The prefecture's layers opened anew, and their first picture."""

    def work():
        LAYERS.clear()
        picture(styled(), 45_000, 30_000, 68)

    return median(work)


def _processing():
    sys.path.append("/usr/share/qgis/python/plugins")
    import processing  # type: ignore[import-not-found]
    from processing.core.Processing import Processing  # type: ignore[import-not-found]

    Processing.initialize()
    return processing


def links():
    """Shortest ways from one interchange to all facilities."""
    processing = _processing()
    began = time.perf_counter()
    processing.run(
        "native:shortestpathpointtolayer",
        {**_roads_from_gate(), "END_POINTS": layer("facilities"), "OUTPUT": "memory:"},
    )
    return (time.perf_counter() - began) * 1000


def reach_30():
    """The roads reached from one interchange in half an hour at 30 km/h; QGIS makes no area of them."""
    processing = _processing()
    began = time.perf_counter()
    processing.run(
        "native:serviceareafrompoint",
        {**_roads_from_gate(), "TRAVEL_COST": 0.5, "TRAVEL_COST2": 0.5, "OUTPUT_LINES": "memory:"},
    )
    return (time.perf_counter() - began) * 1000


def _roads_from_gate():
    gate = next(layer("interchanges").getFeatures()).geometry().asPoint()
    return {
        "INPUT": layer("roads"), "STRATEGY": 1, "DEFAULT_DIRECTION": 2, "DEFAULT_SPEED": 30, "TOLERANCE": 0,
        "START_POINT": f"{gate.x()},{gate.y()} [{CRS}]",
    }  # fmt: skip


def join_houses():
    """The zone of each of 100,000 points."""
    processing = _processing()
    settings = {
        "INPUT": layer("vacant_houses"), "JOIN": layer("zones"), "PREDICATE": [5], "JOIN_FIELDS": ["A29_005"],
        "METHOD": 1, "DISCARD_NONMATCHING": False, "PREFIX": "", "OUTPUT": "memory:",
    }  # fmt: skip
    return median(lambda: processing.run("native:joinattributesbylocation", settings), 1)


def export(driver, encoding, ending):
    """The zones written; QGIS does not read them again."""
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.fileEncoding = driver, encoding
    path = str(FOLDER / f"qgis_export.{ending}")
    context = QgsCoordinateTransformContext()
    return median(lambda: QgsVectorFileWriter.writeAsVectorFormatV3(layer("zones"), path, context, options))


def sheet(scale):
    """An A3 page with the map as vectors."""
    layers = styled()
    spot = next(layer("facilities").getFeatures()).geometry().asPoint()
    x, y = spot.x(), spot.y()
    path = str(FOLDER / "qgis_sheet.pdf")
    project = QgsProject()  # the layout does not keep it alive

    def work():
        layout = QgsPrintLayout(project)
        layout.initializeDefaults()
        layout.pageCollection().page(0).setPageSize(QgsLayoutSize(420, 297))
        item = QgsLayoutItemMap(layout)
        item.attemptSetSceneRect(QRectF(10, 10, 300, 260))
        item.setCrs(QgsCoordinateReferenceSystem(CRS))
        item.setLayers(layers)
        item.setExtent(QgsRectangle(x - 5000, y - 4333, x + 5000, y + 4333))
        item.setScale(scale)
        layout.addLayoutItem(item)
        settings = QgsLayoutExporter.PdfExportSettings()
        settings.dpi, settings.forceVectorOutput = 300, True
        QgsLayoutExporter(layout).exportToPdf(path, settings)

    return median(work)


ROWS = {
    "draw_prefecture_aa": lambda: median(lambda: picture(styled(), 45_000, 30_000, 68)),
    "draw_town_aa": lambda: median(lambda: picture(styled(), *home(), 8)),
    "draw_street": lambda: median(lambda: picture(styled(), *home(), 1)),
    "draw_national_aa": lambda: country(1_700),
    "draw_region_aa": lambda: country(90),
    "open_prefecture": open_prefecture,
    "links": links,
    "reach_30": reach_30,
    "join_houses": join_houses,
    "export_gpkg": lambda: export("GPKG", "UTF-8", "gpkg"),
    "export_shapefile": lambda: export("ESRI Shapefile", "CP932", "shp"),
    "sheet": lambda: sheet(25_000),
    "sheet_prefecture": lambda: sheet(250_000),
}

application = QgsApplication([], False)
application.initQgis()
print(json.dumps({name: round(ROWS[name](), 1) for name in sys.argv[2:]}), flush=True)
os._exit(0)
