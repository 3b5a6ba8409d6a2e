"""The view and the figure of a benchmark: made from recorded results, without TensorFlow."""

import dataclasses
import json
import math
from pathlib import Path

import pytest

from legacy_cnn import results, show
from legacy_cnn.results import Benchmark
from legacy_cnn.show import benchmark, benchmark_plot
from support.altered import HOSTILE, ODD_NUMBERS, accepted
from support.pages import Page
from support.samples import BENCHMARK

RECORDED = Path(__file__).parent.parent / "docs" / "results"
FILES = ("bench", "bench_older", "growth")


def recorded(name):
    return results.read(RECORDED / f"{name}.json", Benchmark)


@pytest.mark.parametrize("name", FILES)
def test_recorded_benchmarks_are_read_and_written_as_they_are(name):
    written = json.loads((RECORDED / f"{name}.json").read_text())
    read, written = (
        {key: one for key, one in result.items() if one is not None}
        for result in (recorded(name).to_json(), written)
    )
    assert read == written


def test_figures_of_the_result():
    assert BENCHMARK.training["graph"].quartiles == pytest.approx((0.15, 0.25))
    products, memory = BENCHMARK.bounds
    assert (products.rate, products.seconds, products.share) == (2e11, 0.05, 0.25)
    assert (memory.rate, memory.seconds) == (2.5e10, 0.02) and memory.share == pytest.approx(0.1)
    median = BENCHMARK.loader_medians["ours"]
    assert (median.load, median.first) == pytest.approx((0.3, 0.0015))
    assert median.memory == 61_000_000
    assert BENCHMARK.startup_medians == {"import legacy_cnn": 0.05}


def test_figures_of_what_was_not_measured():
    nothing = dataclasses.replace(
        BENCHMARK, training=None, floor=None, loader={"ours": ()}, startup={"import": ()}
    )
    assert nothing.bounds == () and nothing.loader_medians == nothing.startup_medians == {}
    floor = dataclasses.replace(BENCHMARK.floor, byte_rate=0.0, flop_rate={})
    bounds = dataclasses.replace(BENCHMARK, training=None, floor=floor).bounds
    assert all(math.isnan(bound.seconds) and bound.share is None for bound in bounds)
    empty = dataclasses.replace(BENCHMARK.training["graph"], seconds=())
    assert all(map(math.isnan, empty.quartiles))


def test_rows():
    row = benchmark.contender_row("PyTorch", BENCHMARK.training["keras"])
    assert row == ["PyTorch", "350.0", "300.0", "366", "1.75", "1.50-2.00", "1,400"]
    assert benchmark.bound_rows(BENCHMARK.bounds) == [
        ["products", "10.00 GFLOP", "200 GFLOP/s", "50.0", "25%"],
        ["memory", "0.50 GB", "25 GB/s", "20.0", "10%"],
    ]
    assert benchmark.operation_rows({str(number): 0.01 for number in range(12)})[9:] == [
        ["9", "10.00", "8%"],
        ["all others", "20.00", "17%"],
    ]
    assert benchmark.loader_rows(BENCHMARK) == [
        ["our loader", "300.00", "1.50", "0.20", "2.00", "61"]
    ]
    assert benchmark.startup_rows(BENCHMARK) == [["import legacy_cnn", "0.05", "0.03"]]
    assert benchmark.set_rows(BENCHMARK.growth) == [["60,000", "16.9", "0.7%", "1,119"]]
    assert benchmark.memory_rows(BENCHMARK.growth, (0, 2, 3, 4)) == [["2", "1,126"], ["3", "1,127"]]


def test_tables(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    floor = recorded("bench").floor
    failed = {"x": "X stopped: why"}
    result = dataclasses.replace(recorded("bench"), floor=floor, versions={}, failed=failed)
    show.on_terminal(result)
    shown = capsys.readouterr().out
    for text in (
        "legacy-cnn train", "its kernels alone", "Lower bound of a training step",
        "Operations of a step", "keras.datasets.mnist", "import tensorflow",
        "TensorFlow enables oneDNN by default on this machine: yes", "Not measured: X stopped: why",
    ):  # fmt: skip
        assert text in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_tables_of_growth(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    show.on_terminal(dataclasses.replace(recorded("growth"), versions={}))
    shown = capsys.readouterr().out
    assert "Batch size\n" in shown and "4,751" in shown and "16.9" in shown
    long_run = shown[shown.index("Long run") :].split()
    assert long_run[-12::2] == ["1", "2", "5", "10", "25", "50"]
    assert max(map(len, shown.splitlines())) <= 80


def test_the_page():
    page = Page(show.page(BENCHMARK))
    headings = {
        "Benchmark", "Training step, batches of 128", "Evaluation of 10,000 images",
        "Lower bound of a training step", "Operations of a step", "Start-up time", "Batch size",
    }  # fmt: skip
    assert headings <= set(page.texts)
    assert "Not measured: PyTorch stopped: killed by SIGKILL" in page.text
    assert "environment OMP_NUM_THREADS 1" in page.text


def test_a_part_that_was_not_measured_is_left_out():
    parts = ("training", "evaluation", "floor", "loader", "startup", "growth")
    nothing = dataclasses.replace(BENCHMARK, failed={}, **dict.fromkeys(parts))
    assert [line.split(":")[0] for line in show.plain(nothing).splitlines()] == [
        "versions", "machine", "environment",
    ]  # fmt: skip


@pytest.mark.first(1)
@pytest.mark.parametrize("suffix", benchmark_plot.FORMATS)
def test_a_plot(tmp_path, suffix):
    result, path = recorded("bench"), tmp_path / f"plot{suffix}"
    benchmark_plot.draw(result, path)
    assert path.stat().st_size > 5_000
    first = path.read_bytes()
    benchmark_plot.draw(result, path)
    assert path.read_bytes() == first


def test_a_plot_of_growth(tmp_path):
    path = tmp_path / "growth.svg"
    benchmark_plot.draw(recorded("growth"), path)
    assert path.stat().st_size > 5_000


@pytest.mark.first(2)
@pytest.mark.parametrize("change", [HOSTILE, *ODD_NUMBERS])
def test_whatever_was_recorded_can_be_drawn(tmp_path, change):
    path = tmp_path / "plot.svg"
    benchmark_plot.draw(accepted(BENCHMARK, change), path)
    assert path.stat().st_size > 5_000


def test_a_plot_of_nothing(tmp_path):
    path = tmp_path / "plot.svg"
    empty = dataclasses.replace(
        BENCHMARK, training={}, growth=dataclasses.replace(BENCHMARK.growth, batches=())
    )
    benchmark_plot.draw(empty, path)
