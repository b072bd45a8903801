from _typeshed import Incomplete, SupportsGetItem, SupportsLenAndGetItem
from numpy.typing import ArrayLike
from typing import Any, SupportsFloat, SupportsIndex, final

__all__ = ["Aggregation", "BrierDecomposition", "CampaignRow", "CampaignSettlement", "CampaignTerms", "CancelToken", "ChurnAndTurnover", "CleanSubmission", "Contributions", "DieboldMariano", "DirectionMetrics", "EraData", "EraReportModel", "EraReportVerdict", "EraScores", "ErrorCode", "FeatureCache", "FeatureCorrelation", "FeatureExposure", "FeedAccuracy", "Limits", "MetricScore", "ModelScore", "OneHot", "OrderVerdict", "PairwiseCorrelation", "Prepared", "ReceiptVerdict", "ReliabilityBin", "RoundSettlement", "RunOutcome", "ScoreSummary", "SeasonScore", "SecretKey", "Service", "Settlement", "SettlementRow", "SignalsEra", "Slot", "SlotValues", "TournamentPayouts", "ValidSubmission", "Verdict", "YumaEpoch", "YumaNetwork", "YumaParameters", "_gaussian_columns", "_neutralize_columns", "_power_columns", "_rank_columns", "_worker_main", "account_score", "align", "alpha", "bayesian_truth_serum", "binary_log_score", "brier_decomposition", "brier_score", "categorical_log_score", "churn", "clean_submission", "cohen_kappa", "correlated_agreement", "correlation", "correlation_contribution", "correlation_contribution_with", "crps", "crps_ensemble", "crps_quantile", "dawid_skene", "determinant_mutual_information", "diebold_mariano", "direction_metrics", "eip191_digest", "energy_score", "ensemble_contribution", "ensemble_prediction", "ensemble_weights", "error_codes", "expected_calibration_error", "feature_exposures", "feature_neutral_corr", "feed_accuracy", "fleiss_kappa", "gaussian", "glad", "interval_score", "krippendorff_alpha", "log_score", "majority_vote", "max_churn_and_turnover", "max_feature_correlation", "mean_neutral_churn", "meta_portfolio_contribution", "murphy_diagram", "neutral_churn_penalty", "neutral_contribution", "neutral_correlation", "neutralize", "neutralized_weights", "normalize", "numerai_corr", "numerai_corr_with", "one_coin_dawid_skene", "one_hot_encode", "orthogonalize", "output_agreement", "owcrps_ensemble", "pairwise_correlation", "peer_truth_serum", "pit", "pit_ensemble", "pit_histogram", "power", "predictoor_profit", "prepare_agent", "prepare_era_report", "prepare_order", "quantile_score", "rank", "ranked_log_score", "recover_address", "regression_errors", "reliability_diagram", "replay_era_report", "reputation", "robust_bayesian_truth_serum", "round_disqualification", "rps_score", "run_algorithm", "running_metrics", "score_eras", "score_models", "scott_pi", "season_score", "settle_campaign", "settle_pot", "settle_round", "spherical_score", "stake_weight", "summarize", "surrogate_scores", "tournament_payouts", "trader_profit", "turnover", "twcrps_ensemble", "validate_submission", "variogram_score", "verify_bundle", "verify_era_report", "verify_order", "verify_signature", "version", "vrcrps_ensemble", "wawa", "weighted_interval_score", "yuma_epoch", "yuma_max_upscale", "zero_based_skill"]

@final
class Aggregation:
    """
    What a method says of tasks and workers.
    """
    @property
    def easiness(self, /) -> Incomplete:
        """
        GLAD: log easiness of each task.
        """
    @property
    def errors(self, /) -> Incomplete:
        """
        Dawid-Skene: probability of an answer given the true label, row-major `[workers, answer, true label]`.
        """
    @property
    def labels(self, /) -> Incomplete:
        """
        The label of each task, uint32, shape `[tasks]`.
        """
    @property
    def loss_history(self, /) -> list[float]:
        """
        The objective after each step.
        """
    @property
    def priors(self, /) -> Incomplete:
        """
        Share of each label, shape `[labels]`; empty for votes and GLAD.
        """
    @property
    def probabilities(self, /) -> Incomplete:
        """
        Probability of each label, shape `[tasks, labels]`.
        """
    @property
    def skills(self, /) -> Incomplete:
        """
        Skill (or ability) of each worker, shape `[workers]`; empty for Dawid-Skene.
        """

@final
class BrierDecomposition:
    """
    The parts of a mean Brier score: `reliability - resolution + uncertainty`.
    """
    @property
    def reliability(self, /) -> float:
        """
        How far forecasts are from what happened when they were made.
        """
    @property
    def resolution(self, /) -> float:
        """
        How far what happened differs from the average where forecasts differ.
        """
    @property
    def uncertainty(self, /) -> float:
        """
        The score of always forecasting the average.
        """

@final
class CampaignRow:
    """
    What came of a participant.
    """
    def __repr__(self, /) -> str: ...
    @property
    def agreed(self, /) -> int:
        """
        Reviews that agree with what came of the item.
        """
    @property
    def approved(self, /) -> int:
        """
        Items approved.
        """
    @property
    def cut(self, /) -> int:
        """
        Cut from the collateral.
        """
    @property
    def duplicates(self, /) -> int:
        """
        Items that were submitted before.
        """
    @property
    def earned(self, /) -> int:
        """
        What items and reviews earn by the terms.
        """
    @property
    def paid(self, /) -> int:
        """
        Paid out of the pot: `earned`, or its part of a pot that is too small.
        """
    @property
    def rejected(self, /) -> int:
        """
        Items rejected.
        """
    @property
    def reviews(self, /) -> int:
        """
        Reviews of decided items.
        """
    @property
    def tier(self, /) -> int | None:
        """
        Index of the reward tier; None for a rate below the first, or nothing decided.
        """

