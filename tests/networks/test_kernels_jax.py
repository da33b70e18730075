"""What JAX compiles an LSTM to when devices divide a batch."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

import skembed

COMPILED = """
import jax, jax.numpy as jnp, re, sys
from jax.sharding import Mesh, NamedSharding, PartitionSpec as P
from skembed.networks._startup import load_engine
load_engine()
from skembed.networks._fused_lstm import FusedLSTM
from skembed.networks._kernels_jax import BATCH_AXIS

layer = FusedLSTM(3, return_sequences=True, recurrent_dropout=float(sys.argv[1]), seed=0)
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
def test_devices_talk_once_not_at_each_step(recurrent_dropout):
    settings = {
        "KERAS_BACKEND": "jax",
        "XLA_FLAGS": "--xla_force_host_platform_device_count=2",
        "PYTHONPATH": str(Path(skembed.__file__).parents[1]),
    }
    done = subprocess.run(
        [sys.executable, "-c", COMPILED, str(recurrent_dropout)],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=True,
    )
    *exchanges, n_loops = done.stdout.splitlines()
    assert set(exchanges) == {"outside"}
    assert int(n_loops) >= 2  # there and back, and perhaps to draw numbers
