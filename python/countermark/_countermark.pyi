from _typeshed import Incomplete, SupportsGetItem
from numpy.typing import ArrayLike
from typing import SupportsFloat, SupportsIndex, final

__all__ = ["CancelToken", "ChurnAndTurnover", "CleanSubmission", "Contributions", "DirectionMetrics", "ErrorCode", "FeatureCorrelation", "FeedAccuracy", "Limits", "MetricScore", "ModelScore", "OneHot", "OrderVerdict", "PairwiseCorrelation", "Prepared", "ReceiptVerdict", "RoundSettlement", "RunOutcome", "ScoreSummary", "SeasonScore", "SecretKey", "Service", "Settlement", "SettlementRow", "SignalsEra", "Slot", "SlotValues", "TournamentPayouts", "ValidSubmission", "Verdict", "_gaussian_columns", "_neutralize_columns", "_power_columns", "_rank_columns", "_worker_main", "account_score", "align", "alpha", "churn", "clean_submission", "correlation", "correlation_contribution", "correlation_contribution_with", "direction_metrics", "eip191_digest", "ensemble_contribution", "error_codes", "feed_accuracy", "gaussian", "max_churn_and_turnover", "max_feature_correlation", "mean_neutral_churn", "meta_portfolio_contribution", "neutral_churn_penalty", "neutralized_weights", "normalize", "numerai_corr", "numerai_corr_with", "one_hot_encode", "orthogonalize", "pairwise_correlation", "power", "predictoor_profit", "prepare_agent", "prepare_order", "rank", "recover_address", "regression_errors", "reputation", "round_disqualification", "run_algorithm", "running_metrics", "score_models", "season_score", "settle_pot", "settle_round", "stake_weight", "summarize", "tournament_payouts", "trader_profit", "turnover", "validate_submission", "verify_bundle", "verify_order", "verify_signature", "version"]

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
class ChurnAndTurnover:
    """
    How much a submission differs from earlier ones.
    """
    def __repr__(self, /) -> str: ...
    @property
    def churn(self, /) -> float:
        """
        The largest churn, 0..=2.
        """
    @property
    def turnover(self, /) -> float:
        """
        The largest turnover.
        """

@final
class CleanSubmission:
    """
    A submission on its universe.
    """
    def __repr__(self, /) -> str: ...
    @property
    def ids(self, /) -> list[str]:
        """
        Ids, ascending, each once.
        """
    @property
    def values(self, /) -> list[float]:
        """
        Their predictions; NaN where the submission has none, unless filled.
        """

@final
class Contributions:
    """
    What each model adds.
    """
    def __repr__(self, /) -> str: ...
    @property
    def standard_errors(self, /) -> list[float]:
        """
        Standard error of each value; 0 where the method is exact.
        """
    @property
    def values(self, /) -> list[float]:
        """
        One value per model; NaN for a model that cannot be ranked.
        """

