"""Basic Access Control and secure messaging: Doc 9303-11, appendix D, and what must be refused."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.card_reader.apdu import Response
from devices.card_reader.travel import bac
from devices.card_reader.travel.commands import (
    Command,
    read_binary,
    read_by_short_id,
    select_file,
)
from devices.card_reader.travel.secure_messaging import SecureChannel
from devices.card_reader.travel.suites import AUTHENTICATION, ENCRYPTION, Suite, pad, unpad
from devices.card_reader.travel.trouble import ChannelBroken, Malformed, Refused, WrongKey
from tests.support.icao_examples import MRZ_D2, ScriptedChip, bytes_of, fixed_chance

CHALLENGE = ("0084000008", "4608F91988702212 9000")
PROOF = (
    (
        "0082000028 72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2"
        "5F1448EEA8AD90A7 28"
    ),
    "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F 2F2D235D074D7449 9000",
)
DRAWS = ("781723860C06C226", "0B795240CB7049B01C19B33E32804F0B")


def test_the_keys_of_appendix_d2() -> None:
    """Seed, and the two access keys with their parity."""
    seed = bac.seed(MRZ_D2.encode())
    assert seed == bytes_of("239AB9CB282DAF66231DC5A4DF6BFBAE")
    enc, mac = (Suite.TDES.derive(seed, use) for use in (ENCRYPTION, AUTHENTICATION))
    assert enc == bytes_of("AB94FDECF2674FDFB9B391F85D7F76F2")
    assert mac == bytes_of("7962D9ECE03D1ACD4C76089DCE131543")


def opened() -> SecureChannel:
    """Return the channel of appendix D.3."""
    chip = ScriptedChip([CHALLENGE, PROOF])
    return bac.open_channel(chip.ask, MRZ_D2.encode(), fixed_chance(*DRAWS))


def test_the_exchange_of_appendix_d3() -> None:
    """The proof that is sent, the session keys and the counter."""
    channel = opened()
    assert channel._enc == bytes_of("979EC13B1CBFE9DCD01AB0FED307EAE5")
    assert channel._mac == bytes_of("F1CB1F1FB5ADF208806B89DC579DC1F8")
    assert channel._counter == 0x887022120C06C226


def test_the_messages_of_appendix_d4() -> None:
    """Select EF.COM, read four bytes of it, read the rest: both directions."""
    channel = opened()
    for command, protected, answer, data in (
        (
            select_file(0x011E),
            "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800",
            "990290008E08FA855A5D4C50A8ED",
            "",
        ),
        (
            read_binary(0, 4),
            "0CB000000D9701048E08ED6705417E96BA5500",
            "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED",
            "60145F01",
        ),
        (
            read_binary(4, 0x12),
            "0CB000040D9701128E082EA28A70F3C7B53500",
            "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D74",
            "04303130365F36063034303030305C026175",
        ),
    ):
        assert channel.protect(command) == bytes_of(protected)
        assert channel.open(Response(bytes_of(answer), 0x9000)) == Response(bytes_of(data), 0x9000)


@pytest.mark.parametrize(
    ("script", "trouble"),
    [
        ([(CHALLENGE[0], "6D00")], Refused),
        ([(CHALLENGE[0], "460819 9000")], Refused),
        ([CHALLENGE, (PROOF[0], "6300")], WrongKey),
        ([CHALLENGE, (PROOF[0], "6982")], WrongKey),
        ([CHALLENGE, (PROOF[0], "63C2")], WrongKey),
        ([CHALLENGE, (PROOF[0], "6D00")], Refused),
        ([CHALLENGE, (PROOF[0], "9000")], Malformed),
        ([CHALLENGE, (PROOF[0], PROOF[1].replace("46B9", "46B8"))], Malformed),
        ([CHALLENGE, (PROOF[0], PROOF[1].replace("7449", "7448"))], Malformed),
    ],
)
def test_what_goes_wrong_is_told_apart(
    script: list[tuple[str, str]], trouble: type[Exception]
) -> None:
    """No such protocol, a wrong key, a chip that proves nothing."""
    with pytest.raises(trouble):
        bac.open_channel(ScriptedChip(script).ask, MRZ_D2.encode(), fixed_chance(*DRAWS))


def test_a_proof_for_another_challenge_is_refused() -> None:
    """An answer that was recorded earlier is rightly signed, and of no use."""
    script = [(CHALLENGE[0], "0000000000000000 9000")]
    asked: list[bytes] = []

    def ask(command: bytes) -> Response:
        asked.append(command)
        if len(asked) == 1:
            return ScriptedChip(script).ask(command)
        return Response(bytes_of(PROOF[1])[:-2], 0x9000)

    with pytest.raises(Malformed, match="another challenge"):
        bac.open_channel(ask, MRZ_D2.encode(), fixed_chance(*DRAWS))


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "99029000",
        "99029000 8E08 0000000000000000",
        "8E08 FA855A5D4C50A8ED 99029000",
        "9902 90",
        "FF",
    ],
)
def test_answers_without_protection_end_the_session(answer: str) -> None:
    """Plain, forged, in another order, torn."""
    channel = opened()
    channel.protect(select_file(0x011E))
    with pytest.raises(ChannelBroken):
        channel.open(Response(bytes_of(answer), 0x6988))


@dataclass
class OtherEnd:
    """A chip's end of a channel, which authenticates whatever it is told to say."""

    suite: Suite
    channel: SecureChannel = field(init=False)

    def __post_init__(self) -> None:
        """Take the keys that `pair` gives."""
        length = self.suite.key_bytes
        self.channel = SecureChannel(self.suite, b"e" * length, b"m" * length)

    def says(self, objects: bytes) -> Response:
        """Return an answer with these objects and their MAC."""
        self.channel._next()
        mac = self.channel._authenticate(self.channel._next(), objects)
        return Response(objects + b"\x8e\x08" + mac, 0x9000)


