"""A network and its objective as hashable values, the key to a traced graph.

Files hold these fields. The default of a field that is added later keeps the earlier behaviour, so
that files of earlier versions keep their meaning.
"""

from dataclasses import dataclass, field, replace

from skembed._records import record
from skembed.networks._encoder import Encoder
from skembed.networks._outputs import Output, SoftmaxOutput
from skembed.networks._types import PlainNumbers


@record
@dataclass(frozen=True, kw_only=True)
class NetworkSpec(PlainNumbers):
    """A network: its graph, and the dropout rates that are fed to it."""

    n_rows: int | None  # of the embedding matrix, one for each id; None for vectors
    n_dims: int
    trainable_embedding: bool = True
    spatial_dropout: float = 0.0  # of the vectors' components, for a whole document
    encoder: Encoder
    n_numbers: int = 0  # beside the document's vector, before the dense layers
    dense_dropout: float = 0.0  # of the document's vector, and of the numbers
    dense_units: tuple[int, ...] = ()
    dense_activation: str = "relu"
    batch_norm: bool = False
    n_outputs: int
    precision: str = "float32"  # Keras's name of the dtype policy

    def graph_key(self) -> "NetworkSpec":
        """Return the part that determines the graph; networks with an equal key share engines.

        The number of rows is not a part of it, because an engine has spare rows.
        """
        return replace(
            self,
            n_rows=None if self.n_rows is None else 1,
            spatial_dropout=0.0,
            encoder=self.encoder.graph_key(),
            dense_dropout=0.0,
        )

    def fed_rates(self) -> dict[str, float]:
        """Return the dropout rates that are fed to the graph, by the names of their layers."""
        rates = {"spatial_dropout": self.spatial_dropout, "dense_dropout": self.dense_dropout}
        return rates | self.encoder.fed_rates()


@record
@dataclass(frozen=True, kw_only=True)
class ObjectiveSpec(PlainNumbers):
    """The loss that training minimises, and the optimizer."""

    loss: str = "crossentropy"  # or "focal", "top_k"
    output: Output = field(default_factory=SoftmaxOutput)
    top_k: int = 0  # with "top_k": hardest examples of a batch that count
    label_smoothing: float = 0.0
    optimizer: str = "adam"
    clipnorm: float | None = None  # largest norm of each weight's gradient


@dataclass(frozen=True, kw_only=True)
class TrainingPlan(PlainNumbers):
    """How to train, apart from the objective."""

    epochs: int  # from now on
    batch_size: int
    learning_rate: float
    release_epoch: int | None = None  # of all epochs, the first that trains the embedding
    # Epochs without a better validation, after which the best epoch's weights are restored.
    patience: int | None = None
    watched: str = "val_loss"  # decides the best epoch: the smallest loss, else the largest
    verbose: int = 0
    data_parallel: bool = False


def round_up(size: int) -> int:
    """Round a size up so that few distinct ones remain, by at most an eighth.

    Examples
    --------
    >>> [round_up(n) for n in (1, 15, 17, 100, 20_000)]
    [8, 15, 18, 104, 20480]
    """
    step = max(1 << max(size - 1, 1).bit_length() >> 4, 1)
    return max(-(-size // step) * step, 8)
