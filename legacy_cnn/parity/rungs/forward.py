"""The network, layer by layer, with dropout off."""

from collections.abc import Iterator

from legacy_cnn.parity import always_drawn
from legacy_cnn.parity.comparing import NOTHING_FINITE
from legacy_cnn.parity.ground import Ground
from legacy_cnn.parity.rungs import layers
from legacy_cnn.parity.scene import Scene
from legacy_cnn.results.report import REWRITTEN, Finding


def findings(ground: Ground) -> Iterator[Finding]:
    """Compares every layer of the reference, and what the candidate returns."""
    if ground.is_unfed:
        yield always_drawn.differs(ground)
        return
    large = ground.large

    def compare(scene: Scene) -> list[Finding]:
        findings = _findings(scene)
        # Large weights come on top: that they are too large for a program is no gap.
        return [each for each in findings if scene is not large or each.note != NOTHING_FINITE]

    yield from ground.over_scenes(compare, [*ground.scenes, large])


def _findings(scene: Scene) -> list[Finding]:
    compared = layers.compare(
        scene, "forward", scene.evaluated, scene.evaluated_partners, scene.evaluated_noise
    )
    scene.ground.is_rewritten |= any(finding.verdict == REWRITTEN for finding in compared)
    return compared
