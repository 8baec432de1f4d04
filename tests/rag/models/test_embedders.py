import numpy as np
import pytest
from safetensors.numpy import save_file

from rag.errors import ModelError, UnknownNameError
from rag.models.embedders import EMBEDDERS, open_embedder
from rag.models.embedders.static import ROWS, SCALES, SHIPPED, StaticEmbedder, shipped

TEXTS = [
    "果园与城里的超市签订了供货合同。",
    "The ferry leaves at seven in the morning.",
    "雲山圖書館每週二至週日開門",
    "ERP系统 １２３ 😀",
    "长" * 3000,
]


@pytest.fixture(scope="module")
def static() -> StaticEmbedder:
    return StaticEmbedder()


@pytest.mark.parametrize("name", EMBEDDERS.names())
class TestEveryEmbedder:
    def test_vectors_have_one_row_a_text_and_unit_length(self, name):
        embedder = open_embedder(name)

        vectors = embedder.embed_passages(TEXTS)

        assert vectors.shape == (len(TEXTS), embedder.dimensions)
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)

    def test_a_query_is_one_row(self, name):
        embedder = open_embedder(name)

        assert embedder.embed_query("轮船").shape == (1, embedder.dimensions)

    def test_no_texts_give_no_rows(self, name):
        embedder = open_embedder(name)

        assert embedder.embed_passages([]).shape == (0, embedder.dimensions)

    @pytest.mark.parametrize("text", ["", " \n"])
    def test_a_text_without_words_has_no_direction_and_no_nan(self, name, text):
        assert not np.isnan(open_embedder(name).embed_passages([text, "轮船"])).any()

    def test_traditional_and_simplified_text_have_one_vector(self, name):
        simplified, traditional = open_embedder(name).embed_passages(["党员示范岗", "黨員示範崗"])

        assert np.array_equal(simplified, traditional)

    def test_the_same_text_has_the_same_vector_alone_or_among_others(self, name):
        embedder = open_embedder(name)

        assert np.allclose(embedder.embed_query(TEXTS[1]), embedder.embed_passages(TEXTS)[1:2], atol=1e-6)

    def test_the_fingerprint_is_the_same_each_time(self, name):
        assert open_embedder(name).fingerprint == open_embedder(name).fingerprint


def test_fingerprints_tell_embedders_apart():
    fingerprints = {open_embedder(name).fingerprint for name in EMBEDDERS.names()}

    assert len(fingerprints) == len(EMBEDDERS.names())


def test_the_fingerprint_changes_with_one_weight(static, tmp_path):
    (tmp_path / "tokenizer.json").write_bytes((SHIPPED / "tokenizer.json").read_bytes())
    rows = np.zeros((static.size, 2), dtype=np.int8)
    scales = np.ones(static.size, dtype=np.float32)
    prints = []
    for value in (0, 1):
        rows[0, 0] = value
        save_file({ROWS: rows, SCALES: scales}, tmp_path / "model.safetensors")
        prints.append(StaticEmbedder(tmp_path).fingerprint)
    scales[0] = 2
    save_file({ROWS: rows, SCALES: scales}, tmp_path / "model.safetensors")
    prints.append(StaticEmbedder(tmp_path).fingerprint)

    assert len(set(prints)) == 3


def test_more_texts_than_one_batch_keep_their_order(static):
    vectors = static.embed_passages(["苹果", "轮船"] * 600)

    assert np.array_equal(vectors[:2], vectors[-2:])
    assert not np.array_equal(vectors[0], vectors[1])


@pytest.mark.parametrize(
    ("question", "near", "far"),
    [
        ("果园卖出多少苹果", "全年销售水果三千吨", "末班轮船晚上八点开"),
        ("When does the library open?", "圖書館上午九點開門", "果园种植紫云英"),
        ("圖書館館長", "图书馆的负责人", "大雾停航可以退票"),
    ],
)
def test_the_shipped_model_brings_together_what_means_the_same(static, question, near, far):
    query = static.embed_query(question)[0]
    near_vector, far_vector = static.embed_passages([near, far])

    assert query @ near_vector > query @ far_vector


