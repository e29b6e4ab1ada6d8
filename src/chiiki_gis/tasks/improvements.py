"""整備前 and 整備後: what the road works of a plan would bring to its facilities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chiiki_gis.core.improvement_effects import BAND_MIN, Effect, Effects, Way, WorkRow
from chiiki_gis.core.improvements import RoadImprovement, improvements_of
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.tasks.access import Networks, house_points, interchanges, plan_profile

if TYPE_CHECKING:
    from chiiki_gis.analysis.network import Network
    from chiiki_gis.analysis.speed_profile import SpeedProfile

QUIET = Quiet()


def effects(values: Snapshot, progress: Progress = QUIET, networks: Networks | None = None) -> Effects:
    """Every building's quickest link and its reach, today and with the works done; and the works.

    Raises BadInput without interchanges. Without roads or works nothing is compared, and a note says so.
    """
    from chiiki_gis.analysis.access import buildings_of

    works = improvements_of(values.facts)
    networks = networks or Networks()
    profile = plan_profile(values)
    rows, notes = work_rows(values)
    if not works:
        return Effects((), (), ("道路整備がまだありません。",))
    progress.step(0, 2, "今の道路を調べています")
    before = networks.get(values, profile)
    progress.step(1, 2, "整備後の道路を調べています")
    after = networks.after.get(values, profile)
    if before is None or after is None:
        return Effects(rows, (), (*notes, "道路のデータがないため、整備の前後を比べられません。"))
    notes += _apart(after, works)
    ways = [
        _ways(values, network, of, profile, progress)
        for network, of in ((before, networks), (after, networks.after))
    ]
    places = buildings_of(values.rows(Role.FACILITY))
    found = tuple(Effect(place.key, place.name, *both) for place, *both in zip(places, *ways, strict=True))
    return Effects(rows, found, tuple(dict.fromkeys(notes)))


def _ways(
    values: Snapshot, network: Network, networks: Networks, profile: SpeedProfile, progress: Progress
) -> list[Way]:
    """Every building's quickest link over a network, and what it reaches within BAND_MIN."""
    from chiiki_gis.analysis.access import access_links, buildings_of
    from chiiki_gis.analysis.holds import hold_on
    from chiiki_gis.analysis.reach import minutes_of, road_km_within
    from chiiki_gis.analysis.routes import search_from
    from chiiki_gis.tasks.new_roads import new_roads_of

    facilities = values.rows(Role.FACILITY)
    finder, _ = new_roads_of(values, progress)
    result = access_links(
        facilities, interchanges(values), None, profile, network=network, kept=networks.searches,
        progress=progress, new_roads=finder,
    )  # fmt: skip
    best = {row["building_id"]: row for _, row in result.frame.iterrows() if row["rank"] == 1}
    places = buildings_of(facilities)
    holds = hold_on(network, [place.shape for place in places], open_only=True)
    has_houses = bool(values.of(Role.VACANT_HOUSE))
    held = networks.snapper(network).hold(house_points(values))
    found = []
    for number, place in enumerate(places):
        progress.step(number, len(places), f"「{place.name}」からの到達圏を計算しています")
        row: Any = best.get(place.key)
        reached: tuple[float | None, int | None] = (None, None)
        if holds.distance_m[number] <= profile.refuse_m.value:
            gate = holds.only([number])
            (search,) = search_from(network, gate, limit=BAND_MIN)
            near = minutes_of(network, search.cost, gate, held, profile) <= BAND_MIN
            road_km = road_km_within(network, gate, profile, BAND_MIN, search)
            reached = (road_km, int(near.sum()) if has_houses else None)
        if row is None or row["status"] == "refused":
            found.append(Way(None, None, None, "refused", *reached))
        else:
            figures = (float(row["km"]), float(row["minutes"]), str(row["status"]))
            found.append(Way(str(row["interchange"]), *figures, *reached))
    return found


def _apart(after: Network, works: tuple[RoadImprovement, ...]) -> list[str]:
    """Notes on new roads that do not hang together with the rest; their rows come last in the frame."""
    import numpy as np

    new = [work for work in works if work.is_new_road]
    first = len(after.names) - len(new)
    own = after.row >= first
    main = set(after.component[after.start[~own]].tolist())
    notes = []
    for number, work in enumerate(new):
        parts = after.component[after.start[np.flatnonzero(after.row == first + number)]]
        if not set(parts.tolist()) & main:
            notes.append(
                f"新しい道路「{work.name}」の端は、どの道路にもつながっていません。"
                "端を道路の頂点に合わせて描き直してください。"
            )
    return notes


def work_rows(values: Snapshot) -> tuple[tuple[WorkRow, ...], list[str]]:
    """The works of a plan as rows of a table; notes on roads that are gone."""
    import shapely

    from chiiki_gis.analysis.improved_roads import lengths_by_class, lines_of, roads_of_work, roads_of_works
    from chiiki_gis.rules.road_works import RELATED, TAGS, judge_works, manager_of

    works = improvements_of(values.facts)
    lines, classes = roads_of_works(values)
    rows, notes = [], []
    for work in works:
        metres = lengths_by_class(work, lines, classes)
        judged = judge_works(metres, manager_of(work.carried_out_by))
        length = float(sum(shapely.length(line) for line in lines_of(work, lines)))
        lost = 0 if work.is_new_road else len(work.roads) + len(work.parts) - len(roads_of_work(work, lines))
        if lost:
            notes.append(
                f"道路整備「{work.name}」の道路{lost}本は道路データにないか、長さが変わったため、使いませんでした。"
            )
        tag = work.tag
        if tag == RELATED and not judged.eligible:
            tag = None  # it was so when it was said; the roads have changed since
            notes.append(f"道路整備「{work.name}」は「{TAGS[RELATED]}」にできません。{judged.reason}")
        rows.append(
            WorkRow(
                work.number,
                work.name,
                "新設" if work.is_new_road else "改良",
                length,
                lost,
                after_words(work),
                TAGS.get(tag or "", ""),
                judged.eligible,
                judged.reason,
                None if work.yen_per_m is None else work.yen_per_m * length,
                work.cost_source,
            )
        )
    return tuple(rows), notes


def after_words(work: RoadImprovement) -> str:
    """Speed and width afterwards, with what they rest on."""
    parts = [f"時速{work.kmh:g} km"] if work.kmh is not None else []
    parts += [f"幅員{work.width_m:g} m"] if work.width_m is not None else []
    return f"{'・'.join(parts) or '幅員・速度は不明'}（{work.source}）"
