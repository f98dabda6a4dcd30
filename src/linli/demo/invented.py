"""Invented names and numbers that pass every check and can belong to nobody."""
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from stdnum.cn import ric, uscc

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严"
GIVEN_OLD = ("秀英", "桂兰", "玉珍", "凤英", "淑华", "兰英", "素珍", "桂英", "国强", "建国", "德明", "永福", "宝贵", "志明", "文斌", "长顺",
             "庆云", "家和", "世昌", "维民", "光荣", "正华", "守义", "大成")
GIVEN_MIDDLE = ("丽华", "敏", "静", "红梅", "建军", "海燕", "晓东", "志强", "春梅", "立新", "卫东", "雪琴", "玉兰", "文静", "国庆", "永红",
                "小平", "爱华", "建平", "秀云", "伟", "军", "勇", "芳")
GIVEN_YOUNG = ("梓涵", "雨欣", "子轩", "浩然", "思远", "佳怡", "一诺", "宇航", "欣怡", "俊杰", "婷婷", "晨曦", "嘉豪", "诗涵", "明轩", "若曦",
               "文博", "可馨", "天佑", "乐瑶")
WORDS = ("安康", "和乐", "福邻", "晚晴", "同心", "爱邻", "善邻", "常青", "暖阳", "家馨", "益民", "康宁", "惠民", "春晖", "慈安", "守望", "金桂",
         "银杏", "明德", "乐龄", "佑安", "百合", "新芽", "启明", "青苗", "向阳", "星语", "知行", "清风", "包河源", "庐阳里", "淝水", "逍遥",
         "翡翠湖", "大蜀山", "南淝河", "匡河", "望湖", "天鹅湖", "三十岗")
BIRTHPLACE = "340101"  # the statistical placeholder of Hefei's districts: no identity number begins so
GB_11714 = (3, 7, 9, 10, 5, 8, 4, 2)
LEADING = {"society": "51", "agency": "52", "foundation": "53", "company": "91", "public_institution": "12"}


@dataclass(frozen=True)
class Someone:
    name: str
    gender: str
    birth_on: date
    id_number: str
    phone: str


class Inventor:
    """Gives one after another, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self._people = self._organisations = 0
        self._names: set[str] = set()

    def someone(self, *, oldest: int, youngest: int, on: date, female: bool | None = None) -> Someone:
        """A person between these ages on that day. The telephone numbers are of a block that no operator gives out."""
        age = self.random.randint(youngest, oldest)
        birth = on.replace(year=on.year - age, day=1) - timedelta(days=self.random.randint(1, 330))
        woman = self.random.random() < 0.55 if female is None else female
        given = GIVEN_OLD if age > 62 else GIVEN_MIDDLE if age > 32 else GIVEN_YOUNG
        self._people += 1
        order = self._people * 2 % 1000 // 2 * 2 + (0 if woman else 1)
        front = f"{BIRTHPLACE}{birth:%Y%m%d}{order:03d}"
        return Someone(
            self._unused(lambda: self.random.choice(SURNAMES) + self.random.choice(given)), "female" if woman else "male",
            birth, front + ric.calc_check_digit(f"{front}0"), f"1990000{self._people:04d}",
        )

    def credit_code(self, kind: str, district: str) -> str:
        """A unified social credit code with both check digits right; its organisation part starts with DM for demo."""
        self._organisations += 1
        body = f"DM{self._organisations:06d}"
        values = [int(c) if c.isdigit() else ord(c) - 55 for c in body]
        rest = 11 - sum(v * w for v, w in zip(values, GB_11714, strict=True)) % 11
        front = f"{LEADING[kind]}{district[:6]}{body}{'X' if rest == 10 else '0' if rest == 11 else rest}"
        return front + uscc.calc_check_digit(front)

    def _unused(self, make: object) -> str:
        for _ in range(50):
            name: str = make()  # type: ignore[operator]
            if name not in self._names:
                break
        self._names.add(name)
        return name
