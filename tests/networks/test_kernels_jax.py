"""What JAX compiles an LSTM to when devices divide a batch."""

import importlib.util

import pytest

COMPILED = """
import jax, jax.numpy as jnp, re
from jax.sharding import Mesh, NamedSharding, PartitionSpec as P
from skembed.networks._startup import load_engine
load_engine()
from skembed.networks._layers import FusedLSTM
from skembed.networks._kernels_jax import BATCH_AXIS

layer = FusedLSTM(3, return_sequences=True, recurrent_dropout=%s, seed=0)
layer.build((None, None, 2))
seeds = [v.value for v in layer.non_trainable_variables]

def loss(weights, steps):
    return layer.stateless_call(weights, seeds, steps, training=True)[0].sum()

mesh = Mesh(jax.devices(), (BATCH_AXIS,))
steps = jax.device_put(jnp.ones((4, 7, 2)), NamedSharding(mesh, P(BATCH_AXIS)))
weights = [jax.device_put(v.value, NamedSharding(mesh, P())) for v in layer.trainable_variables]
with jax.set_mesh(mesh):
    compiled = jax.jit(jax.grad(loss)).lower(weights, steps).compile().as_text()
exchanges = re.compile(r" (?:all-\\w+|collective-\\w+|reduce-scatter)(?:-start)?\\(.*")
for line in exchanges.findall(compiled):
    print("in the loop" if "while/body" in line else "outside")
print(len(re.findall(r" while\\(", compiled)))
"""


@pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="jax is not installed")
@pytest.mark.parametrize("recurrent_dropout", [0.0, 0.5])
def test_devices_talk_once_not_at_each_step(run_python, recurrent_dropout):
    output, _ = run_python(
        COMPILED % recurrent_dropout,
        KERAS_BACKEND="jax",
        XLA_FLAGS="--xla_force_host_platform_device_count=2",
    )
    *exchanges, n_loops = output.splitlines()
    assert set(exchanges) == {"outside"}
    assert int(n_loops) >= 2  # there and back, and perhaps to draw numbers
