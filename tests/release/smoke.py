"""What an installation must do without any extra: ``python smoke.py``, outside of the checkout."""

import tempfile
from pathlib import Path

import skembed

TEXTS = ["the rain stays here", "snow and rain again", "a song of three notes", "play the song"] * 4
LABELS = ["weather", "weather", "music", "music"] * 4

names = {getattr(skembed, name).__name__ for name in skembed.__all__}
assert "compare" in names, names

classifier = skembed.CNNTextClassifier(epochs=3, random_state=0).fit(TEXTS, LABELS)
assert classifier.score(TEXTS, LABELS) == 1

with tempfile.TemporaryDirectory() as folder:
    skembed.save(classifier, Path(folder) / "weather.skembed")
    loaded = skembed.load(Path(folder) / "weather.skembed")
assert (loaded.predict_proba(TEXTS) == classifier.predict_proba(TEXTS)).all()

package = Path(skembed.__file__).parent
assert (package / "py.typed").is_file()
print(f"skembed {skembed.__version__} in {package} works")
