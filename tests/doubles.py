"""Documents made by hand, and small ways to make what the tests need."""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from starlette.testclient import TestClient

from rag.answer.backends import BACKENDS
from rag.ingest.outline import find_outline
from rag.pipeline import Pipeline
from rag.retrieve.rerank import Reranker
from rag.retrieve.retriever import Retriever
from rag.store.indexes import Snapshot
from rag.types.document import Document

ORCHARD: Final = """青石镇果园建设工作总结
青石镇果园始建于1998年，现有果树四万棵，职工62名，负责人是林晓峰。
一、打基础，改良土壤
镇里把改良土壤作为头等大事，采取三项措施。一是施用有机肥。每亩施肥两吨，由农技站统一配送到田头。二是修建蓄水池。新建蓄水池12座，解决了旱季浇水难的问题。三是轮作绿肥。冬季种植紫云英，来年春天翻耕后全部还田。
二、闯市场，扩大销路
果园与城里的超市签订了供货合同，全年卖出苹果3200吨，收入1850万元。
三、强管理，保证质量
果园实行“五查”制度，“五查”即查虫害、查水分、查肥力、查枝条、查果实。每批苹果出园前都要检验。
"""

READING_ROOM: Final = """雲山圖書館服務說明
雲山圖書館位於雲山縣城東路八號，館長是陳美玲，藏書二十萬冊。
一、開放時間
圖書館每週二至週日上午九點開門，下午六點關門，週一閉館。
二、借書辦法
讀者憑借書證每次可以借五本書，借期三十天，可以續借一次。逾期每天收取五分錢。
"""

FERRY: Final = """白沙渡口轮船航班安排
白沙渡口每天开行轮船六班，首班早上七点，末班晚上八点。遇到大雾停航，乘客可以全额退票。
"""

READY_BACKENDS: Final = sorted({*BACKENDS.names()} - {"openai", "transformers"})
"""The backends that need no setting up; the others have tests of their own."""

TEXTS: Final = {"ferry.txt": FERRY, "orchard.txt": ORCHARD, "reading-room.txt": READING_ROOM}


def write_files(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below a folder, text as UTF-8, and return the folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return folder


def document_of(text: str, name: str = "a.txt") -> Document:
    """Make the document that reading a text would make."""
    return Document(name, text, find_outline(text), "utf-8", "0" * 64, name)


def local_client(app: FastAPI) -> TestClient:
    """Ask an app as this machine's own; an error that nobody handled is a 500, as it would be."""
    return TestClient(app, base_url="http://localhost", raise_server_exceptions=False)


_OPEN: Final = ExitStack()


def snapshot_of(pipeline: Pipeline) -> Snapshot:
    """Return the library as it is now, which it stays for as long as the tests run."""
    return _OPEN.enter_context(pipeline.corpus.indexes.snapshot())


def retriever_over(pipeline: Pipeline, reranker: Reranker | None = None) -> Retriever:
    """Make a retriever over the library as it is now."""
    return Retriever(snapshot_of(pipeline), pipeline.corpus.embedder, reranker)
