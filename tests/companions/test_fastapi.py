"""FastAPI's threads ask one classifier at the same time."""

from concurrent.futures import ThreadPoolExecutor

from fastapi.testclient import TestClient


def test_the_page(run):
    names = run("FastAPI")
    texts, classifier = names["texts"], names["classifier"]
    batches = [texts[start : start + size] for start in range(8) for size in (1, 5, 24)]
    with TestClient(names["app"]) as client, ThreadPoolExecutor(8) as threads:
        answers = [*threads.map(lambda batch: client.post("/predict", json=batch), batches)]
    assert {answer.status_code for answer in answers} == {200}
    assert [answer.json() for answer in answers] == [[*classifier.predict(b)] for b in batches]
