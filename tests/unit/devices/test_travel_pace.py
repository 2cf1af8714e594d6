"""PACE against the worked examples of Doc 9303-11, appendices G, H and I."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from devices.card_reader.apdu import Response
from devices.card_reader.travel import pace
from devices.card_reader.travel.chance import Chance
from devices.card_reader.travel.commands import Command
from devices.card_reader.travel.curves import Curve
from devices.card_reader.travel.key_agreement import CurveGroup, ModpGroup, group
from devices.card_reader.travel.pace_info import Mapping, PaceInfo, chip_key, offers
from devices.card_reader.travel.standard_groups import CURVES, MODP_GROUPS
from devices.card_reader.travel.suites import PASSWORD, Suite
from devices.card_reader.travel.trouble import Malformed, Refused, WrongKey
from tests.support import icao_examples as icao
from tests.support.icao_examples import PaceExample, ScriptedChip, bytes_of, fixed_chance

EXAMPLES = {"G.1": icao.G1, "G.2": icao.G2, "H.1": icao.H1, "H.2": icao.H2, "I.1": icao.I1}


def offer_of(example: PaceExample) -> PaceInfo:
    """Return the example's PACEInfo, taken from an EF.CardAccess."""
    raw = bytes_of(f"3114 3012 060A {example.oid} 020102 0201{example.parameters:02X}")
    (offer,) = offers(raw)
    return offer


