"""Sizes of few distinct values."""

from skembed.networks import round_up


def test_sizes_round_up_by_at_most_an_eighth():
    for size in [*range(1, 3000), 20_000, 65_537, 400_001]:
        rounded = round_up(size)
        assert rounded >= size
        assert rounded <= max(size * 1.125, 8)


def test_few_sizes_remain():
    # sixteen sizes or fewer between two powers of two
    assert len({round_up(size) for size in range(1025, 2049)}) <= 16
    assert len({round_up(size) for size in range(1, 1025)}) < 90


def test_a_rounded_size_stays():
    assert all(round_up(round_up(size)) == round_up(size) for size in range(1, 3000))
