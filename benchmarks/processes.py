"""What processes take, as Linux tells it in `/proc`: octets of memory, seconds of a core."""

import os
from pathlib import Path

_TICK = 1 / os.sysconf("SC_CLK_TCK")
_KIB = 1_024


def children(process: int) -> tuple[int, ...]:
    """The processes that a process has started."""
    listed = Path(f"/proc/{process}/task/{process}/children").read_text()
    return tuple(map(int, listed.split()))


def resident(process: int) -> int:
    """What it keeps in memory now."""
    return _status(process, "VmRSS")


def peak(process: int) -> int:
    """The most that it has kept since `forget_peak`."""
    return _status(process, "VmHWM")


def forget_peak(process: int) -> None:
    """Let the peak begin again from what is kept now."""
    Path(f"/proc/{process}/clear_refs").write_text("5")


def worked(process: int) -> float:
    """How long it has worked so far, for itself and in the kernel; steps of 10 ms."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * _TICK


def _status(process: int, name: str) -> int:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * _KIB
    raise RuntimeError(f"process {process} has no {name}")
