"""
Fake job postings: texts, categories and flags of a table
=========================================================

A job posting is more than its description: it has a title, requirements, an industry, a logo or
none. `text_columns` names the columns of texts, and `features` turns the others into numbers.

The postings are the EMSCAD data of the University of the Aegean
(http://emscad.samos.aegean.gr), also on Kaggle as "Real or Fake? Fake Job Posting Prediction".
Save a table ``emscad_partial.csv.gz`` with their columns and name its folder in the environment
variable ``SKEMBED_DATA``. The vectors come with ``pip install "skembed[glove,plot]"``.

**The recorded run used a part of the data, put together from several copies, and most of its fake
postings come from other copies than its real ones. Differences between the copies are therefore
also differences between fake and real. The figures only compare the models with each other. Do not
quote them as results on the full data.**
"""

# %%
# Descriptions with the same beginning are versions of one posting. They form a group, and a group
# is never divided between training and test.
import os
from pathlib import Path

import pandas as pd
from sklearn.model_selection import StratifiedGroupKFold

path = Path(os.environ.get("SKEMBED_DATA", "."), "emscad_partial.csv.gz")
if not path.is_file():
    raise SystemExit(
        f"There is no {path.name} in the folder that SKEMBED_DATA names. The top of this file says "
        "where to get the data."
    )
postings = pd.read_csv(path)
groups = postings["description"].str.lower().str.split().str.join(" ").str[:80]
fake = postings.pop("fraudulent")
splitter = StratifiedGroupKFold(3, shuffle=True, random_state=0)
folds = list(splitter.split(postings, fake, groups))
print(f"{len(postings)} postings, {fake.sum()} of them fake, {groups.nunique()} descriptions\n")

# %%
# Categories become columns of zeros and ones. A missing value is a category of its own.
from sklearn.compose import make_column_transformer
from sklearn.preprocessing import OneHotEncoder

texts = ["title", "company_profile", "description", "requirements", "benefits"]
categories = ["employment_type", "required_experience", "required_education", "industry"]
flags = ["telecommuting", "has_company_logo", "has_questions"]
features = make_column_transformer(
    (OneHotEncoder(handle_unknown="ignore"), categories), ("passthrough", flags)
)

# %%
# Compare the same network with texts alone and with texts and features. The baseline of `compare`
# uses TF-IDF of the same columns, and the same features.
from skembed import CNNTextClassifier, compare

models = {
    name: CNNTextClassifier(
        text_columns=texts, features=beside, embeddings="glove.6B.50d", random_state=0
    )
    for name, beside in {"CNN, texts": None, "CNN, texts and features": features}.items()
}
comparison = compare(models, postings, fake, cv=folds, scoring="f1")
print(comparison)

# %%
# Why is a posting taken for a fake? Words and features add up to the score.
from skembed import explain

train, test = folds[0]
model = models["CNN, texts and features"].fit(postings.iloc[train], fake.iloc[train])
held_out = postings.iloc[test]
row = held_out.iloc[model.predict_proba(held_out)[:, 1].argmax()]
print("\nThe posting that is fake most surely:\n")
print(explain(model, row, classes=[1], n_points=16))

# %%
# Small dots are folds, and large dots are means.
import matplotlib.pyplot as plt

ax = comparison.plot()
ax.set_title("part of the data, see the text", loc="left", fontsize=10)
# sphinx_gallery_thumbnail_path = 'gallery/thumbnails/plot_posting_columns.png'
plt.show()
