"""Questions with answers about made-up villages, of the kind that no reader learns from."""

import gzip
import json
from pathlib import Path

from rag.train.data.pairs import is_kept_back

__all__ = ["write_answers"]

SUBJECTS = ("东坪村", "西岭村", "南山镇", "北河乡", "中桥街道", "上杨社区")


def write_answers(folder: Path) -> int:
    """Write a file of answers to a folder, and return how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        {
            "question": f"{subject}的果园有多少亩？",
            "passage": passage_of(subject, number),
            "answer": f"{number}亩",
            "answer_start": passage_of(subject, number).index(f"{number}亩"),
        }
        for subject in SUBJECTS
        for number in range(100, 700, 10)
        if is_kept_back(passage_of(subject, number))
    ]
    with gzip.open(folder / "selector_villages.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return len(rows)


def passage_of(subject: str, number: int) -> str:
    return (
        f"{subject}，位于群山之间，土地肥沃。{subject}的果园有{number}亩，种着苹果和梨，山坡上还有几十株上百年的老柿子树，远近的人都说好。"
        f"每年秋天，{subject}都办采摘节，来的人很多。村里的小学有老师{number % 7 + 3}名。"
    )
