"""How numbers are written, on the terminal and on pages: one function for each format."""

import math

#: Stands for a number that does not exist.
NONE = "-"


def count(value: int | None) -> str:
    """1,234; "-" for None."""
    return NONE if value is None else f"{value:,}"


def three_digits(value: float) -> str:
    """Three significant digits; from 1,000 to 1,000,000 all digits before the point."""
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else "infinite"
    return f"{value:,.0f}" if 1000 <= abs(value) < 1e6 else f"{value:.3g}"


def two_digits(value: float) -> str:
    """Two significant digits, or three where they are a power of ten: for narrow columns."""
    if not math.isfinite(value):
        return three_digits(value)
    return f"{value:.2g}" if abs(value) < 1e5 else f"{value:.2e}"


def loss(value: float) -> str:
    """A loss summed over an epoch: whole from 1,000 to 1e9, otherwise three significant digits."""
    return f"{value:,.0f}" if 1e3 <= abs(value) < 1e9 else three_digits(value)


def accuracy(value: float | None) -> str:
    """An accuracy, or another share that is measured on images: 0.9792; "-" for None."""
    return NONE if value is None else f"{value:.4f}"


def deviation(value: float | None) -> str:
    """A standard deviation of accuracies; nothing for None, as one seed has none."""
    return "" if value is None else accuracy(value)


def probability(value: float) -> str:
    """0.12"""
    return f"{value:.2f}"


def difference(value: float) -> str:
    """A relative difference, 1.2e-07; "equal" for 0."""
    return f"{value:.1e}" if value else "equal"


def percent(share: float) -> str:
    """A share of 0.0-1.0: 12%"""
    return f"{share:.0%}"


def exact_percent(share: float) -> str:
    """A share of 0.0-1.0: 12.3%"""
    return f"{share:.1%}"


def times(ratio: float) -> str:
    """How many times as much: 1.23"""
    return f"{ratio:.2f}"


def milliseconds(seconds: float | None) -> str:
    """Seconds as ms: 12.3, whole from one second on; "-" for None."""
    if seconds is None:
        return NONE
    return f"{1e3 * seconds:,.1f}" if seconds < 1 else f"{1e3 * seconds:,.0f}"


def fine_milliseconds(seconds: float) -> str:
    """Seconds as ms: 0.12, for what takes less than one."""
    return f"{1e3 * seconds:,.2f}"


def tenths(seconds: float) -> str:
    """Seconds: 12.3"""
    return f"{seconds:,.1f}"


def hundredths(seconds: float) -> str:
    """Seconds: 1.23"""
    return f"{seconds:,.2f}"


def duration(seconds: float) -> str:
    """A long time: 12.3 minutes, or hours from two on."""
    minutes = seconds / 60
    return f"{minutes:,.1f} minutes" if minutes < 120 else f"{minutes / 60:,.1f} hours"


def rate(per_second: float) -> str:
    """Images, or whatever, a second: 12,345"""
    return f"{per_second:,.0f}"


def megabytes(size: float) -> str:
    """Bytes as MB: 1,234"""
    return f"{size / 1e6:,.0f}"
