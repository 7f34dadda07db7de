"""What to take, when, and what was measured about it: the one source of what the book recommends.

The page *Which activation?* shows all of it, the front page the short form.  Each piece of advice
reads its numbers from a table and says whether they still bear it out; `check` raises if not.  What
is custom, and could not be measured, is marked as custom.
"""

from collections.abc import Callable
from typing import NamedTuple

from IPython.display import Markdown
from scipy.stats import t

from experiments.tables import best_for_others, load


class Measured(NamedTuple):
    """What a table says about a piece of advice, and whether that bears it out."""

    says: str
    holds: bool


class Advice(NamedTuple):
    """One branch of the decision.

    Attributes:
        when: the case, as an answer to the question.
        take: what to take.
        along: what goes with it: a loss, weights.
        section: the page and the heading where it is measured, as in a link.
        tables: the tables that the measurement reads.
        measured: returns what they say.
        short: how the front page names the case; empty if it leaves it out.
        custom: whether others recommend it and we could not measure it; then `measured` holds only
            what is said beside it.
    """

    when: str
    take: str
    along: str
    section: str
    tables: tuple[str, ...]
    measured: Callable[[], Measured]
    short: str = ""
    custom: bool = False

    @property
    def parts(self):
        """What goes with it, and whether it is custom."""
        return ", ".join(filter(None, [self.along, "by custom" if self.custom else ""]))


def answers(question):
    """Show the answers to a question as a list: what to take, and what was measured."""
    return Markdown("\n".join([":::::{div} decision", *map(_answer, ANSWERS[question]), ":::::"]))


def short_form():
    """Show what the front page says: a table of the answers that have a short name."""
    rows = [
        f"| {advice.short} | [{advice.take}]({advice.section}) | {advice.parts} |"
        for advice in everything()
        if advice.short
    ]
    return Markdown("\n".join(["| You want | Activation | With |", "|---|---|---|", *rows]))


def check():
    """Raise if a table no longer bears out what is said; say how much was checked."""
    for advice in everything():
        says, holds = advice.measured()
        assert holds, f"{advice.when}: {says}"
    measured = [advice for advice in everything() if not advice.custom]
    tables = {name for advice in measured for name in advice.tables}
    seeds = [_seeds(load(name)) for name in tables]
    return (
        f"{len(measured)} pieces of advice, borne out by {len(tables)} tables\n"
        f"of {min(seeds)} to {max(seeds)} seeds each; "
        f"{len(everything()) - len(measured)} more are custom"
    )


def _seeds(table):
    """Count the seeds of a table, which has a row or a column for each."""
    return table.seed.nunique() if "seed" in table else len(table.filter(like="seed_").columns)


def everything():
    """Return the advice for all questions, in order."""
    return [advice for advices in ANSWERS.values() for advice in advices]


def _answer(advice):
    along = f", with {advice.along}" if advice.along else ""
    custom = " (by custom)" if advice.custom else ""
    tables = ", ".join(
        f"{{download}}`{name} <experiments/results/{name}.csv>`" for name in advice.tables
    )
    table = "table" if len(advice.tables) == 1 else "tables"
    return "\n".join(
        [
            f"- {advice.when} → **{advice.take}**{along}{custom}",
            "",
            f"  {advice.measured().says} ([]({advice.section}); {table} {tables})",
            "",
        ]
    )


def interval(x):
    """Return the mean of differences over seeds, and half the width of its 95% interval."""
    x = x.dropna()
    return x.mean(), t.ppf(0.975, len(x) - 1) * x.std() / len(x) ** 0.5


def by_seed(name, columns, values, **only):
    """Read some rows of a table, with the columns side by side and a row for each seed."""
    table = load(name)
    for column, value in only.items():
        table = table[table[column] == value]
    return table.pivot(index="seed", columns=columns, values=values)


# ---- The output ----


