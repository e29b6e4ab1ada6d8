"""Which columns, by their names, tell of people."""

from __future__ import annotations

import re
import unicodedata

PERSONAL = re.compile(
    r"氏名|名前|名義人|所有者|権利者|(共有|占有|居住|相談|申出)者(?!数)|電話|携帯|TEL|FAX|メール|mail|連絡先|送付先"
    r"|生年月日|続柄|本籍|担当者|個人|世帯主|相続人|代理人|納税義務者|家主|大家|貸主|借主|借家人|売主|買主|持ち?主",
    re.IGNORECASE,
)
_OF_A_HOUSE = re.compile(
    r"^[氏姓名]$|管理者|管理人|使用者|利用者|入居者|申請者|地主|名義|オーナー|owner|tenant|phone|contact|本人",
    re.IGNORECASE,
)
"""In a list of houses these are people; in other tables also the office that runs a park, or a count."""
_CONSENT = re.compile(r"同意|承諾|consent", re.IGNORECASE)


def names_a_person(column: str, of_house: bool = False) -> bool:
    """Whether a column, by its name, may hold what tells who somebody is or how to reach them.

    of_house   the table is one of vacant houses, where more words mean a person
    """
    name = unicodedata.normalize("NFKC", column)
    found = PERSONAL.search(name) or (of_house and _OF_A_HOUSE.search(name))
    return bool(found) and not _CONSENT.search(name)


def asks_consent(column: str) -> bool:
    """Whether a column, by its name, holds the owner's consent."""
    return bool(_CONSENT.search(column))
