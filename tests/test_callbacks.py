"""Callbacks: when each hook is called and what it sees, stopping, and early stopping."""

import math

import numpy as np
import pytest

from minigrad import (
    SGD,
    Adam,
    BatchNorm,
    DivergenceError,
    Dropout,
    EarlyStopping,
    Linear,
    Sequential,
    mean_absolute_error,
    mean_squared_error,
    tanh,
)
from minigrad.callbacks import HOOKS, Run
from tests.fitting import TARGETS, X, line, numbers, run


class Diary:
    """A callback that has all hooks, and notes what it sees."""

    def __init__(self):
        self.pages = []

    def note(self, name, run):
        self.pages.append((name, run.epoch, run.step, run.loss, {**run.history}))

    def before_step(self, run):
        self.note("before_step", run)

    def after_step(self, run):
        self.note("after_step", run)

    def after_epoch(self, run):
        self.note("after_epoch", run)

    def after_fit(self, run):
        self.note("after_fit", run)


# -- the protocol ---------------------------------------------------------------------------------


def test_each_hook_is_called_in_its_place():
    diary = Diary()
    run(*line(), batch_size=10, callbacks=[diary])
    assert [page[:3] for page in diary.pages] == [
        ("before_step", 0, 0),
        ("after_step", 0, 0),
        ("before_step", 0, 1),
        ("after_step", 0, 1),
        ("after_epoch", 0, 1),
        ("before_step", 1, 0),
        ("after_step", 1, 0),
        ("before_step", 1, 1),
        ("after_step", 1, 1),
        ("after_epoch", 1, 1),
        ("after_fit", 2, 1),
    ]


def test_the_record_has_the_loss_of_the_step_and_the_history_so_far():
    diary, losses = Diary(), []
    model, optimizer = line()

    def loss(prediction, y):
        error = mean_squared_error(prediction, y)
        losses.append(error.item())
        return error

    history = run(model, optimizer, loss=loss, batch_size=20, epochs=3, callbacks=[diary])
    for name, epoch, _, seen, _ in diary.pages:
        if name != "after_fit":
            assert seen == losses[epoch]
    assert diary.pages[0][4] == {}
    assert diary.pages[-1][4] == history


def test_the_record_holds_model_optimizer_generator_and_the_history_itself():
    model, optimizer = line()
    rng = np.random.default_rng(0)
    runs = []
    history = run(model, optimizer, rng=rng, epochs=3, callbacks=(runs.append,))
    assert {id(record) for record in runs} == {id(runs[0])}
    record = runs[0]
    assert (record.model, record.optimizer, record.rng) == (model, optimizer, rng)
    assert record.history is history
    assert (record.epochs, record.stopped, len(record.callbacks)) == (3, False, 1)


def test_a_probe_sees_gradients_and_the_parameters_before_and_after():
    model, optimizer = line(lr=0.25)
    seen = []

    class Probe:
        def before_step(self, run):
            self.before = [(p.data, p.grad) for p in run.model.parameters()]

        def after_step(self, run):
            for p, (data, grad) in zip(run.model.parameters(), self.before, strict=True):
                np.testing.assert_array_equal(p.data, data - 0.25 * grad)
                assert p.grad is grad
                seen.append(np.linalg.norm(p.data - data))

    run(model, optimizer, batch_size=5, callbacks=[Probe()])
    assert len(seen) == 2 * 4 * 2
    assert min(seen) > 0


def test_what_a_callback_does_to_gradients_counts_and_is_clipped():
    model, optimizer = line(lr=1.0)
    before = numbers(model)

    class Flat:
        def before_step(self, run):
            run.model.W.grad, run.model.b.grad = np.full((3, 1), 2.0), np.full(1, 2.0)

    run(model, optimizer, batch_size=20, epochs=1, callbacks=[Flat()], clip_norm=1.0)
    for p, q in zip(numbers(model), before, strict=True):
        np.testing.assert_allclose(q - p, 0.5, rtol=1e-12)  # four numbers of 2 have length 4