def number_at_the_end():
    errors = by_seed("friedman", "model", "squared", examples=4_000)
    right, squashed = errors["relu"], errors["sigmoid out"]
    return Measured(
        f"Squared error {right.mean():.1f}; with a sigmoid at the output {squashed.mean():.0f}.",
        (squashed / right).min() > 3,
    )


def yes_or_no_at_the_end():
    right = 100 * by_seed("higher_later", "model", "right", split="in time")
    return Measured(
        f"A time series: {right['tanh'].mean():.0f}% right; with the same loss and no sigmoid "
        f"{right['linear out'].mean():.0f}%, like a coin.",
        (right["tanh"] - right["linear out"]).min() > 20,
    )


def classes_at_the_end():
    right = 100 * by_seed("digits_variants", "end", "right", hidden="relu")
    return Measured(
        f"Digits: {right['cross-entropy'].mean():.0f}% right; with the same loss and no softmax "
        f"{right['linear out'].mean():.0f}%, where guessing gives 10.",
        right["cross-entropy"].min() > 90 and right["linear out"].max() < 30,
    )


# ---- The hidden layers ----


CLOSE = 3  # points


def behind(*inits):
    """Return for each depth and task how many points each activation is behind the best.

    Each with the learning rate and with those of these weights (by default, both) that suit it,
    chosen for each seed by the other seeds.  The best is so with any weights.
    """
    scores = load("benchmark").set_index(["depth", "task", "activation", "init", "rate"])
    scores = 100 * scores.filter(like="seed_").clip(lower=0)
    at_best = _at_their_best(scores)
    some = scores[scores.index.isin(inits, level="init")] if inits else scores
    return -_at_their_best(some).sub(at_best.max(axis=1), axis=0)


def _at_their_best(scores):
    chosen = scores.groupby(level=["depth", "task", "activation"]).apply(best_for_others)
    return chosen.mean(axis=1).unstack("activation")


def worst(deepest, *inits):
    """Return how far each activation is behind on its worst task, in up to so many layers."""
    return behind(*inits).query("depth <= @deepest").max()


def recommended(points):
    """Apply the rule: of what stays close to the best, ReLU, the simplest, or else the closest."""
    return "relu" if points["relu"] < CLOSE else points.idxmin()


def stays_close(name, deepest):
    points, own, plain = worst(deepest), worst(deepest, "matched"), worst(deepest, "plain")
    return Measured(
        f"Five tasks: at most {points[name]:.1f} points behind the best of {points.size}. **Try "
        f"both weights**: with the first alone it is {own[name]:.1f} behind, with the default "
        f"alone {plain[name]:.1f}.",
        recommended(points) == name and points[name] < CLOSE,
    )


def more_than_eight():
    points, own, plain = worst(16), worst(16, "matched"), worst(16, "plain")
    return Measured(
        f"Five tasks: at most {points['mish']:.1f} points behind the best of {points.size} (ReLU "
        f"{points['relu']:.0f}, GELU {points['gelu']:.0f}). **Try both weights**: with its own "
        f"gain alone it is {own['mish']:.0f} behind, with the default alone {plain['mish']:.0f}. "
        f"Who tries one kind only loses least with ELU and its own gain: {own['elu']:.1f}.",
        recommended(points) == "mish"
        and points["mish"] < CLOSE
        and own.idxmin() == "elu"
        and own["elu"] < plain.min()
        and min(own["mish"], plain["mish"], points["relu"], points["gelu"]) > 10,
    )


