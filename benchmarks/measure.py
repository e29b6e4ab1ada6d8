"""Taking times and memory: medians of some runs after one that is not counted."""

from __future__ import annotations

import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

RUNS = 5


def median_ms(work: Callable[[], object], runs: int = RUNS) -> float:
    """Median wall time of some runs in ms, the first one extra and not counted."""
    times = []
    for _ in range(runs + 1):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times[1:])


def peak_pss_mb(words: Sequence[str], environment: Mapping[str, str]) -> tuple[float, float]:
    """Seconds a command ran, and the peak proportional memory of all its processes in MB. Linux only."""
    began = time.perf_counter()
    process = subprocess.Popen(
        words, env=dict(environment), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    peak = 0.0
    stopped = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not stopped.wait(0.02):
            peak = max(peak, sum(map(_pss_mb, _family(process.pid))))

    watcher = threading.Thread(target=watch)
    watcher.start()
    code = process.wait()
    seconds = time.perf_counter() - began
    stopped.set()
    watcher.join()
    if code != 0:
        raise RuntimeError(f"{' '.join(words)} ended with {code}")
    return seconds, peak


def _family(pid: int) -> list[int]:
    """A process and all it has started."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents.setdefault(int(stat[1]), []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += parents.get(one, [])
    return found


def _pss_mb(pid: int) -> float:
    try:
        for line in Path("/proc", str(pid), "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0
