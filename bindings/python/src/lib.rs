//! The Python skin: converts in, releases the GIL, calls the core, converts out.

mod arrow;
mod bundle;
mod campaign;
#[path = "../../shared/campaign.rs"]
mod campaign_parts;
mod compat;
mod convert;
#[path = "../../shared/era_report.rs"]
mod era_report;
mod eras;
mod keys;
mod labels;
mod numerai;
mod orders;
mod peers;
#[path = "../../shared/plain.rs"]
mod plain;
mod predictoor;
mod rules;
mod sandbox;
mod scoring;
#[path = "../../shared/subnet.rs"]
mod subnet;
mod wallet;
mod yuma;

use pyo3::prelude::*;

#[pymodule(gil_used = false)]
mod _countermark {
    #[pymodule_export]
    use crate::{
        bundle::{ReceiptVerdict, Verdict, verify_bundle},
        campaign::{CampaignRow, CampaignSettlement, CampaignTerms, settle_campaign},
        compat::{_gaussian_columns, _neutralize_columns, _power_columns, _rank_columns},
        convert::{ErrorCode, error_codes},
        eras::{
            EraData, EraReportModel, EraReportVerdict, EraScores, FeatureCache, FeatureExposure,
            feature_exposures, feature_neutral_corr, neutral_contribution, neutral_correlation, neutralize,
            prepare_era_report, replay_era_report, score_eras, verify_era_report,
        },
        keys::{SecretKey, eip191_digest, recover_address, verify_signature},
        labels::{
            Aggregation, dawid_skene, glad, majority_vote, one_coin_dawid_skene, wawa, zero_based_skill,
        },
        numerai::{
            ChurnAndTurnover, CleanSubmission, Contributions, FeatureCorrelation, MetricScore, OneHot,
            PairwiseCorrelation, ScoreSummary, SeasonScore, SignalsEra, TournamentPayouts, ValidSubmission,
            account_score, align, alpha, churn, clean_submission, correlation, correlation_contribution_with,
            ensemble_contribution, ensemble_prediction, ensemble_weights, gaussian, max_churn_and_turnover,
            max_feature_correlation, mean_neutral_churn, meta_portfolio_contribution, neutral_churn_penalty,
            neutralized_weights, normalize, numerai_corr_with, one_hot_encode, orthogonalize,
            pairwise_correlation, power, rank, reputation, round_disqualification, season_score,
            stake_weight, summarize, tournament_payouts, turnover, validate_submission,
        },
        orders::{OrderVerdict, Service, verify_order},
        peers::{
            bayesian_truth_serum, cohen_kappa, correlated_agreement, determinant_mutual_information,
            fleiss_kappa, krippendorff_alpha, output_agreement, peer_truth_serum,
            robust_bayesian_truth_serum, scott_pi, surrogate_scores,
        },
        predictoor::{
            DirectionMetrics, FeedAccuracy, RoundSettlement, direction_metrics, feed_accuracy,
            predictoor_profit, regression_errors, running_metrics, settle_round, trader_profit,
        },
        rules::{
            BrierDecomposition, DieboldMariano, ReliabilityBin, binary_log_score, brier_decomposition,
            brier_score, categorical_log_score, crps, crps_ensemble, crps_quantile, diebold_mariano,
            energy_score, expected_calibration_error, interval_score, log_score, murphy_diagram,
            owcrps_ensemble, pit, pit_ensemble, pit_histogram, quantile_score, ranked_log_score,
            reliability_diagram, rps_score, spherical_score, twcrps_ensemble, variogram_score,
            vrcrps_ensemble, weighted_interval_score,
        },
        sandbox::{_worker_main, CancelToken, Limits, RunOutcome, Slot, SlotValues, run_algorithm},
        scoring::{
            ModelScore, Settlement, SettlementRow, correlation_contribution, numerai_corr, score_models,
            settle_pot,
        },
        version,
        wallet::{Prepared, prepare_agent, prepare_order},
        yuma::{YumaEpoch, YumaNetwork, YumaParameters, yuma_epoch, yuma_max_upscale},
    };
}

/// The version of the library.
#[pyfunction]
fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}
