"""Lists among the facts, and days as offices write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chiiki_gis.core.eras import japanese_date, parse_day
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.facts import FACT_KEYS, check_fact, is_exempt, parse_fact, sound_facts
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


def test_a_requirement_typed_as_a_sentence_is_one_entry() -> None:
    sentence = "事務所は床面積1,500㎡以内、営業は8時から21時まで"
    assert parse_fact("requirements", sentence) == [sentence]


def test_edits_keep_what_another_program_has_put_among_the_entries() -> None:
    stored: dict[str, object] = {"requirements": [["旧"], "事務所に限る", 7, {"name": "店舗"}]}
    added = add_record(stored, "requirements").facts["requirements"]
    assert added == [["旧"], "事務所に限る", 7, {"name": "店舗"}, {}]
    changed = set_field(stored, "requirements", 1, "zones", ["R1L"]).facts["requirements"]
    assert changed == [["旧"], "事務所に限る", 7, {"name": "店舗", "zones": ["R1L"]}]
    assert drop_record(stored, "requirements", 0).facts == {"requirements": [["旧"], 7, {"name": "店舗"}]}
    assert add_record({"requirements": "旧版の文章"}, "requirements").facts == {
        "requirements": ["旧版の文章", {}]
    }


def test_classes_and_zones_that_are_no_ids_are_refused_with_the_nearest() -> None:
    with pytest.raises(BadInput, match="「office」"):
        check_fact("requirements", [{"use_classes": ["ofice"]}], ["office", "hotel"])
    with pytest.raises(BadInput, match="「R1"):
        check_fact("requirements", [{"zones": ["R1X"]}])


def test_a_list_nested_without_end_is_refused() -> None:
    with pytest.raises(BadInput, match="JSON"):
        parse_fact("requirements", "[" * 100_000)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("profile", ["core_city"]), ("requirements", "事務所に限る"), ("council_exists", 1), ("grant.t", "5"),
        ("grant.c", True), ("zoning_accuracy_m", float("inf")), ("items.5", ["a"]), ("period", None),
    ],
)  # fmt: skip
def test_a_stored_fact_of_a_wrong_type_is_kept_unread_and_named(key: str, value: object) -> None:
    facts, notes = sound_facts({key: value, "authority": "県", "bookmarks": [1]})
    assert facts == {f"unread.{key}": value, "authority": "県", "bookmarks": [1]}
    assert len(notes) == 1
    assert FACT_KEYS[key].japanese in notes[0]


def test_an_odd_profile_frees_nobody() -> None:
    assert not is_exempt({"profile": ["core_city"]}, 1)
    assert is_exempt({"profile": "core_city"}, 1)