@final
class DirectionMetrics:
    """
    How well probabilities foresaw up and down.
    """
    @property
    def accuracy(self, /) -> float:
        """
        Part of the rows foreseen: above 0.5 is up, exactly 0.5 is down.
        """
    @property
    def accuracy_lower(self, /) -> float:
        """
        Lower end of the accuracy's 95 % interval, by the normal approximation.
        """
    @property
    def accuracy_upper(self, /) -> float:
        """
        Upper end of that interval.
        """
    @property
    def f1(self, /) -> float:
        """
        Harmonic mean of precision and recall; 0 when both are.
        """
    @property
    def log_loss(self, /) -> float:
        """
        Mean log loss; 3 while only one of up and down has happened.
        """
    @property
    def precision(self, /) -> float:
        """
        Part of the rows foreseen up that went up; 0 when none was.
        """
    @property
    def recall(self, /) -> float:
        """
        Part of the rows that went up that were foreseen; 0 when none did.
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
class FeatureCorrelation:
    """
    The feature that resembles a model most.
    """
    def __repr__(self, /) -> str: ...
    @property
    def feature(self, /) -> int:
        """
        The feature's number.
        """
    @property
    def value(self, /) -> float:
        """
        The absolute correlation, 0..=1.
        """

@final
class FeedAccuracy:
    """
    What the accuracy service says of a feed.
    """
    @property
    def correct(self, /) -> int:
        """
        Slots the stakes foresaw.
        """
    @property
    def evaluated(self, /) -> int:
        """
        Slots with stakes and a true value that are not cancelled.
        """
    @property
    def percent(self, /) -> float:
        """
        `correct / evaluated` in percent; 0 when nothing is evaluated.
        """
    @property
    def staked_today(self, /) -> float:
        """
        Stakes of slots that start in the day.
        """
    @property
    def staked_yesterday(self, /) -> float:
        """
        Stakes of slots that start in the 24 hours before the day.
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
class MetricScore:
    """
    One metric of one model.
    """
    def __repr__(self, /) -> str: ...
    @property
    def reason(self, /) -> str | None:
        """
        Why there is no score, as an error code; None where there is one.
        """
    @property
    def value(self, /) -> float:
        """
        The score; NaN where there is a reason.
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
class OneHot:
    """
    A column of categories, coded.
    """
    def __repr__(self, /) -> str: ...
    @property
    def categories(self, /) -> list[float]:
        """
        The distinct values, ascending; a NaN is the last.
        """
    @property
    def codes(self, /) -> list[int]:
        """
        For each row the number of its category.
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
class PairwiseCorrelation:
    """
    How much a model resembles the others of its round.
    """
    def __repr__(self, /) -> str: ...
    @property
    def max(self, /) -> float:
        """
        The largest correlation with another model (MCWNM).
        """
    @property
    def mean(self, /) -> float:
        """
        The mean correlation with the other models (APCWNM).
        """
    @property
    def nearest(self, /) -> int | None:
        """
        The model that the largest correlation is with.
        """
    @property
    def reason(self, /) -> str | None:
        """
        Why there is no correlation, as an error code; None where there is one.
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
class RoundSettlement:
    """
    What came of a slot, in the smallest unit of its token: `sum + revenue == sum(payouts) + slashed + left`.
    """
    @property
    def left(self, /) -> int:
        """
        What nobody gets: the rest of the divisions, or revenue without a winner.
        """
    @property
    def payouts(self, /) -> list[int]:
        """
        One payout for each prediction, in the order given.
        """
    @property
    def slashed(self, /) -> int:
        """
        All stakes, when every one of them was wrong: to the fee collector.
        """
    @property
    def status(self, /) -> str:
        """
        "paying" or "canceled".
        """
    @property
    def sum(self, /) -> int:
        """
        All stakes.
        """
    @property
    def sum_up(self, /) -> int:
        """
        Stakes on up.
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
class ScoreSummary:
    """
    Statistics of a model's scores, one per era.
    """
    def __repr__(self, /) -> str: ...
    @property
    def autocorrelation(self, /) -> float:
        """
        Correlation of each score with the one before, -1..=1.
        """
    @property
    def eras(self, /) -> int:
        """
        Eras with a score.
        """
    @property
    def max_drawdown(self, /) -> float:
        """
        The deepest fall of the cumulative sum below its highest value so far, 0 or more.
        """
    @property
    def mean(self, /) -> float:
        """
        Mean score.
        """
    @property
    def missing(self, /) -> int:
        """
        Eras without (NaN), which count nowhere.
        """
    @property
    def sd(self, /) -> float:
        """
        Population standard deviation.
        """
    @property
    def sharpe(self, /) -> float:
        """
        `mean / sd`.
        """

