"""``python make_models.py FOLDER``: fit and keep two models, and their answers."""

import json
import sys
from pathlib import Path

from sklearn.base import clone
from work import LABELS, TEXTS, network, pooled

import skembed

folder = Path(sys.argv[1])
pipeline = pooled("glove.6B.50d").estimator.fit(TEXTS, LABELS)[1:]
skembed.save(pipeline, folder / "pooled.skembed")
cnn = clone(network("glove.6B.50d").estimator).fit(TEXTS, LABELS)
skembed.to_onnx(cnn, folder / "cnn.onnx")
answers = {
    "pooled.skembed": pipeline.predict(TEXTS).tolist(),
    "cnn.onnx": cnn.predict(TEXTS).tolist(),
}
print(json.dumps(answers))
