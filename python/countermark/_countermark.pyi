from _typeshed import SupportsGetItem
from numpy.typing import ArrayLike
from typing import SupportsFloat, SupportsIndex, final

__all__ = ["ErrorCode", "ModelScore", "Prepared", "SecretKey", "Settlement", "SettlementRow", "correlation_contribution", "eip191_digest", "error_codes", "numerai_corr", "prepare_agent", "recover_address", "score_models", "settle_pot", "verify_signature", "version"]

@final
class ErrorCode:
    """
    A code that an exception can carry, with the kind it belongs to.
    """
    def __repr__(self, /) -> str: ...
    @property
    def code(self, /) -> str:
        """
        The code, snake_case, unique in the library.
        """
    @property
    def kind(self, /) -> str:
        """
        The kind, which names the exception class.
        """

@final
class ModelScore:
    """
    The scores of one model.
    """
    def __repr__(self, /) -> str: ...
    @property
    def corr(self, /) -> float:
        """
        Numerai's correlation, -1..=1; NaN where there is a reason.
        """
    @property
    def mmc(self, /) -> float:
        """
        Contribution to the meta model; NaN where there is a reason or no meta model.
        """
    @property
    def reason(self, /) -> str | None:
        """
        Why there is no score, as an error code; None where there is one.
        """

@final
class Prepared:
    """
    A statement on its way through a wallet: what to sign, and what the signature is put to.
    """
    def __repr__(self, /) -> str: ...
    @property
    def digest(self, /) -> bytes:
        """
        The 32 bytes to sign, for a signer of plain hashes.
        """
    def finish(self, /, signature: bytes) -> bytes:
        """
        Puts the wallet's 65 signature bytes to the statement; gives the bytes of the receipt.
        """
    @property
    def id(self, /) -> str:
        """
        The id the receipt will have, as hex.
        """
    @property
    def issuer(self, /) -> str:
        """
        The address that has to sign.
        """
    @property
    def typed_data(self, /) -> str:
        """
        The same as EIP-712 typed data in JSON, for a wallet.
        """

@final
class SecretKey:
    """
    A secp256k1 secret key. It is never printed, compared or pickled.
    """
    def __reduce__(self, /) -> None: ...
    def __repr__(self, /) -> str: ...
    @property
    def address(self, /) -> str:
        """
        The Ethereum address, with its EIP-55 checksum.
        """
    @staticmethod
    def from_bytes(bytes: bytes) -> SecretKey:
        """
        From the 32 bytes of the scalar, big-endian.
        """
    @staticmethod
    def from_seed(seed: bytes) -> SecretKey:
        """
        Derives a key from 32 secret bytes.
        """
    @property
    def public_key(self, /) -> bytes:
        """
        The public key: 33 bytes, compressed SEC1 form.
        """
    def sign_digest(self, /, digest: bytes) -> bytes:
        """
        Signs 32 bytes as they are: r, s and v, 65 bytes.
        """
    def sign_message(self, /, message: bytes) -> bytes:
        """
        Signs bytes as a wallet signs a personal message (EIP-191): r, s and v, 65 bytes.
        """

@final
class Settlement:
    """
    A settled pot, in the smallest unit of its token: `pot + burned == paid + remainder`.
    """
    @property
    def burned(self, /) -> int:
        """
        Sum of what was taken from stakes.
        """
    @property
    def paid(self, /) -> int:
        """
        Sum of what was paid.
        """
    @property
    def pot(self, /) -> int:
        """
        What there was to pay out.
        """
    @property
    def remainder(self, /) -> int:
        """
        What nobody earned, and what was taken from stakes.
        """
    @property
    def rows(self, /) -> list[SettlementRow]:
        """
        One row for each score, in the order given.
        """

@final
class SettlementRow:
    """
    One staked score and what came of it.
    """
    @property
    def burned(self, /) -> int:
        """
        Taken from the stake.
        """
    @property
    def paid(self, /) -> int:
        """
        Paid out of the pot.
        """
    @property
    def rate(self, /) -> float:
        """
        The score after payout factor and clip.
        """
    @property
    def score(self, /) -> float:
        """
        The score that was settled, to the nearest 1e-9.
        """
    @property
    def stake(self, /) -> int:
        """
        What was staked on it.
        """

def correlation_contribution(predictions: ArrayLike, meta_model: ArrayLike, target: ArrayLike) -> float:
    """
    Contribution of one model to the meta model (MMC).

    All three: float64, shape [n], of any strides. NaN or infinite values are refused.
    """

def eip191_digest(message: bytes) -> bytes:
    """
    What a wallet hashes for a personal message (EIP-191), 32 bytes.
    """

def error_codes() -> list[ErrorCode]:
    """
    All codes an exception can carry.
    """

def numerai_corr(predictions: ArrayLike, target: ArrayLike) -> float:
    """
    Numerai's correlation of one model with the target, -1..=1.

    `predictions` and `target`: float64, shape [n], of any strides. NaN or infinite values are refused.
    """

def prepare_agent(name: str, public_key: bytes, sealing_key: bytes | None, issued_at: SupportsIndex) -> Prepared:
    """
    An agent's card, to be signed by the key it names: `public_key` is 33 bytes (compressed SEC1), `sealing_key` the
    32 bytes of an X25519 key where the agent takes sealed things, `issued_at` seconds since 1970.
    """

def recover_address(digest: bytes, signature: bytes) -> str:
    """
    The address whose key signed the 32 bytes.
    """

def score_models(predictions: ArrayLike, target: ArrayLike, meta_model: ArrayLike | None = None, mode: str = "per_model") -> list[ModelScore]:
    """
    Scores many models in one call.

    `predictions`: float64, shape [n, models], of any strides (Fortran order is the fastest); `target` and
    `meta_model`: float64, shape [n]. `mode`: "per_model" gives a model that cannot be scored a reason, "strict"
    raises, "compat" does as numerai-tools.
    """

def settle_pot(pot: SupportsIndex, scores: SupportsGetItem[int, SupportsFloat | SupportsIndex], stakes: SupportsGetItem[int, SupportsIndex], clip: SupportsFloat | SupportsIndex, threshold: SupportsIndex | None, share: str) -> Settlement:
    """
    Settles a pot in integers: scores (rounded to 1e-9) to rates, positive rates are paid, negative ones burn their
    part of the stake.

    `stakes`, `pot` and `threshold`: ints in the smallest unit. `clip`: bound of the rate as a part of the stake,
    0..=1. `threshold`: stake in total above which rates shrink. `share`: "whole_pot" or "at_most_rate".
    """

def verify_signature(digest: bytes, signature: bytes, signer: str) -> None:
    """
    Returns when the 32 bytes were signed by the key of `signer`, raises SignatureError otherwise.
    """

def version() -> str:
    """
    The version of the library.
    """