def classes_by_tanh():
    runs = load("tanh_deep_training").query("depth == 20")
    steps = runs.pivot(index="seed", columns="activation", values="steps").median()
    points = behind()["tanh"].unstack("task")
    classes = points.drop(columns="friedman").to_numpy().max()
    number = points.friedman.min(), points.friedman.max()
    glorot, forward = ten_layers("tanh", "glorot"), ten_layers("tanh", "forward")
    return Measured(
        f"Four tasks, with the gain 1.6 or PyTorch's default: at most {classes:.1f} points behind "
        "the best. Glorot's weights, which are not in that table, did as well as the gain 1.6 on "
        f"digits, in ten layers ({glorot.mean():.0f}% and {forward.mean():.0f}% right); in twenty, "
        f"the training loss fell below 0.5 after {steps['tanh']:.0f} steps at the median, ReLU's "
        f"after {steps['relu']:.0f}. **Not for a noisy number**: {number[0]:.0f} to "
        f"{number[1]:.0f} points behind.",
        classes < CLOSE
        and glorot.mean() > forward.mean() - 1 > 90
        and steps["tanh"] < 0.9 * steps["relu"]
        and number[0] > 4,
    )


def thirty():
    runs = load("tanh_deep_training").groupby(["depth", "activation"]).reached
    arrived, all_of_them = runs.sum(), runs.size()
    return Measured(
        f"Without them, {arrived[30, 'tanh']} of {all_of_them[30, 'tanh']} tanh networks of thirty "
        f"layers got below a training loss of 0.5, and {arrived[30, 'relu']} with ReLU (digits, "
        "ten epochs of Adam at 0.001, no other rate tried); of twenty layers, all. What they "
        "help, and which activation goes with them, we did not measure.",
        (arrived < all_of_them)[30].all() and (arrived == all_of_them)[20].all(),
    )


def smooth_function():
    loss = by_seed("gated_or_plain", "unit", "test_loss", task="friedman")
    less = {u: interval((loss[u] - loss["relu"]) / loss["relu"].mean()) for u in ("gelu", "silu")}
    shown = " and ".join(f"{-100 * m:.0f} ± {100 * half:.0f}%" for m, half in less.values())
    return Measured(
        f"Test error {shown} below ReLU's, on a smooth function with 1,000 examples. Clearly "
        "better, by less than the tenth that [the trial](claims.ipynb#gelu-and-silu-beat-relu) "
        "asks for.",
        all(m + half < 0 and -m < 0.1 for m, half in less.values()),
    )


def transformer():
    loss = by_seed("gated_or_plain", "unit", "test_loss", task="digits")
    gelu, half = interval((loss["gelu"] - loss["relu"]) / loss["relu"].mean())
    means = load("gated_or_plain").groupby(["task", "unit"]).test_loss.mean().unstack()
    gated = means["geglu"] / means["gelu"]
    return Measured(
        "Real ones are too large to train here. In two small blocks on digits, GELU's test loss "
        f"was {-100 * gelu:.0f} ± {100 * half:.0f}% below ReLU's, hardly a difference. And the "
        f"gated unit GEGLU had {gated.min():.1f} to {gated.max():.1f} times GELU's in three tasks.",
        gelu - half < 0 < gelu + half + 0.01 and gated.min() > 1,
    )


# ---- The weights ----


def ten_layers(activation, init):
    """Return the test accuracy of ten hidden layers, in percent, one for each seed.

    Each with that of three learning rates which is best for the other seeds.
    """
    pair = {"activation": activation, "init": init}
    return best_for_others(100 * by_seed("which_pair_trains", "rate", "test_accuracy", **pair).T)


def fitting(activation, init, name):
    """Compare weights that fit with PyTorch's default."""
    fit, plain = ten_layers(activation, init), ten_layers(activation, "plain")
    return Measured(
        f"Digits, ten layers of {name}: {fit.mean():.0f}% right; with PyTorch's default weights "
        f"{plain.mean():.0f}%.",
        fit.min() > 90 and (fit - plain).mean() > 1,
    )