@final
class CampaignSettlement:
    """
    A settled campaign.
    """
    @property
    def cuts(self, /) -> int:
        """
        Sum of what was cut.
        """
    @property
    def items(self, /) -> list[str]:
        """
        What came of each item: "approved", "rejected", "undecided" or "duplicate".
        """
    @property
    def paid(self, /) -> int:
        """
        Sum of what was paid.
        """
    @property
    def remainder(self, /) -> int:
        """
        What is left of the pot and what was cut: the architect's.
        """
    @property
    def rows(self, /) -> list[CampaignRow]:
        """
        One row for each participant.
        """

@final
class CampaignTerms:
    """
    The architect's terms. Rates are parts of one, to the nearest 1e-9.
    """
    def __new__(cls, /, *, pot: SupportsIndex, quorum: SupportsIndex, approval: SupportsFloat | SupportsIndex, tiers: SupportsGetItem[int, tuple[SupportsFloat | SupportsIndex, SupportsIndex]], review_reward: SupportsIndex, builder_cut: tuple[SupportsFloat | SupportsIndex, SupportsFloat | SupportsIndex] = ..., validator_cut: tuple[SupportsFloat | SupportsIndex, SupportsFloat | SupportsIndex] = ...) -> CampaignTerms: ...
    @property
    def approval(self, /) -> float:
        """
        Part of its reviews that must approve an item, above 0, up to 1.
        """
    @property
    def builder_cut(self, /) -> tuple[float, float]:
        """
        `(below, part)`: the part of the collateral that an approval rate below this costs a builder; 0 cuts nobody.
        """
    @property
    def pot(self, /) -> int:
        """
        The architect's budget.
        """
    @property
    def quorum(self, /) -> int:
        """
        Reviews an item needs before it is approved or rejected, 1 or more.
        """
    @property
    def review_reward(self, /) -> int:
        """
        Reward of a review that agrees with what came of the item.
        """
    @property
    def tiers(self, /) -> list[tuple[float, int]]:
        """
        `(from, reward)` by rising approval rate and not falling reward; a rate below the first earns nothing.
        """
    @property
    def validator_cut(self, /) -> tuple[float, float]:
        """
        The same for the share of a validator's reviews that agree.
        """

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
class DieboldMariano:
    """
    The test of Diebold and Mariano.
    """
    @property
    def mean_difference(self, /) -> float:
        """
        Mean of the first scores less the second: below 0 where the first forecaster is better.
        """
    @property
    def p_value(self, /) -> float:
        """
        Probability of a statistic as large in size if both were equally good.
        """
    @property
    def statistic(self, /) -> float:
        """
        The corrected statistic.
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
class EraData:
    """
    What is scored: one row per scored item, in any order of eras. Arrays are not copied.

    `predictions`: shape `[n, models]`; `target`, `meta_model`, `benchmark`: `[n]`; `features`: `[n, features]`, float64,
    float32 or int8; `eras`: n ints or strs; `ids`: n strs, for churn.
    """
    def __new__(cls, /, predictions: Any, target: Any, eras: SupportsGetItem[int, SupportsIndex] | SupportsGetItem[int, str] | None = None, ids: SupportsGetItem[int, str] | None = None, meta_model: Any | None = None, benchmark: Any | None = None, features: Any | None = None) -> EraData: ...

@final
class EraReportModel:
    """
    What an era report states of one model.
    """
    @property
    def burned(self, /) -> int:
        """
        What is taken from its stake.
        """
    @property
    def name(self, /) -> str:
        """
        Its name.
        """
    @property
    def payout(self, /) -> int:
        """
        What it is paid.
        """
    @property
    def score(self, /) -> float:
        """
        What it was settled on.
        """
    @property
    def stake(self, /) -> int:
        """
        What was staked on it.
        """

@final
class EraReportVerdict:
    """
    An era report that was checked.
    """
    @property
    def eras(self, /) -> list[str]:
        """
        Names of the eras.
        """
    @property
    def issuer(self, /) -> str:
        """
        Who signed it.
        """
    @property
    def models(self, /) -> list[EraReportModel]:
        """
        The models.
        """
    @property
    def paid(self, /) -> int:
        """
        Sum of the payouts.
        """
    @property
    def remainder(self, /) -> int:
        """
        `pot + burned - paid`.
        """
    @property
    def round(self, /) -> str:
        """
        Name of the round.
        """

@final
class EraScores:
    """
    Scores by era, model and metric.
    """
    def __repr__(self, /) -> str: ...
    @property
    def eras(self, /) -> list[str]:
        """
        Names of the eras, in order.
        """
    def error(self, /, era: SupportsIndex) -> str | None:
        """
        Why nobody has a score in an era, as text.
        """
    @property
    def metrics(self, /) -> list[str]:
        """
        Names of the metrics.
        """
    @property
    def models(self, /) -> int:
        """
        Number of models.
        """
    def reason(self, /, era: SupportsIndex, model: SupportsIndex) -> str | None:
        """
        Why a model has no score in an era, as an error code; None where it has one.
        """
    @property
    def scores(self, /) -> Incomplete:
        """
        All scores, float64, shape `[eras, models, metrics]`; NaN where there is none.
        """
    def settle(self, /, multipliers: SupportsGetItem[int, SupportsFloat | SupportsIndex], stakes: SupportsGetItem[int, SupportsIndex], pot: SupportsIndex, clip: SupportsFloat | SupportsIndex = 0.05, threshold: SupportsIndex | None = None, share: str = "at_most_rate") -> Settlement:
        """
        Settles a pot on the mean scores, in integers. `multipliers`: one float per metric; `stakes`, `pot`, `threshold`:
        ints in the smallest unit.
        """
    def summary(self, /, model: SupportsIndex, metric: SupportsIndex) -> ScoreSummary:
        """
        Mean, standard deviation, Sharpe ratio, drawdown and autocorrelation over the eras.
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
class FeatureCache:
    """
    Factored features by content: the same features again are not factored again. Keeps at most `mebibytes`.
    """
    def __new__(cls, /, mebibytes: SupportsIndex = 256) -> FeatureCache: ...
    @property
    def bytes(self, /) -> int:
        """
        Bytes kept.
        """
    @property
    def hits(self, /) -> int:
        """
        How often a call found its features here.
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
class FeatureExposure:
    """
    How much a model leans on single features.
    """
    @property
    def feature(self, /) -> int | None:
        """
        Its feature, the first of equals.
        """
    @property
    def max(self, /) -> float:
        """
        The largest absolute correlation with a feature; NaN where there is a reason.
        """
    @property
    def reason(self, /) -> str | None:
        """
        Why there is none, as an error code.
        """
    @property
    def rms(self, /) -> float:
        """
        Root mean square of the correlations.
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
class ReliabilityBin:
    """
    A bin of a reliability diagram.
    """
    @property
    def count(self, /) -> int:
        """
        Forecasts in it.
        """
    @property
    def forecast(self, /) -> float:
        """
        Their mean.
        """
    @property
    def lower(self, /) -> float:
        """
        Lower end of the 90 % consistency band; NaN without resamples.
        """
    @property
    def observed(self, /) -> float:
        """
        Share of the events that happened.
        """
    @property
    def upper(self, /) -> float:
        """
        Upper end of the band.
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

@final
class YumaEpoch:
    """
    What an epoch gives, with one entry for each uid. Floats are multiples of 2^-32, exact.
    """
    @property
    def active(self, /) -> list[bool]:
        """
        Whether the uid's weights are recent.
        """
    @property
    def bonds(self, /) -> list[list[tuple[int, int]]]:
        """
        Bonds for the next epoch, `(uid, value)`, 0..=65535.
        """
    @property
    def consensus(self, /) -> list[float]:
        """
        The weight that a majority of stake supports.
        """
    @property
    def dividends(self, /) -> list[float]:
        """
        Part that validators get for their bonds.
        """
    @property
    def emission(self, /) -> list[int]:
        """
        Emission for both, in rao; rounded by itself.
        """
    @property
    def incentive(self, /) -> list[float]:
        """
        Part that miners get for their rank.
        """
    @property
    def server_emission(self, /) -> list[int]:
        """
        Emission for rank, in rao.
        """
    @property
    def stake(self, /) -> list[float]:
        """
        Part of all stake.
        """
    @property
    def validator_emission(self, /) -> list[int]:
        """
        Emission for bonds, in rao.
        """
    @property
    def validator_permit(self, /) -> list[bool]:
        """
        Whether the uid may validate in the next epoch.
        """
    @property
    def validator_trust(self, /) -> list[float]:
        """
        What is left of a validator's weights after clipping.
        """

@final
class YumaNetwork:
    """
    A subnet's state before an epoch. Lists have one entry for each uid, at most 65535; rows of `weights` and `bonds` are
    `(uid, value)` in the order stored, values 0..=65535.
    """
    def __new__(cls, /, *, block: SupportsIndex, tempo: SupportsIndex, alpha_stake: SupportsGetItem[int, SupportsIndex], tao_stake: SupportsGetItem[int, SupportsIndex], validator_permit: SupportsGetItem[int, bool], last_update: SupportsGetItem[int, SupportsIndex], registered: SupportsGetItem[int, SupportsIndex], weights: SupportsGetItem[int, SupportsGetItem[int, tuple[SupportsIndex, SupportsIndex]]], bonds: SupportsGetItem[int, SupportsGetItem[int, tuple[SupportsIndex, SupportsIndex]]], last_epoch: SupportsIndex | None = None, owner: SupportsIndex | None = None, commits: SupportsGetItem[int, SupportsIndex | None] | None = None) -> YumaNetwork: ...
    @property
    def alpha_stake(self, /) -> list[int]:
        """
        Alpha staked, in rao.
        """
    @property
    def block(self, /) -> int:
        """
        The present block.
        """
    @property
    def bonds(self, /) -> list[list[tuple[int, int]]]:
        """
        Bonds as the last epoch left them.
        """
    @property
    def commits(self, /) -> list[int | None] | None:
        """
        With commit-reveal, the block of each uid's earliest live commit, or None; None without commit-reveal.
        """
    @property
    def last_epoch(self, /) -> int | None:
        """
        Block of the last epoch; None before the first.
        """
    @property
    def last_update(self, /) -> list[int]:
        """
        Block of the uid's last weights.
        """
    @property
    def owner(self, /) -> int | None:
        """
        The uid of the subnet's owner.
        """
    @property
    def registered(self, /) -> list[int]:
        """
        Block of the uid's registration.
        """
    @property
    def tao_stake(self, /) -> list[int]:
        """
        TAO staked, in rao.
        """
    @property
    def tempo(self, /) -> int:
        """
        Blocks between epochs.
        """
    @property
    def validator_permit(self, /) -> list[bool]:
        """
        Whether the uid may validate now.
        """
    @property
    def weights(self, /) -> list[list[tuple[int, int]]]:
        """
        Weights as submitted; a uid that the subnet has not is passed over.
        """

@final
class YumaParameters:
    """
    Parameters of a subnet; each one's default is the chain's.
    """
    def __new__(cls, /, *, activity_cutoff: SupportsIndex = 5000, stake_threshold: SupportsIndex = 0, tao_weight: SupportsIndex = 3320413933267719290, max_validators: SupportsIndex = 128, kappa: SupportsIndex = 32767, bonds_penalty: SupportsIndex = 65535, bonds_moving_average: SupportsIndex = 900000, yuma3: bool = False, liquid_alpha: bool = False, alpha_low: SupportsIndex = 45875, alpha_high: SupportsIndex = 58982, alpha_steepness: SupportsIndex = 1000) -> YumaParameters: ...
    @property
    def activity_cutoff(self, /) -> int:
        """
        Blocks after which a uid without new weights is inactive.
        """
    @property
    def alpha_high(self, /) -> int:
        """
        Greatest part of a new bond with liquid alpha, of 65535 parts.
        """
    @property
    def alpha_low(self, /) -> int:
        """
        Least part of a new bond with liquid alpha, of 65535 parts.
        """
    @property
    def alpha_steepness(self, /) -> int:
        """
        Slope of liquid alpha, in hundredths.
        """
    @property
    def bonds_moving_average(self, /) -> int:
        """
        Part of old bonds that an epoch keeps, in parts per million.
        """
    @property
    def bonds_penalty(self, /) -> int:
        """
        How far bonds follow clipped weights rather than submitted ones, of 65535 parts.
        """
    @property
    def kappa(self, /) -> int:
        """
        The majority of stake that makes a consensus, of 65535 parts.
        """
    @property
    def liquid_alpha(self, /) -> bool:
        """
        With Yuma3, every bond has its own moving average.
        """
    @property
    def max_validators(self, /) -> int:
        """
        How many uids may validate.
        """
    @property
    def stake_threshold(self, /) -> int:
        """
        Least stake that counts, in rao.
        """
    @property
    def tao_weight(self, /) -> int:
        """
        What a rao of TAO counts for beside one of alpha, of 2^64 - 1 parts.
        """
    @property
    def yuma3(self, /) -> bool:
        """
        Yuma3: bonds move towards the weights themselves.
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

