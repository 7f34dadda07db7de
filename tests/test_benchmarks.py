"""The benchmarks run, and what they compare computes the same."""

import json
import tracemalloc

import pytest

from benchmarks import nets, training
from benchmarks.__main__ import GROUPS, main
from benchmarks.by_hand import ByHand
from minigrad import TABLE


def test_they_run_and_report(tmp_path, capsys):
    output = tmp_path / "new" / "results.json"
    main(["--quick", "--output", str(output)])
    report = json.loads(output.read_text(encoding="utf-8"))
    assert report["facts"]["quick"] is True
    assert set(report["results"]) == set(GROUPS)
    shown = capsys.readouterr().out
    for rows in report["results"].values():
        for row in rows:
            assert row["workload"] in shown
            assert row["seconds"] > 0
            assert all(0 < r["low"] <= r["median"] <= r["high"] for r in row["ratios"].values())
    measured = {row["workload"].split(",")[0] for row in report["results"]["elementwise"]}
    assert measured == {*TABLE, "softmax"}


def test_an_unknown_group_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["trianing"])
    assert "no group trianing" in capsys.readouterr().err


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", nets.NETS)
def test_the_limit_agrees_with_minigrad(name, dtype):
    at = nets.problem(nets.NETS[name], 8, dtype, training.LARGE)
    training.check_agreement({"by hand": ByHand(at), "minigrad": nets.Minigrad(at)}, dtype)


@pytest.mark.parametrize("fault", ["gradient", "update"])
def test_a_disagreement_is_seen(fault):
    at = nets.problem(nets.NETS["iii"], 8, "float64", training.LARGE)
    wrong = ByHand(at)
    if fault == "gradient":
        wrong.ones = 1.001 * wrong.ones
    else:
        wrong.lr *= 1.001
    with pytest.raises(AssertionError, match="by hand"):
        training.check_agreement({"by hand": wrong, "minigrad": nets.Minigrad(at)}, "float64")


def test_the_limit_makes_no_large_array_on_the_way():
    limit = ByHand(nets.problem(nets.NETS["i"], 64, "float32", training.LARGE))
    tracemalloc.start()
    try:
        limit.differentiate()
        limit.update()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < limit.theta.nbytes / 4  # NumPy's own buffers, for broadcasting
