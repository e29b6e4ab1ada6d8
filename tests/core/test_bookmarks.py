"""空間ブックマーク: a fact of the plan like any other."""

import json

from chiiki_gis.core.bookmarks import (
    Bookmark,
    add_bookmark,
    bookmarks_of,
    drop_bookmark,
    rename_bookmark,
)
from chiiki_gis.core.document import Document, Header, Municipality, new_document

STATION = Bookmark("駅前", (-25310.8, 1204.5), 2500.0)
TOWN = Bookmark("全体", (0.0, 0.0), 50_000.0)


def document() -> Document:
    return new_document(Header("u", (Municipality("20999", "試験市"),), 6676))


def test_a_bookmark_is_kept_as_plain_data() -> None:
    made = document()
    made.apply(add_bookmark(made.facts, STATION))
    assert made.facts["bookmarks"] == [{"name": "駅前", "center": [-25310.8, 1204.5], "scale": 2500.0}]
    assert bookmarks_of(json.loads(json.dumps(dict(made.facts)))) == (STATION,)


def test_a_name_that_is_taken_gets_a_number() -> None:
    made = document()
    for _ in range(3):
        made.apply(add_bookmark(made.facts, STATION))
    assert [b.name for b in bookmarks_of(made.facts)] == ["駅前", "駅前 (2)", "駅前 (3)"]


def test_renaming_and_dropping_keep_the_order_of_the_others() -> None:
    made = document()
    made.apply(add_bookmark(made.facts, STATION))
    made.apply(add_bookmark(made.facts, TOWN))
    made.apply(rename_bookmark(made.facts, 0, "駅"))
    assert [b.name for b in bookmarks_of(made.facts)] == ["駅", "全体"]
    made.apply(drop_bookmark(made.facts, 0))
    assert bookmarks_of(made.facts) == (TOWN,)


def test_the_same_name_again_is_no_change() -> None:
    made = document()
    made.apply(add_bookmark(made.facts, STATION))
    assert rename_bookmark(made.facts, 0, "駅前").is_empty


def test_each_step_can_be_undone_and_the_last_bookmark_leaves_no_fact() -> None:
    made = document()
    back = [made.apply(add_bookmark(made.facts, STATION))]
    back.append(made.apply(rename_bookmark(made.facts, 0, "駅")))
    back.append(made.apply(drop_bookmark(made.facts, 0)))
    assert "bookmarks" not in made.facts
    seen = []
    for inverse in reversed(back):
        made.apply(inverse)
        seen.append([b.name for b in bookmarks_of(made.facts)])
    assert seen == [["駅"], ["駅前"], []]