def bayesian_truth_serum(answers: Incomplete, forecasts: ArrayLike, alpha: SupportsFloat | SupportsIndex = 1.0) -> Incomplete:
    """
    Bayesian truth serum: a score for each person. `answers`: codes; `forecasts`: the share of each label that the
    person expects, shape `[people, labels]`, above 0, each row adding up to 1.
    """

def binary_log_score(events: SupportsGetItem[int, bool], p: ArrayLike) -> Incomplete:
    """
    The log score of forecasts of events, `-ln` of the probability of what happened.
    """

def brier_decomposition(events: SupportsGetItem[int, bool], p: ArrayLike, bins: SupportsIndex | None = None) -> BrierDecomposition:
    """
    Decomposes the mean Brier score by the distinct forecasts, or by `bins` equal bins.
    """

def brier_score(events: SupportsGetItem[int, bool], p: ArrayLike) -> Incomplete:
    """
    The Brier score of forecasts of events, `(p - o)^2`.
    """

def categorical_log_score(categories: SupportsGetItem[int, SupportsIndex], p: ArrayLike) -> Incomplete:
    """
    The log score of forecasts of categories; `p` has shape `[n, categories]`.
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

def cohen_kappa(a: Incomplete, b: Incomplete, labels: SupportsIndex, weights: str | None = None) -> float:
    """
    Cohen's kappa of two people's labels, codes below `labels`; `weights`: None, "linear" or "quadratic". NaN where both
    use one label only.
    """

def correlated_agreement(a: Incomplete, b: Incomplete, labels: SupportsIndex) -> Incomplete:
    """
    Correlated agreement of two people's labels of three or more items: a payment for each item.
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

