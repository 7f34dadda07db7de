"""fit: step by step against gradients derived by hand, and what it does when things go wrong."""

import pickle
from functools import partial

import numpy as np
import pytest

from minigrad import (
    SGD,
    Adam,
    BatchNorm,
    CosineDecay,
    DivergenceError,
    Dropout,
    Linear,
    RMSprop,
    Sequential,
    StepDecay,
    Tensor,
    accuracy,
    clip_gradients,
    cross_entropy,
    fit,
    mean_absolute_error,
    mean_squared_error,
)
from tests.fitting import LABELS, TARGETS, X, line, numbers, run, small_net

# -- what it computes -----------------------------------------------------------------------------


def gradients_by_hand(W1, b1, W2, b2, x, labels):
    """Cross-entropy and its gradients for x → tanh → softmax, as on paper."""
    a = np.tanh(x @ W1 + b1)
    z = a @ W2 + b2
    e = np.exp(z - z.max(1, keepdims=True))
    p = e / e.sum(1, keepdims=True)
    n = len(x)
    loss = -np.log(p[range(n), labels]).mean()
    delta2 = (p - np.eye(4)[labels]) / n
    delta1 = (delta2 @ W2.T) * (1 - a**2)
    return loss, [x.T @ delta1, delta1.sum(0), a.T @ delta2, delta2.sum(0)]


def sgd_by_hand(theta, g, memory, lr):
    return theta - lr * g


def momentum_by_hand(theta, g, memory, lr):
    memory["v"] = 0.9 * memory.get("v", 0) + g
    return theta - lr * memory["v"]


def adam_by_hand(theta, g, memory, lr):
    t = memory["t"] = memory.get("t", 0) + 1
    m = memory["m"] = 0.9 * memory.get("m", 0) + 0.1 * g
    v = memory["v"] = 0.999 * memory.get("v", 0) + 0.001 * g**2
    return theta - lr * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)


