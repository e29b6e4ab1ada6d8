"""The render thread under load: it ends what it began, and Qt has nothing to complain about."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import geopandas
import numpy as np
import pandas
import pytest
import shapely
from PySide6.QtCore import QEventLoop, QTimer, QtMsgType, qInstallMessageHandler

from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.palette import GLIMPSE
from chiiki_gis.core.role import Role
from chiiki_gis.io.cache_build import build_shapes
from chiiki_gis.io.store import memory_ref
from chiiki_gis.render.paint import MapLayer
from chiiki_gis.render.view import View
from chiiki_gis.ui import render_loop
from chiiki_gis.ui.render_loop import Picture, RenderLoop, Request, brings_layers

ASKED = 100


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What Qt warns of, such as an object that dies in a thread it does not belong to."""
    said: list[str] = []

    def hear(_kind: QtMsgType, _where: object, text: str) -> None:
        said.append(text)

    before = qInstallMessageHandler(hear)
    yield said
    qInstallMessageHandler(before)


def layer(number: int) -> MapLayer:
    rng = np.random.default_rng(number)
    shapes = [shapely.Point(p).buffer(60) for p in rng.uniform(0, 9_000, (700, 2))]
    frame = geopandas.GeoDataFrame(
        {"name": [f"区{n}" for n in range(700)]}, geometry=shapes, crs=6676, index=pandas.RangeIndex(1, 701)
    )
    made = Layer(LayerId(f"l{number}"), Role.REFERENCE, f"l{number}", memory_ref(frame), GLIMPSE)
    return MapLayer(made, build_shapes(frame, GLIMPSE))


def test_the_window_goes_first_where_layers_come_and_nowhere_else() -> None:
    view = View.at_scale((4_500, 4_500), 60_000, 400, 300)
    old, new = layer(1), layer(2)
    both = Request(view, (old, new))
    assert brings_layers(both, {old.layer.id})
    assert not brings_layers(both, set())  # the first map
    assert brings_layers(both, {LayerId("another plan's")})
    assert not brings_layers(both, {old.layer.id, new.layer.id})  # one was switched on again
    glimpse = Request(view, (old, replace(new, is_rough=True)))
    assert not brings_layers(glimpse, {old.layer.id})


def test_layers_that_come_to_others_are_painted_and_a_stop_waits_for_nothing() -> None:
    before = set(threading.enumerate())
    loop, events = RenderLoop(), QEventLoop()
    view = View.at_scale((4_500, 4_500), 60_000, 400, 300)
    old, new = layer(1), layer(2)
    loop.rendered.connect(events.quit)
    QTimer.singleShot(60_000, lambda: events.exit(1))
    for layers in ((old,), (old, new)):
        loop.ask(Request(view, layers))
        assert events.exec() == 0
    loop.ask(Request(view, (old, new, layer(3))))
    loop.stop()
    assert not set(threading.enumerate()) - before


def test_no_qt_object_dies_in_a_worker_while_views_and_layers_change(complaints: list[str]) -> None:
    loop, events = RenderLoop(), QEventLoop()
    layers = [layer(n) for n in range(3)]
    pictures: list[Picture] = []
    stopped = threading.Event()

    def collect_garbage() -> None:
        while not stopped.wait(0.001):
            gc.collect(1)

    def ask(number: int) -> None:
        view = View.at_scale((4_500 + 20 * number, 4_500), 60_000 - 300 * number, 400, 300)
        loop.ask(Request(view, tuple(layers[n % 3] for n in range(number, number + 2)), 1.0, {}))

    def take(picture: Picture) -> None:
        pictures.append(picture)
        if len(pictures) < ASKED:
            ask(len(pictures))
        else:
            events.quit()

    janitor = threading.Thread(target=collect_garbage)
    janitor.start()
    loop.rendered.connect(take)
    QTimer.singleShot(60_000, events.quit)
    ask(0)
    events.exec()
    stopped.set()
    janitor.join()
    loop.stop()
    assert len(pictures) >= ASKED
    assert complaints == []


def test_the_last_request_is_always_painted_however_fast_they_come(complaints: list[str]) -> None:
    loop, events = RenderLoop(), QEventLoop()
    shown = layer(1)
    views = [View.at_scale((4_500 + n, 4_500), 50_000, 400, 300) for n in range(300)]
    seen: list[View] = []

    def take(picture: Picture) -> None:
        seen.append(picture.view)
        if picture.view == views[-1] and not picture.rough:
            events.quit()

    loop.rendered.connect(take)
    QTimer.singleShot(60_000, events.quit)
    for view in views:
        loop.ask(Request(view, (shown,), 1.0, {}))
    events.exec()
    loop.stop()
    assert seen[-1] == views[-1]
    assert len(seen) < len(views)  # what came meanwhile was melted into the newest
    assert complaints == []


def test_a_painter_at_work_stands_aside_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, rests = [0.0], list[float]()
    monkeypatch.setattr(
        render_loop, "time", SimpleNamespace(perf_counter=lambda: clock[0], sleep=rests.append)
    )
    ask = RenderLoop._takes_turns(lambda: False)
    for tenth in range(50):
        clock[0] = tenth * 0.0001
        assert ask() is False
    assert len(rests) == 2
