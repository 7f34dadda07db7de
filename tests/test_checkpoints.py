"""Checkpoints: what comes back, to the last bit; what is refused; what survives an interruption."""

import json
import os
import pickle

import numpy as np
import pytest

from minigrad import (
    SGD,
    Adam,
    BatchNorm,
    Checkpoint,
    DivergenceError,
    Dropout,
    EarlyStopping,
    Linear,
    Sequential,
    Tensor,
    load,
    mean_absolute_error,
    save,
    tanh,
)
from minigrad.checkpoints import FORMAT
from tests import resuming
from tests.fitting import TARGETS, X, line, numbers, run


def net_and_adam(seed=0, features=5, kind=Adam):
    rng = np.random.default_rng(seed)
    net = Sequential(
        Linear(3, features, rng=rng), BatchNorm(features), tanh, Dropout(0.3, rng=seed)
    )
    net = Sequential(*net, Linear(features, 1, rng=rng))
    return net, kind(net.parameters(), lr=0.01)


def trained(seed=0):
    """Return a model and an optimizer that have made some steps, and what fit returned."""
    net, adam = net_and_adam(seed)
    return net, adam, run(net, adam, rng=seed)


def state(*parts):
    return [{name: array.tobytes() for name, array in part.state_dict().items()} for part in parts]


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda file: None)  # no test outlives a power failure
    return tmp_path / "training.npz"


# -- what is saved comes back ---------------------------------------------------------------------


def test_everything_comes_back_to_the_bit(path):
    net, adam, history = trained()
    rng = np.random.default_rng(3)
    rng.integers(5, size=3, dtype=np.int32)
    stopping = EarlyStopping("loss")
    run(net, adam, callbacks=[stopping])
    save(path, net, adam, rng=rng, history=history, callbacks=[print, stopping], stopped=True)

    other, other_adam = net_and_adam(seed=1)
    other_rng, other_stopping = np.random.default_rng(4), EarlyStopping("loss")
    saved = load(path, other, other_adam, rng=other_rng, callbacks=[other_stopping])
    assert saved == (2, history, True)
    assert state(net, adam, stopping) == state(other, other_adam, other_stopping)
    assert rng.bit_generator.state == other_rng.bit_generator.state
    assert stopping.best == other_stopping.best
    np.testing.assert_array_equal(other_adam.theta, adam.theta)
    assert all(np.shares_memory(p.data, other_adam.theta) for p in other.parameters())


def test_the_model_alone_may_be_loaded(path):
    net, adam, _ = trained()
    save(path, net, adam)
    other, other_adam = net_and_adam(seed=1)
    assert load(path, other) == (0, {}, False)
    assert state(net) == state(other)
    assert other_adam.t == 0


def test_the_model_alone_may_be_saved(path):
    net, _, _ = trained()
    save(str(path), net)
    other, _ = net_and_adam(seed=1)
    load(str(path), other)
    assert state(net) == state(other)


def test_a_model_without_any_state_has_none(path):
    w = Tensor(np.ones((3, 1)), requires_grad=True)
    save(path, Sequential(tanh), SGD([w], lr=0.1))
    w.data = np.zeros((3, 1))
    load(path, Sequential(tanh), SGD([w], lr=0.2))
    np.testing.assert_array_equal(w.data, 1)


def test_a_model_that_is_a_function_is_saved_by_its_optimizer(path):
    inner, sgd = line()
    run(lambda x: inner(x), sgd)
    save(path, inner.__call__, sgd)
    other, other_sgd = line(lr=0.7)
    load(path, lambda x: other(x), other_sgd)
    np.testing.assert_array_equal(inner.W.data, other.W.data)
    assert other_sgd.lr == 0.1


def test_the_file_can_be_read_without_minigrad_and_without_pickle(path):
    net, adam, history = trained()
    save(path, net, adam, rng=np.random.default_rng(0), history=history)
    with np.load(path, allow_pickle=False) as file:
        arrays = dict(file)
    assert {a.dtype.kind for a in arrays.values()} == {"f", "i", "U"}
    np.testing.assert_array_equal(arrays["model.0.W"], net[0].W.data)
    np.testing.assert_array_equal(arrays["optimizer.m"], adam.m)
    assert json.loads(arrays["order.rng"].item())["bit_generator"] == "PCG64"
    notes = json.loads(arrays["minigrad"].item())
    assert notes == {"format": FORMAT, "history": history, "stopped": False}