def crps(family: str, observations: ArrayLike, parameters: SupportsGetItem[int, ArrayLike]) -> Incomplete:
    """
    The CRPS of observations under distributions of one family.

    `family`: "normal", "logistic", "laplace" (mean, scale), "t" (df, location, scale), "gamma" (shape, rate), "lognormal"
    (mean and sd of the log), "exponential" (rate), "uniform" (min, max), "beta" (a, b), "poisson" (mean), "negbinom" (n,
    prob), "binomial" (n, prob), "mixnorm" (means, then sds, then weights). `parameters`: one array each, of one number
    for all observations or one for each.
    """

def crps_ensemble(observations: ArrayLike, forecasts: ArrayLike, estimator: str = "pwm", weights: ArrayLike | None = None) -> Incomplete:
    """
    The continuous ranked probability score (CRPS) of ensembles.

    `observations`: shape `[n]`; `forecasts` and `weights`: shape `[n, members]`, C order is the fastest. `estimator`:
    "nrg", "fair", "pwm", "qd", "akr", "akr_circperm" or "int". Lower is better.
    """

def crps_quantile(observations: ArrayLike, quantiles: ArrayLike, alpha: ArrayLike) -> Incomplete:
    """
    The CRPS from quantiles: `quantiles` has shape `[n, k]`, `alpha` their levels, shape `[k]`.
    """

