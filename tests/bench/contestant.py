"""A contestant: a process that times training steps when asked, and stands still otherwise."""

from __future__ import annotations

import ctypes
import os
import resource
import select
import signal
import subprocess
import time
from pathlib import Path

PATIENCE = 120.0  # seconds for one step; what takes longer is given up


class Failed(Exception):
    """No answer: an error, too much memory, or too much time."""


def _available_memory() -> int:
    for line in Path("/proc/meminfo").read_text().splitlines():
        name, amount, *_ = line.split()
        if name == "MemAvailable:":
            return int(amount) * 1024
    raise Failed("/proc/meminfo has no MemAvailable; expected Linux")


def _bounded(memory: int) -> None:
    # A stopped process would outlive a parent that was killed.
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


class Contestant:
    """Speaks one line a question and one line an answer; runs only while it is asked.

    Stopped in between, for threads that spin would disturb the others. Started when first asked,
    and again after it failed.
    """

    def __init__(self, command: list[str], settings: dict[str, str] | None = None) -> None:
        self._command = command
        self._environment = {**os.environ, **(settings or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Contestant:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def ask(self, *words: object, patience: float = PATIENCE) -> str:
        if self._process is None:
            self._start()
        assert self._process and self._process.stdin
        self._process.send_signal(signal.SIGCONT)
        try:
            self._process.stdin.write((" ".join(map(str, words)) + "\n").encode())
            answer = self._line(patience)
        except (Failed, BrokenPipeError) as failure:
            self.close()
            raise Failed(str(failure)) from None
        self._process.send_signal(signal.SIGSTOP)
        if answer.startswith("error "):
            raise Failed(answer[len("error ") :])
        return answer

    def times(
        self, case: str, way: str, seconds: float, patience: float | None = None
    ) -> list[float]:
        """The seconds of each of as many steps as fit; of one, if none does."""
        patience = patience or PATIENCE + seconds
        return [float(t) for t in self.ask("run", case, way, seconds, patience=patience).split()]

    def _start(self) -> None:
        memory = _available_memory() * 3 // 4
        self._process = subprocess.Popen(
            self._command,
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=self._environment,
            preexec_fn=lambda: _bounded(memory),
        )
        self._line(PATIENCE)  # "ready"

    def _line(self, patience: float) -> str:
        assert self._process and self._process.stdout
        end, line = time.monotonic() + patience, b""
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([self._process.stdout], [], [], end - time.monotonic())
            if not ready:
                raise Failed(f"no answer within {patience:.0f} s")
            more = os.read(self._process.stdout.fileno(), 1 << 16)
            if not more:
                raise Failed(f"ended with status {self._process.wait()}")
            line += more
        return line.decode().rstrip()
