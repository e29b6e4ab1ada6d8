"""Errors that a user can cause or mend, told in three Japanese sentences."""

from __future__ import annotations

import errno
import unicodedata
from dataclasses import dataclass
from pathlib import Path

LONGEST = 1000
"""Characters of one sentence; a name or a value that makes it longer is cut in its middle."""


class ChiikiError(Exception):
    """A problem the user can understand: what happened, why, and what to do.

    Each part is one Japanese sentence ending in 「。」, and one printable line whatever names it quotes.
    """

    def __init__(self, what: str, why: str, todo: str) -> None:
        what, why, todo = one_line(what), one_line(why), one_line(todo)
        super().__init__(f"{what}\n{why}\n{todo}")
        self.what = what
        self.why = why
        self.todo = todo

    def __reduce__(self) -> tuple[type[ChiikiError], tuple[str, str, str]]:
        """Pickle by the three sentences, so that a worker can send the error home."""
        return (type(self), (self.what, self.why, self.todo))


class BadInput(ChiikiError):
    """A file or an option that cannot be used as it is."""


@dataclass(frozen=True)
class Proposal:
    """A repair that the user may choose: how to import the file, and why it seems right.

    epsg       the coordinate system to read it in; None leaves the file's own
    swap_axes  whether the two numbers of every vertex change places
    label      words for the choice; why is one Japanese sentence
    """

    label: str
    why: str
    epsg: int | None = None
    swap_axes: bool = False


class Repairable(BadInput):
    """A file that can be used once the user has chosen a repair; the likeliest proposal comes first."""

    def __init__(self, what: str, why: str, todo: str, proposals: tuple[Proposal, ...] = ()) -> None:
        super().__init__(what, why, todo)
        self.proposals = proposals

    def __reduce__(self) -> tuple[type[Repairable], tuple[str, str, str, tuple[Proposal, ...]]]:  # type: ignore[override]
        """Pickle with the proposals, so that the window can offer them."""
        return (type(self), (self.what, self.why, self.todo, self.proposals))


class CrsMissing(Repairable):
    """A file that lacks nothing but the name of its coordinate system: the user may give it."""


class AxesSwapped(Repairable):
    """A file whose numbers make sense only when they change places."""


class PlaceMissing(BadInput):
    """A picture that does not say where it lies: it can be placed by control points."""


class CrsMismatch(ChiikiError):
    """Two frames that must share a coordinate system do not."""


class Cancelled(Exception):
    """The user pressed 中止. Not an error."""


def one_line(text: str) -> str:
    """A text as one printable line: line breaks, control characters and broken characters become 「�」."""
    plain = "".join(c if c.isprintable() or unicodedata.category(c) == "Zs" else "�" for c in text)
    if len(plain) <= LONGEST:
        return plain
    return f"{plain[: LONGEST // 2]}…{plain[-LONGEST // 2 :]}"


_REASONS = {
    errno.EACCES: "読み書きする権限がありません。",
    errno.EPERM: "読み書きする権限がありません。",
    errno.EROFS: "書き込みのできない場所です。",
    errno.ENAMETOOLONG: "ファイルかフォルダの名前が長すぎます。",
    errno.ENOSPC: "ディスクの空き容量が足りません。",
    errno.EFBIG: "ファイルが、このディスクに置ける大きさを超えています。",
    errno.EDQUOT: "ディスクの空き容量が足りません。",
    errno.ENOENT: "ファイルかフォルダが見つかりません。",
    errno.ENOTDIR: "フォルダの名前のところにファイルがあります。",
    errno.EISDIR: "ファイルの名前のところにフォルダがあります。",
    errno.EEXIST: "同じ名前のものがすでにあります。",
    errno.ELOOP: "リンクがつながっていません。",
}


def disk_reason(error: OSError) -> str:
    """Why the operating system refused, as one sentence."""
    return _REASONS.get(error.errno or 0, "ディスクかネットワークが応答しませんでした。")


def disk_trouble(error: OSError) -> BadInput:
    """What the operating system refused, in three sentences; for the borders of the program."""
    name = Path(str(error.filename)).name if error.filename else ""
    return BadInput(
        f"「{name}」を読み書きできませんでした。" if name else "ファイルを読み書きできませんでした。",
        disk_reason(error),
        "場所と名前と権限を確かめて、もう一度操作してください。",
    )
