"""The ciphers of Doc 9303-11 (9.8): two-key 3DES with retail MAC, AES in three lengths with CMAC.

Primitives from `cryptography`; what is here is the standard's way of using them. Pure.
"""

from __future__ import annotations

import hashlib
from enum import Enum

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

MAC_BYTES = 8

ENCRYPTION, AUTHENTICATION, PASSWORD = 1, 2, 3
"""The counters of the key derivation function (9.7.1)."""


class Suite(Enum):
    """One way to encrypt and to authenticate: its number in the protocol's object identifier."""

    TDES = 1
    AES_128 = 2
    AES_192 = 3
    AES_256 = 4

    @property
    def is_aes(self) -> bool:
        """Say whether it is AES."""
        return self is not Suite.TDES

    @property
    def block_bytes(self) -> int:
        """The length of a block, which is also that of the send sequence counter."""
        return 16 if self.is_aes else 8

    @property
    def key_bytes(self) -> int:
        """The length of a key; 3DES has two, its third is the first again."""
        return {Suite.AES_192: 24, Suite.AES_256: 32}.get(self, 16)

    def derive(self, secret: bytes, counter: int) -> bytes:
        """Return the key for one use of a shared secret (9.7.1)."""
        hashed = hashlib.sha256 if self.key_bytes > 16 else hashlib.sha1
        key = hashed(secret + counter.to_bytes(4, "big")).digest()[: self.key_bytes]
        return key if self.is_aes else _with_odd_parity(key)

    def encrypt(self, key: bytes, data: bytes, iv: bytes | None = None) -> bytes:
        """Encrypt whole blocks in CBC mode; without `iv` it is zero."""
        encryptor = self._cipher(key, iv).encryptor()
        return encryptor.update(data) + encryptor.finalize()

    def decrypt(self, key: bytes, data: bytes, iv: bytes | None = None) -> bytes:
        """Decrypt whole blocks in CBC mode; without `iv` it is zero.

        Raises:
            ValueError: they are not whole.
        """
        decryptor = self._cipher(key, iv).decryptor()
        return decryptor.update(data) + decryptor.finalize()

    def mac(self, key: bytes, data: bytes) -> bytes:
        """Return the eight bytes that authenticate `data`, which need not be padded."""
        if self.is_aes:
            cmac = CMAC(algorithms.AES(key))
            cmac.update(data)
            return cmac.finalize()[:MAC_BYTES]
        return _retail_mac(key, pad(data, 8))

    def _cipher(self, key: bytes, iv: bytes | None) -> Cipher[modes.CBC]:
        algorithm = algorithms.AES(key) if self.is_aes else TripleDES(key + key[:8])
        return Cipher(algorithm, modes.CBC(iv or bytes(self.block_bytes)))


def pad(data: bytes, block_bytes: int) -> bytes:
    """Return `data` with a byte 80 and zeros up to a whole block (ISO 9797-1, method 2)."""
    return data + b"\x80" + bytes(-(len(data) + 1) % block_bytes)


def unpad(data: bytes) -> bytes | None:
    """Return `data` without that padding, or None when it has none."""
    stripped = data.rstrip(b"\x00")
    return stripped[:-1] if stripped.endswith(b"\x80") else None


def _retail_mac(key: bytes, padded: bytes) -> bytes:
    """Return the MAC of ISO 9797-1, algorithm 3: DES-CBC, its last block through the other key."""
    left, right = key[:8], key[8:]
    last = _des(left).encryptor().update(padded)[-8:]
    middle = Cipher(TripleDES(right * 3), modes.CBC(bytes(8))).decryptor().update(last)
    return _des(left).encryptor().update(middle)


def _des(key: bytes) -> Cipher[modes.CBC]:
    return Cipher(TripleDES(key * 3), modes.CBC(bytes(8)))


def _with_odd_parity(key: bytes) -> bytes:
    return bytes(byte & 0xFE | (byte >> 1).bit_count() % 2 ^ 1 for byte in key)