@final
class SeasonScore:
    """
    A season.
    """
    def __repr__(self, /) -> str: ...
    @property
    def is_qualified(self, /) -> bool:
        """
        Whether there are at least 20 of them.
        """
    @property
    def qualified_rounds(self, /) -> int:
        """
        Rounds with a score and at least 1 NMR at risk.
        """
    @property
    def score(self, /) -> float:
        """
        The mean over all rounds; a round without a score or a stake counts as 0.
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
class SignalsEra:
    """
    A submission to Numerai Signals with the universe of its era.

    `submission_ids`, `submission`: tickers and predictions, 0..=1. `universe`: all tickers, each once; `neutralizers`:
    float64, shape `[universe, f]`; `sample_weights`: one per ticker of the universe.
    """
    def __new__(cls, /, submission_ids: SupportsGetItem[int, str], submission: SupportsGetItem[int, SupportsFloat | SupportsIndex], universe: SupportsGetItem[int, str], neutralizers: ArrayLike, sample_weights: SupportsGetItem[int, SupportsFloat | SupportsIndex]) -> SignalsEra: ...
    def __repr__(self, /) -> str: ...
    @property
    def neutralizers(self, /) -> list[list[float]]:
        """
        Neutralizing columns, one list per ticker of the universe.
        """
    @property
    def sample_weights(self, /) -> list[float]:
        """
        Sampling weights, one per ticker of the universe.
        """
    @property
    def submission(self, /) -> list[float]:
        """
        Predictions of the submission.
        """
    @property
    def submission_ids(self, /) -> list[str]:
        """
        Tickers of the submission.
        """
    @property
    def universe(self, /) -> list[str]:
        """
        All tickers.
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
class TournamentPayouts:
    """
    The payouts of a round: stakes after it add up to the stakes before, plus `paid`, less `burned`.
    """
    def __repr__(self, /) -> str: ...
    @property
    def at_risk(self, /) -> int:
        """
        Stake at risk that the payout factor was taken from.
        """
    @property
    def burned(self, /) -> int:
        """
        Sum of what is burned.
        """
    @property
    def paid(self, /) -> int:
        """
        Sum of what is paid.
        """
    @property
    def rows(self, /) -> list[SettlementRow]:
        """
        One row per model, in order.
        """

