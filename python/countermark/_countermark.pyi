from _typeshed import SupportsGetItem
from numpy.typing import ArrayLike
from typing import SupportsFloat, SupportsIndex, final

__all__ = ["CancelToken", "ErrorCode", "Limits", "ModelScore", "OrderVerdict", "Prepared", "ReceiptVerdict", "RunOutcome", "SecretKey", "Service", "Settlement", "SettlementRow", "Slot", "SlotValues", "Verdict", "_worker_main", "correlation_contribution", "eip191_digest", "error_codes", "numerai_corr", "prepare_agent", "prepare_order", "recover_address", "run_algorithm", "score_models", "settle_pot", "verify_bundle", "verify_order", "verify_signature", "version"]

@final
class CancelToken:
    """
    A flag by which another thread stops a run.
    """
    def __new__(cls, /) -> CancelToken: ...
    def cancel(self, /) -> None:
        """
        Asks the call that holds this token to stop.
        """
    def is_cancelled(self, /) -> bool:
        """
        Whether `cancel` was called.
        """

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
class Limits:
    """
    Bounds of a run.
    """
    def __new__(cls, /, fuel: SupportsIndex, memory_bytes: SupportsIndex, wall_ms: SupportsIndex, log_bytes: SupportsIndex) -> Limits: ...
    @property
    def fuel(self, /) -> int:
        """
        Instructions.
        """
    @property
    def log_bytes(self, /) -> int:
        """
        Bytes of log kept.
        """
    @property
    def memory_bytes(self, /) -> int:
        """
        Linear memory in bytes.
        """
    @property
    def wall_ms(self, /) -> int:
        """
        Wall clock in milliseconds.
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
class OrderVerdict:
    """
    What an order gives.
    """
    @property
    def consumer(self, /) -> str:
        """
        Who may use the service.
        """
    @property
    def level(self, /) -> str:
        """
        Strength of the evidence: "asserted", "proved" or "final".
        """
    @property
    def payer(self, /) -> str:
        """
        Who paid.
        """
    @property
    def started_at(self, /) -> int:
        """
        When the order was started, in seconds since 1970.
        """
    @property
    def transaction(self, /) -> str:
        """
        Hash of the transaction, as hex.
        """
    @property
    def valid_until(self, /) -> int | None:
        """
        Last second it is good for; None = forever.
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
class ReceiptVerdict:
    """
    What is known of one receipt.
    """
    def __repr__(self, /) -> str: ...
    @property
    def id(self, /) -> str:
        """
        Id of the receipt, as hex.
        """
    @property
    def index(self, /) -> int:
        """
        Place in the bundle, from 0.
        """
    @property
    def issued_at(self, /) -> int:
        """
        When, by the issuer's clock, in seconds since 1970.
        """
    @property
    def issuer(self, /) -> str:
        """
        Address of who signed it.
        """
    @property
    def issuer_name(self, /) -> str:
        """
        The name on the issuer's card; for people only.
        """
    @property
    def kind(self, /) -> str:
        """
        Name of the schema.
        """
    @property
    def strength(self, /) -> str:
        """
        What stands behind the statement: "asserted", "sampled", "recomputed" or "proved".
        """

@final
class RunOutcome:
    """
    What a run gave, after the gate; for the data owner.
    """
    @property
    def algorithm(self, /) -> str:
        """
        Hash of the module, as hex.
        """
    @property
    def executor(self, /) -> str:
        """
        Name and version of the executor.
        """
    @property
    def fuel(self, /) -> int:
        """
        Fuel used.
        """
    @property
    def input(self, /) -> str:
        """
        Merkle root of the table, as hex.
        """
    @property
    def isolation(self, /) -> str:
        """
        The wall it ran behind: "process" or "in_process".
        """
    @property
    def log(self, /) -> bytes:
        """
        What the algorithm logged.
        """
    @property
    def outputs(self, /) -> list[SlotValues]:
        """
        The released values, in declared order.
        """