def password_of(example: PaceExample, monkeypatch: pytest.MonkeyPatch) -> pace.Password:
    """Return the example's password; appendix H gives only the key made of it."""
    if example.mrz:
        return pace.lines_password(example.mrz.encode())
    derive = Suite.derive

    def given(suite: Suite, secret: bytes, counter: int) -> bytes:
        return bytes_of(icao.KEY_H) if counter == PASSWORD else derive(suite, secret, counter)

    monkeypatch.setattr(Suite, "derive", given)
    return pace.Password(1, b"")


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_worked_examples(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every byte that crosses the line, and the session keys."""
    example = EXAMPLES[name]
    chip = ScriptedChip(example.script())
    made = pace.open_channel(
        chip.ask,
        offer_of(example),
        password_of(example, monkeypatch),
        fixed_chance(*example.draws),
        names_group=False,
    )
    assert len(chip.asked) == 5
    assert made.channel._enc == bytes_of(example.enc)
    assert made.channel._mac == bytes_of(example.mac)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_mapped_generators_and_secrets(name: str) -> None:
    """The intermediate values: nonce, generator, shared secret."""
    example = EXAMPLES[name]
    offer = offer_of(example)
    domain = offer.group()
    nonce = bytes_of(example.nonce)
    if offer.mapping.is_integrated:
        ours = bytes_of(example.draws[0])
        made = pace.pseudo_random(offer.suite, ours, nonce, domain.field_prime)
        generator = domain.element_for(int.from_bytes(made, "big") % domain.field_prime)
    else:
        private = int.from_bytes(bytes_of(example.draws[0]), "big")
        generator = domain.join(
            domain.multiply(int.from_bytes(nonce, "big"), domain.generator),
            domain.multiply(private, bytes_of(example.mapping[1])),
        )
    assert generator == bytes_of(example.generator)
    private = int.from_bytes(bytes_of(example.draws[1]), "big")
    assert domain.multiply(private, generator) == bytes_of(example.ours)
    agreed = domain.multiply(private, bytes_of(example.theirs))
    assert domain.secret(agreed) == bytes_of(example.secret)


def test_the_pseudo_random_function_of_h1() -> None:
    """Before its residue is taken."""
    made = pace.pseudo_random(
        Suite.AES_128,
        bytes_of(icao.H1.draws[0]),
        bytes_of(icao.H1.nonce),
        CURVES[13].p,
    )
    assert made == bytes_of(icao.H1_RANDOM)


def test_the_passwords_of_the_examples() -> None:
    """The encoded printed lines, and the key that hides the nonce."""
    for example, secret, key in (
        (icao.G1, "7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD", "89DED1B26624EC1E634C1989302849DD"),
        (icao.I1, "894D03F148C6265E89845B218856EA34D00EF8E8", "4E6F6FBF7BE748B932C7B74161BBA9DF"),
    ):
        password = pace.lines_password(example.mrz.encode())
        assert password.secret == bytes_of(secret)
        derived = Suite.AES_128.derive(password.secret, PASSWORD)
        assert derived == bytes_of(key)
        nonce = Suite.AES_128.decrypt(derived, bytes_of(example.hidden_nonce))
        assert nonce == bytes_of(example.nonce)


def test_the_chip_of_appendix_i_is_proven() -> None:
    """Its decrypted proof turns its static key into the one of the mapping, and no other key."""
    chip = ScriptedChip(icao.I1.script())
    password = pace.lines_password(icao.I1.mrz.encode())
    chance = fixed_chance(*icao.I1.draws)
    made = pace.open_channel(chip.ask, offer_of(icao.I1), password, chance, names_group=False)
    assert made.chip_proof == bytes_of(icao.I1_CHIP_PROOF)
    curve = CurveGroup(CURVES[13])
    assert pace.is_chip_proven(made, curve, bytes_of(icao.I1_CHIP_KEY))
    assert not pace.is_chip_proven(made, curve, bytes_of(icao.I1.theirs))
    assert not pace.is_chip_proven(pace.Established(made.channel), curve, b"")


def test_the_chips_key_of_appendix_i() -> None:
    """As its ChipAuthenticationPublicKeyInfo has it; another group, and nonsense, give none."""
    info = bytes_of(
        "3062 0609 04007F000702020102 3052 300C 0607 04007F00070102 02010D 0342 00"
        + icao.I1_CHIP_KEY
        + "02010D"
    )
    assert chip_key(b"\x31\x64" + info, 13) == bytes_of(icao.I1_CHIP_KEY)
    assert chip_key(b"\x31\x64" + info, 12) is None
    assert chip_key(b"\x31\x64" + info[:-1], 13) is None


def test_a_wrong_password_is_told_from_a_refusal() -> None:
    """The last step says 6300; earlier steps say that the protocol is not taken."""
    password = pace.lines_password(icao.MRZ_G.encode())
    for step, status, trouble in (
        (4, "6300", WrongKey),
        (4, "63C1", WrongKey),
        (0, "6A80", Refused),
        (1, "6985", Refused),
        (4, "6B00", Refused),
        (1, "7C12 8110 95A3A016522EE98D01E76CB6B98B42C3 9000", Malformed),
        (1, "7C09 8007 01020304050607 9000", Malformed),
        (4, "7C0A 8608 3ABB9674BCE93C09 9000", Malformed),
        (3, icao.answered("84", icao.G1.ours), Malformed),
        (3, icao.answered("84", icao.G1.theirs[:-1] + "5"), Malformed),
    ):
        script = icao.G1.script()
        script[step] = (script[step][0], status)
        with pytest.raises(trouble):
            pace.open_channel(
                ScriptedChip(script).ask,
                offer_of(icao.G1),
                password,
                fixed_chance(*icao.G1.draws),
                names_group=False,
            )


def test_the_group_is_named_by_default() -> None:
    """Some chips insist on it."""
    asked: list[bytes] = []

    def ask(command: bytes) -> Response:
        asked.append(command)
        return Response(b"", 0x6A88)

    with pytest.raises(Refused):
        pace.open_channel(ask, offer_of(icao.G1), pace.number_password("123456"), Chance())
    named = bytes_of(f"800A{icao.G1.oid} 830102 84010D")
    assert asked == [Command(0x22, 0xC1, 0xA4, named).plain()]


NATIVE: dict[int, ec.EllipticCurve] = {
    8: ec.SECP192R1(),
    10: ec.SECP224R1(),
    12: ec.SECP256R1(),
    13: ec.BrainpoolP256R1(),
    15: ec.SECP384R1(),
    16: ec.BrainpoolP384R1(),
    17: ec.BrainpoolP512R1(),
    18: ec.SECP521R1(),
}


@pytest.mark.parametrize("number", NATIVE)
def test_points_against_the_library(number: int) -> None:
    """Where `cryptography` knows the curve, its public keys and its agreement are ours."""
    curve = CURVES[number]
    for seed in (b"one", b"two"):
        private = int.from_bytes(hashlib.sha512(seed).digest() * 2, "big") % curve.order
        key = ec.derive_private_key(private, NATIVE[number])
        numbers = key.public_key().public_numbers()
        ours = curve.multiply(private, curve.generator)
        assert ours == (numbers.x, numbers.y)
        other = ec.derive_private_key(7, NATIVE[number])
        agreed = other.exchange(ec.ECDH(), key.public_key())
        assert CurveGroup(curve).secret(curve.encode(curve.multiply(7, ours))) == agreed


@pytest.mark.parametrize("curve", CURVES.values(), ids=lambda curve: curve.name)
def test_every_curve_is_one(curve: Curve) -> None:
    """Its generator is on it and of its order; the sum of two points is the multiple."""
    one, two, three = (curve.multiply(scalar, curve.generator) for scalar in (1, 2, 3))
    assert curve.holds(curve.generator)
    assert one == curve.generator
    assert curve.add(one, two) == three
    assert curve.add(one, one) == two
    minus = curve.multiply(curve.order - 1, curve.generator)
    with pytest.raises(Malformed):
        curve.add(minus, one)
    with pytest.raises(Malformed):
        curve.multiply(curve.order, curve.generator)
    with pytest.raises(Malformed):
        curve.decode(curve.encode(one)[:-1] + bytes([curve.encode(one)[-1] ^ 1]))


@pytest.mark.parametrize("number", MODP_GROUPS)
def test_every_group_of_residues_is_one(number: int) -> None:
    """Its generator has its order; what would give the key away is refused."""
    prime, generator, order = MODP_GROUPS[number]
    assert pow(generator, order, prime) == 1
    domain = ModpGroup(prime, generator, order)
    for bad in (0, 1, prime - 1, prime, prime - generator):
        with pytest.raises(Malformed):
            domain.multiply(2, bad.to_bytes((prime.bit_length() + 7) // 8, "big"))
    assert group(3) is None


def test_a_curve_without_an_integrated_mapping_says_so() -> None:
    """P-224's prime is 1 modulo 4."""
    with pytest.raises(Malformed):
        CURVES[10].point_for(5)


def test_offers_are_sorted_and_the_unknown_left_out() -> None:
    """Chip authentication mapping first; what does not fit is no offer."""
    infos = "".join(
        f"3012 060A 04007F0007020204{end} 0201{version} 0201{number}"
        for end, version, number in (
            ("0102", "02", "00"),
            ("0404", "02", "0D"),
            ("0203", "02", "0D"),
            ("0602", "02", "0D"),
            ("0202", "01", "0D"),
            ("0202", "02", "00"),
            ("0202", "02", "63"),
            ("0902", "02", "0D"),
            ("0209", "02", "0D"),
        )
    )
    raw = bytes_of(infos) + bytes_of("300D 0608 04007F0007020202 020101") + bytes_of("0500")
    found = offers(b"\x31\x81" + bytes([len(raw)]) + raw)
    assert [(offer.mapping, offer.suite) for offer in found] == [
        (Mapping.ECDH_CHIP_AUTHENTICATION, Suite.AES_128),
        (Mapping.ECDH_GENERIC, Suite.AES_192),
        (Mapping.ECDH_INTEGRATED, Suite.AES_256),
        (Mapping.DH_GENERIC, Suite.AES_128),
    ]
