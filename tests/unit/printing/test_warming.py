"""What is ready after warming up."""

from __future__ import annotations

import subprocess
import sys

from printing.fonts import FOLDER


def test_warming_up_loads_the_everyday_fonts_and_not_the_rare_one() -> None:
    """In a process of its own: importing loads nothing, warming up loads two fonts."""
    program = (
        "from printing import fonts, warming\n"
        "print(sorted(path.stem for path in fonts._loaded))\n"
        "warming.warm_up(80)\n"
        "print(sorted(path.stem for path in fonts._loaded))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
        cwd=FOLDER.parent.parent,
    )
    assert done.stdout.splitlines() == [
        "[]",
        "['DoorstepSansSC-Bold', 'DoorstepSansSC-Regular']",
    ]