def dawid_skene(tasks: Incomplete, workers: Incomplete, labels: Incomplete, iterations: SupportsIndex = 100, tolerance: SupportsFloat | SupportsIndex = 1e-5, gold: SupportsGetItem[int, tuple[SupportsIndex, SupportsIndex]] | None = None, initial_errors: ArrayLike | None = None, initial_error_strategy: str | None = None, cancel: CancelToken | None = None) -> Aggregation:
    """
    Dawid and Skene's model: a confusion matrix for each worker, by expectation maximisation.

    `gold`: pairs of task and known label. `initial_errors`: float64, shape `[workers, answer, true label]`, used as
    `initial_error_strategy` says: "assign" or "addition". `cancel` stops it.
    """

def determinant_mutual_information(a: Incomplete, b: Incomplete, labels: SupportsIndex, split: SupportsIndex) -> int:
    """
    Determinant-based mutual information: the product of two exact determinants, of the items before `split` and of the
    rest.
    """

def diebold_mariano(first: ArrayLike, second: ArrayLike, horizon: SupportsIndex = 1) -> DieboldMariano:
    """
    Tests whether two forecasters are equally good, from their scores of the same events, `horizon` steps ahead.
    """

def direction_metrics(truth: SupportsGetItem[int, bool], prob_up: ArrayLike) -> DirectionMetrics:
    """
    Metrics over all rows. `truth`: whether each row went up; `prob_up`: float64, shape `[n]`, 0..=1.
    """

def eip191_digest(message: bytes) -> bytes:
    """
    What a wallet hashes for a personal message (EIP-191), 32 bytes.
    """

def energy_score(observations: ArrayLike, forecasts: ArrayLike, fair: bool = False) -> Incomplete:
    """
    The energy score of ensembles of vectors. `observations`: shape `[n, d]`; `forecasts`: `[n, members, d]`.
    """

def ensemble_contribution(predictions: ArrayLike, target: ArrayLike, weights: SupportsGetItem[int, SupportsFloat | SupportsIndex] | None = None, method: str = "shapley", permutations: SupportsIndex | None = None, seed: bytes | None = None) -> Contributions:
    """
    The contribution of each model to an ensemble's correlation with the target.

    `predictions`: float64, shape `[n, models]`; `target`: shape `[n]`; `weights`: one per model, 0 or more. `method`:
    "shapley" (exact, 16 models at most), "leave_one_out", or "sampled_shapley" with `permutations` and a `seed` of 32
    bytes.
    """

def ensemble_prediction(predictions: ArrayLike, contributions: SupportsGetItem[int, SupportsFloat | SupportsIndex]) -> list[float]:
    """
    The weighted sum of the models' gaussianised tie-kept ranks, weights by contribution as `ensemble_weights` gives them: a
    model that weighs nothing is not looked at.

    `predictions`: float64, shape `[n, models]`; `contributions`: one per model.
    """

def ensemble_weights(contributions: SupportsGetItem[int, SupportsFloat | SupportsIndex]) -> list[float]:
    """
    Weights in proportion to contributions, whole units of 1e-9 that add up to 1; a model with a negative contribution or
    NaN weighs nothing.
    """

def error_codes() -> list[ErrorCode]:
    """
    All codes an exception can carry.
    """

def expected_calibration_error(events: SupportsGetItem[int, bool], p: ArrayLike, bins: SupportsIndex = 10) -> list[float]:
    """
    Expected and maximum calibration error over `bins` equal bins.
    """

def feature_exposures(predictions: ArrayLike, features: ArrayLike, mode: str = "per_model") -> list[FeatureExposure]:
    """
    The correlation of each model with the features: predictions count as they are, not their ranks.
    """

def feature_neutral_corr(predictions: ArrayLike, features: ArrayLike, target: ArrayLike, mode: str = "per_model", cache: FeatureCache | None = None) -> list[MetricScore]:
    """
    Feature-neutral correlation (FNC) of each model, -1..=1.

    `predictions`: shape `[n, models]`; `features`: shape `[n, features]`, float64, float32 or int8; `target`: `[n]`.
    `cache` keeps the factored features for the next call with the same values.
    """

def feed_accuracy(starts: SupportsGetItem[int, SupportsIndex], staked_up: SupportsGetItem[int, SupportsFloat | SupportsIndex], staked: SupportsGetItem[int, SupportsFloat | SupportsIndex], truth: SupportsGetItem[int, bool | None], canceled: SupportsGetItem[int, bool], day: SupportsIndex) -> FeedAccuracy:
    """
    Accuracy of a feed over slots: more than half of the stakes on up foresees up.

    `starts`: seconds; `staked_up`, `staked`: float64, shape `[slots]`, in tokens; `truth`: True, False or None for each
    slot; `canceled`: True for slots that count for nothing but their stakes. `day`: when the present day began.
    """

def fleiss_kappa(table: Incomplete) -> float:
    """
    Fleiss' kappa. `table`: how many people gave item i category j, uint32, shape `[items, categories]`.
    """

def gaussian(values: ArrayLike) -> list[float]:
    """
    The standard normal quantile of each value, meant for ranks in (0, 1). `values`: float64, shape `[n]`.
    """