def test_a_history_may_hold_more_than_floats(path):
    net, _, _ = trained()
    history = {
        "loss": [0.1, float("nan"), float("inf")],
        "norms": [np.float32(0.1), np.arange(2.0), np.int64(3)],
        "words": ["a", None, [1, 2.5]],
    }
    save(path, net, history=history)
    epoch, back, _ = load(path, net)
    assert epoch == 3
    assert repr(back["loss"]) == repr(history["loss"])
    assert back["norms"] == [float(np.float32(0.1)), [0.0, 1.0], 3]
    assert back["words"] == history["words"]
    with pytest.raises(TypeError, match=r"^save: got a Tensor in the history"):
        save(path, net, history={"loss": [Tensor(1.0)]})
    assert load(path, net).epoch == 3


def test_a_state_of_float64_is_rounded_to_a_model_of_float32(path):
    model = Linear(3, 1, rng=0)
    save(path, model, SGD(model.parameters(), lr=0.1))
    single = Linear(3, 1, rng=1, dtype=np.float32)
    sgd = SGD(single.parameters(), lr=0.1)
    load(path, single, sgd)
    assert sgd.theta.dtype == single.W.dtype == np.float32
    np.testing.assert_array_equal(single.W.data, model.W.data.astype(np.float32))


# -- going on -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory, python):
    """Let another process do the first three of seven epochs."""
    folder = tmp_path_factory.mktemp("interrupted")
    done = python("-m", "tests.resuming", folder)
    assert done.returncode == 0, done.stdout
    return folder


@pytest.mark.parametrize("case", resuming.CASES, ids="-".join)
def test_three_epochs_and_four_in_another_process_are_seven(case, interrupted, path):
    in_two = resuming.go(path, 7, case, resume=interrupted / f"{'-'.join(case)}.npz")
    in_one = resuming.go(path, 7, case)
    assert len(in_one[0]["loss"]) == 7
    assert in_two == in_one


@pytest.mark.parametrize(("every", "epoch"), [(1, 0), (1, 3), (2, 5), (5, 3)])
def test_killed_halfway_it_loses_the_epochs_since_the_last_file(every, epoch, path, tmp_path):
    case = ("Adam", "cosine")

    class Killed:
        def after_step(self, run):
            if (run.epoch, run.step) == (epoch, 1):
                raise KeyboardInterrupt

    whole = resuming.go(path, 7, case)
    path.unlink()
    with pytest.raises(KeyboardInterrupt):
        resuming.go(path, 7, case, callbacks=[Killed(), Checkpoint(tmp_path / "mine", every)])
    mine = tmp_path / "mine"
    if epoch < every:
        assert not mine.exists()
        return
    net, *_ = resuming.training(*case)
    assert load(mine, net).epoch == epoch - epoch % every
    assert resuming.go(path, 7, case, resume=path) == whole


def test_float32_goes_on_to_the_bit_too(path, tmp_path):
    case = ("AdamW", "steps")
    resuming.go(path, 2, case, np.float32)
    in_two = resuming.go(path, 7, case, np.float32, resume=path)
    assert in_two == resuming.go(tmp_path / "one.npz", 7, case, np.float32)


def test_a_schedule_is_not_asked_for_the_epochs_that_are_done(path):
    model, sgd = line()
    run(model, sgd, epochs=2, callbacks=[Checkpoint(path)])
    asked = []
    run(model, sgd, epochs=4, resume=path, schedule=lambda e: asked.append(e) or 0.1)
    assert asked == [2, 3]


def test_the_last_epoch_is_saved_whatever_the_rhythm(path):
    model, sgd = line()
    run(model, sgd, epochs=5, callbacks=[Checkpoint(path, every=3)])
    assert load(path, model).epoch == 5
    run(
        model,
        sgd,
        epochs=5,
        callbacks=[Checkpoint(path, every=3), lambda run: run.stop() if run.epoch == 3 else None],
    )
    assert load(path, model)[::2] == (4, True)


def test_what_save_has_written_without_a_generator_is_refused(path):
    model, sgd = line()
    save(path, model, sgd, history=run(model, sgd))
    message = unchanged(lambda: run(model, sgd, epochs=5, resume=path), model, sgd)
    assert "has no 'order' in it, only ['model', 'optimizer']; pass what it was saved" in message


def test_a_training_that_is_over_stays_as_it_is(path):
    model, sgd = line()
    history = run(model, sgd, epochs=3, callbacks=[Checkpoint(path)])
    other, other_sgd = line()
    assert run(other, other_sgd, epochs=3, resume=path) == history
    assert state(model, sgd) == state(other, other_sgd)


