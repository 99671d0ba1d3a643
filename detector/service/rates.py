"""How many requests a client may send: a bucket of tokens for each address."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

_REMEMBERED = 10_000


class Rates:
    """Lets each client make `rate` requests a second, and twice as many in a burst.

    >>> rates = Rates(1, clock=lambda: 0.0)
    >>> [rates.wait("127.0.0.1") for _ in range(3)]
    [0.0, 0.0, 1.0]
    """

    def __init__(self, rate: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._clock = rate, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str) -> float:
        """Return 0 and count the request, or the seconds after which it would be served."""
        now = self._clock()
        full = 2.0 * self._rate
        left, since = self._buckets.pop(client, (full, now))
        left = min(full, left + (now - since) * self._rate)
        served = left >= 1
        self._buckets[client] = (left - served, now)
        # The address longest silent goes first: its bucket has long been full again.
        if len(self._buckets) > _REMEMBERED:
            self._buckets.popitem(last=False)
        return 0.0 if served else (1 - left) / self._rate
