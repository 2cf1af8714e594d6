"""The test of the camera over papers, in the technician's panel."""

from __future__ import annotations

import pytest

from kiosk.flow import effects as ef
from kiosk.flow import events as ev
from kiosk.flow.paper_answers import PageSeen
from kiosk.flow.session import StaffStep
from kiosk.ports.document_camera import PageAdvice
from kiosk.readiness import Health, PortName, PortReport
from tests.support.builders import ZH
from tests.support.walk import Walk

PORT = PortName.DOCUMENT_CAMERA
TEST = ef.TestDevice(PORT, ZH)


@pytest.fixture
def walk() -> Walk:
    """Return the technician's panel, where the camera over papers is tested."""
    walk = Walk().to_staff(StaffStep.MAINTENANCE)
    assert walk.on(ev.DeviceTestAsked, PORT) == (TEST,)
    return walk


def test_it_goes_on_until_it_was_seen(walk: Walk) -> None:
    """The picture is live, and the camera off once it is ended."""
    assert (walk.wanted().papers, walk.wanted().camera) == (True, False)
    walk.on(ev.DeviceTested, PortReport(PORT, Health.READY, "lay_one", "It works."))
    assert walk.wanted().papers
    walk.on(ev.DeviceTestEnded)
    assert not walk.wanted().papers
    panel = walk.now().staff
    assert panel is not None
    assert [it.state for it in panel.tests] == ["lay_one"]


def test_each_page_that_comes_to_lie_there_is_measured(walk: Walk) -> None:
    """And that there is none any more is said, too; a hand that moves is waited for."""
    assert walk.on(PageSeen, None, False) == ()
    assert walk.on(PageSeen, None, True) == (TEST,)
    assert walk.on(PageSeen, None, False, True) == (TEST,)
    assert walk.on(PageSeen, PageAdvice.NO_PAPER, False) == (TEST,)


def test_pages_are_measured_for_nobody_else(walk: Walk) -> None:
    """Once the test is over, or another part is tested, a late look asks for nothing."""
    walk.on(ev.DeviceTestEnded)
    assert walk.on(PageSeen, None, True) == ()
    walk.on(ev.DeviceTestAsked, PortName.CAMERA)
    assert walk.on(PageSeen, None, True) == ()