def glad(tasks: Incomplete, workers: Incomplete, labels: Incomplete, iterations: SupportsIndex = 100, tolerance: SupportsFloat | SupportsIndex = 1e-5, priors: SupportsGetItem[int, SupportsFloat | SupportsIndex] | None = None, cancel: CancelToken | None = None, ability_means: SupportsGetItem[int, SupportsFloat | SupportsIndex] | None = None, easiness_means: SupportsGetItem[int, SupportsFloat | SupportsIndex] | None = None, gradient_steps: SupportsIndex = 25, gradient_tolerance: SupportsFloat | SupportsIndex = 1e-2) -> Aggregation:
    """
    GLAD: workers differ in ability, tasks in difficulty.

    `priors`: share of each label, equal where None. `ability_means`, one per worker, and `easiness_means`, one per task:
    means of the normal priors of variance 1, 1 where None. A maximisation takes at most `gradient_steps` conjugate
    gradient steps and ends once no element of the gradient exceeds `gradient_tolerance`.
    """

def interval_score(observations: ArrayLike, lower: ArrayLike, upper: ArrayLike, alpha: SupportsFloat | SupportsIndex) -> Incomplete:
    """
    The interval score of central intervals of coverage `1 - alpha`.
    """

def krippendorff_alpha(ratings: ArrayLike, level: str = "interval") -> float:
    """
    Krippendorff's alpha. `ratings`: float64, shape `[people, units]`, NaN where missing; `level`: "nominal", "ordinal",
    "interval" or "ratio".
    """

def log_score(family: str, observations: ArrayLike, parameters: SupportsGetItem[int, ArrayLike]) -> Incomplete:
    """
    The log score of observations, `-ln` of their density or probability; families as `crps`.
    """

def majority_vote(tasks: Incomplete, workers: Incomplete, labels: Incomplete, skills: ArrayLike | None = None, on_missing_skill: str = "error", default_skill: SupportsFloat | SupportsIndex | None = None) -> Aggregation:
    """
    The label most workers gave, each vote weighing 1 or the worker's skill.

    `tasks`, `workers`, `labels`: uint32 codes from 0, shape `[n]`. `skills`: float64, shape `[workers]`, NaN where unknown;
    `on_missing_skill`: "error", "ignore", or "value", which takes `default_skill`.
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

def murphy_diagram(observations: ArrayLike, forecasts: ArrayLike, thresholds: ArrayLike) -> Incomplete:
    """
    The elementary scores of forecasts of a mean at each threshold.
    """

def neutral_churn_penalty(neutral_churn: SupportsFloat | SupportsIndex, threshold: SupportsFloat | SupportsIndex = 0.1, scale: SupportsFloat | SupportsIndex = 10.0) -> float:
    """
    The share of a positive payout that is left at a neutral churn of 0..=2.
    """

def neutral_contribution(predictions: ArrayLike, meta_model: ArrayLike, features: ArrayLike, target: ArrayLike, top_bottom: SupportsIndex | None = None, mode: str = "per_model") -> list[MetricScore]:
    """
    Contribution to the meta model once both are neutralised to the features.
    """

def neutral_correlation(predictions: ArrayLike, features: ArrayLike, target: ArrayLike, top_bottom: SupportsIndex | None = None, mode: str = "per_model") -> list[MetricScore]:
    """
    Correlation with the target of gaussianised ranks neutralised to the features, -1..=1; nothing is ranked again.
    """

def neutralize(predictions: ArrayLike, features: ArrayLike, proportion: SupportsFloat | SupportsIndex = 1.0, mode: str = "per_model") -> Incomplete:
    """
    Each model less `proportion` times its least squares fit by the features and a constant.

    `predictions`: shape `[n, models]`; `features`: shape `[n, features]`, float64, float32 or int8. The result has shape
    `[models, n]`; a model without a residual is NaN.
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

def one_coin_dawid_skene(tasks: Incomplete, workers: Incomplete, labels: Incomplete, iterations: SupportsIndex = 100, tolerance: SupportsFloat | SupportsIndex = 1e-5, cancel: CancelToken | None = None) -> Aggregation:
    """
    The one-coin model: each worker is right with one probability, by expectation maximisation.
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

def output_agreement(answers: Incomplete, peers: Incomplete, labels: SupportsIndex) -> Incomplete:
    """
    Output agreement: 1 for each item where the peer gave the same label, else 0.
    """

def owcrps_ensemble(observations: ArrayLike, forecasts: ArrayLike, lower: SupportsFloat | SupportsIndex, upper: SupportsFloat | SupportsIndex, weights: ArrayLike | None = None) -> Incomplete:
    """
    The outcome-weighted CRPS: members and observations count where they lie in `lower..=upper`.
    """

def pairwise_correlation(predictions: ArrayLike, mode: str = "per_model") -> list[PairwiseCorrelation]:
    """
    Pearson's correlation of each model with every other. `predictions`: float64, shape `[n, models]`.
    """

def peer_truth_serum(answers: Incomplete, peers: Incomplete, labels: SupportsIndex, shares: ArrayLike | None = None) -> Incomplete:
    """
    Peer truth serum: `1 / share - 1` for each item where the peer gave the same label, else -1. `shares`: the public
    share of each label, above 0; None takes those of both together.
    """

def pit(family: str, observations: ArrayLike, parameters: SupportsGetItem[int, ArrayLike]) -> Incomplete:
    """
    The distribution function at the observations (probability integral transform); families as `crps`.
    """

def pit_ensemble(observations: ArrayLike, forecasts: ArrayLike, seed: bytes | None = None) -> Incomplete:
    """
    The rank of each observation in its ensemble, as a number in 0..=1; `seed`: 32 bytes, breaks ties.
    """

def pit_histogram(pit: ArrayLike, bins: SupportsIndex = 10) -> list[int]:
    """
    How many probability integral transforms lie in each of `bins` equal bins.
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