@final
class ValidSubmission:
    """
    What is kept of a submission.
    """
    def __repr__(self, /) -> str: ...
    @property
    def date_column(self, /) -> str | None:
        """
        Name of the column of dates, where there is one.
        """
    @property
    def id_column(self, /) -> str:
        """
        Name of the column of ids.
        """
    @property
    def invalid_ids(self, /) -> list[str]:
        """
        Ids that are not live.
        """
    @property
    def prediction_column(self, /) -> str:
        """
        Name of the column of predictions.
        """
    @property
    def rows(self, /) -> list[int]:
        """
        Rows whose ids are live, in order of the ids.
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

def _gaussian_columns(matrix: ArrayLike) -> Incomplete:
    """
    Standard normal quantiles of each column of a matrix, shape `[n, k]`; the result has shape `[k, n]`.
    """

def _neutralize_columns(matrix: ArrayLike, neutralizers: ArrayLike, proportion: SupportsFloat | SupportsIndex) -> Incomplete:
    """
    Each column of a matrix, shape `[n, k]`, less `proportion` of its least-squares fit by the neutralizers, shape
    `[n, f]`, and a constant; the result has shape `[k, n]`.
    """

def _power_columns(matrix: ArrayLike, p: SupportsFloat | SupportsIndex) -> Incomplete:
    """
    `sign(x) |x|^p` of each column of a matrix, shape `[n, k]`; the result has shape `[k, n]`.
    """

def _rank_columns(matrix: ArrayLike, method: str) -> Incomplete:
    """
    Ranks of each column of a matrix, shape `[n, k]`; the result has shape `[k, n]`.
    """

def _worker_main() -> bool:
    """
    The whole life of a worker process, on its standard input and output; true when it answered.
    """

def account_score(scores: ArrayLike, stakes: SupportsGetItem[int, SupportsFloat | SupportsIndex]) -> float:
    """
    An account's score in one round: the mean of its models' scores, weighted by their stakes (any unit).
    """

def align(ids: SupportsGetItem[int, SupportsGetItem[int, str]], values: SupportsGetItem[int, ArrayLike | None], max_filtered_ratio: SupportsFloat | SupportsIndex = 0.2) -> list[list[int]]:
    """
    The rows of several tables whose ids all of them have, one list of row numbers per table, in order of the ids:
    numerai-tools' `filter_sort_index` and `filter_sort_index_many`.

    `ids`: one list of texts per table. `values`: for each table its columns, float64, shape `[n, k]`, or None; a row
    with a NaN is left out. `max_filtered_ratio`: the largest share of rows that may be left out of any table.
    """

def alpha(predictions: ArrayLike, neutralizers: ArrayLike, sample_weights: ArrayLike, target: ArrayLike, mode: str = "per_model") -> list[MetricScore]:
    """
    Alpha of many models: the mean over rows of neutralised weight times centred target (Numerai Signals).

    `predictions`: float64, shape `[n, models]`; `neutralizers`: shape `[n, f]`; `sample_weights` and `target`: shape
    `[n]`.
    """

def churn(first_ids: SupportsGetItem[int, str], first: ArrayLike, second_ids: SupportsGetItem[int, str], second: ArrayLike, top_bottom: SupportsIndex | None = None) -> float:
    """
    Churn of two signals: 1 - Spearman's correlation over their common ids, 0..=2; with `top_bottom` 1 minus the mean
    overlap of their tails, 0..=1.
    """

def clean_submission(universe: SupportsGetItem[int, str | None], ids: SupportsGetItem[int, str | None], values: SupportsGetItem[int, SupportsFloat | SupportsIndex], remap: SupportsGetItem[int, str | None] | None = None, rank_and_fill: bool = True) -> CleanSubmission:
    """
    Brings a submission into the form in which it is scored: every id of the universe once and in order.

    `remap`: for each id of the universe the id to give out in its place. `rank_and_fill`: predictions become ranks and
    gaps 0.5.
    """

def correlation(target: ArrayLike, predictions: ArrayLike, method: str = "pearson", top_bottom: SupportsIndex | None = None) -> float:
    """
    The correlation of two columns, -1..=1; NaN when either is constant.

    `target` and `predictions`: float64, shape `[n]`, without NaN. `method`: "pearson", "spearman" or
    "tie_broken_rank". `top_bottom`, with "pearson": only so many of the lowest and of the highest predictions.
    """

def correlation_contribution(predictions: ArrayLike, meta_model: ArrayLike, target: ArrayLike) -> float:
    """
    Contribution of one model to the meta model (MMC).

    All three: float64, shape `[n]`, of any strides. NaN or infinite values are refused.
    """

def correlation_contribution_with(predictions: ArrayLike, meta_model: ArrayLike, target: ArrayLike, top_bottom: SupportsIndex | None = None, mode: str = "per_model") -> list[MetricScore]:
    """
    Contribution of many models to the meta model (MMC, BMC), on all rows or on each model's tails.

    `predictions`: float64, shape `[n, models]`; `meta_model` and `target`: shape `[n]`. `top_bottom`: only so many of
    the lowest and highest orthogonalised predictions.
    """

def direction_metrics(truth: SupportsGetItem[int, bool], prob_up: ArrayLike) -> DirectionMetrics:
    """
    Metrics over all rows. `truth`: whether each row went up; `prob_up`: float64, shape `[n]`, 0..=1.
    """

def eip191_digest(message: bytes) -> bytes:
    """
    What a wallet hashes for a personal message (EIP-191), 32 bytes.
    """

def ensemble_contribution(predictions: ArrayLike, target: ArrayLike, weights: SupportsGetItem[int, SupportsFloat | SupportsIndex] | None = None, method: str = "shapley", permutations: SupportsIndex | None = None, seed: bytes | None = None) -> Contributions:
    """
    The contribution of each model to an ensemble's correlation with the target.

    `predictions`: float64, shape `[n, models]`; `target`: shape `[n]`; `weights`: one per model, 0 or more. `method`:
    "shapley" (exact, 16 models at most), "leave_one_out", or "sampled_shapley" with `permutations` and a `seed` of 32
    bytes.
    """

def error_codes() -> list[ErrorCode]:
    """
    All codes an exception can carry.
    """

def feed_accuracy(starts: SupportsGetItem[int, SupportsIndex], staked_up: SupportsGetItem[int, SupportsFloat | SupportsIndex], staked: SupportsGetItem[int, SupportsFloat | SupportsIndex], truth: SupportsGetItem[int, bool | None], canceled: SupportsGetItem[int, bool], day: SupportsIndex) -> FeedAccuracy:
    """
    Accuracy of a feed over slots: more than half of the stakes on up foresees up.

    `starts`: seconds; `staked_up`, `staked`: float64, shape `[slots]`, in tokens; `truth`: True, False or None for each
    slot; `canceled`: True for slots that count for nothing but their stakes. `day`: when the present day began.
    """

def gaussian(values: ArrayLike) -> list[float]:
    """
    The standard normal quantile of each value, meant for ranks in (0, 1). `values`: float64, shape `[n]`.
    """

def max_churn_and_turnover(current: SignalsEra, previous: SupportsGetItem[int, SignalsEra]) -> ChurnAndTurnover:
    """
    The largest churn and the largest turnover against earlier submissions, each cleaned on the universe of its own era;
    one with too few tickers in common is passed over, and both are 1 when none is left.
    """

def max_feature_correlation(predictions: ArrayLike, features: ArrayLike, top_bottom: SupportsIndex | None = None) -> FeatureCorrelation:
    """
    The feature with the largest absolute Pearson correlation with the predictions. `predictions`: shape `[n]`;
    `features`: shape `[n, f]`.
    """

def mean_neutral_churn(churns: SupportsGetItem[int, SupportsFloat | SupportsIndex | None]) -> float:
    """
    The mean neutral churn against earlier submissions (the tournament takes the last five); None or NaN is one that
    cannot be compared, and 1 the answer when none can.
    """

def meta_portfolio_contribution(predictions: ArrayLike, stakes: SupportsGetItem[int, SupportsFloat | SupportsIndex], neutralizers: ArrayLike, sample_weights: ArrayLike, target: ArrayLike, mode: str = "per_model") -> list[MetricScore]:
    """
    Contribution of many models to the meta portfolio (MPC, Numerai Signals). `stakes`: one per model; the arrays as in
    `alpha`.
    """

def neutral_churn_penalty(neutral_churn: SupportsFloat | SupportsIndex, threshold: SupportsFloat | SupportsIndex = 0.1, scale: SupportsFloat | SupportsIndex = 10.0) -> float:
    """
    The share of a positive payout that is left at a neutral churn of 0..=2.
    """

def neutralized_weights(predictions: ArrayLike, neutralizers: ArrayLike, sample_weights: ArrayLike, center_and_normalize: bool = False, mode: str = "per_model") -> list[list[float]]:
    """
    The neutralised portfolio of each model, one list per model; NaN for a model that cannot be ranked.

    `predictions`: float64, shape `[n, models]`; `neutralizers`: shape `[n, f]`; `sample_weights`: shape `[n]`.
    """

def normalize(values: ArrayLike, how: str) -> list[float]:
    """
    Scales a column; NaN stays NaN and counts nowhere.

    `values`: float64, shape `[n]`. `how`: "center", "variance" (over the population sd), "standard", "min_max" or
    "weight" (over the sum of absolute values).
    """

def numerai_corr(predictions: ArrayLike, target: ArrayLike) -> float:
    """
    Numerai's correlation of one model with the target, -1..=1.

    `predictions` and `target`: float64, shape `[n]`, of any strides. NaN or infinite values are refused.
    """

def numerai_corr_with(predictions: ArrayLike, target: ArrayLike, top_bottom: SupportsIndex | None = None, target_pow15: bool = True, mode: str = "per_model") -> list[MetricScore]:
    """
    Numerai's correlation of many models, with the library's options. With a meta model for a target and
    `target_pow15=False` it is the correlation with the meta model (CWMM).

    `predictions`: float64, shape `[n, models]`; `target`: shape `[n]`. `top_bottom`: only so many of each model's
    lowest and highest predictions. `mode`: "per_model", "strict" or "compat".
    """

def one_hot_encode(values: ArrayLike) -> OneHot:
    """
    The distinct values of a column, and which of them each row has: column k of the one-hot encoding is `codes == k`.
    """

def orthogonalize(columns: ArrayLike, by: ArrayLike) -> list[list[float]]:
    """
    What is left of each column after its projection on `by`, one list per column. `columns`: shape `[n, k]`; `by`:
    shape `[n]`. Nothing is centred.
    """

def pairwise_correlation(predictions: ArrayLike, mode: str = "per_model") -> list[PairwiseCorrelation]:
    """
    Pearson's correlation of each model with every other. `predictions`: float64, shape `[n, models]`.
    """

def power(values: ArrayLike, p: SupportsFloat | SupportsIndex) -> list[float]:
    """
    `sign(x) * |x| ** p` of each value; refused where the result correlates less than 0.9 with the values.

    `values`: float64, shape `[n]`, finite.
    """

def predictoor_profit(prob_up: ArrayLike, truth: SupportsGetItem[int, bool], stake: SupportsFloat | SupportsIndex, others_stake: SupportsFloat | SupportsIndex, others_accuracy: SupportsFloat | SupportsIndex, revenue: SupportsFloat | SupportsIndex) -> list[float]:
    """
    What a predictoor earns slot by slot, in tokens: it stakes `stake * p` on up and `stake * (1 - p)` on down, and the
    right side gets its part of all stakes and the revenue.

    `prob_up`: float64, shape `[n]`, 0..=1; `truth`: whether each slot went up. `others_accuracy`: the part of
    `others_stake` that is right, 0..=1.
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

