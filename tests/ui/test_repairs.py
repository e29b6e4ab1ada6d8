"""The banner of a file that needs a repair offers the proposals first, each with its reason."""

from __future__ import annotations

from chiiki_gis.core.errors import AxesSwapped, BadInput, CrsMissing, Proposal
from chiiki_gis.core.jobs import ImportOptions
from chiiki_gis.ui.crs_choice import choices_of, crs_banner
from chiiki_gis.ui.work import repaired

FIT = Proposal("平面直角座標系 第VIII系（JGD2011）", "図形の98%が市町村の範囲に入ります。", 6676)
TURNED = Proposal("縦と横を入れ替えて取り込む", "入れ替えると日本の範囲に入ります。", swap_axes=True)


def test_the_proposed_crs_comes_first_with_its_reason_and_once() -> None:
    choices = choices_of(CrsMissing("a。", "b。", "c。", (FIT,)), 6677)
    first = next(iter(choices))
    assert "おすすめ" in first
    assert "98%" in first
    assert [p.epsg for p in choices.values()].count(6676) == 1
    assert 6677 in [p.epsg for p in choices.values()]


def test_exchanged_axes_are_offered_and_nothing_else() -> None:
    error = AxesSwapped("a。", "b。", "c。", (TURNED,))
    assert list(choices_of(error, 6676).values()) == [TURNED]
    banner = crs_banner(error, 6676, lambda _: None)
    assert (banner.button, banner.level) == ("直し方を選ぶ", "warning")


def test_a_file_that_cannot_be_repaired_offers_nothing() -> None:
    assert not crs_banner(BadInput("a。", "b。", "c。"), 6676, lambda _: None).button


def test_the_chosen_repair_is_added_to_what_was_said_before() -> None:
    said = ImportOptions(encoding="CP932", epsg=2450)
    assert repaired(said, TURNED) == ImportOptions(encoding="CP932", epsg=2450, swap_axes=True)
    assert repaired(said, FIT).epsg == 6676