def test_a_training_that_was_stopped_early_is_over(path):
    """Also if it was killed before the best parameters were put back."""

    def train(**settings):
        model, sgd = line(lr=0.9)  # too large: the loss rises
        stopping = EarlyStopping("loss", patience=2)
        history = run(model, sgd, epochs=50, callbacks=[Checkpoint(path), stopping], **settings)
        return history, state(model, sgd, stopping)

    first = train()
    assert len(first[0]["loss"]) < 50
    with np.load(path) as file:  # the file has the end of the training, not the best
        assert file["model.W"].tobytes() != first[1][0]["W"]
    assert train(resume=path) == first


def test_early_stopping_waits_on_from_where_it_was(path):
    figures = [5, 4, 6, 6, 6, 6, 6]

    def train(epochs, **settings):
        model, sgd = line()
        stopping = EarlyStopping("figure", patience=4, better="lower")

        def show(run):
            run.history.setdefault("figure", []).append(figures[run.epoch])

        checkpoint = Checkpoint(path)
        history = run(model, sgd, epochs=epochs, callbacks=[checkpoint, show, stopping], **settings)
        return history, state(model, sgd, stopping)

    train(4)
    resumed = train(7, resume=path)
    assert len(resumed[0]["figure"]) == 6
    assert resumed == train(7)


def test_a_shared_generator_goes_on_as_one(path):
    def train(epochs, **settings):
        rng = np.random.default_rng(0)
        net = Sequential(Linear(3, 8, rng=rng), Dropout(rng=rng), Linear(8, 1, rng=rng))
        sgd = SGD(net.parameters(), lr=0.1)
        history = run(net, sgd, epochs=epochs, rng=rng, callbacks=[Checkpoint(path)], **settings)
        return history, state(net, sgd)

    train(2)
    assert train(5, resume=path) == train(5)


def test_the_bar_goes_on_too(path, capsys):
    model, sgd = line()
    run(model, sgd, epochs=2, callbacks=[Checkpoint(path)])
    run(model, sgd, epochs=4, resume=path, progress=True)
    shown = capsys.readouterr().err
    assert "2/4" in shown
    assert "4/4" in shown


def test_what_save_has_written_may_be_resumed(path):
    rng = np.random.default_rng(0)
    model, sgd = line()
    history = run(model, sgd, epochs=3, rng=rng)
    save(path, model, sgd, rng=rng, history=history)
    whole = run(model, sgd, epochs=2, rng=rng)
    other, other_sgd = line()
    resumed = run(other, other_sgd, epochs=5, rng=None, resume=path)
    assert resumed["loss"] == history["loss"] + whole["loss"]
    assert state(model, sgd) == state(other, other_sgd)


# -- what is refused ------------------------------------------------------------------------------


def unchanged(load_it, *parts):
    """Run what must fail, and see that nothing has changed; return the error."""
    before = state(*parts)
    with pytest.raises(ValueError) as refused:
        load_it()
    assert state(*parts) == before
    return str(refused.value)


