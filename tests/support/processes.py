"""Looks at the processes of this machine, so that a test sees an orphan and can kill a part."""

import re
from pathlib import Path


def children_of(pid: int) -> dict[int, str]:
    """Process ids and command lines below ``pid``."""
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            status = (entry / "status").read_text()
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        parent = re.search(r"^PPid:\t(\d+)$", status, flags=re.MULTILINE)
        if parent and int(parent[1]) == pid:
            found[int(entry.name)] = line
            found |= children_of(int(entry.name))
    return found
