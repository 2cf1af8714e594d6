"""The published contract as text, generated from the routes themselves."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path


def contract() -> str:
    """Return the OpenAPI document as it is committed in `docs/openapi.json`."""
    from central.platform import open_platform
    from central.server import build_interface

    with tempfile.TemporaryDirectory() as folder:
        platform = open_platform(Path(folder))
        told = build_interface(platform).openapi()
        platform.database.close()
    return json.dumps(told, indent=2, ensure_ascii=False, sort_keys=False) + "\n"
