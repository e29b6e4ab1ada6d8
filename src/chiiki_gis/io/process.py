"""Processes of this computer: whether one runs, and whether it is still the same one."""

from __future__ import annotations

import os
import sys
import time
from functools import lru_cache
from pathlib import Path

_MOST = 2**31 - 1
"""No system gives a process a higher number; os.kill takes 0 and less for whole groups."""
_QUERY = 0x1000
"""PROCESS_QUERY_LIMITED_INFORMATION"""
_EPOCH_AFTER_1601 = 11_644_473_600
"""Seconds between the beginnings of Windows' calendar and of the epoch; its unit is 100 ns."""


def is_alive(pid: int) -> bool:
    """Whether a process of this computer has that number; False for what cannot be one."""
    if not 0 < pid <= _MOST:
        return False
    if sys.platform == "win32":
        return _is_alive_on_windows(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def birth(pid: int) -> str | None:
    """When a process began, as the system counts it: two of the same number differ. None where unknown."""
    if not 0 < pid <= _MOST:
        return None
    if sys.platform == "win32":
        return _birth_on_windows(pid)
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2]
        return f"{_boot()}/{after_name.split()[19]}"  # field 22: clock ticks since the computer began
    except (OSError, IndexError):
        return None


def began_at(pid: int) -> float | None:
    """When a process of this computer began, in seconds of the epoch; None where unknown."""
    mark = birth(pid)
    if mark is None:
        return None
    if sys.platform == "win32":
        return int(mark) / 1e7 - _EPOCH_AFTER_1601
    uptime = float(Path("/proc/uptime").read_text("utf-8").split()[0])
    ticks = int(mark.rpartition("/")[2])
    return time.time() - (uptime - ticks / os.sysconf("SC_CLK_TCK"))


@lru_cache(maxsize=1)
def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text("utf-8").strip()


if sys.platform == "win32":
    import ctypes

    _KERNEL = ctypes.WinDLL("kernel32", use_last_error=True)
    _KERNEL.OpenProcess.restype = ctypes.c_void_p
    _KERNEL.CloseHandle.argtypes = [ctypes.c_void_p]
    _KERNEL.GetExitCodeProcess.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    _KERNEL.GetProcessTimes.argtypes = [ctypes.c_void_p] * 5

    def _is_alive_on_windows(pid: int) -> bool:
        """OpenProcess tells; os.kill would end the process there."""
        handle = _KERNEL.OpenProcess(_QUERY, False, pid)
        if not handle:
            return ctypes.get_last_error() != 87  # ERROR_INVALID_PARAMETER: no such process
        code = ctypes.c_ulong()
        _KERNEL.GetExitCodeProcess(handle, ctypes.byref(code))
        _KERNEL.CloseHandle(handle)
        return code.value == 259  # STILL_ACTIVE

    def _birth_on_windows(pid: int) -> str | None:
        handle = _KERNEL.OpenProcess(_QUERY, False, pid)
        if not handle:
            return None
        began, *others = (ctypes.c_ulonglong() for _ in range(4))
        known = _KERNEL.GetProcessTimes(handle, ctypes.byref(began), *map(ctypes.byref, others))
        _KERNEL.CloseHandle(handle)
        return str(began.value) if known else None
