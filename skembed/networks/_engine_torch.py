"""The engine of PyTorch, which runs one operation after the other."""

from typing import Any

import keras
import numpy as np
import torch
from keras import ops
from numpy.typing import NDArray

from skembed.networks._build import one_or_all
from skembed.networks._engine import Engine
from skembed.networks._kernels_torch import to_numpy
from skembed.networks._optimizers import in_float32
from skembed.networks._types import Batch, Floats, Numbers, Tensor, steps_of


class TorchEngine(Engine):
    """An engine whose steps PyTorch computes as they come."""

    @in_float32()
    def train_on(self, batch: Batch, targets: Numbers, weights: Floats) -> tuple[float, float]:
        """Take one step of the optimizer; return the batch's loss and the sum of its scores."""
        inputs, targets = _tensors(batch), ops.convert_to_tensor(targets)
        logits = self._logits(inputs, training=True)
        scaled, *found = self.loss_and_score(logits, targets, ops.convert_to_tensor(weights))
        variables = self._logits.trainable_variables
        gradients = torch.autograd.grad(scaled, [variable.value for variable in variables])
        with torch.no_grad(), self.moving_rows(steps_of(inputs)):
            self.optimizer.apply(gradients, variables)
        loss, score = (float(each.detach()) for each in found)
        return loss, score

    @in_float32()
    @torch.no_grad()
    def encode(self, batch: Batch) -> Floats:
        """Return documents as vectors of shape (n_rows, n_dims), in training."""
        documents = self._encoder(_tensors(batch), training=True)
        return to_numpy(documents.to(torch.float32))

    @in_float32()
    def differentiate_head(
        self, documents: Floats, targets: Numbers, weights: Floats
    ) -> tuple[float, float, Floats, dict[str, Any]]:
        """Return the loss of encoded documents, the sum of their scores, and gradients."""
        watched = ops.convert_to_tensor(documents).requires_grad_()
        answers = ops.convert_to_tensor(targets), ops.convert_to_tensor(weights)
        scaled, *found = self.loss_and_score(self._head(watched, training=True), *answers)
        variables = self._head.trainable_variables
        pull, *gradients = torch.autograd.grad(scaled, [watched, *(v.value for v in variables)])
        by_name = {v.path: g for v, g in zip(variables, gradients, strict=True)}
        loss, score = (float(each.detach()) for each in found)
        return loss, score, to_numpy(pull), by_name

    @in_float32()
    def differentiate_encoder(self, batch: Batch, pull: Floats) -> dict[str, Any]:
        """Return gradients by the encoder's weights from those by its documents."""
        documents = self._encoder(_tensors(batch), training=True)
        variables = self._encoder.trainable_variables
        gradients = torch.autograd.grad(
            documents.to(torch.float32),
            [variable.value for variable in variables],
            ops.convert_to_tensor(pull),
        )
        return {v.path: g for v, g in zip(variables, gradients, strict=True)}

    @in_float32()
    def move(self, gradients: dict[str, Any], ids: NDArray[np.int32]) -> None:
        """Take a step of the optimizer by gradients of documents that hold some ids."""
        with torch.no_grad(), self.moving_rows(ops.convert_to_tensor(ids)):
            self.optimizer.apply(self._ordered(gradients), self._logits.trainable_variables)

    @in_float32()
    @torch.no_grad()
    def test_on(self, batch: Batch, targets: Numbers, weights: Floats) -> tuple[float, float]:
        """Return the sums of the weighted losses and of the scores."""
        answers = ops.convert_to_tensor(targets)
        logits = self._logits(_tensors(batch), training=False)
        losses, scores = self.losses_and_scores(logits, answers, ops.convert_to_tensor(weights))
        return float(losses.sum()), float(scores.sum())

    @in_float32()
    @torch.no_grad()
    def predict_on(self, batch: Batch) -> Floats:
        """Return the logits, of shape (n_rows, n_outputs).

        Several threads may call it at a time.
        """
        logits = self._logits(_tensors(batch), training=False)
        return to_numpy(logits)

    @staticmethod
    @in_float32()
    def input_gradients(network: keras.Model, inputs: list[Floats], mixing: Floats) -> list[Floats]:
        """Return mean gradients of sums of a network's outputs by each of its inputs."""
        watched = [ops.convert_to_tensor(each).requires_grad_() for each in inputs]
        sums = ops.sum(network(one_or_all(watched)) @ ops.convert_to_tensor(mixing), axis=0)
        found = zip(
            *(torch.autograd.grad(one, watched, retain_graph=True) for one in sums), strict=True
        )
        return [np.stack([to_numpy(g.mean(dim=0)) for g in each]) for each in found]


def _tensors(batch: Batch) -> Tensor:
    """Turn a batch into tensors of PyTorch."""
    if isinstance(batch, tuple):
        return tuple(map(ops.convert_to_tensor, batch))
    return ops.convert_to_tensor(batch)