@pytest.mark.parametrize(
    ("by_hand", "make"),
    [
        (sgd_by_hand, lambda p: SGD(p, lr=0.5)),
        (momentum_by_hand, lambda p: SGD(p, lr=0.5, momentum=0.9)),
        (adam_by_hand, lambda p: Adam(p, lr=0.5)),
    ],
)
def test_ten_steps_are_those_derived_by_hand(by_hand, make):
    net = small_net()
    theta, losses = numbers(net), []
    memories = [{} for _ in theta]
    rng = np.random.default_rng(7)
    for _ in range(2):
        order = rng.permutation(20)
        for batch in np.split(order, 5):
            loss, gradients = gradients_by_hand(*theta, X[batch], LABELS[batch])
            steps = zip(theta, gradients, memories, strict=True)
            theta = [by_hand(p, g, memory, lr=0.5) for p, g, memory in steps]
            losses.append(loss)
    optimizer = make(net.parameters())
    history = run(net, optimizer, y=LABELS, loss=cross_entropy, batch_size=4, rng=7)
    for got, wanted in zip(numbers(net), theta, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(history["loss"], np.reshape(losses, (2, 5)).mean(1), rtol=1e-12)


def test_the_epochs_loss_weighs_a_smaller_last_batch_by_its_size():
    """With a step of nearly nothing, the average over batches is the loss on all data."""
    model, optimizer = line(lr=1e-300)
    for batch_size in (1, 7, 19, 20, 100):
        history = run(model, optimizer, batch_size=batch_size, metrics=[mean_absolute_error])
        for name, f in (("loss", mean_squared_error), ("mean_absolute_error", mean_absolute_error)):
            np.testing.assert_allclose(history[name], f(model(X), TARGETS).item(), rtol=1e-13)


def test_every_example_is_seen_once_an_epoch_in_a_new_order():
    seen = []

    def loss(prediction, y):
        seen.append(y[:, 0])
        return mean_squared_error(prediction, y)

    run(*line(), loss=loss, batch_size=6, epochs=2)
    assert [len(y) for y in seen] == [6, 6, 6, 2] * 2
    first, second = np.concatenate(seen[:4]), np.concatenate(seen[4:])
    for order in (first, second):
        np.testing.assert_array_equal(np.sort(order), np.sort(TARGETS[:, 0]))
    assert (first != second).any()
    assert (first != TARGETS[:, 0]).any()


@pytest.mark.parametrize("rng", [lambda: 3, lambda: np.random.default_rng(3)])
@pytest.mark.parametrize("kind", [SGD, Adam])
def test_the_same_seed_gives_the_same_bits(rng, kind):
    runs = []
    for _ in range(2):
        net = small_net()
        history = run(
            net, kind(net.parameters(), lr=0.1), y=LABELS, loss=cross_entropy, rng=rng(), epochs=5
        )
        runs.append((history, numbers(net)))
    assert runs[0][0] == runs[1][0]
    for one, other in zip(runs[0][1], runs[1][1], strict=True):
        assert one.tobytes() == other.tobytes()


def test_another_seed_gives_another_order():
    results = []
    for seed in (0, 1):
        model, optimizer = line()
        run(model, optimizer, rng=seed)
        results.append(model.W.data)
    assert (results[0] != results[1]).any()


def test_watching_does_not_change_the_training():
    results = []
    for watch in ({}, {"validation_data": (X[:5], TARGETS[:5]), "metrics": [mean_absolute_error]}):
        model, optimizer = line()
        run(model, optimizer, **watch)
        results.append(model.W.data.tobytes())
    assert results[0] == results[1]


def test_data_and_labels_are_left_as_they_were():
    x, y = X.copy(), TARGETS.copy()
    run(*line(), x=x, y=y, validation_data=(x, y), metrics=[mean_absolute_error])
    np.testing.assert_array_equal(x, X)
    np.testing.assert_array_equal(y, TARGETS)
    assert x.flags.writeable


def test_history_has_one_number_per_epoch_and_measure():
    model, optimizer = line()
    history = run(
        model,
        optimizer,
        epochs=3,
        metrics=[mean_absolute_error],
        validation_data=(X[:5], TARGETS[:5]),
    )
    names = ["loss", "mean_absolute_error", "val_loss", "val_mean_absolute_error", "lr"]
    assert list(history) == names
    assert {len(column) for column in history.values()} == {3}
    assert {type(number) for column in history.values() for number in column} == {float}
    after = model(X[:5])
    assert history["val_loss"][-1] == pytest.approx(mean_squared_error(after, TARGETS[:5]).item())


def test_metrics_may_be_named_by_a_mapping_and_return_anything_like_a_number():
    history = run(
        *line(),
        metrics={
            "tensor": mean_absolute_error,
            "number": lambda prediction, y: np.float32(0.5),
            "count": lambda prediction, y: len(y),
        },
    )
    assert list(history) == ["loss", "tensor", "number", "count", "lr"]
    assert history["number"] == [0.5, 0.5]
    assert history["count"] == [(8 * 8 + 8 * 8 + 4 * 4) / 20] * 2


def test_a_metric_gets_a_tensor_in_training_and_in_validation():
    kinds = []
    metric = lambda prediction, y: kinds.append(type(prediction)) or 0.0  # noqa: E731
    run(*line(), epochs=1, batch_size=20, validation_data=(X, TARGETS), metrics={"kind": metric})
    assert kinds == [Tensor, Tensor]


def test_a_model_may_return_what_only_loss_and_metrics_understand():
    model, sgd = line()
    history = run(
        lambda x: (model(x), "more"),
        sgd,
        loss=lambda pair, y: mean_squared_error(pair[0], y),
        metrics={"words": lambda pair, y: len(pair[1])},
        validation_data=(X, TARGETS),
    )
    assert history["words"] == history["val_words"] == [4.0, 4.0]
    other, sgd = line()
    assert run(other, sgd)["loss"] == history["loss"]


def test_what_a_metric_computes_is_not_recorded():
    recorded = []
    metric = lambda p, y: recorded.append((p * 2).requires_grad) or 0.0  # noqa: E731
    run(*line(), epochs=1, batch_size=20, metrics={"recorded": metric})
    assert recorded == [False]


def test_a_metric_without_a_name_goes_by_its_kind():
    history = run(*line(), metrics=[partial(mean_absolute_error)])
    assert list(history) == ["loss", "partial", "lr"]


def test_batches_are_of_32_unless_asked_for_others_in_validation_too():
    sizes = []
    x, y = np.ones((70, 3)), np.ones((70, 1))
    loss = lambda p, y: sizes.append(len(y)) or mean_squared_error(p, y)  # noqa: E731
    model, sgd = line(lr=1e-3)
    settings = {"loss": loss, "optimizer": sgd, "epochs": 1, "validation_data": (x, y)}
    fit(model, x, y, progress=False, **settings)
    assert sizes == [32, 32, 6, 32, 32, 6]
    sizes.clear()
    fit(model, x, y, progress=False, batch_size=40, **settings)
    assert sizes == [40, 30, 40, 30]


def test_a_bar_is_shown_unless_it_is_not_wanted(capsys):
    model, sgd = line()
    fit(model, X, TARGETS, loss=mean_squared_error, optimizer=sgd, epochs=3)
    shown = capsys.readouterr().err
    assert "fit: 100%" in shown
    assert "epoch/s" in shown or "s/epoch" in shown


def test_it_learns():
    net = small_net()
    history = run(
        net,
        Adam(net.parameters(), lr=0.05),
        y=LABELS,
        loss=cross_entropy,
        epochs=400,
        metrics=[accuracy],
    )
    assert history["loss"][-1] < 0.1 < history["loss"][0]
    assert history["accuracy"][-1] == 1.0


def test_float32_all_through():
    model = Linear(3, 1, rng=0, dtype=np.float32)
    run(model, SGD(model.parameters(), lr=0.1), x=X.astype(np.float32))
    assert model.W.dtype == np.float32


def test_lists_will_do():
    run(*line(), x=X.tolist(), y=TARGETS.tolist())


@pytest.mark.parametrize("shown", [True, False])
def test_the_progress_bar_is_shown_on_demand(shown, capsys):
    run(*line(), progress=shown, epochs=3)
    out, err = capsys.readouterr()
    assert out == ""
    assert ("fit: 100%" in err and "3/3" in err and "loss=" in err) == shown
    assert shown or err == ""


# -- when the loss is no longer a number ----------------------------------------------------------


class Trouble:
    """A loss that goes wrong at one call, and remembers the parameters of each."""

    def __init__(self, model, call, number):
        self.model, self.call, self.number, self.seen = model, call, number, []

    def __call__(self, prediction, y):
        self.seen.append(numbers(self.model))
        error = mean_squared_error(prediction, y)
        return error * self.number if len(self.seen) == self.call else error


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(("call", "step", "epoch"), [(1, 0, 0), (2, 1, 0), (4, 0, 1), (9, 2, 2)])
@pytest.mark.parametrize("kind", [SGD, Adam])
def test_divergence_names_the_place_and_restores_the_parameters(number, call, step, epoch, kind):
    model, optimizer = line(kind=kind)
    trouble = Trouble(model, call, number)
    with pytest.raises(DivergenceError) as stopped:
        run(model, optimizer, loss=trouble, epochs=5)
    message = str(stopped.value)
    assert f"the loss became {number} at step {step} of epoch {epoch} (both count" in message
    assert "Try a smaller learning rate" in message
    last_good = trouble.seen[max(call - 2, 0)]
    for got, wanted in zip(numbers(model), last_good, strict=True):
        np.testing.assert_array_equal(got, wanted)
    columns = ["loss", "lr"] if epoch else []
    assert {name: len(column) for name, column in stopped.value.history.items()} == dict.fromkeys(
        columns, epoch
    )


def test_an_assigned_parameter_is_restored_too():
    model, optimizer = line()
    model.W.data = np.array([[10.0], [20.0], [30.0]])
    with pytest.raises(DivergenceError):
        run(model, optimizer, loss=Trouble(model, 2, np.nan))
    np.testing.assert_array_equal(model.W.data, [[10], [20], [30]])


def test_training_may_go_on_after_a_divergence():
    model, optimizer = line()
    with pytest.raises(DivergenceError):
        run(model, optimizer, loss=Trouble(model, 3, np.nan))
    history = run(model, optimizer)
    assert np.isfinite(history["loss"]).all()


def test_running_averages_go_back_with_the_parameters():
    """They have seen the batch before anybody knows its loss."""

    class Noting(BatchNorm):
        def __init__(self):
            super().__init__(3)
            self.table, self.seen = np.ones(3), []
            self.table.setflags(write=False)

        def __call__(self, x):
            y = super().__call__(x)
            self.seen.append((self.running_mean.copy(), self.running_var.copy()))
            return y

    norm = Noting()
    net = Sequential(norm, Linear(3, 1, rng=0))
    sgd = SGD(net.parameters(), lr=0.1)
    with pytest.raises(DivergenceError):
        run(net, sgd, loss=Trouble(net, 3, np.nan))
    mean, var = norm.seen[1]
    np.testing.assert_array_equal(norm.running_mean, mean)
    np.testing.assert_array_equal(norm.running_var, var)
    with pytest.raises(DivergenceError):
        run(net, sgd, loss=Trouble(net, 1, np.nan))
    np.testing.assert_array_equal(norm.running_mean, mean)
    np.testing.assert_array_equal(norm.running_var, var)


@pytest.mark.parametrize("where", ["loss", "model"])
def test_what_an_operation_refuses_as_too_large_is_a_divergence(where):
    """Where exp would be infinite, it raises; the training has still come to a bad end."""
    line_, sgd = line(kind=lambda p, lr: SGD(p, lr, momentum=0.9))
    before = []

    def exp(z):
        before.append(numbers(line_))
        return (z * 1e4).exp() if len(before) == 4 else z * z

    if where == "loss":
        model, loss = line_, lambda p, y: exp(p).mean()
    else:
        model, loss = lambda x: exp(line_(x)), mean_squared_error
    with pytest.raises(DivergenceError, match="the loss became inf at step 0 of epoch 1") as caught:
        run(model, sgd, loss=loss)
    assert len(caught.value.history["loss"]) == 1
    assert isinstance(caught.value.__cause__, OverflowError)
    np.testing.assert_array_equal(line_.W.data, before[2][0])
    assert not sgd.velocity.any()


def test_so_it_is_in_validation():
    model, sgd = line()
    metrics = {"large": lambda p, y: (p * (1e4 if len(y) == 1 else 0)).exp().sum()}
    model.W.data = [[1.0], [0.0], [0.0]]
    with pytest.raises(DivergenceError, match="loss, or a metric, became inf after epoch 0;"):
        run(model, sgd, metrics=metrics, validation_data=(np.full((1, 3), 9.0), TARGETS[:1]))


def test_a_learning_rate_that_is_too_large_ends_with_finite_parameters():
    model, optimizer = line(lr=1e200)
    with np.errstate(all="ignore"), pytest.raises(DivergenceError, match=r"loss became (nan|inf)"):
        run(model, optimizer, epochs=50)
    assert all(np.isfinite(p).all() for p in numbers(model))


def test_nan_in_the_data_leaves_the_parameters_alone():
    model, optimizer = line()
    before = numbers(model)
    with pytest.raises(DivergenceError, match=r"step 0 of epoch 0.*check the data for NaN"):
        run(model, optimizer, x=np.full((20, 3), np.nan))
    for got, wanted in zip(numbers(model), before, strict=True):
        np.testing.assert_array_equal(got, wanted)


# -- the learning rate, and the length of the gradient ---------------------------------------------


def test_a_schedule_sets_the_rate_of_each_epoch():
    model, sgd = line(lr=7.0)
    seen = []

    class Rates:
        def before_step(self, run):
            seen.append((run.epoch, sgd.lr))

    schedule = StepDecay(0.1, every=2, factor=0.5)
    history = run(model, sgd, epochs=5, batch_size=10, schedule=schedule, callbacks=[Rates()])
    assert history["lr"] == [0.1, 0.1, 0.05, 0.05, 0.025]
    assert seen == [(epoch, history["lr"][epoch]) for epoch in range(5) for _ in range(2)]
    assert sgd.lr == 0.025


def test_a_schedule_is_the_same_as_assigning_rates_by_hand():
    rates = [0.3, 0.01, 0.2]
    one, sgd = line()
    run(one, sgd, epochs=3, schedule=rates.__getitem__)
    other, sgd = line()
    rng = np.random.default_rng(0)
    for rate in rates:
        sgd.lr = rate
        run(other, sgd, epochs=1, rng=rng)
    np.testing.assert_array_equal(one.W.data, other.W.data)


def test_a_bad_rate_is_found_before_the_first_step():
    model, sgd = line()
    before = numbers(model)
    with pytest.raises(ValueError, match=r"schedule\(4\) is 0\.0; pass a positive number"):
        run(model, sgd, epochs=5, schedule=[0.1, 0.1, 0.1, 0.1, 0.0].__getitem__)
    np.testing.assert_array_equal(model.W.data, before[0])
    assert sgd.lr == 0.1


def test_the_history_has_the_rate_that_a_callback_has_assigned():
    model, sgd = line()

    class Halve:
        def after_step(self, run):
            run.optimizer.lr /= 2

    assert run(model, sgd, batch_size=10, callbacks=[Halve()])["lr"] == [0.025, 0.00625]


def test_a_cosine_to_zero_trains_to_its_end():
    model, sgd = line()
    history = run(model, sgd, epochs=10, schedule=CosineDecay(0.1, epochs=10, warmup=3))
    assert min(history["lr"]) > 0
    assert history["lr"][3] == 0.1


@pytest.mark.parametrize("norm", [1e-3, 1e6])
def test_clipping_in_fit_is_clipping_between_backward_and_step(norm):
    one, sgd = line(kind=lambda p, lr: SGD(p, lr, momentum=0.9))
    run(one, sgd, epochs=1, batch_size=4, clip_norm=norm)
    other, sgd = line(kind=lambda p, lr: SGD(p, lr, momentum=0.9))
    for batch in np.split(np.random.default_rng(0).permutation(20), 5):
        sgd.zero_grad()
        mean_squared_error(other(X[batch]), TARGETS[batch]).backward()
        clip_gradients(other.parameters(), norm)
        sgd.step()
    np.testing.assert_array_equal(one.W.data, other.W.data)
    np.testing.assert_array_equal(one.b.data, other.b.data)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_gradient_that_no_factor_mends_is_a_divergence(bad):
    model, sgd = line()

    class Spoil:
        def before_step(self, run):
            if run.step == 1:
                model.W.grad = np.full((3, 1), bad)
                self.before = numbers(model)

    spoil = Spoil()
    with pytest.raises(DivergenceError, match=f"the length of the gradient became {bad} at step 1"):
        run(model, sgd, clip_norm=1.0, callbacks=[spoil])
    for got, wanted in zip(numbers(model), spoil.before, strict=True):
        np.testing.assert_array_equal(got, wanted)


# -- training or not ------------------------------------------------------------------------------


class Noting:
    """A function in a model that notes whether the layers around it are in training."""

    def __init__(self):
        self.net, self.seen = None, []

    def __call__(self, x):
        self.seen.append([layer.training for layer in (self.net, *self.net[:3:2])])
        return x


def noting_net():
    note = Noting()
    rng = np.random.default_rng(0)
    note.net = Sequential(BatchNorm(3), note, Dropout(rng=rng), Linear(3, 1, rng=rng))
    return note


@pytest.mark.parametrize("frozen", [True, False])
def test_a_layer_trains_in_training_and_is_validated_out_of_it(frozen):
    note = noting_net()
    net = note.net
    net.eval()
    net[2].train(not frozen)
    run(
        net,
        SGD(net.parameters(), lr=0.1),
        epochs=2,
        batch_size=10,
        validation_data=(X[:5], TARGETS[:5]),
        callbacks=[lambda run: note.seen.append("epoch")],
    )
    assert note.seen == [[True] * 3, [True] * 3, [False] * 3, "epoch"] * 2
    assert [part.training for part in (net, net[0], net[2], net[3])] == [
        False,
        False,
        not frozen,
        False,
    ]


def test_the_modes_come_back_also_after_a_divergence():
    note = noting_net()
    net = note.net.eval()
    with pytest.raises(DivergenceError):
        run(net, SGD(net.parameters(), lr=0.1), y=np.full((20, 1), np.nan))
    assert note.seen == [[True] * 3]
    assert not any(part.training for part in (net, net[0], net[2], net[3]))


def test_a_model_that_is_a_function_keeps_the_modes_of_its_layers():
    net = Sequential(Linear(3, 1, rng=0), Dropout(rng=0)).eval()
    seen = []
    run(lambda x: seen.append(net[1].training) or net(x), SGD(net.parameters(), lr=0.1))
    assert not any(seen)
    plain, dropping = (Linear(3, 1, rng=0) for _ in range(2))
    run(plain, SGD(plain.parameters(), lr=0.1))
    net = Sequential(dropping, Dropout(rng=0)).eval()
    run(net, SGD(net.parameters(), lr=0.1))
    assert (plain.W.data != dropping.W.data).any()  # a layer, however, has dropped while training


# -- errors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        (
            {"y": TARGETS[:19]},
            ValueError,
            r"fit: got x of shape \(20, 3\) and y of shape \(19, 1\)",
        ),
        ({"x": X[:0], "y": TARGETS[:0]}, ValueError, r"x of shape \(0, 3\).* at least one"),
        ({"x": 1.0}, ValueError, r"fit: got x of shape \(\)"),
        (
            {"validation_data": (X, TARGETS[:3])},
            ValueError,
            "^fit: validation_data: got x of shape",
        ),
        ({"validation_data": (X[:0], TARGETS[:0])}, ValueError, "validation_data: .* at least one"),
        ({"validation_data": (X, Tensor(TARGETS))}, TypeError, "_data: the targets: got a Tensor"),
        ({"validation_data": (X, TARGETS, X)}, TypeError, "is a tuple of 3; pass a pair"),
        ({"validation_data": [X]}, TypeError, "is a list of 1; pass a pair"),
        ({"epochs": 0}, ValueError, "fit: epochs is 0; pass a positive integer"),
        ({"epochs": 1.5}, ValueError, r"fit: epochs is 1\.5; pass a positive integer"),
        ({"batch_size": 0}, ValueError, "fit: batch_size is 0; pass a positive integer"),
        ({"batch_size": -4}, ValueError, "fit: batch_size is -4"),
        ({"x": X.astype(int)}, TypeError, "fit: got ndarray of dtype int64; pass float64"),
        ({"y": TARGETS[:, 0]}, ValueError, r"shape \(8, 1\) and the target \(8,\)"),
        ({"loss": lambda p, y: p - y}, ValueError, r"item: got shape \(8, 1\); reduce it"),
        ({"loss": lambda p, y: Tensor(1.0)}, ValueError, "backward: nothing to differentiate"),
        ({"metrics": {"loss": accuracy}}, ValueError, "a mapping with other names than 'loss'"),
        (
            {"metrics": {"lr": accuracy}},
            ValueError,
            r"\['lr'\]; pass .*other names than 'loss' and 'lr'",
        ),
        ({"metrics": {"val_loss": accuracy}}, ValueError, "none that begins with 'val_'"),
        ({"schedule": 0.1}, TypeError, r"fit: schedule is 0\.1; pass a function of the epoch"),
        ({"schedule": lambda e: 1 - e}, ValueError, r"fit: schedule\(1\) is 0; pass a positive"),
        ({"schedule": lambda e: np.nan}, ValueError, r"fit: schedule\(0\) is nan; pass a pos"),
        ({"schedule": CosineDecay(0.1, 1)}, ValueError, "epoch 1 is past the 1 of the schedule"),
        ({"clip_norm": 0}, ValueError, "fit: clip_norm is 0; pass a positive number"),
        ({"clip_norm": -1.0}, ValueError, r"fit: clip_norm is -1\.0"),
        (
            {"metrics": [lambda p, y: 0, lambda p, y: 1]},
            ValueError,
            r"\['<lambda>'\] as .* mapping",
        ),
        (
            {"x": Tensor(X)},
            TypeError,
            r"^fit: the inputs: got a Tensor where NumPy wants an array; pass its \.data",
        ),
    ],
)
def test_wrong_settings_are_refused(settings, error, message):
    with pytest.raises(error, match=message):
        run(*line(), **settings)