def test_every_damaged_file_is_refused_or_harmless(path):
    net, adam, history = trained()
    save(path, net, adam, rng=np.random.default_rng(0), history=history)
    whole, wanted = path.read_bytes(), state(net, adam)
    other, other_adam = net_and_adam(seed=1)
    before = state(other, other_adam)

    def try_it(damaged):
        path.write_bytes(damaged)
        try:
            load(path, other, other_adam, rng=np.random.default_rng(9))
        except ValueError as error:
            assert str(path) in str(error)
            assert state(other, other_adam) == before
            return 1
        assert state(other, other_adam) == wanted  # the change was in what nobody reads
        fresh, fresh_adam = net_and_adam(seed=1)
        other.load_state_dict(fresh.state_dict())
        other_adam.load_state_dict(fresh_adam.state_dict())
        return 0

    cuts = [0, 1, 21, *range(100, len(whole), 487), len(whole) - 1]
    assert sum(try_it(whole[:n]) for n in cuts) == len(cuts)
    flipped = [
        bytes([*whole[:i], whole[i] ^ 0x5A, *whole[i + 1 :]]) for i in range(3, len(whole), 61)
    ]
    assert sum(map(try_it, flipped)) > len(flipped) / 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is damaged, or no .npz file at all (EOFError"),
        (b"weights: 1 2 3", "is damaged, or no .npz file at all"),
        (pickle.dumps([1, 2]), "is damaged, or no .npz file at all (ValueError"),
        ("npy", "is damaged, or no .npz file at all (AttributeError"),
        ({"a": np.ones(2), "b": np.ones(1)}, "holds the arrays ['a', 'b'], and no notes"),
        ({"minigrad": np.ones(2)}, "and no notes that save() would have left"),
        ({"minigrad": np.array(3.0)}, "and no notes that save() would have left"),
        ({"minigrad": np.array("[1]")}, "and no notes that save() would have left"),
        ({"minigrad": np.array("{}")}, "and no notes that save() would have left"),
        ({"minigrad": np.array('{"format": 1, "history": 3}')}, "and no notes"),
        ({"minigrad": np.array('{"format": 9}')}, "is of format 9, and this minigrad reads format"),
        ({"minigrad": np.array('{"format": 1}')}, "and no notes that save() would have left"),
        ({"minigrad": np.array('{"format": 1, "history": {}}')}, "and no notes that save() would"),
        (
            {"minigrad": np.array('{"format": 1, "history": {}, "stopped": false}')},
            "has no 'model' in it, only []; pass what it was saved with",
        ),
    ],
)
def test_a_foreign_file_is_named_and_refused(content, words, path):
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        with path.open("wb") as file:
            if content == "npy":
                np.save(file, np.ones(2))
            else:
                np.savez(file, **content)
    net, adam = net_and_adam()
    message = unchanged(lambda: load(path, net, adam), net, adam)
    assert message.startswith(f"load: {path} ")
    assert words in message
    resumed = unchanged(lambda: run(net, adam, resume=path), net, adam)
    assert resumed.startswith(f"load: {path} ")


def test_a_file_with_a_pickle_is_not_opened(path):
    class Trap:
        def __reduce__(self):
            return os._exit, (7,)

    with path.open("wb") as file:
        np.savez(file, minigrad=np.array([Trap()], dtype=object))
    message = unchanged(lambda: load(path, *net_and_adam()))
    assert "Object arrays cannot be loaded" in message


def test_a_missing_file_is_missing(path):
    model, sgd = line()
    with pytest.raises(FileNotFoundError, match=r"training\.npz"):
        load(path, model)
    with pytest.raises(FileNotFoundError, match=r"training\.npz"):
        run(model, sgd, resume=path)


@pytest.mark.parametrize("name", ["model.0.W", "model.3.rng", "optimizer.m", "optimizer.kind"])
def test_a_file_without_one_array_is_refused(name, path):
    net, adam, _ = trained()
    save(path, net, adam)
    with np.load(path) as file:
        arrays = dict(file)
    del arrays[name]
    np.savez(path, **arrays)
    other, other_adam = net_and_adam(seed=1)
    message = unchanged(lambda: load(path, other, other_adam), other, other_adam)
    part, _, rest = name.partition(".")
    assert f"{path} does not fit the {part}: load_state_dict" in message
    assert repr(rest) in message


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (lambda: net_and_adam(features=6), "'0.W' has shape (3, 5) in the state and (3, 6)"),
        (lambda: line(), "does not fit the model: load_state_dict: the state lacks 'W'"),
        (
            lambda: net_and_adam(kind=SGD),
            "does not fit the optimizer: load_state_dict: kind is Adam",
        ),
        (
            lambda: net_and_adam(kind=lambda p, lr: Adam(p, lr, eps=1e-3)),
            "does not fit the optimizer: load_state_dict: eps is 1e-08 in the state and 0.001",
        ),
    ],
)
def test_another_architecture_or_optimizer_is_refused(model, words, path):
    net, adam, history = trained()
    save(path, net, adam, rng=np.random.default_rng(0), history=history)
    other, optimizer = model()
    rng = np.random.default_rng(8)
    before = rng.bit_generator.state
    message = unchanged(lambda: load(path, other, optimizer, rng=rng), other, optimizer)
    assert str(path) in message
    assert words in message
    assert rng.bit_generator.state == before


