"""The weights of sections: learnt from marked ones, read by the program that uses them."""

import json

import numpy as np
import pytest

from rag.answer.extractive.sections import FEATURES
from rag.errors import InputError
from rag.models.linear import LinearModel
from rag.train.sections.recipe import TOY, MarkedSection, read_marked, train_sections

TEXT = """白河镇工作总结
白河镇位于山区，全镇有八个村。
一、背景与起因
（一）道路不通。村里没有公路，果子运不出去。
（二）人手不足。年轻人外出务工，田地无人耕种。
二、主要做法
（一）修建公路。全镇修路三十公里，通到每个村口。
（二）成立合作社。八个村共成立合作社十二家。
三、取得成效
（一）收入增加。人均收入达到两万元。
（二）人口回流。回乡青年有三百多人。
"""


@pytest.fixture
def pipeline(pipeline_of):
    return pipeline_of({"a.txt": TEXT}, embedder="static")


def marked(pipeline):
    [article] = pipeline.document("a.txt").outline.sections
    questions = ["白河镇遇到什么困难？", "白河镇有哪些做法？", "白河镇取得了什么成效？"]
    return [
        MarkedSection(question, "a.txt", section.start, section.end)
        for question, section in zip(questions, article.children, strict=True)
        for _ in range(2)
    ]


def test_the_weights_are_written_with_their_names_and_can_be_used(pipeline, tmp_path):
    run = train_sections(pipeline, marked(pipeline), tmp_path / "sections.json", TOY, lambda line: None)
    model = LinearModel(tmp_path / "sections.json", FEATURES)

    assert (run["questions"], run["not_found"]) == (6, 0)
    assert np.isfinite(model.logits(np.ones((1, len(FEATURES))))).all()


def test_what_is_marked_but_not_found_is_counted_and_too_little_is_refused(pipeline, tmp_path):
    gone = MarkedSection("白河镇有哪些做法？", "a.txt", 3, 5)

    with pytest.raises(InputError, match="0 sections are found"):
        train_sections(pipeline, [gone], tmp_path / "sections.json", TOY, lambda line: None)


def test_marked_sections_are_read(tmp_path):
    file = tmp_path / "q.jsonl"
    file.write_text(json.dumps({"question": "问", "doc": "a.txt", "start": 1, "end": 9}) + "\n")

    assert read_marked(file) == [MarkedSection("问", "a.txt", 1, 9)]
    file.write_text("{}\n")
    with pytest.raises(InputError, match="holds no marked sections"):
        read_marked(file)