def rank(values: ArrayLike, method: str = "average") -> list[float]:
    """
    Ranks in (0, 1), `(r - 0.5) / n`; NaN stays NaN.

    `values`: float64, shape `[n]`. `method`, for equal values: "average" (tie-kept), "first" (tie-broken), "min",
    "max" or "dense".
    """

def recover_address(digest: bytes, signature: bytes) -> str:
    """
    The address whose key signed the 32 bytes.
    """

def regression_errors(price: ArrayLike, next_price: ArrayLike, forecast: ArrayLike, form: str) -> list[float]:
    """
    Signed errors of a regression model: the next price less the one foretold. All arrays: float64, shape `[n]`.
    `form`: "price" when the model foretells the next price, "relative_change" when it foretells a part of the present
    one.
    """

def reputation(days: SupportsGetItem[int, SupportsIndex], scores: ArrayLike, today: SupportsIndex) -> float:
    """
    A model's reputation: the mean of its scores in the 365 days up to `today`. `days`: the day of each score, counted
    from any fixed day.
    """

def round_disqualification(churn: SupportsFloat | SupportsIndex | None, turnover: SupportsFloat | SupportsIndex | None) -> str | None:
    """
    Why a round of Numerai Signals is not staked: "no_prior_submission", "churn" (0.15 or more), "turnover" (0.25 or
    more), or None. Both None: there was no submission in the week before.
    """

