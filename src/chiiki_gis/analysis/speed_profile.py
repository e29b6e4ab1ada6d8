"""The speed profile: speeds, width factors and distances of the access calculation, each with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from chiiki_gis.core.access_plan import SetFigure
from chiiki_gis.core.errors import BadInput

UNKNOWN = "6"
"""Code of an unknown class (N13_003) and of an unknown width (N13_006)."""

_SINGLE = {
    "connector": ("connector_kmh", "km/h"),
    "straight_line.speed": ("straight_kmh", "km/h"),
    "straight_line.detour": ("detour_factor", "倍"),
    "snap.confirm": ("confirm_m", "m"),
    "snap.refuse": ("refuse_m", "m"),
    "snap.join": ("join_m", "m"),
    "search.radius": ("radius_km", "km"),
}
"""The single figures of a profile: key → attribute, unit."""

CODES = ("1", "2", "3", "4", "5", "6")


@dataclass(frozen=True)
class Figure:
    """One number of the profile with what it rests on."""

    label: str
    value: float
    source: str
    assumed: bool

    @property
    def basis(self) -> str:
        """What a print says behind the number."""
        return "仮定値" if self.assumed else f"出典：{self.source}"


@dataclass(frozen=True)
class SpeedProfile:
    """Speeds (km/h), factors and distances (m) of the access calculation, each with its source.

    class_kmh and width_factor are keyed by the codes "1".."6" of N13_003 and N13_006.
    """

    name: str
    version: str
    class_kmh: Mapping[str, Figure]
    width_factor: Mapping[str, Figure]
    excluded_states: tuple[str, ...]
    no_direct_access: tuple[str, ...]
    connector_kmh: Figure
    straight_kmh: Figure
    detour_factor: Figure
    confirm_m: Figure
    refuse_m: Figure
    join_m: Figure
    radius_km: Figure


def speed_profile(data: Mapping[str, Any]) -> SpeedProfile:
    """The profile in a parsed resources/speeds.toml.

    Every number must be positive and carry a `source`. Raises BadInput naming the entry that is wrong.
    """
    straight, snap = _table(data, "straight_line"), _table(data, "snap")
    search = _table(data, "search")
    exclude, closed = _table(data, "exclude"), _table(data, "no_direct_access")
    classes, widths = _table(data, "class"), _table(data, "width")
    return SpeedProfile(
        name=_text(data, "name", "name"),
        version=_text(data, "version", "version"),
        class_kmh={code: _figure(classes, code, "kmh", f"class.{code}") for code in CODES},
        width_factor={code: _figure(widths, code, "factor", f"width.{code}") for code in CODES},
        excluded_states=_words(exclude, "states", "exclude"),
        no_direct_access=_words(closed, "classes", "no_direct_access"),
        connector_kmh=_figure(data, "connector", "kmh", "connector"),
        straight_kmh=_figure(straight, "speed", "kmh", "straight_line.speed"),
        detour_factor=_figure(straight, "detour", "factor", "straight_line.detour"),
        confirm_m=_figure(snap, "confirm", "metres", "snap.confirm"),
        refuse_m=_figure(snap, "refuse", "metres", "snap.refuse"),
        join_m=_figure(snap, "join", "metres", "snap.join"),
        radius_km=_figure(search, "radius", "km", "search.radius"),
    )


def profile_rows(profile: SpeedProfile) -> list[tuple[str, str, Figure]]:
    """Every number of a profile as key, unit and figure, in the order of the table that is shown."""
    rows = [(f"class.{code}", "km/h", profile.class_kmh[code]) for code in CODES]
    rows += [(f"width.{code}", "倍", profile.width_factor[code]) for code in CODES]
    return rows + [(key, unit, getattr(profile, name)) for key, (name, unit) in _SINGLE.items()]


def with_figures(profile: SpeedProfile, figures: Mapping[str, SetFigure]) -> SpeedProfile:
    """The profile with the planner's numbers in place of some of its own; unknown keys are left out."""
    classes, widths = dict(profile.class_kmh), dict(profile.width_factor)
    single: dict[str, Figure] = {}
    for key, unit, old in profile_rows(profile):
        if key not in figures:
            continue
        said = figures[key]
        figure = Figure(old.label, said.value, said.source, said.assumed)
        part, _, code = key.partition(".")
        if part in ("class", "width") and unit:
            (classes if part == "class" else widths)[code] = figure
        else:
            single[_SINGLE[key][0]] = figure
    return replace(profile, class_kmh=classes, width_factor=widths, **single)  # type: ignore[arg-type]


def _table(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = data.get(key)
    if not isinstance(value, Mapping):
        raise _wrong(key)
    return value


def _figure(data: Mapping[str, Any], key: str, unit: str, path: str) -> Figure:
    entry = data.get(key)
    if not isinstance(entry, Mapping):
        raise _wrong(path)
    number, assumed = entry.get(unit), entry.get("assumed")
    if isinstance(number, bool) or not isinstance(number, int | float) or not 0 < number < float("inf"):
        raise _wrong(f"{path}.{unit}")
    if not isinstance(assumed, bool):
        raise _wrong(f"{path}.assumed")
    label, source = _text(entry, "label", f"{path}.label"), _text(entry, "source", f"{path}.source")
    return Figure(label, float(number), source, assumed)


def _words(data: Mapping[str, Any], key: str, path: str) -> tuple[str, ...]:
    _text(data, "source", f"{path}.source")
    value = data.get(key)
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise _wrong(f"{path}.{key}")
    return tuple(value)


def _text(data: Mapping[str, Any], key: str, path: str) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value.strip():
        raise _wrong(path)
    return value


def _wrong(path: str) -> BadInput:
    return BadInput(
        "想定速度の設定を読めませんでした。",
        f"「{path}」がないか、正しい値ではありません。",
        "正の数と、その根拠（source）を書いてください。",
    )
