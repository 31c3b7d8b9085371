"""Commands as an installation runs them, for soaks: `auditapp worker` or `auditapp tick`, in a process of its own each.

A nursery: it imports the program once, which takes seconds, and forks a process for each line it reads, which then runs the
command of that name from its beginning; so a killed one is replaced in no time.
"""

import os
import signal
import sys

from bots.main import main


def nursery() -> None:
    """Fork a process for each line; print its number. Ends with its parent, and so do its children."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    children = []
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(2, 1)  # the pipe to the parent is for numbers
            sys.argv = ["auditapp", line.strip()]
            main()
            os._exit(0)
        children.append(pid)
        print(pid, flush=True)
    for pid in children:
        try:
            os.kill(pid, signal.SIGTERM)
        except ProcessLookupError:
            continue


if __name__ == "__main__":
    nursery()
