"""skops keeps a fitted classifier, and names the types to trust."""

from numpy.testing import assert_array_equal


def test_the_page(run):
    names = run("skops")
    assert names["trusted"]
    assert {name.partition(".")[0] for name in names["trusted"]} == {"skembed"}
    expected = names["classifier"].predict_proba(names["texts"])
    assert_array_equal(names["again"].predict_proba(names["texts"]), expected)
