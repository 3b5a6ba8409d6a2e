"""In which form a port takes the reference's labels, where several fit by their shapes."""

import numpy as np

from legacy_cnn.parity.ground import Ground

#: Two losses this near, relative to the reference's, are the same one.
EQUAL = 1e-4


def settle(ground: Ground) -> None:
    """Chooses the form with which the losses outside of training agree; else the first one."""
    candidate, reference = ground.candidate, ground.reference
    forms = getattr(candidate, "label_forms", [])
    if len(forms) < 2 or "evaluation" in candidate.missing:
        return
    scene, batch = ground.scenes[1], ground.batches[0]
    expected = np.asarray(reference.test(scene.states[0], batch).loss)
    for form in forms:
        candidate.take_labels(form)  # type: ignore[attr-defined]
        actual = candidate.test(scene.states[1], ground.as_given(batch)).loss  # type: ignore[attr-defined]
        if actual is not None and np.allclose(actual, expected, rtol=EQUAL, atol=0):
            return
    candidate.take_labels(forms[0])  # type: ignore[attr-defined]
