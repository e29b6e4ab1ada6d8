"""Pages of 計画の事実と手続 beside the checklist: what the plan says, the proposal, the 交付金, the data."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from chiiki_gis.core.building_rows import first_rows
from chiiki_gis.core.facts import FACT_KEYS
from chiiki_gis.core.grant import GrantArea, grant_limit
from chiiki_gis.core.role import Role
from chiiki_gis.rules.plan import row_name
from chiiki_gis.ui import words
from chiiki_gis.ui.fact_form import FactFields, Page, add_row
from chiiki_gis.ui.forms import Rows, heading, plate, wrapped
from chiiki_gis.ui.session import Session

_MOST_NAMES = 6
_HINTS = {
    1: "区域の文章での表し方。例 ○○地区及び△△地区の全域",
    2: "特定居住をどのように進めるか、どのような人に来てほしいか",
    3: "拠点施設の整備の方針、時期、実施する者",
    4: "生活の利便性の向上や就業の機会のための施設",
    5: "3号・4号の施設の整備と一体となって効果を高める事業や事務",
    6: "都道府県の拠点施設関連基盤施設整備事業（国道・都道府県道など）との連携",
    7: "例 令和8年度から令和12年度まで",
}


class ItemsPage(Page):
    """記載事項: the seven items of 22条2項."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.facts = FactFields(session)
        self.column.addWidget(
            wrapped("計画に記載する事項です（22条2項）。区域と施設は地図から数えています。", faint=True)
        )
        self._on_map: dict[int, QLabel] = {}
        for number in range(1, 8):
            key = f"items.{number}"
            self.column.addWidget(heading(FACT_KEYS[key].japanese.replace("22条2項", "", 1)))
            if number in (1, 3, 4):
                self._on_map[number] = wrapped(faint=True)
                self.column.addWidget(self._on_map[number])
            self.column.addWidget(self.facts.make(key, 1 if number == 7 else 2, _HINTS[number]))
        self.column.addStretch(1)

    def refresh(self) -> None:
        """Show the stored texts, and what is on the map."""
        self.facts.refresh()
        if self._session.is_open:
            self._on_map[1].setText("地図の区域　" + areas_in_words(self._session, Role.PROMOTION_AREA))
            for item in (3, 4):
                self._on_map[item].setText("地図の施設　" + facilities_in_words(self._session, item))


class ProposalPage(Page):
    """都道府県への提案 (5条10項・規則9条)."""

    _STEPS = ("draft", "submitted", "answered", "accepted")

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.facts = FactFields(session)
        self.column.addWidget(
            wrapped(
                "特定居住重点地区がまだ都道府県の計画にないときは、市町村から提案できます（5条10項）。"
                "提案書に次の事項を記載し、都道府県計画の素案を添えて提出します（規則9条）。",
                faint=True,
            )
        )
        self.column.addWidget(heading("提案書に記載する事項"))
        written = Rows()
        self.column.addWidget(written)
        self.town = written.add_text("市町村の名称")
        self.districts = written.add_text("特定居住重点地区")
        self.bases = written.add_text("地図の拠点施設（3号）")
        self.column.addWidget(wrapped("特定居住拠点施設に関する事項", faint=True))
        hint = "どのような施設を、どこに、いつ、だれが整備するか"
        self.column.addWidget(self.facts.make("proposal.facilities", 3, hint))
        self.column.addWidget(heading("提案の進みぐあい"))
        grid = self.add_grid()
        for name in self._STEPS:
            key = f"proposal.{name}"
            add_row(grid, FACT_KEYS[key].japanese, self.facts.make(key))
        add_row(grid, FACT_KEYS["proposal.reason"].japanese, self.facts.make("proposal.reason", 2))
        self.column.addStretch(1)

    def refresh(self) -> None:
        """Show the stored values, and what the map gives the paper."""
        self.facts.refresh()
        if self._session.is_open:
            self.town.setText(self._session.document.header.title)
            self.districts.setText(areas_in_words(self._session, Role.PRIORITY_DISTRICT))
            self.bases.setText(facilities_in_words(self._session, 3))


class CoveragePage(Page):
    """資料の範囲: what the data cover, so that silence can mean 指定なし."""

    _KEYS = ("zoning", "urban_planning_area", "area_division")

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.facts = FactFields(session)
        self.column.addWidget(
            wrapped(
                "資料に図形のない場所を「指定なし」と判定してよいのは、その資料が市町村の全域を含むときだけです。"
                "分からないものは「未入力」のままにしてください。",
                faint=True,
            )
        )
        grid = self.add_grid()
        for name in self._KEYS:
            key = f"{name}_covers_municipality"
            add_row(grid, FACT_KEYS[key].japanese, self.facts.make(key))
        accuracy = FACT_KEYS["zoning_accuracy_m"]
        add_row(grid, accuracy.japanese, self.facts.make(accuracy.key, unit="m"))
        self.column.addStretch(1)

    def refresh(self) -> None:
        """Show the stored values."""
        self.facts.refresh()


