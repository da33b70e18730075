"""Networks that people come with, expressed by parameters and checked layer by layer."""

import numpy as np
import pytest

from skembed import CNNTextClassifier, KerasTokenizer, LSTMTextClassifier, WordVectors

N_IDS = 17  # padding, unknown and the corpus's fifteen words
FORWARD = dict(bidirectional=False, pooling="last")


@pytest.fixture(scope="module")
def pretrained(vectors):
    """Make vectors of any width for all words but one."""

    def make(n_dims):
        matrix = np.random.default_rng(0).normal(0, 0.4, (len(vectors), n_dims))
        return WordVectors(list(vectors.words), matrix)

    return make


def layers_of(classifier):
    """Layers with weights or dropouts: their types and what matters of them."""
    shown = []
    for layer in classifier.network_.layers:
        kind, config = type(layer).__name__, layer.get_config()
        match kind:
            case "EmbedWords":
                shown.append((kind, layer.input_dim, layer.output_dim, layer.trainable))
            case "SpatialDropout1D" | "Dropout":
                shown.append((kind, config["rate"]))
            case "FusedLSTM":
                rates = config["dropout"], config["recurrent_dropout"]
                shown.append(("LSTM", config["units"], *rates))
            case "ConvolvePool":
                shown.append((kind, config["filters"], config["kernel_size"], config["pool_size"]))
            case "ConvolveMax":
                shown.append((kind, config["filters"], config["kernel_size"]))
            case "PoolDocument":
                shown.append((kind, config["pooling"]))
            case "Dense":
                shown.append((kind, config["units"], config["activation"]))
            case "BatchNormalization":
                shown.append((kind,))
    return shown


def fit_two_epochs(classifier, texts, labels):
    classifier.set_params(epochs=2, random_state=0, wide=False).fit(texts, labels)
    assert classifier.n_iter_ == 2
    assert np.isfinite(classifier.history_["loss"]).all()
    assert classifier.network_.count_params() == classifier.n_parameters_
    proba = classifier.predict_proba(texts)
    ids = classifier.tokenizer_.transform(texts).to_dense(padding="post")
    np.testing.assert_allclose(classifier.network_.predict_on_batch(ids), proba, atol=1e-5)
    return classifier


def test_the_keras_blogs_cnn(texts, three, pretrained):
    classifier = CNNTextClassifier(
        embeddings=pretrained(100),
        trainable_embeddings=False,
        tokenizer=KerasTokenizer(max_tokens=20_000, max_length=1000),
        filters=128,
        kernel_sizes=(5, 5, 5),
        stacked=True,
        pool_size=5,
        spatial_dropout=0.0,
        dense_dropout=0.0,
        dense_units=(128,),
        optimizer="rmsprop",
        batch_size=128,
    )
    fit_two_epochs(classifier, texts, three)
    assert layers_of(classifier) == [
        ("EmbedWords", N_IDS, 100, False),
        ("ConvolvePool", 128, 5, 5),
        ("ConvolvePool", 128, 5, 5),
        ("ConvolveMax", 128, 5),
        ("Dense", 128, "relu"),
        ("Dense", 3, "linear"),
    ]
    blocks = (5 * 100 + 1) * 128 + 2 * (5 * 128 + 1) * 128
    dense = (128 + 1) * 128 + (128 + 1) * 3
    assert classifier.n_parameters_ == N_IDS * 100 + blocks + dense
    assert type(classifier.network_.optimizer).__name__ == "RMSprop"


def test_a_plain_lstm_with_dropouts(texts, labels):
    classifier = LSTMTextClassifier(
        **FORWARD,
        embedding_dim=80,
        units=100,
        spatial_dropout=0.2,
        dropout=0.2,
        recurrent_dropout=0.2,
    )
    fit_two_epochs(classifier, texts, labels)
    assert layers_of(classifier) == [
        ("EmbedWords", N_IDS, 80, True),
        ("SpatialDropout1D", 0.2),
        ("LSTM", 100, 0.2, 0.2),
        ("PoolDocument", "last"),
        ("Dense", 2, "linear"),
    ]
    lstm = 4 * 100 * (80 + 100 + 1)
    assert classifier.n_parameters_ == N_IDS * 80 + lstm + (100 + 1) * 2


