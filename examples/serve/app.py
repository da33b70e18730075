"""A minimal HTTP service: texts in, probabilities out, without TensorFlow.

    pip install skembed-serve fastapi uvicorn
    SKEMBED_MODEL=model.onnx uvicorn app:app --workers 1

Then POST {"texts": ["..."]} to /predict, or open /docs. One process uses all its cores;
start more workers only on more machines.
"""

import os
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, BaseModel, Field

from skembed.serve import Predictor

MAX_TEXTS = 256
MAX_CHARACTERS = 20_000
MAX_BYTES = 4_000_000


def is_unicode(text: str) -> str:
    """Refuse half a surrogate pair, which JSON can write and UTF-8 cannot."""
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("half a surrogate pair is not a text")
    return text


Text = Annotated[str, Field(max_length=MAX_CHARACTERS), AfterValidator(is_unicode)]


class Texts(BaseModel):
    """A batch of documents."""

    texts: list[Text] = Field(min_length=1, max_length=MAX_TEXTS)


class Answers(BaseModel):
    """The label of each document, or its indicators, and the probability of each class."""

    labels: list
    classes: list
    probabilities: list[list[float]]


@asynccontextmanager
async def lifespan(app):
    """Load the model before the first request, and answer one to warm up."""
    app.state.predictor = Predictor(os.environ["SKEMBED_MODEL"])
    app.state.predictor.predict_proba(["warm up"])
    yield


app = FastAPI(title="skembed", lifespan=lifespan)


class LimitBody:
    """Refuse bodies that are too large, also where no length is announced."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        """Count the bytes as they come."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        seen = 0

        async def counted():
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > MAX_BYTES:
                raise HTTPException(413, f"The body may have {MAX_BYTES:,} bytes.")
            return message

        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > MAX_BYTES:
            answer = JSONResponse({"detail": f"The body may have {MAX_BYTES:,} bytes."}, 413)
            return await answer(scope, receive, send)
        return await self.app(scope, counted, send)


app.add_middleware(LimitBody)


@app.get("/health")
def health() -> dict[str, str]:
    """Say that the model is loaded."""
    return {"status": "ok"}


@app.post("/predict")
def predict(batch: Texts, request: Request) -> Answers:
    """Classify a batch of texts; runs in a thread, so that other requests are read meanwhile."""
    predictor = request.app.state.predictor
    return Answers(
        labels=predictor.predict(batch.texts).tolist(),
        classes=predictor.classes_.tolist(),
        probabilities=predictor.predict_proba(batch.texts).tolist(),
    )
