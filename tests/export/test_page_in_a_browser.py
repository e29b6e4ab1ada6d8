"""The page for residents in a real browser that has no network: opened, clicked and printed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from browser import Browser

from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.export.web import export_html

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")

HOSTILE = (
    "<img src=x onerror=window.hacked=1>",
    "</script><script>window.hacked=1</script>",
    "<svg onload=window.hacked=1>",
    "javascript:window.hacked=1",
    "${window.hacked=1}",
    "{{7*7}}",
    "{% raw %}",
)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    opened = Browser(tmp_path_factory.mktemp("browser"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def file(new_plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    plan = new_plan()
    shape = plan.document.plan(Role.FACILITY).geometry.iloc[0]
    for number, text in enumerate(HOSTILE):
        plan.put(Role.FACILITY, [shape], name=[text], number=[10 + number], building_id=[f"h{number}"])
        plan.refer(Role.ZONING, text, [shape.buffer(20)], name=[text], zone_id=["UNK"])
    folder = tmp_path_factory.mktemp("page")
    return export_html(snapshot(plan.document), plan.verdicts, folder, stamp=date(2026, 4, 1)).files[0]


@pytest.fixture
def page(browser: Browser, file: Path) -> Browser:
    browser.size(1366, 768)
    browser.open(file)
    return browser


def popup(page: Browser) -> str:
    """The text of the last one opened; an earlier one may still be fading."""
    return page.run("[...document.querySelectorAll('.leaflet-popup-content')].pop()?.innerText ?? ''")


def test_the_page_asks_nothing_of_the_network_and_has_no_fault(page, file):
    asked = {event["request"]["url"].split(":", 1)[0] for event in page.seen("Network.requestWillBeSent")}
    own = [event["request"]["url"] for event in page.seen("Network.requestWillBeSent")]
    assert asked <= {"file", "data"}
    assert [url for url in own if url.startswith("file:")] == [file.as_uri()]
    assert page.seen("Runtime.exceptionThrown") == []
    assert [event["entry"]["text"] for event in page.seen("Log.entryAdded")] == []


def test_a_press_on_the_list_shows_the_place_and_what_it_is(page):
    before = page.run("map_plan.getZoom()")
    page.click(".place", 0)
    assert page.run("map_plan.getZoom()") > before
    assert "第一号①髙﨑" in popup(page)
    assert "区域1" in popup(page)


def test_a_press_on_a_mark_tells_of_the_facility(page):
    page.click(".badge", 1)
    assert "交流館" in popup(page)


def test_a_layer_goes_and_comes_with_its_box(page):
    boxes = page.run("document.querySelectorAll('.leaflet-control-layers input').length")
    marks = page.run("document.querySelectorAll('.badge').length")
    page.click(".leaflet-control-layers input", boxes - 1)
    assert page.run("document.querySelectorAll('.badge').length") == 0
    page.click(".leaflet-control-layers input", boxes - 1)
    assert page.run("document.querySelectorAll('.badge').length") == marks


def test_hostile_values_are_read_and_do_nothing(page):
    names = page.run(
        "[...document.querySelectorAll('.place')].map(p => p.querySelector('.name').textContent)"
    )
    for number, text in enumerate(HOSTILE):
        assert names[4 + number] == text
        page.run(f"document.querySelectorAll('.place')[{4 + number}].click()")
        assert text in popup(page)
    assert page.run("[typeof window.hacked, document.querySelectorAll('img, svg[onload]').length]") == [
        "undefined",
        0,
    ]


def test_the_legend_covers_nothing_of_the_plan(page):
    right = page.run("document.querySelector('.leaflet-control-layers').getBoundingClientRect().left")
    marks = page.run("[...document.querySelectorAll('.badge')].map(b => b.getBoundingClientRect().right)")
    assert max(marks) <= right


def test_a_telephone_shows_map_and_list_below_each_other_without_scrolling_sideways(browser, file):
    browser.size(390, 844)
    browser.open(file)
    assert browser.run("document.documentElement.scrollWidth") <= 390
    map_box = browser.run(
        "(b => [b.width, b.bottom])(document.querySelector('#map_plan').getBoundingClientRect())"
    )
    assert map_box[0] == 390
    assert browser.run("document.querySelector('#lists').getBoundingClientRect().top") >= map_box[1]


def test_the_page_prints_on_one_sheet_of_a3_and_returns_to_the_screen(page):
    width = page.run("document.querySelector('#map_plan').clientWidth")
    pdf = page.printed()
    boxes = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert len(boxes) == 1
    assert float(boxes[0][0]) == pytest.approx(420 / 25.4 * 72, abs=1)
    assert page.run("[document.body.className, document.querySelector('#map_plan').clientWidth]") == [
        "",
        width,
    ]
