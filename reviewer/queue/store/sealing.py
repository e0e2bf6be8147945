"""Blobs at rest: compressed, and encrypted when the site has a key (`REVIEWER_KEY`)."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from typing import Any

from reviewer.errors import ConfigError

_PLAIN, SEALED = b"z1", b"f1"


class Seal:
    """Turns JSON values into blobs and back. The key may be any text; a blob says whether it is encrypted."""

    def __init__(self, key: str | None) -> None:
        self._fernet = None
        if key:
            from cryptography.fernet import Fernet

            self._fernet = Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode("utf-8")).digest()))

    @property
    def encrypts(self) -> bool:
        """Whether there is a key."""
        return self._fernet is not None

    def close(self, value: Any) -> bytes:
        """The blob of a JSON value."""
        packed = zlib.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8"), 6)
        return SEALED + self._fernet.encrypt(packed) if self._fernet else _PLAIN + packed

    def open(self, blob: bytes) -> Any:
        """The value of a blob. Raises `ConfigError` where the key is missing or another than it was sealed with."""
        kind, packed = bytes(blob[:2]), bytes(blob[2:])
        if kind == SEALED:
            packed = self._decrypted(packed)
        return json.loads(zlib.decompress(packed))

    def _decrypted(self, packed: bytes) -> bytes:
        from cryptography.fernet import InvalidToken

        if self._fernet is None:
            raise ConfigError(
                "REVIEWER_KEY is not set, and what the queue holds is encrypted; set the key it was made with"
            )
        try:
            return self._fernet.decrypt(packed)
        except InvalidToken:
            raise ConfigError("REVIEWER_KEY is not the key that the queue's notes were encrypted with") from None
