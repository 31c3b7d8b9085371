"""Processes for soaks: a nursery that forks them, so that one that was killed is replaced in no time."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from auditapp.app import AuditApp
from auditapp.config import ROOT, Settings


def end(process: subprocess.Popen[str]) -> None:
    """Close its input and wait."""
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    assert process.stdout is not None
    process.stdout.close()


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and that nobody waits for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


class Nursery:
    """Workers, and new ones for those that were killed."""

    def __init__(self, app: AuditApp, module: str, *arguments: str, log: Path, **more: str) -> None:
        """Start the process that forks them, with ``more`` settings."""
        settings: Settings = app.extensions["auditapp"]
        environment = os.environ | {
            "AUDITAPP_SECRET_KEY": settings.secret_key.get_secret_value(),
            "AUDITAPP_DATA_DIR": str(settings.data_dir),
            "AUDITAPP_DATABASE_URL": settings.database_url,
            "AUDITAPP_LOG_LEVEL": "ERROR",
        }
        self.log = log.open("w")
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env=environment | more,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        self.workers: list[int] = []

    def grow(self, what: str = "worker") -> int:
        """One more worker, or ``what`` else the module knows to fork; gives its number."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{what}\n")
        self.process.stdin.flush()
        self.workers.append(int(self.process.stdout.readline()))
        return self.workers[-1]

    def shrink(self) -> int:
        """One fewer, this very moment; gives its number."""
        pid = self.workers.pop(random.randrange(len(self.workers)))
        os.kill(pid, signal.SIGKILL)
        return pid

    def kill(self) -> None:
        """One fewer, and one more."""
        self.shrink()
        self.grow()

    def close(self) -> None:
        """Ask all of them to end."""
        end(self.process)
        until = time.monotonic() + 15
        for pid in self.workers:
            while time.monotonic() < until and alive(pid):
                time.sleep(0.05)
            if alive(pid):
                os.kill(pid, signal.SIGKILL)
        self.log.close()
