"""A little data that the recipes of both readers learn from."""

import gzip
import json
from pathlib import Path

FRUITS = ["苹果", "香蕉", "葡萄", "西瓜", "樱桃", "荔枝", "菠萝", "草莓", "芒果", "石榴"]
TEXT = (
    "2021年全镇种下{}四万棵,分布在山坡、河边和路旁。"
    "其中三成是新品种,由农技站负责管理。镇里还修建了仓库和道路,方便运输。"
)
PEOPLE = ["李春生", "王小明", "张建国", "陈秀英", "刘志强"]


def write_data(folder: Path) -> Path:
    """Write fifty questions on who looks after a fruit, and paragraphs with figures."""
    folder.mkdir(parents=True)
    answers = []
    for number, fruit in enumerate(FRUITS):
        other = FRUITS[number - 1]
        for person in PEOPLE:
            passage = f"镇上种植多种水果。{fruit}园由{person}负责。{other}今年收成很好。"
            place = passage.index(person)
            answers.append(
                {"question": f"谁负责{fruit}园?", "passage": passage, "answer": person, "answer_start": place}
            )
    pairs = [{"a": f"{fruit}种植", "b": TEXT.format(fruit)} for fruit in FRUITS]
    for name, rows in (("selector_fruit", answers), ("gov_reports_zh", pairs * 4)):
        with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return folder