def test_an_lstm_with_dropout_and_two_he_uniform_layers(texts, labels, weights_of):
    classifier = LSTMTextClassifier(
        **FORWARD, units=100, spatial_dropout=0.0, dense_dropout=0.5, dense_units=(128, 64)
    )
    fit_two_epochs(classifier, texts, labels)
    assert layers_of(classifier) == [
        ("EmbedWords", N_IDS, 100, True),
        ("LSTM", 100, 0.0, 0.0),
        ("PoolDocument", "last"),
        ("Dropout", 0.5),
        ("Dense", 128, "relu"),
        ("Dense", 64, "relu"),
        ("Dense", 2, "linear"),
    ]
    lstm = 4 * 100 * (100 + 100 + 1)
    dense = (100 + 1) * 128 + (128 + 1) * 64 + (64 + 1) * 2
    assert classifier.n_parameters_ == N_IDS * 100 + lstm + dense
    # The first values of He's rule reach further than Glorot's would.
    slow = LSTMTextClassifier(**{**classifier.get_params(), "learning_rate": 1e-9})
    kernel = weights_of(slow.fit(texts, labels))["dense_1/kernel"]
    assert np.sqrt(6 / (100 + 128)) < np.abs(kernel).max() <= np.sqrt(6 / 100)


def test_a_frozen_embedding_an_lstm_and_normalised_sigmoid_layers(
    texts, labels, pretrained, weights_of
):
    classifier = LSTMTextClassifier(
        **FORWARD,
        embeddings=pretrained(50),
        trainable_embeddings=False,
        spatial_dropout=0.4,
        units=100,
        dense_units=(128, 64, 32),
        dense_activation="sigmoid",
        batch_norm=True,
    )
    fit_two_epochs(classifier, texts, labels)
    assert layers_of(classifier) == [
        ("EmbedWords", N_IDS, 50, False),
        ("SpatialDropout1D", 0.4),
        ("LSTM", 100, 0.0, 0.0),
        ("PoolDocument", "last"),
        ("Dense", 128, "sigmoid"),
        ("BatchNormalization",),
        ("Dense", 64, "sigmoid"),
        ("BatchNormalization",),
        ("Dense", 32, "sigmoid"),
        ("BatchNormalization",),
        ("Dense", 2, "linear"),
    ]
    lstm = 4 * 100 * (50 + 100 + 1)
    dense = (100 + 1) * 128 + (128 + 1) * 64 + (64 + 1) * 32 + (32 + 1) * 2
    normalised = 4 * (128 + 64 + 32)
    assert classifier.n_parameters_ == N_IDS * 50 + lstm + dense + normalised
    moved = weights_of(classifier)["batch_norm_1/moving_mean"]
    assert np.abs(moved).max() > 1e-3  # training moves the running means


@pytest.mark.parametrize("variant", ["static", "non-static", "random"])
def test_kims_cnn(texts, labels, pretrained, variant):
    embeddings = {
        "static": dict(embeddings=pretrained(300), trainable_embeddings=False),
        "non-static": dict(embeddings=pretrained(300)),
        "random": dict(embedding_dim=300),
    }[variant]
    classifier = CNNTextClassifier(
        **embeddings,
        filters=100,
        kernel_sizes=(3, 4, 5),
        spatial_dropout=0.0,
        dense_dropout=0.5,
        optimizer="adadelta",
        learning_rate=1.0,
        batch_size=50,
    )
    fit_two_epochs(classifier, texts, labels)
    shown = layers_of(classifier)
    assert shown[0] == ("EmbedWords", N_IDS, 300, variant != "static")
    assert sorted(shown[1:4]) == [("ConvolveMax", 100, size) for size in (3, 4, 5)]
    assert shown[4:] == [("Dropout", 0.5), ("Dense", 2, "linear")]
    kernels = 100 * (3 * 300 + 1) + 100 * (4 * 300 + 1) + 100 * (5 * 300 + 1)
    assert classifier.n_parameters_ == N_IDS * 300 + kernels + (300 + 1) * 2