def run_algorithm(module: bytes, columns: SupportsGetItem[int, str], values: ArrayLike, slots: SupportsGetItem[int, Slot], limits: Limits | None, seed: bytes, isolation: str, worker: SupportsGetItem[int, str] | None, cancel: CancelToken | None) -> RunOutcome:
    """
    Runs a WebAssembly module next to a table and passes its outputs through the gate.

    `columns`: names; `values`: float64, shape `[rows, columns]`. `limits`: None = the default bounds. `seed`: 32 bytes,
    the only randomness the module gets. `isolation`: "process" starts `worker` (program and arguments),
    "in_process" does not. Ctrl-C stops the run.
    """

def running_metrics(truth: SupportsGetItem[int, bool], prob_up: ArrayLike) -> list[DirectionMetrics]:
    """
    Metrics after each row, over the rows up to it. Inputs as for `direction_metrics`.
    """

def score_models(predictions: ArrayLike, target: ArrayLike, meta_model: ArrayLike | None = None, mode: str = "per_model") -> list[ModelScore]:
    """
    Scores many models in one call.

    `predictions`: float64, shape `[n, models]`, of any strides (Fortran order is the fastest); `target` and
    `meta_model`: float64, shape `[n]`. `mode`: "per_model" gives a model that cannot be scored a reason, "strict"
    raises, "compat" does as numerai-tools.
    """

def season_score(scores: SupportsGetItem[int, SupportsFloat | SupportsIndex], stakes: SupportsGetItem[int, SupportsIndex]) -> SeasonScore:
    """
    The score of a season. `scores`: one per round, NaN where there is none; `stakes`: ints, in wei.
    """

