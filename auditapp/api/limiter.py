"""How often a token may ask: a minute's worth at once, then as they come back. In memory, per process."""

import math
import threading
from collections import OrderedDict
from datetime import datetime
from uuid import UUID

MOST_TOKENS = 5000
MINUTE = 60.0


class Limiter:
    """A bucket for each token, filled again over a minute."""

    def __init__(self) -> None:
        """All buckets are full."""
        self._left: OrderedDict[UUID, tuple[float, datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, token_id: UUID, *, per_minute: int, at: datetime) -> int:
        """Take one; 0 when there was one, else the whole seconds until there is one again."""
        with self._lock:
            left, since = self._left.get(token_id, (float(per_minute), at))
            left = min(float(per_minute), left + max(0.0, (at - since).total_seconds()) * per_minute / MINUTE)
            seconds = 0 if left >= 1 else max(1, math.ceil((1 - left) * MINUTE / per_minute))
            self._left[token_id] = (left if seconds else left - 1, at)
            self._left.move_to_end(token_id)
            while len(self._left) > MOST_TOKENS:
                self._left.popitem(last=False)
            return seconds