def test_parameters_that_the_loss_does_not_depend_on_are_named():
    model, stranger = Linear(3, 1, rng=0), Linear(2, 2, rng=0)
    optimizer = SGD(model.parameters() + stranger.parameters(), lr=0.1)
    with pytest.raises(ValueError, match=r"SGD: parameter 2 of shape \(2, 2\) has no gradient"):
        run(model, optimizer)


def test_a_last_step_that_ruins_the_parameters_is_noticed():
    x, y = np.array([[1.0], [2.0]]), np.array([[1.0], [2.0]])
    model = Linear(1, 1, rng=0)
    before = model.W.data.copy()
    sgd = SGD(model.parameters(), lr=1e308)
    with (
        np.errstate(over="ignore", invalid="ignore"),
        pytest.raises(DivergenceError, match="the size of the largest parameter became inf"),
    ):
        fit(model, x, y, loss=mean_squared_error, optimizer=sgd, epochs=1, progress=False)
    np.testing.assert_array_equal(model.W.data, before)


def test_the_averages_of_an_optimizer_are_cleared_after_a_divergence():
    x, y = np.array([[1.0], [2.0]]), np.array([[1.0], [2.0]])
    model = Linear(1, 1, rng=0)
    sgd = SGD(model.parameters(), lr=1e200, momentum=0.9)
    settings = {"loss": mean_squared_error, "optimizer": sgd, "progress": False}
    with (
        np.errstate(over="ignore", invalid="ignore"),
        pytest.raises(DivergenceError),
    ):
        fit(model, x, y, epochs=5, **settings)
    assert not sgd.velocity.any()
    sgd.lr = 0.05
    history = fit(model, x, y, epochs=50, **settings)
    assert history["loss"][-1] < 0.05


