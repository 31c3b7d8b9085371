"""What goes wrong, by script. A fault applies to the next calls that fit it, and is used up."""

import fnmatch
from dataclasses import dataclass

KINDS = {
    "drop_before": "the connection is closed before the body is read",
    "drop_after_reading": "the body is read, nothing is done, the connection is closed",
    "lose_answer": "it is done, then the connection is closed",
    "status": "status:503 - nothing is done, that status is answered",
    "status_after": "status_after:500 - it is done, that status is answered",
    "ratelimited": "ratelimited:30 - 429 with Retry-After",
    "slow": "slow:5 - seconds before it is done and answered",
    "slow_after": "slow_after:5 - it is done at once and answered seconds later",
    "error": "error:token_revoked - nothing is done, that error is answered",
    "error_after": "error_after:fatal_error - it is done, that error is answered",
    "html": "a page in place of JSON",
    "none": "only what `do` does",
}


@dataclass
class Fault:
    method: str
    kind: str
    value: str
    times: int
    skip: int
    when: object
    do: object
    used: int = 0

    @property
    def number(self):
        return float(self.value)


class Faults:
    def __init__(self):
        self._script = []

    def add(self, method="*", kind="none", *, times=1, skip=0, when=None, do=None):
        """The next ``times`` calls of ``method`` (a pattern such as ``chat.*``) go wrong, after ``skip`` that do not.

        ``when(args)`` says whether a call counts; ``do()`` is called before, for instance to revoke a token in
        mid-flight. ``times=None``: until ``clear``. Also for ``files-pri``, ``upload`` and ``response_url``.
        """
        name, _, value = kind.partition(":")
        if name not in KINDS:
            raise ValueError(f"{kind} is none of {sorted(KINDS)}")
        fault = Fault(method, name, value, times, skip, when, do)
        self._script.append(fault)
        return fault

    def outage(self, kind="status:503"):
        """Slack is down until ``clear`` or the end of the with block."""
        return _Outage(self, self.add("*", kind, times=None))

    def clear(self):
        self._script.clear()

    def remove(self, fault):
        if fault in self._script:
            self._script.remove(fault)

    def take(self, method, args):
        for fault in list(self._script):
            if not fnmatch.fnmatchcase(method, fault.method) or (fault.when and not fault.when(args)):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            fault.used += 1
            if fault.times is not None and fault.used >= fault.times:
                self._script.remove(fault)
            return fault
        return None

    def take_unread(self, method):
        """A fault that strikes before the arguments are known."""
        first = next(
            (one for one in self._script if fnmatch.fnmatchcase(method, one.method) and not one.when), None
        )
        return (
            self.take(method, {})
            if first is not None and first.kind == "drop_before" and not first.skip
            else None
        )

    @property
    def left(self):
        """What has not happened yet."""
        return [one for one in self._script if one.times is not None]


class _Outage:
    def __init__(self, faults, fault):
        self.faults, self.fault = faults, fault

    def end(self):
        self.faults.remove(self.fault)

    def __enter__(self):
        return self.fault

    def __exit__(self, *_):
        self.end()