@pytest.mark.parametrize("suite", Suite)
@pytest.mark.parametrize(
    "objects",
    ["", "8701 01", "8703 020000", "8709 01 0000000000000000", "8702 01FF", "9901 90", "8101 00"],
)
def test_rightly_authenticated_nonsense_is_refused(suite: Suite, objects: str) -> None:
    """A chip that knows the keys can't make the reader fall over either."""
    chip = OtherEnd(suite)
    length = suite.key_bytes
    channel = SecureChannel(suite, b"e" * length, b"m" * length)
    channel.protect(read_binary(0, 1))
    with pytest.raises(ChannelBroken):
        channel.open(chip.says(bytes_of(objects)))


@pytest.mark.parametrize("suite", Suite)
def test_the_best_read_fills_a_short_answer(suite: Suite) -> None:
    """231 bytes with 3DES, 223 with AES: one more would not fit 256."""
    channel = SecureChannel(suite, b"e" * suite.key_bytes, b"m" * suite.key_bytes)
    most = channel.longest_short_read
    assert most == (223 if suite.is_aes else 231)

    def answer_bytes(length: int) -> int:
        hidden = len(pad(bytes(length), suite.block_bytes)) + 1
        return 2 + (hidden > 127) + hidden + 4 + 10

    assert answer_bytes(most) <= 256 < answer_bytes(most + 1)
    assert channel.longest_read(2000) > 1900


def test_long_commands_take_extended_lengths() -> None:
    """Short ones never do; offsets beyond 32 KiB take the odd instruction."""
    assert Command(0xB0, le=256).plain() == bytes_of("00B0000000")
    assert Command(0xB0, le=1000).plain() == bytes_of("00B00000 0003E8")
    assert Command(0xB0, le=65536).plain() == bytes_of("00B00000 000000")
    long = Command(0x86, data=bytes(300), le=256).plain()
    assert long == bytes_of("00860000 00012C") + bytes(300) + b"\x01\x00"
    assert read_binary(0x8000, 16).plain() == bytes_of("00B10000 04 5402 8000 10")
    assert read_by_short_id(0x1E, 6).plain() == bytes_of("00B09E0006")


def test_an_odd_instruction_hides_its_data_in_another_object() -> None:
    """85 without the padding indicator, in place of 87."""
    channel = SecureChannel(Suite.AES_128, b"e" * 16, b"m" * 16)
    protected = channel.protect(read_binary(0x8000, 300))
    assert protected[:2] == b"\x0c\xb1"
    assert protected[7] == 0x85
    assert protected.endswith(b"\x00\x00")


@given(st.binary(max_size=64), st.sampled_from([8, 16]))
def test_padding_comes_off_again(data: bytes, block: int) -> None:
    """Whatever the data end with."""
    padded = pad(data, block)
    assert len(padded) % block == 0
    assert unpad(padded) == data


@given(st.binary(max_size=80))
def test_any_answer_is_digested(data: bytes) -> None:
    """Nothing but the session's end comes of foreign bytes."""
    channel = SecureChannel(Suite.AES_128, b"e" * 16, b"m" * 16)
    with pytest.raises(ChannelBroken):
        channel.open(Response(data, 0x9000))
