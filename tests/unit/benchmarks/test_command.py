"""What `./run bench` refuses before it measures anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.__main__ import main


@pytest.mark.parametrize("said", [b"", b"MIT License: not a network"])
def test_no_figure_has_the_name_of_a_detector_that_was_not_there(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], said: bytes
) -> None:
    """The cascade would look instead, and its figures would stand under YuNet's name."""
    path = tmp_path / "model.onnx"
    path.write_bytes(said)
    for detector in (path, tmp_path / "gone.onnx"):
        with pytest.raises(SystemExit, match="2"):
            main(["photo", "--detector", str(detector)])
        assert "is no face detector" in capfd.readouterr().err
