"""Chooses where a run gets its random numbers, by its settings."""

from legacy_cnn import mnist, releases
from legacy_cnn.randomness import Draws, SeededDraws, Shuffles
from legacy_cnn.releases import Loader
from legacy_cnn.settings import Settings
from legacy_cnn.training.graph_seed import GraphSeedDraws


def draws_of(settings: Settings) -> Draws:
    """Returns the random numbers of a run."""
    shuffles = _shuffles(settings)
    if settings.graph_seed is None or settings.release is None:
        return SeededDraws(settings.seed, shuffles, settings.initial == "scaled")
    release = releases.find(settings.release)
    return GraphSeedDraws(settings.graph_seed, release, settings.batch_size, shuffles)


def _shuffles(settings: Settings) -> Shuffles:
    ours = mnist.op_seed(settings.seed)
    if settings.release is None:
        return Shuffles(ours)
    release = releases.find(settings.release)
    theirs = settings.graph_seed if release.loader_seeded else settings.numpy_seed
    return Shuffles(ours if theirs is None else theirs, release.loader)


def note(settings: Settings) -> str | None:
    """Returns a sentence about batches that the original drew otherwise in every run."""
    if settings.release is None or settings.graph_seed is None or settings.numpy_seed is not None:
        return None
    release = releases.find(settings.release)
    if release.loader_seeded:
        return None
    which = " after the first epoch" if release.loader is Loader.FILE_ORDER else ""
    return (
        f"In TensorFlow {release.name}, a graph seed did not seed the loader: its batches{which} "
        f"were never repeatable. Here they are drawn from seed {settings.seed}."
    )