def own_gain():
    names = {"gelu": "GELU", "silu": "SiLU", "elu": "ELU"}
    fit = {name: ten_layers(name, "forward") for name in names}
    plain = {name: ten_layers(name, "plain") for name in names}
    shown = ", ".join(
        f"{names[name]} {fit[name].mean():.0f}% ({plain[name].mean():.0f}%)" for name in names
    )
    return Measured(
        f"Digits, ten layers, in brackets with PyTorch's default weights: {shown}.",
        all(fit[name].mean() > 90 and (fit[name] - plain[name]).mean() > 10 for name in names),
    )


def rescued_sigmoid():
    right = 100 * by_seed("accuracy_by_depth", ["activation", "init"], "test_accuracy", depth=8)
    usual, larger = right["sigmoid", "glorot"], right["sigmoid", "glorot times 4"]
    return Measured(
        f"Digits, eight layers: {larger.mean():.0f}% right; with Glorot's own weights "
        f"{usual.mean():.0f}%.",
        larger.min() > 90 and (larger - usual).min() > 10,
    )


# ---- What next ----


def gradient_arrives():
    runs = load("which_pair_trains")
    pairs = runs.groupby(["activation", "init"])
    arriving = pairs.arriving.median()
    best = 100 * runs.groupby(["activation", "init", "rate"]).test_accuracy.mean()
    best = best.groupby(level=[0, 1]).max()
    lost, enough = best[arriving < 1e-3], best[arriving > 0.1]
    between = best.drop([*lost.index, *enough.index])
    return Measured(
        "[`probe`](diagnosing.ipynb#gradients-shrink-layer-by-layer) shows how much. Digits, ten "
        f"layers, momentum: below a thousandth, none of {len(lost)} pairs of activation and "
        f"weights learned at any of three rates; between, {len(between)} reached "
        f"{between.min():.0f} to {between.max():.0f}% at their best rate; above a tenth, all "
        f"reached {enough.min():.0f}% or more.",
        lost.max() < 15 and between.max() < 90 and enough.min() > 93,
    )


def another_rate():
    setting = ["task", "depth", "activation", "init"]
    scores = load("benchmark").set_index([*setting, "rate"]).filter(like="seed_")
    by_rate = 100 * scores.clip(lower=0).mean(axis=1).unstack("rate")
    best = by_rate.max(axis=1)
    at = best.groupby(level=setting[:3]).idxmax()
    rate = (best - by_rate.mean(axis=1))[at].mean()
    middle = (best - by_rate[0.003])[at].mean()
    tuned = best[at].groupby(level=setting[:2])
    activation = (tuned.max() - tuned.mean()).mean()
    return Measured(
        f"Five tasks: a blind choice of three rates, ten times apart, costs {rate:.0f} points on "
        f"average; one of {by_rate.index.unique('activation').size} activations "
        f"{activation:.0f}; to take 0.003 each time, {middle:.0f}.",
        1.5 * activation < rate < 2.5 * activation and middle < 0.6 * activation,
    )


def dying_units():
    runs = load("dead_by_rate").groupby(["rate", "variant"])
    dead, right = 100 * runs.dead.mean(), 100 * runs.test_accuracy.median()
    at_2 = right[2.0]
    return Measured(
        f"Digits, rate 2: {dead[2.0, 'relu']:.0f}% of the units died, and the network guessed. At "
        f"rate 1 the median network was {right[1.0, 'relu']:.0f}% right; at rate 2 with clipped "
        f"gradients {at_2['relu clipped']:.0f}%, with leaky ReLU instead "
        f"{at_2['leaky_relu']:.0f}%.",
        min(right[1.0, "relu"], at_2["relu clipped"]) > max(95, at_2["leaky_relu"] + 10)
        and at_2["relu"] < 20,
    )