def test_a_part_that_is_not_in_the_file_is_named(path):
    net, adam, _ = trained()
    save(path, net)
    message = unchanged(lambda: load(path, net, adam), net, adam)
    assert (
        "has no 'optimizer' in it, only ['model.0', 'model.1', 'model.3', 'model.4']; pa" in message
    )
    message = unchanged(lambda: load(path, net, rng=np.random.default_rng(0)), net)
    assert "has no 'order' in it" in message
    assert "; pass what it was saved with, or save it again with its rng" in message
    stopping = EarlyStopping()
    message = unchanged(lambda: load(path, net, callbacks=[stopping]), net, stopping)
    assert "has no 'callbacks.0.EarlyStopping' in it" in message
    assert message.endswith("save it again with its callbacks")
    message = unchanged(lambda: load(path, lambda x: net(x), adam), net, adam)
    assert "has no 'optimizer' in it" in message
    save(path, net, adam)
    message = unchanged(lambda: load(path, lambda x: net(x), adam), net, adam)
    assert "has the state of a Layer in it; pass one as the model" in message


def test_a_callback_that_fails_to_load_takes_everything_back(path):
    class Counter:
        count = 0

        def after_epoch(self, run):
            self.count += 1

        def state_dict(self):
            return {"count": np.array(self.count)}

        def load_state_dict(self, state):
            self.count = state["count"].item()
            if self.count == 13:
                raise LookupError("unlucky")

    net, adam, _ = trained()
    counter = Counter()
    run(net, adam, epochs=3, callbacks=[Checkpoint(path), counter])
    counter.count = 0
    load(path, net, callbacks=[counter])
    assert counter.count == 3
    counter.count = 13
    save(path, net, adam, callbacks=[counter])
    counter.count = 5
    other, other_adam = net_and_adam(seed=1)
    message = unchanged(
        lambda: load(path, other, other_adam, callbacks=[counter]), other, other_adam, counter
    )
    assert message.endswith("does not fit the callbacks.0.Counter: unlucky")
    assert counter.count == 5


def test_early_stopping_of_another_figure_is_refused(path):
    net, _, _ = trained()
    save(path, net, callbacks=[EarlyStopping("loss")])
    message = unchanged(lambda: load(path, net, callbacks=[EarlyStopping()]), net)
    assert "the state is of 'loss' with better='lower', and this one looks at 'val_loss'" in message
    save(path, net, callbacks=[EarlyStopping("loss", better="higher")])
    message = unchanged(lambda: load(path, net, callbacks=[EarlyStopping("loss")]), net)
    assert message.endswith("better='higher', and this one looks at 'loss' with better='lower'")


def test_a_function_without_its_optimizer_has_no_state(path):
    with pytest.raises(TypeError, match=r"^save: got a function as the model.* pass the opt"):
        save(path, lambda x: x)
    model, _ = line()
    save(path, model)
    with pytest.raises(TypeError, match=r"^load: got a function as the model.* pass the opt"):
        load(path, lambda x: x)


def test_resuming_asks_for_enough_epochs_and_the_same_figures(path):
    model, sgd = line()
    run(model, sgd, epochs=4, callbacks=[Checkpoint(path)])
    other, other_sgd = line()
    message = unchanged(lambda: run(other, other_sgd, epochs=3, resume=path), other, other_sgd)
    assert f"fit: {path} has 4 epochs done, and epochs is 3, which counts those" in message
    message = unchanged(
        lambda: run(other, other_sgd, epochs=5, resume=path, validation_data=(X, TARGETS)),
        other,
        other_sgd,
    )
    assert (
        "has a history of ['loss', 'lr'], and this training one of ['loss', 'val_loss'" in message
    )
    watched, watched_sgd = line()
    file = path.with_name("watched.npz")
    settings = {"validation_data": (X, TARGETS), "epochs": 2}
    run(watched, watched_sgd, callbacks=[Checkpoint(file)], **settings)
    message = unchanged(lambda: run(other, other_sgd, epochs=5, resume=file), other, other_sgd)
    assert "and this training one of ['loss', 'lr']; pass the metrics and the valid" in message


def test_resuming_without_a_metric_is_refused_and_columns_of_callbacks_are_left_alone(path):
    model, sgd = line()

    class Notes:
        def after_step(self, run):
            run.history.setdefault("early", []).append(run.step)

        def after_epoch(self, run):
            run.history.setdefault("val_late", []).append(run.epoch)

    callbacks = [Notes(), Checkpoint(path)]
    settings = {"metrics": [mean_absolute_error], "validation_data": (X, TARGETS)}
    run(model, sgd, callbacks=callbacks, **settings)
    other, other_sgd = line()
    for left_out in settings:
        fewer = {name: value for name, value in settings.items() if name != left_out}
        message = unchanged(
            lambda fewer=fewer: run(other, other_sgd, epochs=4, resume=path, **fewer),
            other,
            other_sgd,
        )
        assert "; pass the metrics and the validation_data that it began with" in message
    history = run(other, other_sgd, epochs=4, resume=path, **settings)
    assert {name: len(column) for name, column in history.items()} == {
        **{"early": 6, "val_late": 2, "loss": 4, "val_loss": 4, "lr": 4},
        **{"mean_absolute_error": 4, "val_mean_absolute_error": 4},
    }