def settle_pot(pot: SupportsIndex, scores: SupportsGetItem[int, SupportsFloat | SupportsIndex], stakes: SupportsGetItem[int, SupportsIndex], clip: SupportsFloat | SupportsIndex, threshold: SupportsIndex | None, share: str) -> Settlement:
    """
    Settles a pot in integers: scores (rounded to 1e-9) to rates, positive rates are paid, negative ones burn their
    part of the stake.

    `stakes`, `pot` and `threshold`: ints in the smallest unit. `clip`: bound of the rate as a part of the stake,
    0..=1. `threshold`: stake in total above which rates shrink. `share`: "whole_pot" or "at_most_rate".
    """

def settle_round(up: SupportsGetItem[int, bool], stakes: SupportsGetItem[int, SupportsIndex], revenue: SupportsIndex, truth: bool | None) -> RoundSettlement:
    """
    Settles a slot of a Predictoor feed as its contract does: a winner gets
    `floor(stake * (all stakes + revenue) / stakes of the winners)`.

    `up` and `stakes`: one entry for each prediction; ints in the smallest unit. `revenue`: what subscriptions brought.
    `truth`: what happened; None for a slot that is cancelled.
    """

def stake_weight(predictions: ArrayLike, stakes: SupportsGetItem[int, SupportsFloat | SupportsIndex]) -> list[float]:
    """
    The stake-weighted meta model, one value per row. `predictions`: shape `[n, models]`; `stakes`: one per model.
    """

def summarize(scores: ArrayLike) -> ScoreSummary:
    """
    Summarises a model's scores by era. `scores`: float64, shape `[eras]`; NaN where there is none.
    """

def tournament_payouts(tournament: str, multipliers: SupportsGetItem[int, SupportsFloat | SupportsIndex], metrics: SupportsGetItem[int, SupportsGetItem[int, SupportsFloat | SupportsIndex] | None], stakes: SupportsGetItem[int, SupportsIndex], retained: SupportsGetItem[int, SupportsFloat | SupportsIndex] | None = None, at_risk: SupportsIndex | None = None, round_day: str | None = None) -> TournamentPayouts:
    """
    Payouts of a round of one of Numerai's tournaments, in integers.

    `tournament`: "numerai" (multipliers of correlation and MMC), "crypto" (multiplier of MMC), or "signals" (no
    multipliers, but `round_day`, "YYYY-MM-DD": the rule changed on 2025-09-02). `metrics`: for each model a value per
    multiplier, or None without a valid submission. `stakes` and `at_risk`: ints, in wei. `retained`: the part of a
    positive payout that is kept, for each model.
    """

def trader_profit(prob_up: ArrayLike, close: ArrayLike, high: ArrayLike, low: ArrayLike, amount: SupportsFloat | SupportsIndex, fee: SupportsFloat | SupportsIndex, take_profit: SupportsFloat | SupportsIndex, stop_loss: SupportsFloat | SupportsIndex, confidence_threshold: SupportsFloat | SupportsIndex) -> list[float]:
    """
    What a trader earns row by row, in the currency of the prices, with one position at a time.

    All arrays: float64, shape `[n]`; prices above 0. `amount`: put into a position, times 1 + confidence. `fee`,
    `take_profit`, `stop_loss`: parts of the price. Positions are opened and kept only above `confidence_threshold`:
    `2 (p - 0.5)` for long, `2 (0.5 - p)` for short.
    """

def turnover(first_ids: SupportsGetItem[int, str], first: ArrayLike, second_ids: SupportsGetItem[int, str], second: ArrayLike) -> float:
    """
    Turnover of two portfolios: half the sum of the absolute differences of their weights over the common ids.
    """

def validate_submission(tournament: str, live_ids: SupportsGetItem[int, str | None], headers: SupportsGetItem[int, str], ids: SupportsGetItem[int, str | None], values: SupportsGetItem[int, SupportsFloat | SupportsIndex], require_date: bool = False) -> ValidSubmission:
    """
    Checks headers, ids and values of a submission; a fault's code is the prefix of numerai-tools' message:
    invalid_submission_headers, invalid_submission_ids, invalid_submission_values.

    `tournament`: "numerai", "signals" or "crypto". `ids`: None where a cell is empty; `values`: NaN where one is.
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
