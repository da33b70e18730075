"""The stages on a small file: that they do what they are timed for."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from benchmarks.child import Settings
from benchmarks.scale import stages, tables, words

TEXTS = ["sun and sea", "rain and wind and hail", "sun"]
N = 600


@pytest.fixture
def settings(monkeypatch, tmp_path):
    path = tmp_path / "passages.parquet"
    labels = [i % 2 for i in range(N)]
    pa.parquet.write_table(pa.table({"text": TEXTS * (N // 3), "label": labels}), path)
    monkeypatch.setattr(stages, "passages_file", lambda settings, n_documents: path)
    return Settings(tmp_path, quick=False, seed=0)


def done(settings, stage, n_documents=N):
    work = stage(settings, n_documents)
    result = work.run()
    return work.n_documents, result, work.figures(result)


def test_reading(settings):
    n_documents, n_characters, figures = done(settings, stages.read)
    assert (n_documents, n_characters) == (N, N // 3 * len("".join(TEXTS)))
    size = (settings.work / "passages.parquet").stat().st_size
    assert figures == {"file_bytes": size, "characters": n_characters}


def test_labels(settings):
    n_documents, targets, figures = done(settings, stages.find_labels)
    assert n_documents == N
    assert targets.tolist() == [i % 2 for i in range(N)]
    assert figures == {"memory_bytes": 4 * N}


def test_counting(settings):
    n_documents, tokenizer, figures = done(settings, stages.count)
    assert n_documents == N
    assert tokenizer.vocabulary_ == {"and": 2, "sun": 3, "sea": 4, "rain": 5, "wind": 6, "hail": 7}
    assert 4 * 9 * N // 3 < figures.pop("file_bytes") < 4 * 9 * N // 3 + 8 * N + 500
    assert figures == {"tokens": 9 * N // 3, "words": 6}


def test_ids(settings, monkeypatch):
    monkeypatch.setattr(stages, "DOCUMENTS_AT_ONCE", 100)
    work = stages.write_ids(settings, 300)
    data, others = work.run()
    assert (work.n_documents, len(data), others) == (300, 300, None)
    ids = np.concatenate([block.steps for _, block in data.blocks()])
    assert np.bincount(ids).tolist() == [0, 0, 300, 200, 100, 100, 100, 100]
    figures = work.figures((data, others))
    assert figures == {"file_bytes": 4 * 900, "memory_bytes": 8 * 301}


def test_distinct_words_as_a_set_has_them():
    messages = [f"a{i % 7} b{i % 30} c{i}" for i in range(64)]
    expected = []
    for n in (8, 16, 32, 64):
        tokens = " ".join(messages[:n]).split()
        expected.append({"tokens": len(tokens), "words": len(set(tokens))})
    assert words.growth(messages, fewest=8) == expected


def test_counts_to_merge_share_half_of_their_words():
    rng = np.random.default_rng(0)
    one, other = (words._counts(10, start, rng) for start in (0, 5))
    assert len({*one.words} & {*other.words}) == 5
    both = words.add_counts(one, other)
    assert len(both.words) == 15
    assert both.counts.sum() == one.counts.sum() + other.counts.sum()


def test_every_stage_has_two_sizes_and_a_place_on_the_page():
    assert len(stages.BENCHMARK.contenders) == 2 * len(stages.TEXTS | stages.NETWORKS)
    assert {*tables.SERIAL, tables.READ, tables.EPOCH} <= {*stages.SIZES}