@pytest.mark.slow
def test_the_static_model_gives_what_sentence_transformers_gives_of_its_rows(static, tmp_path):
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    from rag.models.embedders.sentence_transformer import SentenceTransformerEmbedder

    rows = StaticEmbedding(static._tokenizer, embedding_weights=static.rows(np.arange(static.size)))
    SentenceTransformer(modules=[rows, Normalize()]).save(str(tmp_path), create_model_card=False)
    reference = SentenceTransformerEmbedder(str(tmp_path))

    assert static.dimensions == reference.dimensions
    assert np.abs(static.embed_passages(TEXTS) - reference.embed_passages(TEXTS)).max() < 1e-5
    assert np.abs(static.embed_query(TEXTS[2]) - reference.embed_query(TEXTS[2])).max() < 1e-5


@pytest.mark.parametrize("name", ["nobody", "sentence_transformer", "base"])
def test_an_unknown_name_is_told_with_what_there_is_and_what_may_be_given(name):
    with pytest.raises(UnknownNameError, match=r"a folder, a hub name such as .*, hashing, static"):
        open_embedder(name)


@pytest.mark.slow
def test_no_name_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(UnknownNameError):
        open_embedder("")


@pytest.mark.slow
def test_a_folder_without_a_model_of_sentence_transformers_is_refused(tmp_path):
    with pytest.raises(ModelError, match="cannot be loaded"):
        open_embedder(str(tmp_path))


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(ModelError, match="holds no static model"):
        StaticEmbedder(tmp_path)


def test_damaged_weights_are_refused(tmp_path):
    (tmp_path / "tokenizer.json").write_bytes((SHIPPED / "tokenizer.json").read_bytes())
    (tmp_path / "model.safetensors").write_bytes(b"garbage")

    with pytest.raises(ModelError, match="holds no static model"):
        StaticEmbedder(tmp_path)


def test_a_damaged_vocabulary_is_refused(tmp_path):
    (tmp_path / "tokenizer.json").write_text('{"model": 3}')
    save_file(
        {ROWS: np.zeros((2, 2), dtype=np.int8), SCALES: np.ones(2, dtype=np.float32)},
        tmp_path / "model.safetensors",
    )

    with pytest.raises(ModelError):
        StaticEmbedder(tmp_path)


def test_products_and_lengths_are_those_of_the_rows():
    table = shipped()
    ids = np.array([10, 200, 3000, 40, 7, 7])
    directions = table.rows([5, 6])

    sums = [float(np.linalg.norm(table.rows(some).sum(axis=0))) for some in (ids[:2], ids[2:5], ids[5:])]
    assert table.sum_lengths(ids, np.array([0, 2, 5])) == pytest.approx(sums)
    assert table.lengths(ids) == pytest.approx(np.linalg.norm(table.rows(ids), axis=1))
    assert table.products(directions, ids) == pytest.approx(directions @ table.rows(ids).T, rel=1e-4)


def test_a_row_is_its_bytes_times_its_scale(static, tmp_path):
    (tmp_path / "tokenizer.json").write_bytes((SHIPPED / "tokenizer.json").read_bytes())
    rows, scales = np.array([[3, -4], [0, 112]], dtype=np.int8), np.array([0.5, 0.25], dtype=np.float32)
    save_file({ROWS: rows, SCALES: scales}, tmp_path / "model.safetensors")
    table = StaticEmbedder(tmp_path)

    assert table.rows([1, 0]).tolist() == [[0, 28], [1.5, -2]]
    assert table.lengths(np.array([0, 1])).tolist() == [2.5, 28]


def test_a_row_without_a_scale_is_refused(tmp_path):
    (tmp_path / "tokenizer.json").write_bytes((SHIPPED / "tokenizer.json").read_bytes())
    rows, scales = np.zeros((3, 2), dtype=np.int8), np.ones(2, dtype=np.float32)
    save_file({ROWS: rows, SCALES: scales}, tmp_path / "model.safetensors")

    with pytest.raises(ModelError, match="2 scales of 3 rows"):
        StaticEmbedder(tmp_path)