def more_examples():
    table = load("friedman")
    sizes = table[table.model == "leaky"].groupby("examples").squared.mean()
    errors = by_seed("friedman", "model", "squared", examples=4_000)
    leaky, half = interval(errors["relu"] - errors["leaky"])
    worse, half_worse = interval(errors["sigmoid hidden"] - errors["relu"])
    only = {"weights": "gain", "rate": "constant", "networks": 1, "examples": 4_000}
    inputs = by_seed("friedman_floor", "inputs", "squared", **only)
    told, half_told = interval(inputs[20] - inputs[5])
    return Measured(
        f"Squared error {sizes[500]:.1f} with 500 examples, {sizes[8_000]:.1f} with 8,000. With "
        f"4,000, it was {told:.2f} ± {half_told:.2f} lower without the 15 of 20 inputs that say "
        f"nothing; ReLU instead of leaky ReLU changed it by {abs(leaky):.2f} ± {half:.2f}; sigmoid "
        f"instead of ReLU made it {worse:.2f} ± {half_worse:.2f} larger. (A smaller network, the "
        "usual other advice, we did not measure.)",
        sizes[500] > 3 * sizes[8_000]
        and told > 2 * half_told
        and abs(leaky) < half
        and half_worse < worse < 0.2,
    )


def something_simple():
    errors = load("friedman").groupby(["model", "examples"]).squared.mean()
    trees, net = errors["boosted trees"], errors["leaky"]
    return Measured(
        f"Boosted trees, with nothing to choose: squared error {trees[4_000]:.2f} with 4,000 "
        f"examples, the network {net[4_000]:.2f}; with 500, {trees[500]:.1f} and {net[500]:.1f}.",
        trees[4_000] < 1.05 * net[4_000] and trees[500] < net[500] / 2,
    )


def last_points():
    right = 100 * by_seed("relatives_trained", ["activation", "depth"], "test_accuracy")
    names = ["elu", "selu", "gelu", "silu", "mish"]
    ahead = right.sub(right["relu"], level="depth").mean()
    five = ahead[names]
    low, high = right["relu", 8].quantile([0.05, 0.95])
    return Measured(
        "Digits, in two and eight layers: ELU, SELU, GELU, SiLU and Mish were at most "
        f"{max(five):.1f} points ahead of ReLU and {-min(five):.1f} behind. Chance alone spreads "
        f"nine in ten of ReLU's own results, in eight layers, over {high - low:.1f}. (Softplus "
        f"was {-ahead['softplus', 2]:.1f} and {-ahead['softplus', 8]:.1f} behind.)",
        five.abs().max() < 1 < -ahead["softplus"].max() and high - low > 1,
    )


