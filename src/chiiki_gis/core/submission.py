"""What a town hands over: the kinds of packages, their manifest, and what a prefecture's desk remembers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from chiiki_gis.core.document import Header, Municipality
from chiiki_gis.core.layer import LayerId
from chiiki_gis.core.role import PLAN_ROLES, Role

PackageKind = Literal["submission", "proposal", "support"]

MANIFEST = "manifest.json"
SUMS = "SHA256SUMS.txt"
TABLES = "geopackage/submission.gpkg"
"""The only file of a package that a desk takes data from."""
VERSION = 1

COUNTS_TABLE = "vacant_house_counts"
"""Vacant houses as numbers per 町丁目 or square."""
REFERENCE_TABLES = (Role.ZONING, Role.URBAN_PLANNING_AREA, Role.AREA_DIVISION, Role.VACANT_HOUSE)
"""Tables beside the plan's that a desk takes over; vacant houses are those with consent."""


def received_layer_id(table: str) -> LayerId:
    """The desk's layer of a table that is no plan layer."""
    return LayerId(f"received_{table}")


@dataclass(frozen=True)
class KindOfPackage:
    """One kind: its words, its file, the plan roles it carries, and the articles that ask for it."""

    format: str
    word: str
    file_name: str
    roles: tuple[Role, ...]
    article: str


KINDS_OF_PACKAGE: Mapping[PackageKind, KindOfPackage] = {
    "submission": KindOfPackage(
        "chiiki-gis-submission", "提出一式", "提出一式.zip", PLAN_ROLES, "広活法22条13項"
    ),
    "proposal": KindOfPackage(
        "chiiki-gis-proposal",
        "都道府県への提案一式",
        "提案一式.zip",
        (Role.PRIORITY_DISTRICT, Role.FACILITY, Role.SITE, Role.ACCESS_LINK),
        "広活法5条10項・施行規則9条",
    ),
    "support": KindOfPackage(
        "chiiki-gis-support-proposal",
        "支援法人の提案一式",
        "支援法人の提案一式.zip",
        PLAN_ROLES,
        "広活法32条1項・施行規則19条",
    ),
}
KIND_OF_FORMAT: Mapping[str, PackageKind] = {one.format: kind for kind, one in KINDS_OF_PACKAGE.items()}
FOR_DESK: frozenset[PackageKind] = frozenset({"submission", "proposal"})
"""Kinds that go to a prefecture."""


@dataclass(frozen=True)
class Manifest:
    """manifest.json of a package, every value of its type.

    made     ISO day
    files    path → (bytes, SHA-256)
    digest   SHA-256 of the manifest itself; equal digests are equal packages
    """

    kind: PackageKind
    made: str
    plan: str
    title: str
    municipalities: tuple[Municipality, ...]
    epsg: int
    scenario: str
    open_errors: int
    reason: str
    files: Mapping[str, tuple[int, str]]
    digest: str

    @property
    def key(self) -> str:
        """Whose package it is: the codes of its municipalities; a joint plan is one of its own."""
        return "+".join(sorted(one.code for one in self.municipalities))


def is_desk(header: Header) -> bool:
    """Whether a project is a prefecture's desk: one municipality with a two-digit code."""
    return len(header.municipalities) == 1 and len(header.municipalities[0].code) == 2


# What a desk remembers, as the fact RECEIVED: {key: entry}. Rows keep the columns of their role; which town
# a row is of, its fid there and what it was like are told here (docs/decisions/0015-rows-of-towns.md).

RECEIVED = "received"
"""Fact: key of a town → what came from it last. No fact of the plan, and it never leaves."""


@dataclass(frozen=True)
class ReceivedRow:
    """A row that came in a package: its fid in the desk's layer, and the hash of what was taken over."""

    fid: int
    digest: str


@dataclass(frozen=True)
class ReceivedTown:
    """What came last from one town.

    rows      role → fid in the town's plan → row
    numbers   permits and houses as the package told them; None where it told nothing
    """

    key: str
    codes: tuple[str, ...]
    name: str
    kind: PackageKind
    plan: str
    made: str
    digest: str
    epsg: int
    open_errors: int
    reason: str
    numbers: Mapping[str, int | None]
    rows: Mapping[Role, Mapping[int, ReceivedRow]]

    @property
    def code(self) -> str:
        """The codes as one text."""
        return "・".join(self.codes)


def received_towns(facts: Mapping[str, object]) -> dict[str, ReceivedTown]:
    """What the desk has received by town; entries that another program has spoilt are passed over."""
    stored = facts.get(RECEIVED)
    if not isinstance(stored, dict):
        return {}
    found = {}
    for key, entry in stored.items():
        try:
            found[str(key)] = _town(str(key), entry)
        except (KeyError, TypeError, ValueError, AttributeError):
            continue
    return found


def _town(key: str, entry: Any) -> ReceivedTown:
    rows = {
        Role(role): {int(fid): ReceivedRow(int(row[0]), str(row[1])) for fid, row in of_role.items()}
        for role, of_role in entry["rows"].items()
    }
    return ReceivedTown(
        key,
        tuple(str(code) for code in entry["codes"]),
        str(entry["name"]),
        cast("PackageKind", entry["kind"]),
        str(entry["plan"]),
        str(entry["made"]),
        str(entry["digest"]),
        int(entry["epsg"]),
        int(entry["open_errors"]),
        str(entry["reason"]),
        {str(k): None if v is None else int(v) for k, v in entry["numbers"].items()},
        rows,
    )


def received_fact(towns: Mapping[str, ReceivedTown]) -> dict[str, object]:
    """The same as the value of the fact."""
    return {
        key: {
            "codes": list(town.codes),
            "name": town.name,
            "kind": town.kind,
            "plan": town.plan,
            "made": town.made,
            "digest": town.digest,
            "epsg": town.epsg,
            "open_errors": town.open_errors,
            "reason": town.reason,
            "numbers": dict(town.numbers),
            "rows": {
                str(role.value): {str(fid): [row.fid, row.digest] for fid, row in sorted(of_role.items())}
                for role, of_role in town.rows.items()
            },
        }
        for key, town in sorted(towns.items())
    }


def towns_by_fid(facts: Mapping[str, object], role: Role) -> dict[int, ReceivedTown]:
    """The town of every row of a plan role that came from one."""
    return {
        row.fid: town for town in received_towns(facts).values() for row in town.rows.get(role, {}).values()
    }