def prepare_era_report(issuer: str, issued_at: SupportsIndex, card: str, round: str, data: EraData, metrics: SupportsGetItem[int, str], names: SupportsGetItem[int, str], multipliers: SupportsGetItem[int, SupportsFloat | SupportsIndex], stakes: SupportsGetItem[int, SupportsIndex], pot: SupportsIndex, clip: SupportsFloat | SupportsIndex = 0.05, threshold: SupportsIndex | None = None, share: str = "at_most_rate") -> Prepared:
    """
    Scores, settles and states it all as an era report, to be signed by the issuer: a receipt that commits to every input.

    `card`: id (hex) of the issuer's own card; `names`: one per model; `multipliers`: one float per metric; `stakes`, `pot`,
    `threshold`: ints in the smallest unit.
    """

def prepare_order(issuer: str, issued_at: SupportsIndex, card: str, service: Service, algorithm: bytes, transaction_receipt: str) -> Prepared:
    """
    A consumer's order, to be signed by the consumer: `card` is the id (hex) of the issuer's own card, `algorithm` the
    32-byte hash of the module to run, `transaction_receipt` the JSON of eth_getTransactionReceipt.
    """

def quantile_score(observations: ArrayLike, quantiles: ArrayLike, alpha: SupportsFloat | SupportsIndex) -> Incomplete:
    """
    The quantile (pinball) score of forecasts of the quantile at level `alpha`, in (0, 1).
    """

def rank(values: ArrayLike, method: str = "average") -> list[float]:
    """
    Ranks in (0, 1), `(r - 0.5) / n`; NaN stays NaN.

    `values`: float64, shape `[n]`. `method`, for equal values: "average" (tie-kept), "first" (tie-broken), "min",
    "max" or "dense".
    """

def ranked_log_score(categories: SupportsGetItem[int, SupportsIndex], p: ArrayLike) -> Incomplete:
    """
    The ranked log score of forecasts of ordered categories; `p` has shape `[n, categories]`.
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

def reliability_diagram(events: SupportsGetItem[int, bool], p: ArrayLike, bins: SupportsIndex = 10, resamples: SupportsIndex = 1000, seed: bytes | None = None) -> list[ReliabilityBin]:
    """
    Forecast probabilities against observed shares in `bins` equal bins, with consistency bands from `resamples` draws.

    `seed`: 32 bytes; the same bands everywhere.
    """

def replay_era_report(receipt: bytes, data: EraData) -> None:
    """
    Recomputes an era report from its inputs: they must be those it commits to, and every score must come out the same.
    """

def reputation(days: SupportsGetItem[int, SupportsIndex], scores: ArrayLike, today: SupportsIndex) -> float:
    """
    A model's reputation: the mean of its scores in the 365 days up to `today`. `days`: the day of each score, counted
    from any fixed day.
    """

def robust_bayesian_truth_serum(answers: SupportsGetItem[int, bool], forecasts: ArrayLike) -> Incomplete:
    """
    Robust Bayesian truth serum for yes or no and three people or more. `forecasts`: the share of yes that each expects,
    0..=1.
    """

def round_disqualification(churn: SupportsFloat | SupportsIndex | None, turnover: SupportsFloat | SupportsIndex | None) -> str | None:
    """
    Why a round of Numerai Signals is not staked: "no_prior_submission", "churn" (0.15 or more), "turnover" (0.25 or
    more), or None. Both None: there was no submission in the week before.
    """

def rps_score(categories: SupportsGetItem[int, SupportsIndex], p: ArrayLike) -> Incomplete:
    """
    The ranked probability score of forecasts of ordered categories; `p` has shape `[n, categories]`.
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

def score_eras(data: EraData, metrics: SupportsGetItem[int, str], mode: str = "per_model", cache: FeatureCache | None = None, on_progress: Any | None = None, cancel: CancelToken | None = None) -> EraScores:
    """
    Scores every model in every era on every metric, on all cores.

    `metrics`: any of "corr", "mmc", "bmc", "cwmm", "fnc", "max_exposure", "exposure", "churn". `mode`: "per_model" gives a
    model that cannot be scored NaN and a reason, "strict" raises, "compat" does as numerai-tools within each era.
    `on_progress(done, total)` is called between eras; where it returns False, and where `cancel` is set, the call ends.
    """

def score_models(predictions: ArrayLike, target: ArrayLike, meta_model: ArrayLike | None = None, mode: str = "per_model") -> list[ModelScore]:
    """
    Scores many models in one call.

    `predictions`: float64, shape `[n, models]`, of any strides (Fortran order is the fastest); `target` and
    `meta_model`: float64, shape `[n]`. `mode`: "per_model" gives a model that cannot be scored a reason, "strict"
    raises, "compat" does as numerai-tools.
    """

def scott_pi(a: Incomplete, b: Incomplete, labels: SupportsIndex) -> float:
    """
    Scott's pi of two people's labels, codes below `labels`.
    """

def season_score(scores: SupportsGetItem[int, SupportsFloat | SupportsIndex], stakes: SupportsGetItem[int, SupportsIndex]) -> SeasonScore:
    """
    The score of a season. `scores`: one per round, NaN where there is none; `stakes`: ints, in wei.
    """