class GrantPage(Page):
    """交付金の限度額 (規則17条): A from the map, C and T entered."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.facts = FactFields(session)
        self.area: GrantArea | None = None
        self.column.addWidget(
            wrapped(
                "都道府県が受ける交付金の限度額（19条・規則17条）は A×C×T×0.5 です。"
                "ここに出る額は目安で、額の算出に必要な事項は国土交通大臣が定めます。",
                faint=True,
            )
        )
        self.column.addWidget(heading("A　拠点施設から都道府県の境界・海岸線までの最短距離による円の面積"))
        self.measured = wrapped()
        self.column.addWidget(self.measured)
        self.measure_button = QPushButton("地図から測る")
        self.measure_button.clicked.connect(self.measure)
        self.column.addWidget(self.measure_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(heading("C と T"))
        grid = self.add_grid()
        add_row(grid, "C　単位面積当たりの標準的な投資額（国土交通大臣が定める額）",
                self.facts.make("grant.c", unit="円/km²・年"))  # fmt: skip
        add_row(grid, "T　都道府県の計画の計画期間", self.facts.make("grant.t", unit="年"))
        frame, inside = plate("info")
        self.limit = wrapped(bold=True)
        inside.addWidget(self.limit)
        self.column.addWidget(frame)
        self.column.addStretch(1)

    def measure(self) -> None:
        """Ask for the distances; the window never reads the border itself."""

        def take(area: GrantArea) -> None:
            self.area = area
            self.refresh()

        if self._session.is_open:
            self._session.ask("grant_area", self._session.snapshot(), on_done=take, lane="live")

    def refresh(self) -> None:
        """Show the stored numbers and what they come to."""
        self.facts.refresh()
        self.measured.setText(_measured(self.area))
        facts = self._session.document.facts if self._session.is_open else {}
        c, t = (facts.get(f"grant.{letter}") for letter in ("c", "t"))
        numbers = [float(v) if isinstance(v, int | float) else None for v in (c, t)]
        limit = grant_limit(self.area.area_km2, numbers[0], numbers[1]) if self.area is not None else None
        if self.area is None:
            self.limit.setText("「地図から測る」を押すと A を測ります。")
        elif limit is None:
            self.limit.setText("C と T を入れると、限度額の目安が出ます。")
        else:
            least = "" if self.area.is_sure else "少なくとも "
            self.limit.setText(f"限度額の目安　{least}{limit:,.0f} 円（都道府県の計画ごと）")


def _measured(area: GrantArea | None) -> str:
    if area is None:
        return "まだ測っていません。"
    lines = [f"・{name}　{words.length(metres)}" for name, metres in area.distances[:_MOST_NAMES]]
    if len(area.distances) > _MOST_NAMES:
        lines.append(f"・ほか {len(area.distances) - _MOST_NAMES} 件")
    if not area.has_border:
        lines.append("都道府県界のレイヤがないため、距離を測れません。下限の 10 km で計算します。")
    elif not area.distances:
        lines.append("22条2項3号の施設がないため、下限の 10 km で計算します。")
    lines.append(f"半径　{area.radius_m / 1000:,.3f} km　　A　{area.area_km2:,.2f} km²")
    lines.append("都道府県の計画にほかの拠点施設があるときは、その距離も比べてください。")
    return "\n".join(lines)


def areas_in_words(session: Session, role: Role) -> str:
    """The areas of a role with their size, in the project's plane CRS."""
    rows = session.rows(role)
    if rows.empty:
        return "まだありません"
    named = [
        f"{row_name(name, number, int(fid))} {words.area(shape.area)}"
        for fid, name, number, shape in zip(
            rows.index, rows["name"], rows["number"], rows.geometry, strict=True
        )
        if shape is not None
    ]
    more = f" ほか{len(named) - _MOST_NAMES}件" if len(named) > _MOST_NAMES else ""
    return "、".join(named[:_MOST_NAMES]) + more


def facilities_in_words(session: Session, item: int) -> str:
    """The facilities of an item of 22条2項."""
    rows = session.rows(Role.FACILITY)
    rows = first_rows(rows[(rows["item"] == item).fillna(False).astype(bool)])
    if rows.empty:
        return "まだありません"
    named = [
        row_name(name, number, int(fid))
        for fid, name, number in zip(rows.index, rows["name"], rows["number"], strict=True)
    ]
    more = f" ほか{len(named) - _MOST_NAMES}件" if len(named) > _MOST_NAMES else ""
    return f"{len(named)} 件：" + "、".join(named[:_MOST_NAMES]) + more