def test_callbacks_are_called_in_order():
    called = []
    first, last = Diary(), Diary()
    for diary, name in ((first, "first"), (last, "last")):
        diary.note = lambda hook, run, name=name: called.append((name, hook))
    run(
        *line(),
        epochs=1,
        batch_size=20,
        callbacks=[first, lambda run: called.append(("function", "after_epoch")), last],
    )
    assert called == [
        (name, hook)
        for hook in HOOKS
        for name in ("first", "function", "last")
        if name != "function" or hook == "after_epoch"
    ]


def test_looking_on_does_not_change_the_training():
    plain, optimizer = line()
    history = run(plain, optimizer)
    watched, optimizer = line()
    assert run(watched, optimizer, callbacks=[Diary()]) == history
    np.testing.assert_array_equal(plain.W.data, watched.W.data)


@pytest.mark.parametrize(
    ("callbacks", "message"),
    [
        ([print, 3], "fit: callback 1 is 3; pass a function of the run, or an object with one of"),
        ([object()], "callback 0 is <object .*before_step, after_step, after_epoch, after_fit"),
        ([EarlyStopping], "fit: callback 0 is class EarlyStopping; pass"),
        (EarlyStopping(), "fit: callbacks is a EarlyStopping; pass a list of them"),
        (print, "fit: callbacks is a builtin_function_or_method; pass a list"),
    ],
)
def test_what_is_no_callback_is_refused_before_the_first_step(callbacks, message):
    model, optimizer = line()
    before = numbers(model)
    with pytest.raises(TypeError, match=message):
        run(model, optimizer, callbacks=callbacks)
    np.testing.assert_array_equal(model.W.data, before[0])


def test_an_error_in_a_callback_comes_out_and_after_fit_is_not_called():
    diary = Diary()

    def trouble(run):
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        run(*line(), callbacks=[diary, trouble])
    assert diary.pages[-1][:2] == ("after_epoch", 0)


def test_a_divergence_ends_the_calls_and_keeps_whole_epochs_only():
    diary, model = Diary(), Linear(3, 1, rng=0)
    calls = []

    def loss(prediction, y):
        calls.append(numbers(model))
        return mean_squared_error(prediction, y) * (math.nan if len(calls) == 6 else 1.0)

    optimizer = Adam(model.parameters(), lr=0.1)
    with pytest.raises(DivergenceError, match="at step 1 of epoch 1") as stopped:
        run(
            model,
            optimizer,
            loss=loss,
            batch_size=5,
            schedule=[0.1, 0.05].__getitem__,
            callbacks=[diary, EarlyStopping("loss")],
            validation_data=None,
        )
    assert [page[:3] for page in diary.pages[-2:]] == [("before_step", 1, 0), ("after_step", 1, 0)]
    assert {name: len(column) for name, column in stopped.value.history.items()} == {
        "loss": 1,
        "lr": 1,
    }
    for p, good in zip(numbers(model), calls[4], strict=True):
        np.testing.assert_array_equal(p, good)
    assert (optimizer.t, optimizer.m.any(), optimizer.lr) == (0, False, 0.05)


# -- stopping -------------------------------------------------------------------------------------


def test_stopping_after_an_epoch_ends_with_it():
    diary = Diary()
    history = run(
        *line(), epochs=9, callbacks=[diary, lambda run: run.stop() if run.epoch == 3 else None]
    )
    assert len(history["loss"]) == 4
    assert diary.pages[-1][:2] == ("after_fit", 4)


@pytest.mark.parametrize("hook", ["before_step", "after_step"])
def test_stopping_at_a_step_ends_the_epoch_after_it(hook):
    class Stop(Diary):
        def note(self, name, run):
            super().note(name, run)
            if (name, run.step) == (hook, 1):
                run.stop()

    stop, losses = Stop(), []
    model, optimizer = line()
    history = run(
        model,
        optimizer,
        batch_size=5,
        epochs=9,
        callbacks=[stop],
        validation_data=(X, TARGETS),
        metrics=[mean_absolute_error],
        loss=lambda p, y: losses.append(mean_squared_error(p, y)) or losses[-1],
    )
    assert [page[0] for page in stop.pages[-3:]] == ["after_step", "after_epoch", "after_fit"]
    assert {len(column) for column in history.values()} == {1}
    assert history["loss"] == [pytest.approx((losses[0].item() + losses[1].item()) / 2)]
    assert history["val_loss"] == [pytest.approx(np.mean([e.item() for e in losses[2:]]))]
    assert len(losses) == 2 + 4


