"""Which plane-rectangular zone a municipality lies in.

Source: 平成14年国土交通省告示第9号 (平面直角座標系), zones I–XIX; JGD2011 codes are EPSG 6669–6687.
Prefectures that are split: 北海道 by 振興局 and city, 東京, 鹿児島 and 沖縄 by coordinates.
"""

from __future__ import annotations

JGD2011 = 6668
"""JGD2011 geographic (EPSG:6668); plane zone n is EPSG 6668 + n."""

JAPAN = (122.0, 20.0, 154.0, 46.0)
"""West, south, east, north of a box around all of Japan, degrees."""

ROMAN = (
    "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X",
    "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII", "XVIII", "XIX",
)  # fmt: skip

_ZONE_OF_PREFECTURE = {
    "01": 12, "02": 10, "03": 10, "04": 10, "05": 10, "06": 10, "07": 9, "08": 9, "09": 9, "10": 9,
    "11": 9, "12": 9, "13": 9, "14": 9, "15": 8, "16": 7, "17": 7, "18": 6, "19": 8, "20": 8,
    "21": 7, "22": 8, "23": 7, "24": 6, "25": 6, "26": 6, "27": 6, "28": 5, "29": 6, "30": 6,
    "31": 5, "32": 3, "33": 5, "34": 3, "35": 3, "36": 4, "37": 4, "38": 4, "39": 4, "40": 2,
    "41": 2, "42": 1, "43": 2, "44": 2, "45": 2, "46": 2, "47": 15,
}  # fmt: skip

PREFECTURES = (
    "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県", "茨城県", "栃木県", "群馬県",
    "埼玉県", "千葉県", "東京都", "神奈川県", "新潟県", "富山県", "石川県", "福井県", "山梨県", "長野県",
    "岐阜県", "静岡県", "愛知県", "三重県", "滋賀県", "京都府", "大阪府", "兵庫県", "奈良県", "和歌山県",
    "鳥取県", "島根県", "岡山県", "広島県", "山口県", "徳島県", "香川県", "愛媛県", "高知県", "福岡県",
    "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県",
)  # fmt: skip
"""Names by prefecture code 1–47 (JIS X 0401), index = code − 1."""

_HOKKAIDO_11 = {
    "小樽市", "函館市", "伊達市", "北斗市", "豊浦町", "壮瞥町", "洞爺湖町",
    "後志総合振興局", "渡島総合振興局", "檜山振興局",
}  # fmt: skip
_HOKKAIDO_13 = {
    "北見市", "帯広市", "釧路市", "網走市", "根室市", "美幌町", "津別町", "斜里町", "清里町", "小清水町",
    "訓子府町", "置戸町", "佐呂間町", "大空町", "十勝総合振興局", "釧路総合振興局", "根室振興局",
}  # fmt: skip

_HOKKAIDO_CODES = {
    11: (
        (1202, 1203), (1233, 1233), (1236, 1236), (1331, 1347), (1361, 1371), (1391, 1409), (1571, 1571),
        (1575, 1575), (1584, 1584),
    ),
    13: (
        (1206, 1208), (1211, 1211), (1223, 1223), (1543, 1552), (1564, 1564), (1631, 1649), (1661, 1668),
        (1691, 1694),
    ),
}  # fmt: skip
"""The same by 市区町村コード (JIS X 0402), first and last of each run; a border need not name its 振興局."""


def prefecture_name(code: str) -> str | None:
    """The prefecture of a 2- or 5-digit code, or None when there is no such prefecture."""
    head = code[:2]
    if not head.isdigit() or not 1 <= int(head) <= 47:
        return None
    return PREFECTURES[int(head) - 1]


def plane_zone(code: str, longitude: float, latitude: float, names: tuple[str, ...] = ()) -> int:
    """The plane zone number (1–19) of a municipality.

    code       2- or 5-digit 全国地方公共団体コード of an existing prefecture
    longitude, latitude   a point inside it, JGD2011 degrees (only split prefectures look at it)
    names      its 振興局 and 市町村名, for codes of 北海道 that are not known
    Raises KeyError for a code of no prefecture.
    """
    prefecture = code[:2]
    zone = _ZONE_OF_PREFECTURE[prefecture]
    if prefecture == "01":
        number = int(code) if len(code) == 5 else 0
        for own, runs in _HOKKAIDO_CODES.items():
            if any(first <= number <= last for first, last in runs):
                return own
        if _HOKKAIDO_11.intersection(names):
            return 11
        return 13 if _HOKKAIDO_13.intersection(names) else 12
    if prefecture == "13" and latitude < 28:
        if longitude < 140.5:
            return 18
        return 14 if longitude <= 143 else 19
    if prefecture == "46" and 27 <= latitude <= 32 and 128.3 <= longitude <= 130.0:
        return 1
    if prefecture == "46" and latitude < 29 and longitude <= 130 + 13 / 60:
        return 1  # 奄美群島 reaches 130°13′E
    if prefecture == "47":
        if longitude < 126:
            return 16
        return 17 if longitude >= 130 else 15
    return zone


def plane_epsg(zone: int) -> int:
    """EPSG code of a JGD2011 plane zone (1–19)."""
    if not 1 <= zone <= 19:
        raise ValueError(f"no plane zone {zone}")
    return JGD2011 + zone


def zone_of_epsg(epsg: int) -> int | None:
    """The zone number of a plane CRS of any of the three datums, or None for another CRS."""
    for base in (6668, 2442, 30160):
        if 1 <= epsg - base <= 19:
            return epsg - base
    return None


def crs_label(epsg: int) -> str:
    """What the status bar and the sheets call a CRS."""
    zone = zone_of_epsg(epsg)
    if zone is None:
        return {
            6668: "緯度経度（JGD2011）",
            4612: "緯度経度（JGD2000）",
            4301: "緯度経度（日本測地系）",
            4326: "緯度経度（WGS84）",
        }.get(epsg, f"EPSG:{epsg}")
    datum = "JGD2011" if epsg > 6668 and epsg < 7000 else "JGD2000" if epsg < 3000 else "日本測地系"
    return f"平面直角座標系 第{ROMAN[zone - 1]}系（{datum}）"
