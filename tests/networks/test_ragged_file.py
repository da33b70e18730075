"""Documents in a file: each is read once an epoch, and few are in memory at a time."""

import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from skembed.networks import Examples, NetworkData, RaggedFile, predict_logits, train


def spooled(data, n_at_once=7):
    """Write documents to a file, some at a time."""
    spool = RaggedFile()
    for start in range(0, len(data), n_at_once):
        stop = min(start + n_at_once, len(data))
        ids = data.steps[data.offsets[start] : data.offsets[stop]]
        spool.append(ids, data.lengths[start:stop])
    spool.finish()
    return spool


def documents(data):
    return [data.steps[a:b].tolist() for a, b in zip(data.offsets, data.offsets[1:], strict=False)]


@pytest.fixture
def small(spool_sizes):
    """Let blocks have ten ids, and buffers forty."""
    spool_sizes(block=10, buffer=40)


@pytest.fixture
def numbered():
    """Two hundred documents of one to six ids, the first of which is their number."""
    lengths = np.random.default_rng(0).integers(1, 7, 200)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    ids = np.random.default_rng(1).integers(1, 300, offsets[-1]).astype(np.int32)
    ids[offsets[:-1]] = np.arange(1, 201)
    return NetworkData(ids, offsets)


def test_what_fits_into_a_buffer_is_one_part(numbered):
    with spooled(numbered) as spool:
        assert len(spool) == 200
        assert_array_equal(spool.lengths, numbered.lengths)
        rng = np.random.default_rng(3)
        (buffer,) = spool.buffers(rng)
        assert rng.bit_generator.state == np.random.default_rng(3).bit_generator.state
        assert len(buffer) == 200
        assert_array_equal(buffer.rows, np.arange(200))
        assert documents(buffer.read()) == documents(numbered)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("seed", [None, 0, 1])
def test_every_document_is_in_one_part(numbered, seed):
    with spooled(numbered) as spool:
        buffers = spool.buffers(None if seed is None else np.random.default_rng(seed))
        assert len(buffers) > 10
        rows = np.concatenate([buffer.rows for buffer in buffers])
        assert_array_equal(np.sort(rows), np.arange(200))
        assert (seed is None) == np.array_equal(rows, np.arange(200))
        for buffer in buffers:
            data = buffer.read()
            assert documents(data) == [documents(numbered)[row] for row in buffer.rows]
            assert_array_equal(buffer.lengths, data.lengths)
            assert len(data.steps) <= 40 + 15  # a block ends behind the document it is in


@pytest.mark.usefixtures("small")
def test_parts_hold_blocks_from_all_over(numbered):
    with spooled(numbered) as spool:
        buffers = [
            buffer for buffer in spool.buffers(np.random.default_rng(0)) if len(buffer.blocks) > 2
        ]
        spans = [buffer.rows.max() - buffer.rows.min() for buffer in buffers]
        assert np.mean(spans) > 80


LENGTHS = st.lists(st.integers(1, 60), min_size=1, max_size=40)


@pytest.mark.usefixtures("small")
@given(LENGTHS, st.integers(0, 3))
def test_any_lengths(lengths, seed):
    ids = np.arange(1, sum(lengths) + 1, dtype=np.int32)
    data = NetworkData(ids, np.concatenate([[0], np.cumsum(lengths)]))
    with spooled(data) as spool:
        buffers = spool.buffers(np.random.default_rng(seed))
        found = [document for buffer in buffers for document in documents(buffer.read())]
        assert sorted(found) == documents(data)
        assert sum(map(len, buffers)) == len(lengths)


def ids_of_epochs(state, examples, plan, monkeypatch):
    """Return the first ids of the documents of each batch of a training."""
    seen, inner = [], NetworkData.batch

    def batch(self, rows):
        padded = inner(self, rows)
        seen.append(padded[:, 0])
        return padded

    with monkeypatch.context() as patch:
        patch.setattr(NetworkData, "batch", batch)
        train(state, examples, plan)
    return seen


