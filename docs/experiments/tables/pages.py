"""The pages that show recorded numbers, and what makes each of their tables."""

from collections.abc import Callable
from pathlib import Path

from experiments.support.recorded import RESULTS
from experiments.tables import cluster as cluster_tables
from experiments.tables import graphs as graph_tables
from experiments.tables import old_programs as old_program_tables
from experiments.tables import original_results as original_results_tables
from experiments.tables import original_steps as original_steps_tables
from experiments.tables import originals as originals_tables
from experiments.tables import parity as parity_tables
from experiments.tables import performance as performance_tables
from experiments.tables import ports as port_tables
from experiments.tables import release_runs as release_tables
from experiments.tables import robustness as robustness_tables
from experiments.tables import run as run_tables
from experiments.tables import scaling as scaling_tables
from experiments.tables import study as study_tables
from experiments.tables import study_cluster as study_cluster_tables

README = RESULTS.parents[1] / "README.md"


def parity() -> str:
    """A comparison, as it was recorded."""
    shown = (RESULTS / "example_port.txt").read_text().rstrip()
    return f"```\n$ legacy-cnn parity example_port:build\n{shown}\n```"


#: Page -> what makes each part of it.
PAGES: dict[Path, tuple[Callable[[], str], ...]] = {
    README: (run_tables.output, run_tables.setting, performance_tables.speed),
    README.parent / "docs" / "index.md": (run_tables.output,),
    README.parent / "docs" / "how-to" / "reproduce.md": (
        performance_tables.listing,
        study_tables.printed,
        study_tables.recorded_with,
        study_cluster_tables.study_speed,
        study_cluster_tables.study_kills,
    ),
    README.parent / "docs" / "results.md": (
        study_tables.recorded_with,
        study_tables.accuracies,
        study_tables.sources,
        study_tables.dropout,
        study_tables.losses,
        study_tables.variants,
        original_results_tables.original_accuracies,
        original_results_tables.reached,
        original_results_tables.likelihood,
        original_steps_tables.original_steps,
        original_steps_tables.faster,
        run_tables.table,
        run_tables.setting,
    ),
    README.parent / "docs" / "how-to" / "old-script.md": (old_program_tables.old_programs,),
    README.parent / "docs" / "how-to" / "originals.md": (
        original_results_tables.tried,
        original_results_tables.compared,
    ),
    README.parent / "docs" / "how-to" / "test-a-port.md": (parity,),
    README.parent / "docs" / "how-to" / "port-a-script.md": (
        port_tables.ported_digits,
        port_tables.ported_wave,
        port_tables.ported_flowers,
    ),
    README.parent / "docs" / "parity.md": (
        parity,
        parity_tables.tolerances,
        parity_tables.drift,
        parity_tables.one_epoch,
        parity_tables.false_alarms,
        parity_tables.mutants,
    ),
    README.parent / "docs" / "node-differences.md": (
        graph_tables.node_counts,
        graph_tables.node_reasons,
        graph_tables.node_differences,
    ),
    README.parent / "docs" / "how-do-we-know.md": (
        originals_tables.agreement,
        originals_tables.known_differences,
        originals_tables.lacking,
        release_tables.runs,
        release_tables.apart,
    ),
    README.parent / "docs" / "how-to" / "cluster.md": (
        cluster_tables.cluster_step,
        cluster_tables.cluster_kills,
        cluster_tables.cluster_epoch,
        cluster_tables.cluster_stalls,
    ),
    README.parent / "docs" / "scaling.md": (
        scaling_tables.answer,
        scaling_tables.stops,
        scaling_tables.one_machine,
        scaling_tables.batch_divided,
        scaling_tables.batch_each,
        scaling_tables.largest,
        scaling_tables.servers,
        scaling_tables.step_apart,
        scaling_tables.lines,
        scaling_tables.polling,
        scaling_tables.carried,
        scaling_tables.checked,
        scaling_tables.measured_on,
        scaling_tables.constants,
    ),
    README.parent / "docs" / "robustness.md": (
        robustness_tables.changed_inputs,
        robustness_tables.hostile_files,
        robustness_tables.kills,
        robustness_tables.pictures,
    ),
    README.parent / "docs" / "performance.md": (
        performance_tables.machine,
        performance_tables.training,
        performance_tables.older,
        performance_tables.ratios,
        performance_tables.floor,
        performance_tables.operations,
        performance_tables.variants,
        performance_tables.alternated,
        performance_tables.newer_variants,
        original_steps_tables.faster,
        performance_tables.evaluation,
        performance_tables.loaders,
        performance_tables.starts,
        performance_tables.batches,
        performance_tables.sets,
        performance_tables.memory,
    ),
}


def rendered(path: Path) -> str:
    """The page with the text between each pair of marks made from the recorded results.

    Raises:
      ValueError: the page has not one pair of marks for each table.
    """
    page = path.read_text()
    for make in PAGES[path]:
        begin, end = f"<!-- {make.__name__} -->\n", f"<!-- /{make.__name__} -->"
        if page.count(begin) != 1 or page.count(end) != 1:
            raise ValueError(f"{path} must have one {begin.strip()} and one {end}.")
        before, rest = page.split(begin)
        _, after = rest.split(end)
        page = f"{before}{begin}{make()}\n{end}{after}"
    return page
