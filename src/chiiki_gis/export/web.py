"""A web page for residents: one file that needs no network, holds no code but ours, and runs no data.

Folium makes the empty map only. Its engine compiles what it renders as a template, so that a name like
「{{…}}」 in a layer would run on this computer during the export; its popups would run scripts in the
reader's browser. Therefore everything that comes from the plan is put in after rendering, as JSON that
nobody runs.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from chiiki_gis import paths
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.export.outgoing import VerdictLike, export_frames
from chiiki_gis.export.staging import ExportResult, put_in_place, staging
from chiiki_gis.export.verify import NotTheSame
from chiiki_gis.export.web_base import BaseImage
from chiiki_gis.export.web_data import page_data

FILE_NAME = "map.html"
HOUSES_NOTE = "空き家のレイヤと施設の床面積は、住民向けの地図に含めていません。"
_DATA = re.compile(r'<script type="application/json" id="plan-data">(.*?)</script>', re.DOTALL)
_CODE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def export_html(
    values: Snapshot,
    verdicts: Sequence[VerdictLike],
    target: Path,
    *,
    stamp: date | None = None,
    generalise_m: float = 0.0,
    base: BaseImage | None = None,
    progress: Progress | None = None,
) -> ExportResult:
    """Write the plan as one HTML page.

    target   a folder, or a file ending in .html
    stamp    the printed date of making, today by default; equal values and stamp give equal bytes
    generalise_m   how far borders of the plan's own areas may move (m); said on the page
    base     a picture below the map
    Shows areas, facilities with their verdict, access links, use zones and the municipality's border; vacant
    houses and floor areas never. Borders of reference layers are simplified by up to 1 m.
    Raises BadInput where it cannot be written, NotTheSame when the page read again holds other data.
    """
    progress = progress or Quiet()
    path = target if target.suffix.lower() == ".html" else target / FILE_NAME
    layers, notes = export_frames(values, verdicts, with_house_counts=False)
    progress.step(0, 1, "住民向けの地図を書き出しています")
    data = page_data(values, layers, stamp or date.today(), generalise_m=generalise_m, base=base)
    with staging(path.parent) as stage:
        made = stage / path.name
        made.write_bytes(_page(data).encode("utf-8"))
        _verify(made, data)
        files = put_in_place(stage, [path.name], path.parent)
    kept = [note for note in notes if "空き家" not in note]
    return ExportResult(files, (*kept, HOUSES_NOTE))


def _page(data: dict[str, Any]) -> str:
    head, body = empty_map().split("</head>", 1)
    folder = paths.resources() / "web"
    script = (folder / "page.js").read_text(encoding="utf-8")
    looks = (folder / "page.css").read_text(encoding="utf-8")
    code, style = _leaflet()
    title = f"<title>{html.escape(data['title'])}</title>\n"
    head = f"{head}{title}<style>{style}</style>\n<style>{looks}</style>\n<script>{code}</script>\n</head>"
    body = body.replace("<body>", '<body>\n<header id="heading"></header>', 1)
    footer = (
        '<section id="lists"></section>\n<footer id="sources"></footer>\n'
        "<noscript>この地図の表示にはJavaScriptが必要です。</noscript>\n"
    )
    inert = f'<script type="application/json" id="plan-data">{inert_json(data)}</script>\n'
    body = body.replace("</body>", f"{footer}{inert}</body>", 1)
    body = body.replace("</html>", f"<script>{script}</script>\n</html>", 1)
    page = (head + body).replace("<html>", '<html lang="ja">', 1)
    return page.replace("<head>", f"<head>\n{_policy(page)}", 1)


def inert_json(data: object) -> str:
    """JSON that can stand in a script element: no character of it can end the element or begin a tag."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _policy(page: str) -> str:
    """The page's own rule for the browser: load nothing, and run only the scripts that stand in it now."""
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(code.encode('utf-8')).digest()).decode('ascii')}'"
        for code in _CODE.findall(page)
    )
    rule = (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    return f'<meta http-equiv="Content-Security-Policy" content="{rule}">\n'


@contextmanager
def _no_socket() -> Iterator[None]:
    """Inside, urllib3 (which folium imports) does not bind a socket to learn whether there is IPv6."""
    known, socket.has_ipv6 = socket.has_ipv6, False
    try:
        yield
    finally:
        socket.has_ipv6 = known


@cache
def empty_map() -> str:
    """Folium's page with an empty map `map_plan`, without a link to anywhere, always the same bytes."""
    with _no_socket():
        import folium
    from branca.element import CssLink, JavascriptLink

    plain = folium.Map(location=[36.0, 138.0], zoom_start=5, tiles=None, zoom_control=False, max_zoom=19)
    plain.default_js, plain.default_css = [], []
    plain._id = "plan"
    plain.options["attribution_control"] = False
    figure: Any = plain.get_root()
    figure._id = "plan_page"
    figure.render()
    links = [k for k, v in figure.header._children.items() if isinstance(v, CssLink | JavascriptLink)]
    for key in links:
        del figure.header._children[key]
    return str(figure.render())


@cache
def _leaflet() -> tuple[str, str]:
    """Leaflet's script and style sheet with its pictures inside."""
    from xstatic.pkg import leaflet

    folder = Path(leaflet.BASE_DIR)

    def inlined(match: re.Match[str]) -> str:
        picture = base64.b64encode((folder / match[1]).read_bytes()).decode("ascii")
        return f"url(data:image/png;base64,{picture})"

    code = (folder / "leaflet.js").read_text(encoding="utf-8")
    style = (folder / "leaflet.css").read_text(encoding="utf-8")
    return re.sub(r"//# sourceMappingURL=.*", "", code), re.sub(r"url\((images/[^)]+)\)", inlined, style)


def _verify(path: Path, data: dict[str, Any]) -> None:
    found = _DATA.findall(path.read_text(encoding="utf-8"))
    if len(found) != 1 or json.loads(found[0]) != json.loads(json.dumps(data)):
        raise NotTheSame(
            f"「{path.name}」を書き出しませんでした。",
            "書いたファイルを読み直したところ、地図の内容が変わっています。",
            "もう一度書き出し、続くときは別のフォルダを選んでください。",
        )
