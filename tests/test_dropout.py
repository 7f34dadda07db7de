"""Dropout: what it keeps and how large, its gradient, and where its random numbers come from."""

from copy import deepcopy

import numpy as np
import pytest

from minigrad import Dropout, Linear, Sequential, Tensor
from tests.helpers import spread


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("rate", [0, 0.25, np.float64(0.5), np.float32(0.75)])
def test_kept_numbers_grow_and_so_do_their_gradients(rate, dtype):
    x = Tensor(spread((30, 4)).astype(dtype), requires_grad=True)
    cotangent = spread((30, 4), 1)
    y = Dropout(rate, rng=3)(x)
    y.backward(cotangent)
    stays = np.random.default_rng(3).random((30, 4)) >= rate
    assert (y.dtype, x.grad.dtype) == (dtype, dtype)
    np.testing.assert_allclose(y.data, np.where(stays, x.data / (1 - rate), 0), rtol=1e-6)
    np.testing.assert_allclose(x.grad, np.where(stays, cotangent / (1 - rate), 0), rtol=1e-6)
    assert y.parents == (x,)


def test_as_many_go_as_the_rate_says_and_the_mean_stays():
    n, rate = 100_000, 0.3
    y = Dropout(rate, rng=0)(np.ones(n)).data
    four_deviations = 4 * np.sqrt(rate * (1 - rate) / n)
    assert abs((y == 0).mean() - rate) < four_deviations
    assert abs(y.mean() - 1) < four_deviations / (1 - rate)


def test_each_call_draws_anew():
    layer, x = Dropout(0.5, rng=0), np.ones((4, 8))
    assert not np.array_equal(layer(x).data, layer(x).data)


def test_out_of_training_it_passes_its_input_on_and_draws_nothing():
    layer, x = Dropout(0.5, rng=0).eval(), Tensor(spread((4, 8)), requires_grad=True)
    before = layer.state_dict()["rng"]
    assert layer(x) is x
    np.testing.assert_array_equal(layer(x.data).data, x.data)
    assert layer.state_dict()["rng"] == before


def test_the_generator_is_part_of_the_state():
    net = Sequential(Linear(3, 8, rng=0), Dropout(0.5, rng=1))
    x = spread((4, 3))
    net(x)
    state = net.state_dict()
    assert list(state) == ["0.W", "0.b", "1.rng"]
    wanted = [net(x).data for _ in range(2)]
    other = Sequential(Linear(3, 8), Dropout(0.5))
    for again in (net, other):
        again.load_state_dict(state)
        np.testing.assert_array_equal([again(x).data for _ in range(2)], wanted)


def test_in_a_graph_it_is_called_by_its_name():
    assert Dropout(rng=0)(Tensor(np.ones(3), requires_grad=True)).op == "Dropout"


def test_layers_may_share_a_generator():
    rng = np.random.default_rng(0)
    net = Sequential(Dropout(0.5, rng), Dropout(0.5, rng))
    assert net[0].rng is net[1].rng is rng
    assert list(net.state_dict()) == ["0.rng"]
    copy = deepcopy(net)
    assert copy[0].rng is copy[1].rng is not rng


def test_it_shows_its_rate_and_has_no_parameters():
    assert repr(Dropout(0.25)) == "Dropout(0.25)"
    assert Dropout().rate == 0.5
    assert Dropout().parameters() == []


@pytest.mark.parametrize("rate", [1, 1.0, -0.1, np.nan, "0.5", None, [0.5]])
def test_wrong_rates(rate):
    with pytest.raises(ValueError, match=r"^Dropout: rate is .*; pass a number from 0 up to"):
        Dropout(rate)


def test_the_input_is_a_tensor_or_an_array_of_floats():
    for layer in (Dropout(rng=0), Dropout(rng=0).eval()):
        with pytest.raises(TypeError, match=r"^Dropout: got ndarray of dtype int64"):
            layer(np.arange(3))
