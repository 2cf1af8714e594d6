"""IPP as bytes and as words: what a printer says is understood or refused, never believed."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import BadSetting
from kiosk.ports.printer import PrinterState
from printing.ipp_client import address_of
from printing.ipp_message import Attribute, BadAnswer, Operation, Tag, parse, request
from printing.office_state import JobIs, is_paused, job_from, printer_state

A_JOB = bytes.fromhex("0200000000000001 01 470012") + b"attributes-charset\x00\x05utf-8" + b"\x02"


def with_job(*attributes: bytes) -> bytes:
    """Return an answer with one job of these attributes."""
    return A_JOB + b"".join(attributes) + b"\x03"


def an_attribute(tag: int, name: str, value: bytes) -> bytes:
    """Return one attribute as bytes."""
    raw = name.encode()
    return struct.pack(">BH", tag, len(raw)) + raw + struct.pack(">H", len(value)) + value


def test_a_request_is_as_the_standard_has_it() -> None:
    """RFC 8010, appendix A.1: version, operation, number, charset, language, address, end."""
    data = request(
        Operation.PRINT_JOB,
        1,
        (
            Attribute("attributes-charset", Tag.CHARSET, ("utf-8",)),
            Attribute("attributes-natural-language", Tag.LANGUAGE, ("en-us",)),
            Attribute("printer-uri", Tag.URI, ("ipp://printer.example.com/ipp/print/pinetree",)),
            Attribute("job-name", Tag.NAME, ("foobar",)),
        ),
        (Attribute("copies", Tag.INTEGER, (20,)),),
    )
    assert data == (
        b"\x02\x00\x00\x02\x00\x00\x00\x01\x01"
        b"\x47\x00\x12attributes-charset\x00\x05utf-8"
        b"\x48\x00\x1battributes-natural-language\x00\x05en-us"
        b"\x45\x00\x0bprinter-uri\x00\x2cipp://printer.example.com/ipp/print/pinetree"
        b"\x42\x00\x08job-name\x00\x06foobar"
        b"\x02\x21\x00\x06copies\x00\x04\x00\x00\x00\x14\x03"
    )


def test_a_job_is_read() -> None:
    """Number, state and sheets."""
    answer = parse(
        with_job(
            an_attribute(0x21, "job-id", struct.pack(">i", 147)),
            an_attribute(0x23, "job-state", struct.pack(">i", 9)),
            an_attribute(0x21, "job-media-sheets-completed", struct.pack(">i", 1)),
        )
    )
    assert answer.is_ok
    job = job_from(answer.jobs[0])
    assert job is not None
    assert (job.number, job.state, job.sheets) == (147, JobIs.COMPLETED, 1)


def test_no_value_is_another_thing_than_nothing_said() -> None:
    """Only of a printer that tells times a job without one was never taken up."""
    created = an_attribute(0x21, "time-at-creation", bytes(4))
    told = parse(with_job(created, an_attribute(0x13, "time-at-processing", b""))).jobs
    assert told == ({"time-at-creation": (0,), "time-at-processing": ()},)
    assert parse(with_job(created)).jobs == ({"time-at-creation": (0,)},)


def test_words_may_come_with_their_language() -> None:
    """RFC 8010, section 3.9; without it nothing of ours would be found in such a list."""
    words = b"\x00\x05en-us\x00\x05visit"
    answer = parse(with_job(an_attribute(0x36, "job-name", words)))
    assert answer.jobs == ({"job-name": ("visit",)},)
    for cut in range(len(words)):
        assert parse(with_job(an_attribute(0x36, "job-name", words[:cut]))).jobs == ({},)


def test_a_long_list_is_read() -> None:
    """A printer that remembers a thousand jobs, and tells all of each whatever is asked."""
    job = b"".join(an_attribute(0x21, f"a{number}", bytes(4)) for number in range(40))
    answer = parse(A_JOB + b"\x02".join([job] * 1000) + b"\x03")
    assert len(answer.jobs) == 1000
    assert len(answer.jobs[-1]) == 40


def test_an_endless_value_is_read_once() -> None:
    """Ninety thousand values of one attribute cost what they are, and more is refused."""
    more = an_attribute(0x21, "", bytes(4)) * 90_000
    answer = parse(with_job(an_attribute(0x21, "job-id", bytes(4)), more))
    assert len(answer.jobs[0]["job-id"]) == 90_001
    with pytest.raises(BadAnswer):
        parse(with_job(an_attribute(0x21, "job-id", bytes(4)), more, b"\x02" * 20_000))


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, (True, False)),
        ({"job-state-reasons": ("job-completed-successfully",)}, (True, False)),
        ({"job-state-reasons": ("none", "job-completed-with-errors")}, (False, False)),
        ({"job-state-reasons": ("queued-in-device",)}, (False, False)),
        ({"time-at-creation": (5,), "time-at-processing": (6,)}, (True, False)),
        ({"time-at-creation": (5,), "time-at-processing": ()}, (True, True)),
        ({"time-at-creation": (5,)}, (True, False)),
        ({"time-at-creation": ("5",)}, (True, False)),
    ],
)
def test_what_a_job_says_of_itself(
    told: dict[str, tuple[int | str | bytes, ...]], expected: tuple[bool, bool]
) -> None:
    """Completed is not always out, and what was never taken up can't be."""
    job = job_from({"job-id": (1,), "job-state": (9,), **told})
    assert job is not None
    assert (job.is_sure, job.never_began) == expected


