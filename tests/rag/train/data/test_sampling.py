from rag.train.data.sampling import reservoir


def test_a_reservoir_holds_all_of_few_and_a_sample_of_many():
    few = [str(n) for n in range(5)]
    many = [str(n) for n in range(1000)]

    assert reservoir(few, 10, seed=0) == few
    sample = reservoir(many, 10, seed=0)
    assert len(set(sample)) == 10
    assert sample != many[:10]
    assert reservoir(many, 10, seed=0) == sample