def test_resuming_asks_for_the_rate_of_each_epoch(path):
    model, sgd = line()
    save(path, model, sgd, rng=np.random.default_rng(0), history={"loss": [1.0]})
    message = unchanged(lambda: run(model, sgd, epochs=4, resume=path), model, sgd)
    assert "has a history of ['loss'], and this training one of ['loss', 'lr']" in message


def test_a_divergence_after_resuming_goes_back_to_what_was_saved(path):
    model, sgd = line()
    run(model, sgd, epochs=3, callbacks=[Checkpoint(path)])
    other, other_sgd = line()
    with pytest.raises(DivergenceError):
        run(other, other_sgd, epochs=4, resume=path, x=np.full_like(X, np.nan))
    np.testing.assert_array_equal(other_sgd.theta, sgd.theta)


def test_a_setting_that_is_refused_is_refused_before_anything_is_loaded(path):
    model, sgd = line()
    run(model, sgd, epochs=2, callbacks=[Checkpoint(path)])
    other, other_sgd = line()
    message = unchanged(
        lambda: run(other, other_sgd, epochs=4, resume=path, clip_norm=0), other, other_sgd
    )
    assert "clip_norm is 0" in message


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda folder: Checkpoint(folder / "a.npz", every=0), "Checkpoint: every is 0; pass a"),
        (lambda folder: Checkpoint(folder / "no" / "a.npz"), r"there is no folder .*no for a\.npz"),
    ],
)
def test_checkpoint_settings_are_checked(make, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        make(tmp_path)


# -- interruptions --------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["savez", "fsync", "replace"])
@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_an_interrupted_save_leaves_the_earlier_file(where, error, path, monkeypatch):
    net, adam, history = trained()
    save(path, net, adam, history=history)
    earlier = path.read_bytes()
    run(net, adam)

    def interrupt(file, *_, **__):
        if where == "savez":
            file.write(b"PK")
        raise error("now")

    owner = {"savez": np, "fsync": os, "replace": type(path)}[where]
    monkeypatch.setattr(owner, where, interrupt)
    with pytest.raises(error):
        save(path, net, adam, history=history)
    assert path.read_bytes() == earlier
    assert os.listdir(path.parent) == [path.name]
    monkeypatch.undo()
    save(path, net, adam, history=history)
    assert path.read_bytes() != earlier


def test_a_process_that_dies_while_saving_leaves_the_earlier_file(path, python):
    model, _ = line()
    save(path, model)
    earlier = path.read_bytes()
    code = f"""
import os, numpy as np
from minigrad import Linear, save
def die(file, **arrays):
    file.write(b"PK")
    file.flush()
    os._exit(9)
np.savez = die
save({str(path)!r}, Linear(3, 1, rng=1))
"""
    assert python("-c", code).returncode == 9
    assert path.read_bytes() == earlier
    before = numbers(model)
    load(path, model)
    np.testing.assert_array_equal(model.W.data, before[0])


def test_saving_changes_nothing(path):
    net, adam, history = trained()
    before, copied = state(net, adam), json.dumps(history)
    save(path, net, adam, history=history)
    assert state(net, adam) == before
    assert json.dumps(history) == copied
    assert not adam.theta.flags.writeable


def test_what_only_a_pickle_could_hold_is_not_saved(path):
    class Stubborn:
        def state_dict(self):
            return {"thing": np.array([object()], dtype=object)}

    model, _ = line()
    save(path, model)
    with pytest.raises(ValueError, match="Object arrays cannot be saved"):
        save(path, model, callbacks=[Stubborn()])
    assert load(path, model) == (0, {}, False)


def test_a_checkpoint_is_made_after_each_epoch_unless_asked_for_fewer(path):
    model, sgd = line()
    done = []

    class Look(Checkpoint):
        def after_epoch(self, run):
            super().after_epoch(run)
            done.append(load(path, model).epoch)

    run(model, sgd, epochs=3, callbacks=[Look(path)])
    assert done == [1, 2, 3]
