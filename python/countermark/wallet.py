"""Signing by outside wallets: the key never enters this library."""

from __future__ import annotations

import json
from typing import Any, Protocol

from ._countermark import Prepared


class TypedDataSigner(Protocol):
    """What is asked of a signer: eth-account's ``LocalAccount`` and anything shaped like it."""

    def sign_typed_data(self, *, full_message: dict[str, Any]) -> Any:
        """Signs EIP-712 typed data; gives 65 bytes, or an object with them as ``.signature``."""


def sign_with(prepared: Prepared, account: TypedDataSigner) -> bytes:
    """Has a wallet sign a prepared statement and gives the bytes of the receipt.

    Raises:
        SignatureError: the wallet is not the issuer's, or signed something else.
    """
    signed = account.sign_typed_data(full_message=json.loads(prepared.typed_data))
    return prepared.finish(bytes(getattr(signed, "signature", signed)))
