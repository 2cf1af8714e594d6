"""A store for every file that does not make its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.sealing_places import SealingPlace


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SealingPlace]:
    """A store, one for all tests of a file."""
    made = SealingPlace(tmp_path_factory.mktemp("state"))
    yield made
    made.close()