def test_a_stopped_bar_stays_where_it_is(capsys):
    run(*line(), epochs=9, progress=True, callbacks=[lambda run: run.stop()])
    assert "1/9" in capsys.readouterr().err


# -- early stopping -------------------------------------------------------------------------------


def at_epochs(figures, **settings):
    """Let EarlyStopping see these figures, one per epoch; return the epochs it was given."""
    model, optimizer = line(lr=0.01)
    stopping = EarlyStopping("val_figure", **{"better": "lower", "patience": 2, **settings})
    parameters = []
    shown = iter(figures)

    class Show:
        """Puts the figure of the epoch where the validation would have put it."""

        def after_epoch(self, run):
            run.history.setdefault("val_figure", []).append(next(shown))
            parameters.append(numbers(model))

    history = run(model, optimizer, epochs=len(figures), callbacks=[Show(), stopping])
    return len(history["val_figure"]), model, parameters, stopping


@pytest.mark.parametrize(
    ("figures", "settings", "epochs", "best"),
    [
        ([5, 4, 3, 2, 1], {}, 5, 4),
        ([5, 4, 4, 4, 4, 4], {}, 4, 1),
        ([5, 4, 6, 3, 6, 6, 1], {}, 6, 3),
        ([5, 4, 6, 3, 6, 6, 1], {"patience": 3}, 7, 6),
        ([5, 4, 6, 3], {"patience": 1}, 3, 1),
        ([5, 4.5, 4.1, 4.0, 3.9, 3.8], {"min_delta": 1.0}, 3, 0),
        ([5, 4.5, 3.9, 3.8, 3.7, 1], {"min_delta": 1.0}, 5, 2),
        ([1, 2, 3, 3, 3, 3], {"better": "higher"}, 5, 2),
        ([5, math.nan, math.nan, 1], {}, 3, 0),
        ([math.nan, 3, math.nan, 2], {}, 4, 3),
        ([math.nan, math.nan, math.nan], {}, 2, None),
        ([math.inf, 3, 2], {}, 3, 2),
        ([5, 4, 4, 4, 4], {"restore_best": False}, 4, None),
    ],
)
def test_it_stops_in_time_and_goes_back_to_the_best(figures, settings, epochs, best):
    done, model, parameters, _ = at_epochs(figures, **settings)
    assert done == epochs
    wanted = parameters[-1 if best is None else best]
    for p, q in zip(numbers(model), wanted, strict=True):
        np.testing.assert_array_equal(p, q)


def test_the_best_of_the_last_fit_is_forgotten():
    model, optimizer = line()
    stopping = EarlyStopping("loss", patience=1)
    first = run(model, optimizer, epochs=3, callbacks=[stopping])
    assert stopping.best == min(first["loss"])
    second = run(model, optimizer, epochs=2, y=TARGETS + 100, callbacks=[stopping])
    assert stopping.best == min(second["loss"]) > max(first["loss"])


def test_statistics_and_generators_go_back_with_the_parameters():
    net = Sequential(BatchNorm(3), Dropout(0.5, rng=0), Linear(3, 1, rng=0))
    states = []

    def worse(run):
        states.append(net.state_dict())
        run.history.setdefault("figure", []).append(run.epoch)

    run(
        net,
        SGD(net.parameters(), lr=0.1),
        epochs=5,
        callbacks=[worse, EarlyStopping("figure", patience=3, better="lower")],
    )
    assert len(states) == 4
    for name, array in net.state_dict().items():
        np.testing.assert_array_equal(array, states[0][name])
    assert (states[0]["0.running_mean"] != states[-1]["0.running_mean"]).any()
    assert states[0]["1.rng"] != states[-1]["1.rng"]


