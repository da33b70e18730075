"""
Salaries from job postings: numbers, and texts in two columns
=============================================================

What does a posting say about the salary? A table has one column with the title and one with the
description of each job. `text_columns` joins them, and `CNNTextRegressor` predicts a number.

The postings are a table of data science jobs with salaries in thousand dollars a year. Save it as
``job_salaries.csv.gz`` with the columns ``title``, ``description``, ``company`` and ``salary``, and
name its folder in the environment variable ``SKEMBED_DATA``. The vectors come with
``pip install "skembed[glove,plot]"``.
"""

# %%
# Postings of one company share much of their text, so a company is never divided between training
# and test.
import os
from pathlib import Path

import pandas as pd
from sklearn.model_selection import GroupKFold

path = Path(os.environ.get("SKEMBED_DATA", "."), "job_salaries.csv.gz")
if not path.is_file():
    raise SystemExit(
        f"There is no {path.name} in the folder that SKEMBED_DATA names. The top of this file says "
        "where to get the data."
    )
jobs = pd.read_csv(path).dropna(subset=["salary", "description"])
folds = list(GroupKFold(5).split(jobs, groups=jobs["company"]))
print(f"{len(jobs)} postings of {jobs['company'].nunique()} companies, salaries from")
print(f"{jobs['salary'].min():.0f} to {jobs['salary'].max():.0f} thousand dollars\n")

# %%
# The CNN has a ridge regression beside its network, and "CNN alone" has none. Both read the same
# columns. `compare` adds TF-IDF with a ridge regression.
from skembed import CNNTextRegressor, compare

settings = {"text_columns": ["title", "description"], "embeddings": "glove.6B.50d"}
cnn = CNNTextRegressor(**settings, random_state=0)
alone = CNNTextRegressor(**settings, wide=False, random_state=0)
models = {"CNN": cnn, "CNN alone": alone}
comparison = compare(models, jobs, jobs["salary"], cv=folds)
print(comparison)

# %%
# Which words speak for a high salary, and in which column?
from skembed import explain

train, test = folds[0]
cnn.fit(jobs.iloc[train], jobs["salary"].iloc[train])
row = jobs.iloc[test[cnn.predict(jobs.iloc[test]).argmax()]]
print(f"\nThe highest prediction, of a job for {row['salary']:.0f}:\n")
print(explain(cnn, row, n_points=16))

# %%
# Draw R² of each fold, and the mean.
import matplotlib.pyplot as plt

comparison.plot()
# sphinx_gallery_thumbnail_path = 'gallery/thumbnails/plot_job_salaries.png'
plt.show()
