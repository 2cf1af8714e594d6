"""Qt for Python without its look into every source file.

From its first import on, PySide6 reads the source of each module that is imported after it, to see
whether that module might switch a `__feature__` of PySide6 on, and Python keeps what it has read.
No module here switches any, so a quarter of the time of the imports and 17 MB of memory would go
for nothing. See `docs/decisions/0043-measured-against-peers.md`.
"""

from __future__ import annotations

import linecache
import sys

import PySide6.QtCore  # noqa: F401 - brings the hook that is taken away here

_HOOK = "_mod_uses_pyside"


def spare_sources() -> bool:
    """Have no more sources read, and let go of those that were; say whether there was a hook.

    The hook is PySide6's own affair: where another version has none of this name, nothing happens.
    """
    feature = sys.modules.get("shibokensupport.feature")
    had_hook = hasattr(feature, _HOOK)
    if had_hook:
        setattr(feature, _HOOK, _uses_none)
    linecache.clearcache()
    return had_hook


def _uses_none(_: object) -> bool:
    return False
