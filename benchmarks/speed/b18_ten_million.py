"""Benchmark 18: ten million documents from a file, in less memory than they take."""

from benchmarks.definition import AtMost, Benchmark, Contender, Faster
from benchmarks.speed.b17_stream import (
    IN_MEMORY,
    NOTE,
    SAMPLE,
    check,
    in_memory,
    report,
    run,
    streamed,
)

STREAMED = "skembed, 10,000,000 as a stream"

BENCHMARK = Benchmark(
    title="Ten million documents from a Parquet file: words, ids, one CNN epoch",
    contenders={
        f"500,000 {IN_MEMORY}": Contender(in_memory(SAMPLE), run, report),
        STREAMED: Contender(streamed(10_000_000), run, report),
    },
    goals=[
        AtMost("peak_mb", 2000, "MB", ours=STREAMED),
        Faster(f"500,000 {IN_MEMORY}", 0.8, ours=STREAMED, figure="us_per_document"),
    ],
    check=check,
    rounds=1,
    note=NOTE,
)
