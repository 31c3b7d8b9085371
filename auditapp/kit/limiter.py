"""How many wrong secrets in addresses one network address may try. In memory, per process: 256 bits are not guessed."""

import threading
from collections import OrderedDict, deque
from datetime import datetime, timedelta

MOST = 30
WITHIN = timedelta(minutes=10)
MOST_ADDRESSES = 2000


class Limiter:
    """Counts wrong tries per address."""

    def __init__(self) -> None:
        """Nobody has tried yet."""
        self._tries: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def blocked(self, address: str, at: datetime) -> bool:
        """Whether an address has used up its tries."""
        with self._lock:
            tries = self._tries.get(address)
            if tries is None:
                return False
            while tries and tries[0] <= at - WITHIN:
                tries.popleft()
            return len(tries) >= MOST

    def failed(self, address: str, at: datetime) -> None:
        """A wrong try."""
        with self._lock:
            tries = self._tries.setdefault(address, deque(maxlen=MOST))
            tries.append(at)
            self._tries.move_to_end(address)
            while len(self._tries) > MOST_ADDRESSES:
                self._tries.popitem(last=False)
