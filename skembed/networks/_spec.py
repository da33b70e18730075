"""What a network and its objective are, as hashable values: the key to a traced graph.

Files hold these fields. A field that is added has the default of what networks did without it, so
that files of earlier versions mean what they meant.
"""

from dataclasses import dataclass, field, replace

from skembed._records import record
from skembed.networks._encoder import Encoder
from skembed.networks._outputs import Output, SoftmaxOutput
from skembed.networks._types import PlainNumbers


@record
@dataclass(frozen=True, kw_only=True)
class NetworkSpec(PlainNumbers):
    """What a network is: its graph, and the dropout rates that are fed to it."""

    n_rows: int | None  # of the embedding matrix, one for each id; None if the steps are vectors
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
        """Return what fixes the graph alone; networks that agree in it share engines.

        The number of rows is no part of it, as an engine has some to spare.
        """
        return replace(
            self,
            n_rows=None if self.n_rows is None else 1,
            spatial_dropout=0.0,
            encoder=self.encoder.graph_key(),
            dense_dropout=0.0,
        )

    def fed_rates(self) -> dict[str, float]:
        """Return the dropout rates that are no part of the graph, by the names of their layers."""
        rates = {"spatial_dropout": self.spatial_dropout, "dense_dropout": self.dense_dropout}
        return rates | self.encoder.fed_rates()


@record
@dataclass(frozen=True, kw_only=True)
class ObjectiveSpec(PlainNumbers):
    """What training minimises, and by which rule."""

    loss: str = "crossentropy"  # or "focal", "top_k"
    output: Output = field(default_factory=SoftmaxOutput)
    top_k: int = 0  # hardest examples of a batch that count, for that loss
    label_smoothing: float = 0.0
    optimizer: str = "adam"
    clipnorm: float | None = None  # largest norm of each weight's gradient


@dataclass(frozen=True, kw_only=True)
class TrainingPlan(PlainNumbers):
    """How to train, apart from the objective."""

    epochs: int  # from now on
    batch_size: int
    learning_rate: float
    release_epoch: int | None = None  # of all, from which on the embedding is trained
    # Epochs without a better validation after which the best epoch's weights come back.
    patience: int | None = None
    watched: str = "val_loss"  # figure of each epoch by which it is the best; larger unless a loss
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