def test_a_model_that_is_a_function_goes_back_too():
    inner, optimizer = line()
    seen = []

    def worse(run):
        seen.append(numbers(inner))
        run.history.setdefault("figure", []).append(run.epoch)

    stopping = EarlyStopping("figure", patience=2, better="lower")
    run(lambda x: inner(x), optimizer, epochs=5, callbacks=[worse, stopping])
    assert len(seen) == 3
    np.testing.assert_array_equal(inner.W.data, seen[0][0])
    assert (seen[0][0] != seen[2][0]).all()


def test_it_ends_a_training_that_overfits():
    """With more weights than examples, the validation loss falls and then rises."""
    rng = np.random.default_rng(0)
    net = Sequential(Linear(3, 20, rng=rng), tanh, Linear(20, 1, rng=rng))
    stopping = EarlyStopping(patience=5)
    history = run(
        net,
        Adam(net.parameters(), lr=0.01),
        x=X[:4],
        y=TARGETS[:4],
        epochs=500,
        validation_data=(X[4:], TARGETS[4:]),
        callbacks=[stopping],
    )
    best = int(np.argmin(history["val_loss"]))
    assert len(history["loss"]) == best + 1 + 5 < 500
    after = mean_squared_error(net(X[4:]), TARGETS[4:]).item()
    assert after == pytest.approx(history["val_loss"][best], rel=1e-13)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: EarlyStopping("val_accuracy"),
            "better is None for 'val_accuracy'; pass better='l",
        ),
        (
            lambda: EarlyStopping(better="max"),
            "better is 'max' for 'val_loss'; pass better='lower'",
        ),
        (
            lambda: EarlyStopping(patience=0),
            "EarlyStopping: patience is 0; pass a positive integer",
        ),
        (lambda: EarlyStopping(min_delta=-1), "EarlyStopping: min_delta is -1; pass 0 or more"),
        (lambda: EarlyStopping(min_delta=math.nan), "EarlyStopping: min_delta is nan"),
        (
            lambda: run(*line(), callbacks=[EarlyStopping()]),
            r"the history has no 'val_loss'; pass one of \['loss', 'lr'\], and validation_data",
        ),
    ],
)
def test_settings_of_early_stopping_are_checked(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_loss_needs_no_word_on_what_is_better():
    assert EarlyStopping("my_loss").sign == 1
    assert EarlyStopping("val_accuracy", better="higher").sign == -1


def test_a_run_can_be_made_by_hand():
    """For a callback that is called from a loop of one's own."""
    model, optimizer = line()
    record = Run(model, optimizer, np.random.default_rng(0), epochs=1)
    assert (record.epoch, record.step, record.stopped, math.isnan(record.loss)) == (0, 0, False, 1)
    record.stop()
    assert (record.stopped, record.history, record.callbacks) == (True, {}, ())
    with pytest.raises(AttributeError):  # a slip of the pen is no new field
        record.stoped = True


def test_the_state_of_early_stopping_comes_and_goes():
    fresh, waited = EarlyStopping("loss"), EarlyStopping("loss")
    assert (fresh.patience, fresh.min_delta, fresh.restore_best) == (10, 0.0, True)
    assert [*fresh.state_dict()] == ["metric", "better", "best", "best_epoch"]
    model, optimizer = line()
    run(model, optimizer, callbacks=[waited])
    state = waited.state_dict()
    assert [*state][4:] == ["kept.theta", "kept.model.W", "kept.model.b"]
    fresh.load_state_dict(state)
    assert (fresh.best, fresh.best_epoch) == (waited.best, 1)
    assert [*fresh.kept] == [*waited.kept] == ["theta", "model.W", "model.b"]
    for name, array in waited.kept.items():
        np.testing.assert_array_equal(fresh.kept[name], array)
    with pytest.raises(ValueError, match=r"of 'loss' with .* looks at 'my_loss'"):
        EarlyStopping("my_loss").load_state_dict(state)
