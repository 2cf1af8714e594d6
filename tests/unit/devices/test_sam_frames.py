"""Frames of the SAM module's line, against the published ones."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from devices.card_reader.sam_frames import LONGEST_BODY, Reply, ReplyFinder, pack

FOUND = bytes.fromhex("AAAAAA9669000800009F0000000097")
NOT_FOUND = bytes.fromhex("AAAAAA9669000400008084")
SELECTED = bytes.fromhex("AAAAAA9669000C00009000000000000000009C")
SELECT_FAILED = bytes.fromhex("AAAAAA9669000400008185")
READ_FAILED = bytes.fromhex("AAAAAA9669000400004145")
PUBLISHED = [FOUND, NOT_FOUND, SELECTED, SELECT_FAILED, READ_FAILED]
REPLIES = [Reply(0x9F, bytes(4)), Reply(0x80), Reply(0x90, bytes(8)), Reply(0x81), Reply(0x41)]


def test_requests_are_the_published_ones() -> None:
    """Find, select, read and status look as everybody's do."""
    assert pack(bytes.fromhex("2001")) == bytes.fromhex("AAAAAA96690003200122")
    assert pack(bytes.fromhex("2002")) == bytes.fromhex("AAAAAA96690003200221")
    assert pack(bytes.fromhex("3001")) == bytes.fromhex("AAAAAA96690003300132")
    assert pack(bytes.fromhex("11FF")) == bytes.fromhex("AAAAAA9669000311FFED")


def test_published_replies_are_understood() -> None:
    """One after the other, and all at once."""
    assert [ReplyFinder().feed(frame) for frame in PUBLISHED] == [[reply] for reply in REPLIES]
    assert ReplyFinder().feed(b"".join(PUBLISHED)) == REPLIES


@given(st.lists(st.integers(1, 9), min_size=60, max_size=60))
def test_replies_come_in_any_pieces(sizes: list[int]) -> None:
    """However the line cuts it, the same replies come out."""
    stream, finder, found = b"".join(PUBLISHED), ReplyFinder(), []
    for size in sizes:
        piece, stream = stream[:size], stream[size:]
        found += finder.feed(piece)
    found += finder.feed(stream)
    assert found == REPLIES


def test_noise_that_claims_a_long_frame_hides_a_reply_only_until_silence() -> None:
    """While bytes may still come it has to be waited for; and a frame in a frame is content."""
    finder = ReplyFinder()
    claim = bytes.fromhex("AAAAAA96690FFF")
    assert finder.feed(claim + claim + FOUND) == []
    assert finder.after_silence() == [REPLIES[0]]
    assert finder.after_silence() == []
    interrupted = ReplyFinder()
    assert interrupted.feed(FOUND[:9]) == []
    assert interrupted.after_silence() == []
    assert interrupted.feed(FOUND[9:]) == [REPLIES[0]]
    whole = pack(b"\0\0\x90" + FOUND)
    inside = ReplyFinder()
    assert [reply for at in range(len(whole)) for reply in inside.feed(whole[at : at + 1])] == [
        Reply(0x90, FOUND)
    ]


@given(st.binary(max_size=40).filter(lambda noise: b"\xaa\xaa\xaa\x96\x69" not in noise))
def test_noise_before_a_reply_is_skipped(noise: bytes) -> None:
    """Junk before a frame, even the beginning of a preamble, costs nothing."""
    assert ReplyFinder().feed(noise + FOUND) == [REPLIES[0]]


def test_a_preamble_cut_off_by_another_is_skipped() -> None:
    """A frame of impossible length is given up at once."""
    broken = bytes.fromhex("AAAAAA9669FFFF")
    assert ReplyFinder().feed(broken + FOUND) == [REPLIES[0]]
    too_short = bytes.fromhex("AAAAAA9669000300")
    assert ReplyFinder().feed(too_short + FOUND) == [REPLIES[0]]


def test_a_wrong_checksum_is_no_reply() -> None:
    """One flipped bit, and the frame does not count; the next one does."""
    flipped = FOUND[:-1] + bytes([FOUND[-1] ^ 1])
    assert ReplyFinder().feed(flipped) == []
    assert ReplyFinder().feed(flipped + NOT_FOUND) == [REPLIES[1]]


def test_a_frame_inside_a_torn_one_is_found() -> None:
    """A whole frame that a torn one seems to contain is not lost with it."""
    torn = bytes.fromhex("AAAAAA9669") + (len(NOT_FOUND) + 1).to_bytes(2, "big") + NOT_FOUND + b"\0"
    assert ReplyFinder().feed(torn) == [REPLIES[1]]


@given(st.lists(st.binary(max_size=200), max_size=20))
def test_any_stream_is_digested(pieces: list[bytes]) -> None:
    """Nothing that arrives raises, and nothing is kept beyond one frame."""
    finder = ReplyFinder()
    for piece in pieces:
        for reply in finder.feed(piece):
            assert len(reply.data) < LONGEST_BODY
