import math


def shapes(size, filters, padding):
    found, channels = [], 1
    for count in filters:
        made = size if padding == "SAME" else size - 4
        pooled = math.ceil(made / 2) if padding == "SAME" else made // 2
        found.append(
            [
                (size, size, channels),
                (5, 5, channels, count),
                (made, made, count),
                (pooled, pooled, count),
            ]
        )
        size, channels = pooled, count
    return found
