"""Classes of a style: which value belongs where, and colours that can be told apart."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise

import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chiiki_gis.core.classes import class_texts, number_words, range_words
from chiiki_gis.core.ramps import CATEGORY_COLORS, RAMPS, Ramp, category_look, lightness, ramp_colors
from chiiki_gis.core.style import NOTHING, Category, Style, Symbol, style_from_json, style_to_json

RED = Symbol(fill="#ff0000")


def test_a_number_on_a_break_belongs_to_the_upper_range_and_the_greatest_to_the_last() -> None:
    style = Style(class_column="n", breaks=(0.0, 10.0, 20.0))
    values = pandas.Series([0.0, 9.99, 10.0, 20.0, 20.01, -0.01, None])
    assert class_texts(values, style) == ["0", "0", "1", "1", "", "", ""]


def test_numbers_written_as_text_are_counted_and_words_are_in_no_range() -> None:
    style = Style(class_column="n", breaks=(0.0, 1000.0, 2000.0))
    assert class_texts(pandas.Series(["1,200", "３０", "多い", ""]), style) == ["1", "0", "", ""]


def test_without_breaks_the_class_is_the_value_as_text() -> None:
    assert class_texts(pandas.Series(["商業地域", None, "4"]), Style(class_column="name")) == [
        "商業地域", "", "4",
    ]  # fmt: skip


def test_range_words_say_on_which_side_a_break_lies() -> None:
    assert range_words((0, 1000, 2500.5)) == ("0 以上 1,000 未満", "1,000 以上 2,500.5 以下")
    assert number_words(-3.0) == "−3"


def test_a_hidden_class_and_hidden_others_have_no_symbol() -> None:
    style = Style(
        class_column="name", categories=(Category("a", "A", RED), Category("b", "B", RED, visible=False))
    )
    assert style.symbol_of("a") == RED
    assert style.symbol_of("b") is NOTHING
    assert style.symbol_of("c") == style.symbol
    assert style.symbols_of(["c", "b", "a"]) == [style.symbol_of(value) for value in ("c", "b", "a")]
    assert replace(style, shows_others=False).symbol_of("c") is NOTHING


styles = st.builds(
    Style,
    class_column=st.one_of(st.none(), st.text(max_size=4)),
    categories=st.lists(
        st.builds(Category, st.text(max_size=3), st.text(max_size=3), st.just(RED), st.booleans()), max_size=3
    ).map(tuple),
    opacity=st.floats(0, 1),
    breaks=st.lists(st.floats(-1e9, 1e9), max_size=4).map(tuple),
    shows_others=st.booleans(),
)


@given(style=styles)
def test_a_style_comes_back_from_json(style: Style) -> None:
    assert style_from_json(json.loads(json.dumps(style_to_json(style)))) == style


def test_a_style_of_an_older_program_is_read() -> None:
    old = style_to_json(Style(class_column="n", categories=(Category("a", "A", RED),)))
    for key in ("breaks", "shows_others"):
        del old[key]
    del old["categories"][0]["visible"]
    assert style_from_json(old).categories == (Category("a", "A", RED),)


@pytest.mark.parametrize("ramp", RAMPS, ids=lambda ramp: ramp.id)
@pytest.mark.parametrize("count", [2, 5, 9])
def test_a_ramp_falls_in_equal_steps_of_lightness(ramp: Ramp, count: int) -> None:
    lights = [lightness(color) for color in ramp_colors(ramp, count)]
    steps = [a - b for a, b in pairwise(lights)]
    assert min(steps) > 6
    assert max(steps) - min(steps) < 2.5


def test_a_reversed_ramp_is_the_same_colours_backwards() -> None:
    assert ramp_colors(RAMPS[0], 4, is_reversed=True) == ramp_colors(RAMPS[0], 4)[::-1]


def test_category_colours_return_only_with_a_hatch() -> None:
    looks = [category_look(number) for number in range(3 * len(CATEGORY_COLORS))]
    assert len(set(looks)) == len(looks)
    assert all(hatch == "none" for _, hatch in looks[: len(CATEGORY_COLORS)])