def settle_campaign(terms: CampaignTerms, collaterals: SupportsGetItem[int, SupportsIndex], items: SupportsGetItem[int, tuple[SupportsIndex, SupportsGetItem[int, SupportsIndex]]], reviews: SupportsGetItem[int, tuple[SupportsIndex, SupportsIndex, bool]]) -> CampaignSettlement:
    """
    Settles a labelling campaign in integers: builders submit items, validators review them, `pot + cuts == paid +
    remainder`.

    `collaterals`: what each participant staked, in the smallest unit, zero allowed; `items`: `(builder, content)` with 32 bytes of content, in order of time, a later one with the
    same content is a duplicate; `reviews`: `(item, validator, approve)`, the validator is not the item's builder and reviews it once. A pot too small is
    split in proportion, by largest remainder.
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

def spherical_score(categories: SupportsGetItem[int, SupportsIndex], p: ArrayLike) -> Incomplete:
    """
    The spherical score of forecasts of categories, -1..=0; `p` has shape `[n, categories]`.
    """

def stake_weight(predictions: ArrayLike, stakes: SupportsGetItem[int, SupportsFloat | SupportsIndex]) -> list[float]:
    """
    The stake-weighted meta model, one value per row. `predictions`: shape `[n, models]`; `stakes`: one per model.
    """

def summarize(scores: ArrayLike) -> ScoreSummary:
    """
    Summarises a model's scores by era. `scores`: float64, shape `[eras]`; NaN where there is none.
    """

def surrogate_scores(scores: Incomplete, labels: SupportsGetItem[int, bool], noise: SupportsLenAndGetItem[SupportsFloat | SupportsIndex]) -> Incomplete:
    """
    Surrogate scores from noisy labels. `scores`: the score of each forecast if no came true and if yes did, shape
    `[n, 2]`; `noise`: the rates of a no turned to yes and of a yes turned to no.
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

def twcrps_ensemble(observations: ArrayLike, forecasts: ArrayLike, lower: SupportsFloat | SupportsIndex, upper: SupportsFloat | SupportsIndex, estimator: str = "pwm", weights: ArrayLike | None = None) -> Incomplete:
    """
    The threshold-weighted CRPS: both sides clipped to `lower..=upper`.
    """

def validate_submission(tournament: str, live_ids: SupportsGetItem[int, str | None], headers: SupportsGetItem[int, str], ids: SupportsGetItem[int, str | None], values: SupportsGetItem[int, SupportsFloat | SupportsIndex], require_date: bool = False) -> ValidSubmission:
    """
    Checks headers, ids and values of a submission; a fault's code is the prefix of numerai-tools' message:
    invalid_submission_headers, invalid_submission_ids, invalid_submission_values.

    `tournament`: "numerai", "signals" or "crypto". `ids`: None where a cell is empty; `values`: NaN where one is.
    """

def variogram_score(observations: ArrayLike, forecasts: ArrayLike, p: SupportsFloat | SupportsIndex = 0.5, weights: ArrayLike | None = None) -> Incomplete:
    """
    The variogram score of order `p`. `observations`: shape `[n, d]`; `forecasts`: `[n, members, d]`; `weights`: `[d, d]`.
    """

def verify_bundle(bundle: bytes) -> Verdict:
    """
    Verifies a bundle offline: form, digest, and each receipt's signature, links and evidence.

    Raises the first fault found; its `check` is "format", "digest", "signature", "link" or "evidence".
    """

def verify_era_report(receipt: bytes) -> EraReportVerdict:
    """
    Checks an era report: the issuer signed it, and every amount follows from the scores it states.
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

def vrcrps_ensemble(observations: ArrayLike, forecasts: ArrayLike, lower: SupportsFloat | SupportsIndex, upper: SupportsFloat | SupportsIndex, weights: ArrayLike | None = None) -> Incomplete:
    """
    The vertically re-scaled CRPS with weight 1 in `lower..=upper` and 0 elsewhere.
    """

def wawa(tasks: Incomplete, workers: Incomplete, labels: Incomplete) -> Aggregation:
    """
    Worker agreement with aggregate: a majority vote, then one weighted by agreement with it.
    """

def weighted_interval_score(observations: ArrayLike, median: ArrayLike, lower: ArrayLike, upper: ArrayLike, alpha: ArrayLike) -> Incomplete:
    """
    The weighted interval score of a median and central intervals; `lower` and `upper` have shape `[n, k]`, `alpha` `[k]`.
    """

def yuma_epoch(network: YumaNetwork, parameters: YumaParameters, rao: SupportsIndex) -> YumaEpoch:
    """
    One epoch of Yuma consensus, as the chain computes it, to the last bit. `rao`: what the epoch emits.
    """

def yuma_max_upscale(weights: SupportsGetItem[int, SupportsIndex]) -> list[int]:
    """
    Weights scaled so that the greatest is 65535: what the chain stores of a submission. Zeros stay.
    """

def zero_based_skill(tasks: Incomplete, workers: Incomplete, labels: Incomplete, iterations: SupportsIndex = 100, rate: SupportsFloat | SupportsIndex = 1.0, steps_to_reduce: SupportsIndex = 20, reduce_factor: SupportsFloat | SupportsIndex = 0.5, margin: SupportsFloat | SupportsIndex = 1e-5, cancel: CancelToken | None = None) -> Aggregation:
    """
    A weighted vote whose weights follow each worker's agreement with the result, round by round.

    Skills start at `1 / labels + margin`; each round moves them by `rate` of the way to the agreement it found; after
    every `steps_to_reduce` rounds the rate is multiplied by `reduce_factor`.
    """