def test_a_validation_loss_that_is_not_finite_is_a_divergence():
    x, y = np.array([[1.0]]), np.array([[1.0]])
    model = Linear(1, 1, rng=0)
    with pytest.raises(DivergenceError, match="validation loss became nan after epoch 0"):
        fit(
            model,
            x,
            y,
            loss=mean_squared_error,
            optimizer=SGD(model.parameters(), lr=0.01),
            epochs=1,
            validation_data=(x, np.array([[np.nan]])),
            progress=False,
        )


def test_an_epoch_whose_validation_fails_is_not_in_the_history():
    """So all columns have the same length."""
    targets = iter([0.0, 0.0, np.nan])
    model, optimizer = line()
    with pytest.raises(DivergenceError) as stopped:
        run(
            model,
            optimizer,
            epochs=5,
            batch_size=20,
            validation_data=(X[:1], TARGETS[:1]),
            loss=lambda p, y: mean_squared_error(p, y) + (next(targets) if len(y) == 1 else 0.0),
        )
    columns = stopped.value.history
    assert {name: len(column) for name, column in columns.items()} == {
        "loss": 2,
        "val_loss": 2,
        "lr": 2,
    }


def test_a_divergence_travels_between_processes_and_keeps_the_history():
    error = pickle.loads(pickle.dumps(DivergenceError("trouble", {"loss": [1.0]})))
    assert (str(error), error.history) == ("trouble", {"loss": [1.0]})
    model = Linear(1, 1, rng=0)
    sgd = SGD(model.parameters(), lr=0.01)
    bad = np.array([[np.nan]])
    with pytest.raises(DivergenceError) as caught:
        fit(model, bad, bad, loss=mean_squared_error, optimizer=sgd, epochs=1, progress=False)
    assert caught.value.history == {}


