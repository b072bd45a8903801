//! Numerai's scores. Source: numerai/numerai-tools 0.7.2, `numerai_tools/{scoring,signals,submissions}.py`.

mod align;
mod churn;
mod correlation;
mod models;
mod neutral;
mod normalize;
mod portfolio;
mod rank;
mod score;
mod submission;
mod summary;
mod top_bottom;

pub use align::{Alignment, Frame, Ids, MAX_FILTERED_RATIO};
pub use churn::{
    Disqualification, RoundLimits, Signal, SignalsEra, churn, max_churn_and_turnover, mean_neutral_churn,
    neutral_churn_penalty, turnover,
};
pub use correlation::{
    PairwiseCorrelation, max_feature_correlation, pairwise_correlation, pearson_correlation,
    spearman_correlation, tie_broken_rank_correlation,
};
pub use models::MetricScore;
pub(crate) use models::same_length;
pub(crate) use neutral::Explained;
pub use neutral::{
    FeatureExposure, feature_exposures, feature_neutral_corr, neutral_churn, neutral_contribution,
    neutral_correlation, neutralize,
};
pub use normalize::{
    Normalization, OneHot, normalize, one_hot_encode, one_hot_encode_text, orthogonalize, stake_weight,
};
pub use portfolio::{alpha, meta_portfolio_contribution, neutralized_weights};
pub(crate) use rank::Ranker;
pub use rank::{RankMethod, gaussian, power, rank, tie_kept_rank};
pub(crate) use score::{CorrTarget, MmcTarget, as_error, reason_of};
pub use score::{Mode, ModelScore, Reason, correlation_contribution, meta_model, numerai_corr, score};
pub use submission::{
    CleanOptions, CleanSubmission, MIN_TICKERS, Submission, SubmissionColumns, Tournament, ValidSubmission,
    clean_submission, validate_submission,
};
pub use summary::{
    REPUTATION_DAYS, SEASON_ROUNDS, SeasonRound, SeasonScore, Summary, account_score, reputation,
    season_score, sharpe_ratio, summarize,
};
pub use top_bottom::{CorrOptions, TopBottom, correlation_contribution_with, numerai_corr_with};
