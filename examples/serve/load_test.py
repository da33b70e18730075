"""Send many requests to a running service at once, and print how long they took.

python load_test.py http://127.0.0.1:8000 [REQUESTS] [AT ONCE] [TEXTS EACH]
"""

import asyncio
import sys
import time

import httpx2
import numpy as np

WORDS = ["card", "transfer", "declined", "twice", "why", "my", "has", "not", "arrived", "yet"]


async def ask(client, n_texts, rng, seconds):
    """Send one batch of short texts, and note how long the answer took."""
    texts = [" ".join(rng.choice(WORDS, 12)) for _ in range(n_texts)]
    started = time.perf_counter()
    answer = await client.post("/predict", json={"texts": texts})
    seconds.append(time.perf_counter() - started)
    answer.raise_for_status()
    assert len(answer.json()["labels"]) == n_texts


async def run(url, n_requests, n_clients, n_texts):
    """Let so many clients send their share of the requests."""
    rng = np.random.default_rng(0)
    seconds = []
    async with httpx2.AsyncClient(base_url=url, timeout=60) as client:
        await ask(client, n_texts, rng, [])

        async def one_client():
            for _ in range(n_requests // n_clients):
                await ask(client, n_texts, rng, seconds)

        started = time.perf_counter()
        await asyncio.gather(*(one_client() for _ in range(n_clients)))
        total = time.perf_counter() - started
    median, high = np.quantile(seconds, [0.5, 0.99]) * 1e3
    print(
        f"{len(seconds)} requests of {n_texts} texts, {n_clients} at once: "
        f"{len(seconds) / total:,.0f} requests/s, {len(seconds) * n_texts / total:,.0f} texts/s, "
        f"median {median:.1f} ms, 99th percentile {high:.1f} ms"
    )


if __name__ == "__main__":
    given = [int(number) for number in sys.argv[2:]]
    asyncio.run(run(sys.argv[1], *(given + [1000, 8, 1][len(given) :])))
