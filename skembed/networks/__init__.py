"""Numbers to Keras networks, and their training: the only folder that loads Keras.

Importing it does not import Keras or TensorFlow; the first engine does.
"""

from skembed.networks._attentive_lstm_encoder import AttentiveLSTMEncoder
from skembed.networks._callbacks import copy_callbacks
from skembed.networks._character_cnn_encoder import CharacterCNNEncoder
from skembed.networks._cnn import CNNEncoder
from skembed.networks._data import AnyData, Examples, NetworkData
from skembed.networks._encoder import Encoder, pool_steps
from skembed.networks._engines import borrow_engine
from skembed.networks._function_encoder import FunctionEncoder, encoder_of, remember
from skembed.networks._gradients import Attributions, integrate_gradients
from skembed.networks._gru_encoder import GRUEncoder
from skembed.networks._lstm import LSTMEncoder
from skembed.networks._mean_encoder import MeanEncoder
from skembed.networks._names import EMBEDDING, renamed
from skembed.networks._number_outputs import NumberOutput, RateOutput
from skembed.networks._outputs import Output, SigmoidOutput, SoftmaxOutput
from skembed.networks._predict import predict_logits
from skembed.networks._progress import (
    History,
    Progress,
    fingerprint,
    meant_before,
    pack,
    unpack,
)
from skembed.networks._ragged_file import RaggedFile
from skembed.networks._spec import NetworkSpec, ObjectiveSpec, TrainingPlan, round_up
from skembed.networks._startup import check_backend, load_engine
from skembed.networks._state import NetworkState, initial_state, with_trainable_embedding
from skembed.networks._train import train
from skembed.networks._transformer_encoder import TransformerEncoder
from skembed.networks._user_model import LinearLayer, get_network, load_network
from skembed.networks._weights import weight_shapes

__all__ = [
    "EMBEDDING",
    "AnyData",
    "AttentiveLSTMEncoder",
    "Attributions",
    "CNNEncoder",
    "CharacterCNNEncoder",
    "Encoder",
    "Examples",
    "FunctionEncoder",
    "GRUEncoder",
    "History",
    "LSTMEncoder",
    "LinearLayer",
    "MeanEncoder",
    "NetworkData",
    "NetworkSpec",
    "NetworkState",
    "NumberOutput",
    "ObjectiveSpec",
    "Output",
    "Progress",
    "RaggedFile",
    "RateOutput",
    "SigmoidOutput",
    "SoftmaxOutput",
    "TrainingPlan",
    "TransformerEncoder",
    "borrow_engine",
    "check_backend",
    "copy_callbacks",
    "encoder_of",
    "fingerprint",
    "get_network",
    "initial_state",
    "integrate_gradients",
    "load_engine",
    "load_network",
    "meant_before",
    "pack",
    "pool_steps",
    "predict_logits",
    "remember",
    "renamed",
    "round_up",
    "train",
    "unpack",
    "weight_shapes",
    "with_trainable_embedding",
]
