"""Passwords at the WebSocket: the shared key, the hash for a challenge, and the signature of a command."""

import base64
import hashlib
import hmac
from functools import lru_cache

import bcrypt

from ..settings import HashType

_BCRYPT_ALPHABET = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_BASE64_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_TO_BCRYPT = str.maketrans(_BASE64_ALPHABET, _BCRYPT_ALPHABET)


@lru_cache(maxsize=64)
def shared_key(hash_type: HashType, password: str, serial: str) -> bytes:
    """Return the key that charger and client both derive from the password.

    It takes tens of milliseconds and is cached.
    """
    if hash_type == "bcrypt":
        return _bcrypt_key(password, serial)
    return _pbkdf2_key(password, serial)


def answer(key: bytes, token1: str, token2: str, token3: str) -> str:
    """Return the hash that a client with the key sends for these tokens."""
    inner = hashlib.sha256(token1.encode() + key).hexdigest()
    return hashlib.sha256((token3 + token2 + inner).encode()).hexdigest()


def seal(key: bytes, data: str) -> str:
    """Return the HMAC of a secured message."""
    return hmac.new(key, data.encode(), hashlib.sha256).hexdigest()


def same(a: str, b: str) -> bool:
    """Compare two hashes in constant time."""
    return hmac.compare_digest(a.encode(), b.encode())


def _pbkdf2_key(password: str, serial: str) -> bytes:
    # A go-e derives 256 bytes and keeps the first 32 characters of their base64, which are the first 24 bytes. The
    # blocks of PBKDF2 are independent, so that deriving 24 bytes gives the same key in a quarter of the time.
    derived = hashlib.pbkdf2_hmac("sha512", password.encode(), serial.encode(), 100_000, 24)
    return base64.b64encode(derived)


def _bcrypt_key(password: str, serial: str) -> bytes:
    """ASSUMPTION, not verified at a charger: the protocol notes name this hash and do not define it.

    Used here: bcrypt of the hex sha256 of the password with cost 8. The salt is the serial's characters, padded with
    zero bytes on the left to 16 bytes, in bcrypt's base64 (22 characters). The key is the part after the salt (31
    characters).
    """
    raw = serial.encode()[-16:].rjust(16, b"\0")
    salt = f"$2a$08${base64.b64encode(raw).decode()[:22].translate(_TO_BCRYPT)}"
    hashed = bcrypt.hashpw(hashlib.sha256(password.encode()).hexdigest().encode(), salt.encode())
    return hashed[len(salt) :]
