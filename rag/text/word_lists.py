"""Words by what they show: a count, a time, a person, a place, a question. Data alone.

Where an entry is more than a word, it is a pattern. A module that needs a list with a word more or
less names the difference where it builds its pattern.
"""

from typing import Final

from rag.text.normalize import HAN

__all__ = [
    "CALENDAR_CYCLES",
    "CARRIES_OUT",
    "CLASSIFIERS",
    "COMMUNITIES",
    "DIRECTIONS",
    "DISTRICTS",
    "ENGLISH_ABBREVIATIONS",
    "ENGLISH_MONTHS",
    "ENGLISH_NUMBERS",
    "ENGLISH_ORDINALS",
    "ENGLISH_PARTS",
    "ENGLISH_POSTS",
    "INTERROGATIVES",
    "IN_NO_NAME",
    "ITEM_CLASSIFIERS",
    "LENGTHS_OF_TIME",
    "PARTS_OF_DAY",
    "POSTS",
    "RECENT_YEARS",
    "SPEAKS_OR_ACTS",
    "SURNAMES",
    "THING_CLASSIFIERS",
    "WEEKDAYS",
]

# Counts

CLASSIFIERS: Final = (
    *"个名项种类次家所支座处条位人期户份篇套级批件台辆本册场倍步天年节道门间层组例轮届对片",
    *"张部只头棵株颗根栋幢块段排队班盏艘架枚顿趟遍回",
    *("公里", "千米", "米", "亩", "公顷", "平方米", "吨", "公斤", "斤"),
    *"元万亿千百度字岁成分站",
)
"""What stands between a number and what it counts: 三名职工, 两公里; the longer one first."""

ITEM_CLASSIFIERS: Final = tuple("个项类种条支")
"""Those of the items of a list: 三项制度, 四类人员."""

THING_CLASSIFIERS: Final = frozenset(
    "个名位人部台辆架艘家所户座栋幢处条支只头棵株颗根件张份本册篇套组队批班间块盏枚站门种类项"
)
"""Those of things and persons, which two texts may count otherwise: 三部电梯, 三台电梯."""

ENGLISH_NUMBERS: Final = (
    *("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"),
    *("fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
"""From two on: which three measures."""

ENGLISH_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth")
"""From one on: the second one."""

# Times

WEEKDAYS: Final = "一二三四五六日"
"""Behind 周 or 星期: 周三."""

RECENT_YEARS: Final = ("去年", "今年")
"""Years that are told from the year of writing: 今年投入20万元."""

PARTS_OF_DAY: Final = ("上午", "下午", "清晨")
"""Each with or without an hour: 下午三点."""

LENGTHS_OF_TIME: Final = ("个工作日", "个月", "年", "天", "日", "周", "小时", "分钟", "点")
"""Behind a number, hours of the clock too: 三个月, 五点."""

CALENDAR_CYCLES: Final = tuple("年月周季日")
"""Behind 每: 每季."""

ENGLISH_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
"""In lower case, January first."""

# Persons

SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤俞翁骆"
    "葛洪管阮倪施柳单尤伍祝左柯翟欧阳安常乔焦庄耿岳齐兰辛殷鲁华柴颜聂游凌詹包"
    "佟邢屈祁舒蓝闻冉褚裴佘卞娄牟楚蒲滕晏巩芦邬鄢阎裘隋蔺窦竺缪荀虞戚谌寇苗甘喻鞠涂臧"
)
"""First characters of the surnames of nineteen people in twenty that a Chinese text names: 王建国."""

POSTS: Final = (
    *("书记", "主席", "主任", "委员", "总经理", "经理", "教授", "博士", "记者", "主编", "秘书", "队员"),
    *("院士", "医生", "老师", "工程师", "党员", "职工", "员工", "居民", "村民", "选手", "劳模", "作者"),
    *("代表", "学生", "同志", "先生", "女士", "姑娘", "大姐", "法官", "律师", "检察官", "民警", "干警"),
    *("战士", "干事", "干部", "专家", "讲师", "护士", "大夫", "医师", "技师", "司机", "总监", "总编"),
    *("顾问", "助理", "支书", "工人", "师傅", "志愿者", "创始人", "负责人", "带头人", "传承人", "站务员"),
    f"[{HAN}]长",
)
"""What somebody is called before or behind the name: 主任王建国, 李敏老师; 镇长, 校长."""

SPEAKS_OR_ACTS: Final = (
    *("说", "表示", "介绍", "认为", "告诉", "坦言", "提出", "带领", "领衔", "牵头", "负责", "主持", "发明"),
    *("创办", "创作", "撰写", "编写", "回忆", "感慨", "担任", "出任", "兼任", "当选", "荣获", "获评"),
    *("被评", "入选"),
)
"""What stands right behind the name of somebody who does it: 李敏介绍."""

CARRIES_OUT: Final = ("牵头", "负责", "承担", "主持", "领衔", "发起", "组织")
"""What is done by whom a 由 names, a person or an office: 由工会负责."""

# Places

DISTRICTS: Final = tuple("省市县区镇村")
"""What the name of a place with a government of its own ends in: 白河县."""

COMMUNITIES: Final = ("街道", "社区")
"""The same within a town: 东风街道."""

DIRECTIONS: Final = "东南西北中上下前后左右内外新老大小"
"""What tells a place from its neighbour: 江北街道, 江南街道."""

IN_NO_NAME: Final = "的了在和与从到对把将为以由于被让使各全该本其此这那有是不着过给向及个按据坚持推每能"
"""Characters that stand in no name of a place or body, but before it."""

# Questions

INTERROGATIVES: Final = ("谁", "什么", "哪", "多少", "几", "怎", "如何")
"""What every question but a yes-no one holds one of: 谁负责, 怎么办."""

# English

ENGLISH_ABBREVIATIONS: Final = (
    *("mr", "mrs", "ms", "dr", "prof", "rev", "hon", "st", "cllr"),
    *("nos?", "figs?", "sec", "vol", "eq", "pp?", "cf", "vs", "approx"),
)
"""Their dot ends no sentence: what they stand before follows. Dr. Smith, Fig. 3."""

ENGLISH_PARTS: Final = (
    *("section", "article", "chapter", "part", "rule", "clause", "annex", "appendix", "schedule"),
    *("title", "step", "item", "table", "figure"),
)
"""What a document is cut into, each with its number: Section 2."""

ENGLISH_POSTS: Final = (
    *("chair", "director", "manager", "head", "officer", "secretary", "clerk", "owner", "engineer"),
    *(
        "board",
        "committee",
        "council",
        "trustee",
        "department",
        "staff",
        "member",
        "party",
        "parties",
        "court",
    ),
)
"""Who or what is in charge, singular."""
