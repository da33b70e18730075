"""Data frames of pandas and polars, as columns and as output."""

import polars as pl


def test_the_page(run):
    names = run("pandas and polars")
    frame, columns, model = names["frame"], names["columns"], names["model"]
    assert isinstance(frame, pl.DataFrame)
    assert frame.columns == [*columns.get_feature_names_out()]
    assert frame.shape == (32, 50 + 2 + 1)
    assert type(model[:-1].transform(names["table"])).__module__.startswith("pandas")
    assert model.score(names["table"], names["weather"]) == 1
