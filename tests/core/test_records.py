"""Lists among the facts, and days as offices write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chiiki_gis.core.eras import japanese_date, parse_day
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.facts import check_fact, parse_fact
from chiiki_gis.core.record_edits import add_record, drop_record, set_field
from chiiki_gis.core.records import is_designated, records_of, title_of


@given(st.dates(min_value=date(1926, 12, 25), max_value=date(2060, 1, 1)))
def test_a_day_written_in_the_japanese_calendar_is_read_back(day: date) -> None:
    assert parse_day(japanese_date(day)) == day
    assert parse_day(day.isoformat()) == day


@pytest.mark.parametrize("text", ["令和元年4月30日", "2026-02-30", "来年の春", "", "平成99年1月1日"])
def test_what_is_no_day_is_not_guessed(text: str) -> None:
    assert parse_day(text) is None


def test_a_bare_text_is_an_entry_and_foreign_values_are_passed_over() -> None:
    facts = {"council.members": ["県", {"name": "商工会", "kind": "other"}, 7]}
    found = records_of(facts, "council.members")
    assert [title_of("council.members", one) for one in found] == ["県", "商工会"]


def test_an_entry_is_added_edited_and_dropped_as_changes_of_one_fact() -> None:
    facts: dict[str, object] = {}
    for change in (
        add_record(facts, "requirements"),
        set_field({"requirements": [{}]}, "requirements", 0, "zones", ["R1L"]),
    ):
        facts.update(change.facts)
    assert facts == {"requirements": [{"zones": ["R1L"]}]}
    assert set_field(facts, "requirements", 0, "zones", []).facts == {"requirements": [{}]}
    assert drop_record(facts, "requirements", 0).facts == {"requirements": None}


def test_json_on_the_command_line_gives_structured_entries_and_names_what_it_does_not_know() -> None:
    good = parse_fact("support_corporations", '[{"name": "会", "designated_on": "R8.4.1"}]')
    assert good == [{"name": "会", "designated_on": "2026-04-01"}]
    assert parse_fact("council.members", "県、商工会") == ["県", "商工会"]
    with pytest.raises(BadInput, match="zones"):
        check_fact("requirements", [{"zone": ["R1L"]}])
    with pytest.raises(BadInput, match="階の上限"):
        check_fact("requirements", [{"max_storey": "二階"}])


def test_a_corporation_whose_designation_was_cancelled_is_none_any_more() -> None:
    assert is_designated({"designated_on": "2026-04-01"})
    assert not is_designated({"designated_on": "2026-04-01", "cancelled_on": "2027-04-01"})
    assert not is_designated({"name": "会"})
