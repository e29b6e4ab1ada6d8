"""What is said of a sheet before it is printed, each with its cure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chiiki_gis.core.sheet import FIT_SCALE, SCALES, Sheet, fitting_scale
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.export.sheet_subjects import Subject, subjects_of
from chiiki_gis.render.sheet import SheetContent, SheetLayout, frame_extent, frame_mm

LONG_LEGEND = 60
"""Entries of a legend that a reader can still find his way in."""

_MOST_NAMES = 5


def sheet_warnings(
    values: Snapshot, sheet: Sheet, contents: Sequence[SheetContent], layouts: Sequence[SheetLayout]
) -> tuple[str, ...]:
    """Japanese sentences on what will not come out as the planner may think; empty where all is well.

    contents, layouts   what `sheet_contents` and `lay_out` gave for the sheet, in equal order
    """
    found = [*_sizes(values, sheet), *_legends(contents), *_sources(contents)]
    found += [f"{note}{_cure(note, sheet)}" for layout in layouts for note in layout.notes]
    return tuple(dict.fromkeys(found))


def _sizes(values: Snapshot, sheet: Sheet) -> Iterator[str]:
    """Subjects that are larger than the frame at a scale that was chosen."""
    if sheet.scale == FIT_SCALE:
        return
    frame = frame_mm(sheet)
    for subject in subjects_of(values, sheet.kind, sheet.name):
        if sheet.center is not None:
            if _is_cut(sheet, subject):
                yield (
                    f"「{subject.title}」は、図郭からはみ出します。"
                    "位置を「自動で決める」にするか、縮尺の分母を大きくしてください。"
                )
        elif fitting_scale(subject.extent, frame, (sheet.scale,)) is None:
            wider = fitting_scale(subject.extent, frame, SCALES)
            cure = f"縮尺を1:{wider:,}にしてください。" if wider else "用紙を大きくしてください。"
            yield (
                f"「{subject.title}」は、縮尺1:{sheet.scale:,}では1枚に収まらないので、"
                f"分けて印刷します。1枚にするには、{cure}"
            )


def _is_cut(sheet: Sheet, subject: Subject) -> bool:
    west, south, east, north = frame_extent(sheet, sheet.center or (0.0, 0.0))
    extent = subject.extent
    return extent[0] < west or extent[1] < south or extent[2] > east or extent[3] > north


def _legends(contents: Sequence[SheetContent]) -> Iterator[str]:
    longest = max((len(content.legend) for content in contents), default=0)
    if longest > LONG_LEGEND:
        yield (
            f"凡例が{longest}件あります。"
            "使わないレイヤを消すか、「スタイル」で分類を減らすと、読みやすくなります。"
        )


def _sources(contents: Sequence[SheetContent]) -> Iterator[str]:
    """Layers whose origin no file and no planner has told."""
    names = dict.fromkeys(name for content in contents for name in content.unsourced)
    if names:
        some = "」「".join(list(names)[:_MOST_NAMES])
        more = f"ほか{len(names) - _MOST_NAMES}件" if len(names) > _MOST_NAMES else ""
        yield f"「{some}」{more}の出典が分かりません。資料の出所を確かめ、「備考」に書いてください。"


def _cure(note: str, sheet: Sheet) -> str:
    """What to do about a note of the layout."""
    if "続きのページ" in note:
        larger = "用紙をA3にするか、" if sheet.paper == "A4" else ""
        return f"1枚にするには、{larger}使わないレイヤを消してください。"
    if "書体になく" in note:
        return "名前の文字を、ほかの文字に変えてください。"
    return ""
