"""`tensorflow.contrib.framework.python.ops.audio_ops`: what the speech commands tutorial uses."""

from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.contrib.framework.python.ops.audio_ops")

TABLE.names({"decode_wav": "tf.audio.decode_wav", "encode_wav": "tf.audio.encode_wav"})


@TABLE.serves()
def audio_spectrogram(
    input: Any,
    window_size: int,
    stride: int,
    magnitude_squared: bool = False,
    name: str | None = None,
) -> tf.Tensor:
    """How loud each frequency is in each window: [channels, windows, frequencies]."""
    return tf.raw_ops.AudioSpectrogram(
        input=input,
        window_size=window_size,
        stride=stride,
        magnitude_squared=magnitude_squared,
        name=name,
    )


@TABLE.serves()
def mfcc(
    spectrogram: Any,
    sample_rate: Any,
    upper_frequency_limit: float = 4000,
    lower_frequency_limit: float = 20,
    filterbank_channel_count: int = 40,
    dct_coefficient_count: int = 13,
    name: str | None = None,
) -> tf.Tensor:
    """Mel frequency cepstral coefficients of a spectrogram: [channels, windows, coefficients]."""
    return tf.raw_ops.Mfcc(
        spectrogram=spectrogram,
        sample_rate=sample_rate,
        upper_frequency_limit=upper_frequency_limit,
        lower_frequency_limit=lower_frequency_limit,
        filterbank_channel_count=filterbank_channel_count,
        dct_coefficient_count=dct_coefficient_count,
        name=name,
    )
