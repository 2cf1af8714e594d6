"""Delivery proofs as they are told: signed with the signing key in force, whenever they were made.

A key that signed proofs may be replaced or revoked afterwards. A kiosk that had not heard of such a
proof would refuse it for ever, though the entry is held: so it is signed anew, with the same time.
"""

from __future__ import annotations

from central.platform import Platform, parse_document
from kiosk.envelope import Torn, parse_front
from sync.protocol import Fields, SignedDocument, sign_proof


def proof_of(platform: Platform, front: bytes, proof: str) -> SignedDocument:
    """Return the stored proof of a held entry, signed with the key in force.

    Args:
        platform: Which holds it.
        front: Of the entry's envelope, as stored.
        proof: As stored when the entry was taken in.
    """
    document, keys = parse_document(proof), platform.keys
    kid = keys.signing_key.kid
    if document.kid == kid:
        return document
    read, told = parse_front(front), Fields(document.to_json()["payload"])
    assert not isinstance(read, Torn), "a front is stored only after it was read"
    received_at, reference = told.instant("received_at"), told.text("platform_ref")
    return sign_proof(read, received_at, reference, kid, keys.signing.sign)
