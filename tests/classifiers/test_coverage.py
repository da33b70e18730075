"""What a classifier reports about its words' vectors."""

from skembed import CNNTextClassifier, KerasTokenizer
from skembed.text import ClassCoverage


def test_by_class(cnn, vectors):
    texts, labels = ["sun of", "rain of of", "sun"], ["fine", "foul", "fine"]
    coverage = cnn(embeddings=vectors, epochs=1).fit(texts, labels).coverage_
    assert coverage.by_class == (
        ClassCoverage("fine", n_tokens=3, type_share=1 / 2, token_share=2 / 3),
        ClassCoverage("foul", n_tokens=3, type_share=1 / 2, token_share=1 / 3),
    )
    assert "foul       3             66.7%" in str(coverage)
    assert type(coverage.by_class[0].label) is str


def test_several_labels(cnn, vectors):
    texts = ["sun of", "rain of of", "sun"]
    coverage = cnn(embeddings=vectors, epochs=1).fit(texts, [[1, 0], [1, 1], [0, 0]]).coverage_
    assert [(c.label, c.n_tokens) for c in coverage.by_class] == [(0, 5), (1, 3)]


def test_documents_cut(cnn, vectors, texts, labels):
    tokenizer = KerasTokenizer(max_length=4)
    coverage = cnn(embeddings=vectors, tokenizer=tokenizer, epochs=1).fit(texts, labels).coverage_
    cut = sum(len(text.split()) > 4 for text in texts)
    assert coverage.truncated_share == cut / 40
    outside = tokenizer.fit_transform(texts)
    coverage = cnn(embeddings=vectors, epochs=1).fit(outside, labels).coverage_
    assert coverage.truncated_share is None
    assert [c.label for c in coverage.by_class] == ["fine", "foul"]


def test_other_spellings(vectors):
    classifier = CNNTextClassifier(
        embeddings=vectors, tokenizer=KerasTokenizer(lowercase=False), filters=2, epochs=1
    )
    coverage = classifier.fit(["Sun the", "rain", "sün the"], [0, 1, 0]).coverage_
    assert (coverage.lowercase_gain, coverage.unaccented_gain) == (1 / 5, 1 / 5)