@final
class SecretKey:
    """
    A secp256k1 secret key. It is never printed, compared or pickled.
    """
    def __reduce__(self, /) -> str: ...
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
class Service:
    """
    A service of a dataset: what its publisher offers, and on what terms.
    """
    def __new__(cls, /, chain_id: SupportsIndex, nft: str, owner: str, datatoken: str, index: SupportsIndex, id: str, timeout: SupportsIndex, provider: str | None) -> Service: ...
    @property
    def chain_id(self, /) -> int:
        """
        The chain of the contracts.
        """
    @property
    def datatoken(self, /) -> str:
        """
        The datatoken that pays for the service.
        """
    @property
    def id(self, /) -> str:
        """
        Id of the service.
        """
    @property
    def index(self, /) -> int:
        """
        Place of the service in the dataset's description, from 0.
        """
    @property
    def nft(self, /) -> str:
        """
        Address of the dataset's data NFT.
        """
    @property
    def owner(self, /) -> str:
        """
        Who owns the data NFT.
        """
    @property
    def provider(self, /) -> str | None:
        """
        Who serves it and signs its fees; None when no provider fee is asked.
        """
    @property
    def timeout(self, /) -> int:
        """
        How long an order is good for, in seconds; 0 = forever.
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

@final
class Slot:
    """
    A declared output: `length` numbers (None: a single one) between `lo` and `hi`, with `digits` decimal digits.
    """
    def __new__(cls, /, name: str, length: SupportsIndex | None, lo: SupportsIndex, hi: SupportsIndex, digits: SupportsIndex) -> Slot: ...
    @property
    def digits(self, /) -> int:
        """
        Decimal digits kept.
        """
    @property
    def hi(self, /) -> int:
        """
        Largest value, in whole units.
        """
    @property
    def length(self, /) -> int | None:
        """
        Number of values; None for a single number.
        """
    @property
    def lo(self, /) -> int:
        """
        Smallest value, in whole units.
        """
    @property
    def name(self, /) -> str:
        """
        Name, unique in the run.
        """

@final
class SlotValues:
    """
    The released values of one slot.
    """
    @property
    def name(self, /) -> str:
        """
        Name of the slot.
        """
    @property
    def values(self, /) -> list[float]:
        """
        Its values, rounded to the declared digits.
        """

@final
class Verdict:
    """
    What verifying a bundle found.
    """
    def __repr__(self, /) -> str: ...
    @property
    def digest(self, /) -> str:
        """
        Digest of the bundle, as hex.
        """
    @property
    def receipts(self, /) -> list[ReceiptVerdict]:
        """
        One entry for each receipt, in the bundle's order.
        """

def _worker_main() -> bool:
    """
    The whole life of a worker process, on its standard input and output; true when it answered.
    """

def correlation_contribution(predictions: ArrayLike, meta_model: ArrayLike, target: ArrayLike) -> float:
    """
    Contribution of one model to the meta model (MMC).

    All three: float64, shape `[n]`, of any strides. NaN or infinite values are refused.
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

    `predictions` and `target`: float64, shape `[n]`, of any strides. NaN or infinite values are refused.
    """

def prepare_agent(name: str, public_key: bytes, sealing_key: bytes | None, issued_at: SupportsIndex) -> Prepared:
    """
    An agent's card, to be signed by the key it names: `public_key` is 33 bytes (compressed SEC1), `sealing_key` the
    32 bytes of an X25519 key where the agent takes sealed things, `issued_at` seconds since 1970.
    """

def prepare_order(issuer: str, issued_at: SupportsIndex, card: str, service: Service, algorithm: bytes, transaction_receipt: str) -> Prepared:
    """
    A consumer's order, to be signed by the consumer: `card` is the id (hex) of the issuer's own card, `algorithm` the
    32-byte hash of the module to run, `transaction_receipt` the JSON of eth_getTransactionReceipt.
    """

def recover_address(digest: bytes, signature: bytes) -> str:
    """
    The address whose key signed the 32 bytes.
    """

def run_algorithm(module: bytes, columns: SupportsGetItem[int, str], values: ArrayLike, slots: SupportsGetItem[int, Slot], limits: Limits | None, seed: bytes, isolation: str, worker: SupportsGetItem[int, str] | None, cancel: CancelToken | None) -> RunOutcome:
    """
    Runs a WebAssembly module next to a table and passes its outputs through the gate.

    `columns`: names; `values`: float64, shape `[rows, columns]`. `limits`: None = the default bounds. `seed`: 32 bytes,
    the only randomness the module gets. `isolation`: "process" starts `worker` (program and arguments),
    "in_process" does not. Ctrl-C stops the run.
    """

def score_models(predictions: ArrayLike, target: ArrayLike, meta_model: ArrayLike | None = None, mode: str = "per_model") -> list[ModelScore]:
    """
    Scores many models in one call.

    `predictions`: float64, shape `[n, models]`, of any strides (Fortran order is the fastest); `target` and
    `meta_model`: float64, shape `[n]`. `mode`: "per_model" gives a model that cannot be scored a reason, "strict"
    raises, "compat" does as numerai-tools.
    """

def settle_pot(pot: SupportsIndex, scores: SupportsGetItem[int, SupportsFloat | SupportsIndex], stakes: SupportsGetItem[int, SupportsIndex], clip: SupportsFloat | SupportsIndex, threshold: SupportsIndex | None, share: str) -> Settlement:
    """
    Settles a pot in integers: scores (rounded to 1e-9) to rates, positive rates are paid, negative ones burn their
    part of the stake.

    `stakes`, `pot` and `threshold`: ints in the smallest unit. `clip`: bound of the rate as a part of the stake,
    0..=1. `threshold`: stake in total above which rates shrink. `share`: "whole_pot" or "at_most_rate".
    """

def verify_bundle(bundle: bytes) -> Verdict:
    """
    Verifies a bundle offline: form, digest, and each receipt's signature, links and evidence.

    Raises the first fault found; its `check` is "format", "digest", "signature", "link" or "evidence".
    """

def verify_order(transaction_receipt: str, service: Service, user: str, profile: str, allow_asserted: bool, now: SupportsIndex) -> OrderVerdict:
    """
    Checks that a transaction receipt (JSON of eth_getTransactionReceipt) shows a paid, unexpired order of this
    service by this user.

    `profile`: "strict" or "compat" (as the original contracts take it). `allow_asserted`: whether "strict" takes the
    word of whoever hands over the transaction receipt. `now`: seconds since 1970.
    """

def verify_signature(digest: bytes, signature: bytes, signer: str) -> None:
    """
    Returns when the 32 bytes were signed by the key of `signer`, raises SignatureError otherwise.
    """

def version() -> str:
    """
    The version of the library.
    """
