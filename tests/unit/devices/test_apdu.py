"""The two turns of T=0: fetching an answer, and asking again with the right length."""

from __future__ import annotations

from devices.card_reader.apdu import Response, exchange

SELECT = bytes.fromhex("00A4040002ABCD")
READ = bytes.fromhex("00B2012C00")


class FakeChip:
    """Answers from a list, and remembers what it was asked."""

    def __init__(self, *answers: str) -> None:
        """Give these answers, one after the other; the last one for ever."""
        self.answers = [bytes.fromhex(answer) for answer in answers]
        self.asked: list[str] = []

    def __call__(self, command: bytes) -> Response:
        """Take a command."""
        self.asked.append(command.hex().upper())
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return Response(answer[:-2], int.from_bytes(answer[-2:], "big"))


def test_a_plain_answer_is_the_answer() -> None:
    """Nothing is asked twice."""
    chip = FakeChip("AABB9000")
    assert exchange(chip, READ) == Response(b"\xaa\xbb", 0x9000)
    assert chip.asked == [READ.hex().upper()]


def test_an_announced_answer_is_fetched() -> None:
    """61xx is followed by GET RESPONSE for xx bytes, as often as the chip says."""
    chip = FakeChip("6102", "AABB6101", "CC9000")
    assert exchange(chip, SELECT) == Response(b"\xaa\xbb\xcc", 0x9000)
    assert chip.asked[1:] == ["00C0000002", "00C0000001"]


def test_a_wrong_length_is_corrected() -> None:
    """6Cxx repeats the command with Le = xx."""
    chip = FakeChip("6C03", "AABBCC9000")
    assert exchange(chip, READ) == Response(b"\xaa\xbb\xcc", 0x9000)
    assert chip.asked == ["00B2012C00", "00B2012C03"]


def test_a_command_with_data_gets_its_length_added() -> None:
    """A command that carries data keeps it."""
    chip = FakeChip("6C03", "AABBCC9000")
    exchange(chip, SELECT)
    assert chip.asked[1] == "00A4040002ABCD03"


def test_a_chip_that_never_ends_is_given_up() -> None:
    """A chip that always has more is not read for ever."""
    assert exchange(FakeChip("FF6101"), READ).status == 0x6F00
    assert exchange(FakeChip("6C05"), READ).status == 0x6F00


def test_refusals_are_told_apart() -> None:
    """Security status and conditions of use mean a missing key, other errors do not."""
    assert Response(b"", 0x6982).is_refusal
    assert Response(b"", 0x6985).is_refusal
    assert not Response(b"", 0x6A82).is_refusal


def test_a_wrong_length_of_the_fetching_is_corrected_there() -> None:
    """6Cxx is about what was sent last: the selection is not made once more."""
    chip = FakeChip("6110", "6C02", "AABB9000")
    assert exchange(chip, SELECT) == Response(b"\xaa\xbb", 0x9000)
    assert chip.asked[1:] == ["00C0000010", "00C0000002"]
    old = FakeChip("6110", "6A86", "6C02", "AABB9000")
    assert exchange(old, SELECT).data == b"\xaa\xbb"
    assert old.asked[1:] == ["00C0000010", "00C0000110", "00C0000102"]
