"""`tensorflow.contrib.framework.python.ops.audio_ops`."""

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow


def test_a_tone_is_where_its_frequency_is(old):
    audio = old.contrib.framework.python.ops.audio_ops
    tone = np.sin(2 * np.pi * 1000 * np.arange(1600) / 16000)[:, None].astype(np.float32)
    wave = audio.decode_wav(audio.encode_wav(tone, 16000), desired_channels=1)
    spectrogram = audio.audio_spectrogram(wave.audio, 480, 160, magnitude_squared=True)
    coefficients = audio.mfcc(spectrogram, wave.sample_rate, dct_coefficient_count=40)
    with old.Session() as session:
        rate, loud, found = session.run([wave.sample_rate, spectrogram, coefficients])
    assert rate == 16000 and loud.shape == (1, 8, 257) and found.shape == (1, 8, 40)
    # 512 points of 16 kHz: 1 kHz is the 32nd.
    assert loud[0, 0].argmax() == 32
