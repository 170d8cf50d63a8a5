"""A stream of random whole numbers that is the same on every machine."""

import numpy as np
from numpy.typing import NDArray

from riskapp.domain.canonical import sha256_hex

BLOCK = 2048
"""How many draws are made at a time: memory does not grow with their number."""

BITS = 32
WHOLE = 1 << BITS
"""Numbers drawn are 0 to WHOLE - 1; weights are counted in parts of WHOLE."""


class Stream:
    """Whole numbers, uniform from 0 to 2^32 - 1, that follow from a seed and the name of their use.

    The raw output of PCG64 for a given seed is guaranteed by numpy to stay the same between versions and
    machines, unlike that of the methods which shape it into distributions. So only raw output is used.
    """

    def __init__(self, seed: str, use: str) -> None:
        """Begin the stream for a use of a seed; different uses have streams of their own."""
        self._bits = np.random.PCG64(int(sha256_hex(f"{seed}/{use}".encode()), 16))

    def take(self, rows: int) -> NDArray[np.uint32]:
        """Return the next numbers, as that many rows of one block each."""
        raw: NDArray[np.uint64] = self._bits.random_raw(rows * BLOCK // 2)
        return raw.astype("<u8", copy=False).view("<u4").reshape(rows, BLOCK)