def test_a_truth_is_no_number() -> None:
    """RFC 8010 has a tag for each; a printer that mixes them up has told no number."""
    assert job_from({"job-id": (True,), "job-state": (9,)}) is None


@given(st.binary(max_size=400))
def test_any_bytes_are_an_answer_or_none(tail: bytes) -> None:
    """Nothing but `BadAnswer` comes out of strange bytes, and their values are harmless."""
    for data in (tail, A_JOB + tail, with_job(tail)):
        try:
            answer = parse(data)
        except BadAnswer:
            continue
        for job in answer.jobs:
            job_from(job)
        printer_state(answer.printer)
        is_paused(answer.printer)


@given(
    st.dictionaries(
        st.text("abcdefghij-", min_size=1, max_size=20),
        st.lists(st.text(max_size=20), min_size=1, max_size=3),
        max_size=8,
    )
)
def test_what_is_written_is_read(attributes: dict[str, list[str]]) -> None:
    """Every attribute with every value, in order."""
    made = request(
        Operation.GET_JOBS,
        7,
        (),
        tuple(Attribute(name, Tag.TEXT, tuple(values)) for name, values in attributes.items())
        or (Attribute("none", Tag.TEXT, ("",)),),
    )
    (job,) = parse(made).jobs
    wanted = {name: tuple(values) for name, values in attributes.items()} or {"none": ("",)}
    assert job == wanted


@pytest.mark.parametrize(
    ("state", "reasons", "expected"),
    [
        (3, ("none",), PrinterState.READY),
        (4, ("media-low-report",), PrinterState.PAPER_LOW),
        (5, ("media-empty-error", "media-needed-error"), PrinterState.PAPER_OUT),
        (4, ("cups-waiting-for-job-completed", "media-empty-warning"), PrinterState.PAPER_OUT),
        (5, ("media-jam-warning", "media-empty-report"), PrinterState.JAM),
        (5, ("door-open-report",), PrinterState.COVER_OPEN),
        (5, ("toner-empty-error",), PrinterState.FAULT),
        (4, ("connecting-to-device",), PrinterState.UNREACHABLE),
        (5, ("paused",), PrinterState.PAUSED),
        (5, ("something-new-error",), PrinterState.FAULT),
        (3, ("cups-remote-stopped",), PrinterState.READY),
        (None, (), PrinterState.CANT_TELL),
    ],
)
def test_reasons_are_understood(
    state: int | None, reasons: tuple[str, ...], expected: PrinterState
) -> None:
    """Makers differ in how grave they call a thing; what counts is the thing."""
    told: dict[str, tuple[int | str | bytes, ...]] = {"printer-state-reasons": reasons}
    if state is not None:
        told["printer-state"] = (state,)
    assert printer_state(told) is expected


def test_an_unreachable_printer_behind_cups_is_told_by_its_message() -> None:
    """CUPS keeps the reasons of the time before; only its words are new."""
    told: dict[str, tuple[int | str | bytes, ...]] = {
        "printer-state": (4,),
        "printer-state-reasons": ("media-jam-error",),
        "printer-state-message": ("The printer may not exist or is unavailable at this time.",),
    }
    assert printer_state(told) is PrinterState.UNREACHABLE


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "http://a/b",
        "ipp://",
        "ipp://host",
        "ipp://u@h/p",
        "ipp://:secret@h/p",
        "ipp://u:more/secret@h/p",
        "ipp://h:x/p",
        "ipp://[/p",
        "ipp://h/drücker",
    ],
)
def test_an_address_that_is_none_is_refused(uri: str) -> None:
    """With a sentence and an example."""
    with pytest.raises(BadSetting, match="no address of a printer") as refused:
        address_of(uri)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("scheme", "certificate"), [("ipps", ""), ("ipp", "0" * 64)], ids=["unknown", "unused"]
)
def test_tls_and_a_certificate_belong_together(scheme: str, certificate: str) -> None:
    """Neither is a printer spoken to that nobody knows, nor one looked at that need not show it."""
    with pytest.raises(BadSetting, match="belong together"):
        address_of(f"{scheme}://192.0.2.7/ipp/print", certificate=certificate)


def test_a_queue_of_this_machine_is_asked_through_its_socket() -> None:
    """Elsewhere, and another port, by the network."""
    assert address_of("ipp://localhost/printers/A4").socket_path is not None
    assert address_of("ipp://localhost:8631/printers/A4").socket_path is None
    assert address_of("ipp://192.0.2.7/ipp/print").socket_path is None