@pytest.mark.usefixtures("small")
def test_every_document_is_trained_on_once_an_epoch(make, numbered, monkeypatch):
    state = make.state(make.spec(make.cnn(), n_rows=301))
    n_batches = {}
    with spooled(numbered) as spool:
        examples = Examples(spool, np.arange(200, dtype=np.int32) % 2, np.ones(200, np.float32))
        seen = ids_of_epochs(state, examples, make.plan(epochs=2, batch_size=4), monkeypatch)
        ids = np.concatenate(seen)
        assert_array_equal(np.sort(ids[:200]), np.arange(1, 201))
        assert_array_equal(np.sort(ids[200:]), np.arange(1, 201))
        assert not np.array_equal(ids[:200], ids[200:])
        n_batches = len(seen)
    assert 2 * 50 <= n_batches <= 2 * (50 + 25)  # each buffer may end with a smaller batch
    assert max(map(len, seen)) == 4


@pytest.mark.parametrize("encoder", ["lstm", "cnn"])
def test_in_one_buffer_training_is_that_in_memory(make, encoder, assert_same_state):
    examples = make.examples(n=60)
    state = make.state(make.spec(getattr(make, encoder)(), spatial_dropout=0.2))
    in_memory, history = train(state, examples, make.plan(), validation=examples)
    with spooled(examples.data) as spool:
        from_file = Examples(spool, examples.targets, examples.weights)
        again, same = train(state, from_file, make.plan(), validation=from_file)
    assert_same_state(in_memory, again)
    assert {**history, "seconds": 0} == {**same, "seconds": 0}


@pytest.mark.usefixtures("small")
def test_validation_and_prediction_read_all_parts(make, numbered):
    state = make.with_random_weights(make.spec(make.cnn(), n_rows=301))
    targets, weights = np.arange(200, dtype=np.int32) % 2, np.linspace(0.5, 1.5, 200)
    in_memory = Examples(numbered, targets, weights.astype(np.float32))
    plan = make.plan(epochs=1, learning_rate=1e-9)
    _, history = train(state, in_memory, plan, validation=in_memory)
    with spooled(numbered) as spool:
        from_file = Examples(spool, targets, in_memory.weights)
        _, same = train(state, in_memory, plan, validation=from_file)
        logits = predict_logits(state, spool)
    assert same["val_loss"] == pytest.approx(history["val_loss"], rel=1e-6)
    assert same["val_accuracy"] == history["val_accuracy"]
    np.testing.assert_allclose(logits, predict_logits(state, numbered), atol=1e-5)


def test_digests_tell_documents_apart(numbered):
    other_ids = numbered.steps.copy()
    other_ids[-1] += 1
    other_cuts = numbered.offsets.copy()
    other_cuts[5] = other_cuts[4] + 1 if other_cuts[5] - other_cuts[4] > 1 else other_cuts[5] + 1
    with (
        spooled(numbered) as a,
        spooled(numbered, 50) as b,
        spooled(NetworkData(other_ids, numbered.offsets)) as c,
        spooled(NetworkData(numbered.steps, other_cuts)) as d,
    ):
        assert a.digest() == b.digest()
        assert len({a.digest(), c.digest(), d.digest(), numbered.digest()}) == 4


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="needs /proc")
def test_the_file_has_no_name_and_goes(tmp_path, monkeypatch, numbered):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def opened():
        links = (os.path.join("/proc/self/fd", name) for name in os.listdir("/proc/self/fd"))
        return [
            link for link in links if os.path.lexists(link) and str(tmp_path) in os.readlink(link)
        ]

    with spooled(numbered) as spool:
        assert list(tmp_path.iterdir()) == []
        assert len(opened()) == 1
    assert opened() == []
    with pytest.raises(ValueError, match="closed file"):
        spool.buffers()[0].read()


def test_a_file_that_was_cut_is_noticed(numbered):
    with spooled(numbered) as spool:
        spool._file.truncate(100)
        with pytest.raises(OSError, match="temporary file of the documents' ids was cut"):
            spool.buffers()[0].read()