def test_the_loss_must_be_a_tensor():
    model = Linear(1, 1, rng=0)
    with pytest.raises(TypeError, match="fit: the loss returned a float; return a Tensor"):
        fit(
            model,
            np.ones((1, 1)),
            np.ones((1, 1)),
            loss=lambda p, y: 1.0,
            optimizer=SGD(model.parameters(), lr=0.1),
            epochs=1,
            progress=False,
        )


@pytest.mark.parametrize("kind", [Adam, RMSprop])
def test_an_average_past_float32_is_a_divergence(kind):
    """All later steps would be 0, and nobody would notice."""
    model = Linear(3, 1, rng=0, dtype=np.float32)
    optimizer = kind(model.parameters())

    class Spike:
        def before_step(self, run):
            model.b.grad = model.b.grad * 0 + np.float32(1e25)

    with pytest.raises(DivergenceError, match="the largest average of the optimizer became inf"):
        run(model, optimizer, x=X.astype(np.float32), callbacks=[Spike()])
    assert optimizer.largest_average() == 0


def test_a_loss_past_the_range_of_floats_is_a_divergence_and_no_warning():
    """The distance is a float, its square is not."""
    line, x = Linear(1, 1, rng=0), np.array([[1e200]])
    with pytest.raises(DivergenceError, match="the loss became inf"):
        fit(
            line,
            x,
            x,
            loss=mean_squared_error,
            optimizer=SGD(line.parameters(), lr=0.1),
            epochs=1,
            progress=False,
        )


def test_infinity_minus_infinity_within_a_model_is_a_divergence_and_no_warning():
    net = Sequential(Linear(1, 2, rng=0), Linear(2, 1, rng=0))
    net[0].W.data, net[1].W.data = [[1e200, -1e200]], [[1.0], [1.0]]
    x, sgd = np.array([[1e200]]), SGD(net.parameters(), lr=0.1)
    with pytest.raises(DivergenceError, match="the loss became nan"):
        fit(net, x, x, loss=mean_squared_error, optimizer=sgd, epochs=1, progress=False)