ANSWERS = {
    "output": (
        Advice(
            "A number",
            "no activation",
            "mean squared error",
            "regression.ipynb#the-wrong-pair",
            ("friedman",),
            number_at_the_end,
            "Output: a number",
        ),
        Advice(
            "A yes or a no (several may be right: one for each)",
            "sigmoid, inside the loss",
            "binary cross-entropy from logits",
            "time-series.ipynb#the-wrong-pair",
            ("higher_later",),
            yes_or_no_at_the_end,
            "Output: a yes or a no",
        ),
        Advice(
            "One of several classes",
            "softmax, inside the loss",
            "cross-entropy from logits",
            "first-network.ipynb#the-wrong-pair",
            ("digits_variants",),
            classes_at_the_end,
            "Output: one of several classes",
        ),
    ),
    "hidden": (
        Advice(
            "Up to four hidden layers",
            "ReLU",
            "He's weights or PyTorch's default",
            "benchmark.ipynb#the-map",
            ("benchmark",),
            lambda: stays_close("relu", 4),
            "Hidden: up to four layers",
        ),
        Advice(
            "Up to eight",
            "GELU",
            "its own gain or PyTorch's default weights",
            "benchmark.ipynb#the-map",
            ("benchmark",),
            lambda: stays_close("gelu", 8),
            "Hidden: up to eight",
        ),
        Advice(
            "Up to sixteen, or one activation for all depths",
            "Mish",
            "its own gain or PyTorch's default weights",
            "benchmark.ipynb#the-map",
            ("benchmark",),
            more_than_eight,
            "Hidden: up to sixteen, or one for all",
        ),
        Advice(
            "More",
            "normalization or shortcuts around layers",
            "",
            "tanh.ipynb#fifty-layers",
            ("tanh_deep_training",),
            thirty,
            custom=True,
        ),
    ),
    "exceptions": (
        Advice(
            "A class for an answer, up to sixteen layers",
            "tanh",
            "Glorot's weights",
            "tanh.ipynb#fifty-layers",
            ("benchmark", "which_pair_trains", "tanh_deep_training"),
            classes_by_tanh,
            "Hidden: as good, for classes only",
        ),
        Advice(
            "A smooth function, few examples",
            "GELU or SiLU",
            "their own gain",
            "relatives.ipynb#gated-units",
            ("gated_or_plain",),
            smooth_function,
            "Hidden: a smooth function, few examples",
        ),
        Advice(
            "A transformer",
            "GELU, or a gated unit",
            "normalization",
            "relatives.ipynb#gated-units",
            ("gated_or_plain",),
            transformer,
            "Hidden: a transformer",
            custom=True,
        ),
    ),
    "weights": (
        Advice(
            "ReLU, leaky ReLU",
            "He's weights",
            "variance $2/n$",
            "gradient-flow.ipynb#which-pair-trains",
            ("which_pair_trains",),
            lambda: fitting("relu", "forward", "ReLU"),
        ),
        Advice(
            "tanh",
            "Glorot's weights",
            "variance $2/(n + m)$",
            "gradient-flow.ipynb#which-pair-trains",
            ("which_pair_trains",),
            lambda: fitting("tanh", "glorot", "tanh"),
        ),
        Advice(
            "SELU",
            "LeCun's weights",
            "variance $1/n$",
            "gradient-flow.ipynb#which-pair-trains",
            ("which_pair_trains",),
            lambda: fitting("selu", "forward", "SELU"),
        ),
        Advice(
            "GELU, SiLU, ELU and others",
            "LeCun's weights times their gain",
            "variance $g^2/n$",
            "gradient-flow.ipynb#which-pair-trains",
            ("which_pair_trains",),
            own_gain,
        ),
        Advice(
            "Sigmoid, if it must be in hidden layers",
            "four times Glorot's weights",
            "sixteen times the variance",
            "sigmoid.ipynb#does-it-matter-for-training",
            ("accuracy_by_depth",),
            rescued_sigmoid,
        ),
    ),
    "next": (
        Advice(
            "It learns badly or not at all, and under a tenth of the gradient arrives",
            "other weights",
            "",
            "gradient-flow.ipynb#which-pair-trains",
            ("which_pair_trains",),
            gradient_arrives,
        ),
        Advice(
            "Enough arrives, and yet it learns badly",
            "Adam at 0.003, then a rate ten times lower and one ten times higher; then three times",
            "",
            "benchmark.ipynb#a-wrong-rate-a-wrong-activation-wrong-weights",
            ("benchmark",),
            another_rate,
        ),
        Advice(
            "ReLU units die",
            "a lower learning rate, or clipped gradients",
            "",
            "relu.ipynb#which-rate-kills",
            ("dead_by_rate",),
            dying_units,
            "Hidden: ReLU units die",
        ),
        Advice(
            "It is good on its examples, not on new ones",
            "more examples, or fewer inputs that say nothing",
            "",
            "regression.ipynb#what-stops-it",
            ("friedman", "friedman_floor"),
            more_examples,
        ),
        Advice(
            "Is it good at all?",
            "compare it with something simpler",
            "",
            "regression.ipynb#how-good-is-that",
            ("friedman",),
            something_simple,
        ),
        Advice(
            "You want the last half point, in up to eight layers",
            "another activation, over many seeds",
            "",
            "relatives.ipynb#do-they-train-better-than-relu",
            ("relatives_trained",),
            last_points,
        ),
    ),
}
