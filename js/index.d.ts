/** A code the library can throw is one of `errorCodes()`; `kind` is the family it belongs to. */
export declare class CountermarkError extends Error {
  constructor(message: string, code: string, kind: string, check?: string | null, retryable?: boolean)
  readonly name: 'CountermarkError'
  /** Stable snake_case code, the same in every language. */
  readonly code: string
  /** `invalid`, `shape`, `range`, `signature`, `proof`, `refused`, `expired`, `limit`, `conflict`, `cancelled`,
   * `unsupported`, `unavailable` or `internal`. */
  readonly kind: string
  /** The verification check that refused, where one did: `format`, `digest`, `signature`, `link`, `evidence`. */
  readonly check: string | null
  /** Whether the same call may succeed later. */
  readonly retryable: boolean
}

/** A viem account, or anything shaped like it. */
export interface TypedDataAccount {
  signTypedData(typedData: any): Promise<`0x${string}`>
}

/** An ethers Signer, or anything shaped like it. */
export interface TypedDataSigner {
  signTypedData(domain: any, types: any, value: any): Promise<string>
}

/** Has a wallet sign a prepared statement and gives the bytes of the receipt. */
export declare function signWith(
  prepared: Prepared,
  signer: TypedDataAccount | TypedDataSigner,
): Promise<Uint8Array>

export interface RunOptions {
  /** 32 bytes, the only randomness the module gets. */
  seed: Uint8Array
  /** Bounds of the run; absent for the default ones. */
  limits?: Limits | null
  /** `process` (the default) runs in a child process, `in_process` does not. */
  isolation?: 'process' | 'in_process'
  /** Program and arguments of the child process; absent for this package's own. */
  worker?: Array<string>
  /** Stops the run. */
  signal?: AbortSignal
  /** Stops the run too. */
  cancel?: CancelToken
}

/**
 * Runs a WebAssembly module next to a table and passes its outputs through the gate.
 *
 * `columns`: names; `values`: shape [rows, columns], row-major; `slots`: the declared outputs, nothing else can leave.
 */
export declare function runAlgorithm(
  module: Uint8Array,
  columns: Array<string>,
  values: Float64Array,
  slots: Array<Slot>,
  options: RunOptions,
): Promise<RunOutcome>

/** A flag that stops a run. */
export declare class CancelToken {
  /** A token nobody has cancelled yet. */
  constructor()
  /** Asks the call that holds this token to stop. */
  cancel(): void
  /** Whether `cancel` was called. */
  isCancelled(): boolean
}

/** What is scored: one row per scored item, in any order of eras. Arrays are copied once. */
export declare class EraData {
  /** `predictions`: shape `[n, models]`; `target`: shape `[n]`. */
  constructor(predictions: Float64Array, target: Float64Array, options?: EraOptions | undefined | null)
}

/** Scores by era, model and metric. */
export declare class EraScores {
  /** Names of the eras, in order. */
  get eras(): Array<string>
  /** Names of the metrics. */
  get metrics(): Array<string>
  /** Number of models. */
  get models(): number
  /** All scores, shape `[eras, models, metrics]`; NaN where there is none. */
  get scores(): Float64Array
  /** Why a model has no score in an era, as an error code; null where it has one. */
  reason(era: number, model: number): string | null
  /** Why nobody has a score in an era, as text. */
  error(era: number): string | null
  /** Mean, standard deviation, Sharpe ratio, drawdown and autocorrelation over the eras. */
  summary(model: number, metric: number): ScoreSummary
  /**
   * Settles a pot on the mean scores, in integers. `multipliers`: one per metric; `stakes`, `pot`, `threshold`: bigints
   * in the smallest unit; `clip`: 0.05 and `share`: "at_most_rate" unless given.
   */
  settle(multipliers: Array<number>, stakes: Array<bigint>, pot: bigint, clip?: number | undefined | null, threshold?: bigint | undefined | null, share?: 'whole_pot' | 'at_most_rate'): Settlement
}

/** Factored features by content: the same features again are not factored again. */
export declare class FeatureCache {
  /** Keeps at most `mebibytes` (256). */
  constructor(mebibytes?: number | undefined | null)
  /** How often a call found its features here. */
  get hits(): number
  /** Bytes kept. */
  get bytes(): number
}

/** A statement on its way through a wallet: what to sign, and what the signature is put to. */
export declare class Prepared {
  /** The id the receipt will have, as hex. */
  get id(): string
  /** The 32 bytes to sign, for a signer of plain hashes. */
  get digest(): Uint8Array
  /** The same as EIP-712 typed data in JSON, for a wallet. */
  get typedData(): string
  /** The address that has to sign. */
  get issuer(): string
  /** Puts the wallet's 65 signature bytes to the statement; gives the bytes of the receipt. */
  finish(signature: Uint8Array): Uint8Array
}

/** A secp256k1 secret key. It is never printed, compared or serialised. */
export declare class SecretKey {
  /** From the 32 bytes of the scalar, big-endian. */
  static fromBytes(bytes: Uint8Array): SecretKey
  /** Derives a key from 32 secret bytes. */
  static fromSeed(seed: Uint8Array): SecretKey
  /** The Ethereum address, with its EIP-55 checksum. */
  get address(): string
  /** The public key: 33 bytes, compressed SEC1 form. */
  get publicKey(): Uint8Array
  /** Signs 32 bytes as they are: r, s and v, 65 bytes. */
  signDigest(digest: Uint8Array): Uint8Array
  /** Signs bytes as a wallet signs a personal message (EIP-191): r, s and v, 65 bytes. */
  signMessage(message: Uint8Array): Uint8Array
}

/** An account's score in one round: the mean of its models' scores, weighted by their stakes (any unit). */
export declare function accountScore(scores: Float64Array, stakes: Float64Array): number

/** What a method says of tasks and workers. */
export interface Aggregation {
  /** The label of each task. */
  labels: Uint32Array
  /** Probability of each label, row-major, shape `[tasks, labels]`. */
  probabilities: Float64Array
  /** Skill (or ability) of each worker; empty for Dawid-Skene. */
  skills: Float64Array
  /** Share of each label; empty for votes and GLAD. */
  priors: Float64Array
  /** Dawid-Skene: probability of an answer given the true label, row-major `[workers, answer, true label]`. */
  errors: Float64Array
  /** GLAD: log easiness of each task. */
  easiness: Float64Array
  /** The objective after each step. */
  lossHistory: Array<number>
}

/**
 * The rows of several tables whose ids all of them have, one list of row numbers per table, in order of the ids:
 * numerai-tools' `filter_sort_index` and `filter_sort_index_many`.
 *
 * `values`: for each table its columns, shape `[n, k]`, or null; a row with a NaN is left out. `maxFilteredRatio`: the
 * largest share of rows that may be left out of any table, 0.2 by default.
 */
export declare function align(ids: Array<Array<string>>, values: Array<Float64Array | null | undefined>, maxFilteredRatio?: number | undefined | null): Array<Array<number>>

/**
 * Alpha of many models: the mean over rows of neutralised weight times centred target (Numerai Signals).
 *
 * `predictions`: shape `[n, models]`; `neutralizers`: shape `[n, f]`; `sampleWeights` and `target`: shape `[n]`.
 */
export declare function alpha(predictions: Float64Array, neutralizers: Float64Array, sampleWeights: Float64Array, target: Float64Array, mode?: 'strict' | 'per_model' | 'compat'): Promise<Array<MetricScore>>

/**
 * Bayesian truth serum: a score for each person. `answers`: codes; `forecasts`: the share of each label that the person
 * expects, shape `[people, labels]`, row-major, above 0, each row adding up to 1; `alpha`: 1 unless given.
 */
export declare function bayesianTruthSerum(answers: Uint32Array, forecasts: Float64Array, labels: number, alpha?: number | undefined | null): Float64Array

/** The log score of forecasts of events, `-ln` of the probability of what happened. */
export declare function binaryLogScore(events: Array<boolean>, p: Float64Array): Float64Array

/** Decomposes the mean Brier score by the distinct forecasts, or by `bins` equal bins. */
export declare function brierDecomposition(events: Array<boolean>, p: Float64Array, bins?: number | undefined | null): BrierDecomposition

/** The parts of a mean Brier score: `reliability - resolution + uncertainty`. */
export interface BrierDecomposition {
  /** How far forecasts are from what happened when they were made. */
  reliability: number
  /** How far what happened differs from the average where forecasts differ. */
  resolution: number
  /** The score of always forecasting the average. */
  uncertainty: number
}

/** The Brier score of forecasts of events, `(p - o)^2`. */
export declare function brierScore(events: Array<boolean>, p: Float64Array): Float64Array

/** An item as it was submitted. */
export interface CampaignItem {
  /** Who submitted it: an index of the collaterals. */
  builder: number
  /** Digest of its canonical form, 32 bytes. */
  content: Uint8Array
}

/** A validator's view of an item. */
export interface CampaignReview {
  /** Index of the item. */
  item: number
  /** Who reviewed it: an index of the collaterals. */
  validator: number
  /** Whether the validator approves. */
  approve: boolean
}

/** What came of a participant. */
export interface CampaignRow {
  /** Items approved. */
  approved: number
  /** Items rejected. */
  rejected: number
  /** Items that were submitted before. */
  duplicates: number
  /** Index of the reward tier; absent for a rate below the first, or nothing decided. */
  tier?: number
  /** Reviews of decided items. */
  reviews: number
  /** Reviews that agree with what came of the item. */
  agreed: number
  /** What items and reviews earn by the terms. */
  earned: bigint
  /** Paid out of the pot: `earned`, or its part of a pot that is too small. */
  paid: bigint
  /** Cut from the collateral. */
  cut: bigint
}

/** A settled campaign. */
export interface CampaignSettlement {
  /** One row for each participant. */
  rows: Array<CampaignRow>
  /** What came of each item: "approved", "rejected", "undecided" or "duplicate". */
  items: Array<string>
  /** Sum of what was paid. */
  paid: bigint
  /** Sum of what was cut. */
  cuts: bigint
  /** What is left of the pot and what was cut: the architect's. */
  remainder: bigint
}

/** The architect's terms. Rates are parts of one, to the nearest 1e-9. */
export interface CampaignTerms {
  /** The architect's budget. */
  pot: bigint
  /** Reviews an item needs before it is approved or rejected, 1 or more. */
  quorum: number
  /** Part of its reviews that must approve an item, above 0, up to 1. */
  approval: number
  /** Tiers by rising approval rate and not falling reward; a rate below the first earns nothing. */
  tiers: Array<RewardTier>
  /** Reward of a review that agrees with what came of the item. */
  reviewReward: bigint
  /** For a builder's approval rate. */
  builderCut: CollateralCut
  /** For the share of a validator's reviews that agree. */
  validatorCut: CollateralCut
}

/** The log score of forecasts of categories; `p` has shape `[n, categories]`. */
export declare function categoricalLogScore(categories: Uint32Array, p: Float64Array): Float64Array

/**
 * Churn of two signals: 1 - Spearman's correlation over their common ids, 0..=2; with `topBottom` 1 minus the mean
 * overlap of their tails, 0..=1.
 */
export declare function churn(firstIds: Array<string>, first: Float64Array, secondIds: Array<string>, second: Float64Array, topBottom?: number | undefined | null): number

/** How much a submission differs from earlier ones. */
export interface ChurnAndTurnover {
  /** The largest churn, 0..=2. */
  churn: number
  /** The largest turnover. */
  turnover: number
}

/**
 * Brings a submission into the form in which it is scored: every id of the universe once and in order.
 *
 * `remap`: for each id of the universe the id to give out in its place. `rankAndFill` (default true): predictions
 * become ranks and gaps 0.5.
 */
export declare function cleanSubmission(universe: Array<string | null | undefined>, ids: Array<string | null | undefined>, values: Float64Array, remap?: Array<string | null | undefined> | null | undefined, rankAndFill?: boolean | undefined | null): CleanSubmission

/** A submission on its universe. */
export interface CleanSubmission {
  /** Ids, ascending, each once. */
  ids: Array<string>
  /** Their predictions; NaN where the submission has none, unless filled. */
  values: Array<number>
}

/** Cohen's kappa of two people's labels, codes below `labels`. NaN where both use one label only. */
export declare function cohenKappa(a: Uint32Array, b: Uint32Array, labels: number, weights?: 'linear' | 'quadratic'): number

/** The part of the collateral that bad work costs. */
export interface CollateralCut {
  /** A rate below this is bad work, 0..=1; 0 cuts nobody. */
  below: number
  /** Part of the collateral that is cut, 0..=1. */
  part: number
}

/** What each model adds. */
export interface Contributions {
  /** One value per model; NaN for a model that cannot be ranked. */
  values: Array<number>
  /** Standard error of each value; 0 where the method is exact. */
  standardErrors: Array<number>
}

/** Correlated agreement of two people's labels of three or more items: a payment for each item. */
export declare function correlatedAgreement(a: Uint32Array, b: Uint32Array, labels: number): Float64Array

/**
 * The correlation of two columns without NaN, -1..=1; NaN when either is constant. `topBottom`, with "pearson": only
 * so many of the lowest and of the highest predictions.
 */
export declare function correlation(target: Float64Array, predictions: Float64Array, method?: 'pearson' | 'spearman' | 'tie_broken_rank', topBottom?: number | undefined | null): number

/** Contribution of one model to the meta model (MMC). NaN or infinite values are refused. */
export declare function correlationContribution(predictions: Float64Array, metaModel: Float64Array, target: Float64Array): number

/**
 * Contribution of many models to the meta model (MMC, BMC), on all rows or on each model's tails.
 *
 * `predictions`: shape `[n, models]`; `metaModel` and `target`: shape `[n]`. `topBottom`: only so many of the lowest
 * and highest orthogonalised predictions.
 */
export declare function correlationContributionWith(predictions: Float64Array, metaModel: Float64Array, target: Float64Array, topBottom?: number | undefined | null, mode?: 'strict' | 'per_model' | 'compat'): Promise<Array<MetricScore>>

/**
 * The CRPS of observations under distributions of one family.
 *
 * `family`: "normal", "logistic", "laplace" (mean, scale), "t" (df, location, scale), "gamma" (shape, rate), "lognormal"
 * (mean and sd of the log), "exponential" (rate), "uniform" (min, max), "beta" (a, b), "poisson" (mean), "negbinom" (n,
 * prob), "binomial" (n, prob), "mixnorm" (means, then sds, then weights). `parameters`: one array each, of one number
 * for all observations or one for each.
 */
export declare function crps(family: string, observations: Float64Array, parameters: Array<Float64Array>): Promise<Float64Array>

/**
 * The continuous ranked probability score (CRPS) of ensembles.
 *
 * `observations`: shape `[n]`; `forecasts` and `weights`: shape `[n, members]`. `estimator`: "pwm" unless given. Lower
 * is better.
 */
export declare function crpsEnsemble(observations: Float64Array, forecasts: Float64Array, estimator?: 'nrg' | 'fair' | 'pwm' | 'qd' | 'akr' | 'akr_circperm' | 'int', weights?: Float64Array | undefined | null): Promise<Float64Array>

/** The CRPS from quantiles: `quantiles` has shape `[n, k]`, `alpha` their levels, shape `[k]`. */
export declare function crpsQuantile(observations: Float64Array, quantiles: Float64Array, alpha: Float64Array): Float64Array

/**
 * Dawid and Skene's model: a confusion matrix for each worker. `gold`: task, known label, task, known label, and so on;
 * `initialErrors`: row-major `[workers, answer, true label]`, used as `initialErrorStrategy` says.
 */
export declare function dawidSkene(tasks: Uint32Array, workers: Uint32Array, labels: Uint32Array, iterations?: number | undefined | null, tolerance?: number | undefined | null, gold?: Uint32Array | undefined | null, initialErrors?: Float64Array | undefined | null, initialErrorStrategy?: 'assign' | 'addition'): Promise<Aggregation>

/**
 * Determinant-based mutual information: the product of two exact determinants, of the items before `split` and of the
 * rest.
 */
export declare function determinantMutualInformation(a: Uint32Array, b: Uint32Array, labels: number, split: number): bigint

/** Tests whether two forecasters are equally good, from their scores of the same events, `horizon` (1) steps ahead. */
export declare function dieboldMariano(first: Float64Array, second: Float64Array, horizon?: number | undefined | null): DieboldMariano

/** The test of Diebold and Mariano. */
export interface DieboldMariano {
  /** Mean of the first scores less the second: below 0 where the first forecaster is better. */
  meanDifference: number
  /** The corrected statistic. */
  statistic: number
  /** Probability of a statistic as large in size if both were equally good. */
  pValue: number
}

/** Metrics over all rows. `truth`: whether each row went up; `probUp`: shape `[n]`, 0..=1. */
export declare function directionMetrics(truth: Array<boolean>, probUp: Float64Array): DirectionMetrics

/** How well probabilities foresaw up and down. */
export interface DirectionMetrics {
  /** Part of the rows foreseen: above 0.5 is up, exactly 0.5 is down. */
  accuracy: number
  /** Lower end of the accuracy's 95 % interval, by the normal approximation. */
  accuracyLower: number
  /** Upper end of that interval. */
  accuracyUpper: number
  /** Part of the rows foreseen up that went up; 0 when none was. */
  precision: number
  /** Part of the rows that went up that were foreseen; 0 when none did. */
  recall: number
  /** Harmonic mean of precision and recall; 0 when both are. */
  f1: number
  /** Mean log loss; 3 while only one of up and down has happened. */
  logLoss: number
}

/** What a wallet hashes for a personal message (EIP-191), 32 bytes. */
export declare function eip191Digest(message: Uint8Array): Uint8Array

/**
 * The energy score of ensembles of vectors. `observations`: shape `[n, dimensions]`; `forecasts`: `[n, members,
 * dimensions]`.
 */
export declare function energyScore(observations: Float64Array, forecasts: Float64Array, dimensions: number, fair?: boolean | undefined | null): Promise<Float64Array>

/**
 * The contribution of each model to an ensemble's correlation with the target.
 *
 * `predictions`: shape `[n, models]`; `target`: shape `[n]`; `weights`: one per model, 0 or more. `method`: "shapley"
 * (exact, 16 models at most), "leave_one_out", or "sampled_shapley" with `permutations` and a `seed` of 32 bytes.
 */
export declare function ensembleContribution(predictions: Float64Array, target: Float64Array, weights?: Float64Array | undefined | null, method?: 'shapley' | 'leave_one_out' | 'sampled_shapley', permutations?: number | undefined | null, seed?: Uint8Array | undefined | null): Promise<Contributions>

/**
 * The weighted sum of the models' gaussianised tie-kept ranks, weights by contribution as `ensembleWeights` gives them: a
 * model that weighs nothing is not looked at.
 *
 * `predictions`: row-major, shape `[n, models]`; `contributions`: one per model.
 */
export declare function ensemblePrediction(predictions: Float64Array, contributions: Array<number>): Float64Array

/**
 * Weights in proportion to contributions, whole units of 1e-9 that add up to 1; a model with a negative contribution or
 * NaN weighs nothing.
 */
export declare function ensembleWeights(contributions: Array<number>): Array<number>

/** What a score may need besides predictions and target; one entry or row for each of theirs. */
export interface EraOptions {
  /** The era of each row; all rows are one era unless given. */
  eras?: Array<string> | Array<number>
  /** The id of each row, for churn. */
  ids?: Array<string>
  /** The meta model, for "mmc" and "cwmm". */
  metaModel?: Float64Array
  /** The benchmark model, for "bmc". */
  benchmark?: Float64Array
  /** Shape `[n, features]`, for "fnc" and exposures. */
  features?: Float64Array | Float32Array | Int8Array
}

/** What an era report states of one model. */
export interface EraReportModel {
  /** Its name. */
  name: string
  /** What it was settled on. */
  score: number
  /** What was staked on it. */
  stake: bigint
  /** What it is paid. */
  payout: bigint
  /** What is taken from its stake. */
  burned: bigint
}

/** An era report that was checked. */
export interface EraReportVerdict {
  /** Who signed it. */
  issuer: string
  /** Name of the round. */
  round: string
  /** Names of the eras. */
  eras: Array<string>
  /** The models. */
  models: Array<EraReportModel>
  /** Sum of the payouts. */
  paid: bigint
  /** `pot + burned - paid`. */
  remainder: bigint
}

/** A code that an error can carry, with the kind it belongs to. */
export interface ErrorCode {
  /** The code, snake_case, unique in the library. */
  code: string
  /** The kind. */
  kind: string
}

/** All codes an error can carry. */
export declare function errorCodes(): Array<ErrorCode>

/** Expected and maximum calibration error over `bins` (10) equal bins. */
export declare function expectedCalibrationError(events: Array<boolean>, p: Float64Array, bins?: number | undefined | null): Array<number>

/** The feature that resembles a model most. */
export interface FeatureCorrelation {
  /** The feature's number. */
  feature: number
  /** The absolute correlation, 0..=1. */
  value: number
}

/** How much a model leans on single features. */
export interface FeatureExposure {
  /** The largest absolute correlation with a feature; NaN where there is a reason. */
  max: number
  /** Its feature, the first of equals. */
  feature?: number
  /** Root mean square of the correlations. */
  rms: number
  /** Why there is none, as an error code; absent where there is one. */
  reason?: string
}

/**
 * The correlation of each model with the features: predictions count as they are, not their ranks. Shapes `[rows,
 * models]` and `[rows, features]`.
 */
export declare function featureExposures(predictions: Float64Array, features: Float64Array | Float32Array | Int8Array, rows: number, mode?: 'strict' | 'per_model' | 'compat'): Promise<Array<FeatureExposure>>

/**
 * Feature-neutral correlation (FNC) of each model, -1..=1.
 *
 * `predictions`: shape `[n, models]`; `features`: shape `[n, features]`; `target`: `[n]`. `cache` keeps the factored
 * features for the next call with the same values.
 */
export declare function featureNeutralCorr(predictions: Float64Array, features: Float64Array | Float32Array | Int8Array, target: Float64Array, mode?: 'strict' | 'per_model' | 'compat', cache?: FeatureCache | undefined | null): Promise<Array<MetricScore>>

/**
 * Accuracy of a feed over slots: more than half of the stakes on up foresees up.
 *
 * `starts`: seconds, as bigints; `stakedUp`, `staked`: shape `[slots]`, in tokens; `truth`: true, false or null for
 * each slot; `canceled`: true for slots that count for nothing but their stakes. `day`: when the present day began.
 */
export declare function feedAccuracy(starts: Array<bigint>, stakedUp: Float64Array, staked: Float64Array, truth: Array<boolean | null>, canceled: Array<boolean>, day: bigint): FeedAccuracy

/** What the accuracy service says of a feed. */
export interface FeedAccuracy {
  /** Slots the stakes foresaw. */
  correct: number
  /** Slots with stakes and a true value that are not cancelled. */
  evaluated: number
  /** `correct / evaluated` in percent; 0 when nothing is evaluated. */
  percent: number
  /** Stakes of slots that start in the 24 hours before the day. */
  stakedYesterday: number
  /** Stakes of slots that start in the day. */
  stakedToday: number
}

/** Fleiss' kappa. `table`: how many people gave item i category j, shape `[items, categories]`, row-major. */
export declare function fleissKappa(table: Uint32Array, categories: number): number

/** The standard normal quantile of each value, meant for ranks in (0, 1). */
export declare function gaussian(values: Float64Array): Float64Array

/** GLAD: workers differ in ability, tasks in difficulty. `priors`: share of each label, equal unless given. */
export declare function glad(tasks: Uint32Array, workers: Uint32Array, labels: Uint32Array, iterations?: number | undefined | null, tolerance?: number | undefined | null, priors?: Float64Array | undefined | null): Promise<Aggregation>

/** The interval score of central intervals of coverage `1 - alpha`. */
export declare function intervalScore(observations: Float64Array, lower: Float64Array, upper: Float64Array, alpha: number): Float64Array

/**
 * Krippendorff's alpha. `ratings`: shape `[people, units]`, row-major, NaN where missing; `level`: "interval" unless
 * given.
 */
export declare function krippendorffAlpha(ratings: Float64Array, units: number, level?: 'nominal' | 'ordinal' | 'interval' | 'ratio'): number

/** Bounds of a run. */
export interface Limits {
  /** Instructions. */
  fuel: bigint
  /** Linear memory in bytes. */
  memoryBytes: bigint
  /** Wall clock in milliseconds. */
  wallMs: bigint
  /** Bytes of log kept. */
  logBytes: number
}

/** The log score of observations, `-ln` of their density or probability; families as `crps`. */
export declare function logScore(family: string, observations: Float64Array, parameters: Array<Float64Array>): Promise<Float64Array>

/**
 * The label most workers gave, each vote weighing 1 or the worker's skill. `tasks`, `workers`, `labels`: codes from 0 of
 * one length; `skills`: one per worker, NaN where unknown; `onMissingSkill`: "error" (default), "ignore", or "value",
 * which takes `defaultSkill`.
 */
export declare function majorityVote(tasks: Uint32Array, workers: Uint32Array, labels: Uint32Array, skills?: Float64Array | undefined | null, onMissingSkill?: 'error' | 'ignore' | 'value', defaultSkill?: number | undefined | null): Promise<Aggregation>

/**
 * The largest churn and the largest turnover against earlier submissions, each cleaned on the universe of its own era;
 * one with too few tickers in common is passed over, and both are 1 when none is left.
 */
export declare function maxChurnAndTurnover(current: SignalsEra, previous: Array<SignalsEra>): Promise<ChurnAndTurnover>

/**
 * The feature with the largest absolute Pearson correlation with the predictions. `predictions`: shape `[n]`;
 * `features`: shape `[n, f]`.
 */
export declare function maxFeatureCorrelation(predictions: Float64Array, features: Float64Array, topBottom?: number | undefined | null): Promise<FeatureCorrelation>

/**
 * The mean neutral churn against earlier submissions (the tournament takes the last five); null or NaN is one that
 * cannot be compared, and 1 the answer when none can.
 */
export declare function meanNeutralChurn(churns: Array<number | null | undefined>): number

/**
 * Contribution of many models to the meta portfolio (MPC, Numerai Signals). `stakes`: one per model; the arrays as in
 * `alpha`.
 */
export declare function metaPortfolioContribution(predictions: Float64Array, stakes: Float64Array, neutralizers: Float64Array, sampleWeights: Float64Array, target: Float64Array, mode?: 'strict' | 'per_model' | 'compat'): Promise<Array<MetricScore>>

/** One metric of one model. */
export interface MetricScore {
  /** The score; NaN where there is a reason. */
  value: number
  /** Why there is no score, as an error code; absent where there is one. */
  reason?: string
}

/** The scores of one model. */
export interface ModelScore {
  /** Numerai's correlation, -1..=1; NaN where there is a reason. */
  corr: number
  /** Contribution to the meta model; NaN where there is a reason or no meta model. */
  mmc: number
  /** Why there is no score, as an error code; absent where there is one. */
  reason?: string
}

/** The elementary scores of forecasts of a mean at each threshold. */
export declare function murphyDiagram(observations: Float64Array, forecasts: Float64Array, thresholds: Float64Array): Float64Array

/**
 * The share of a positive payout that is left at a neutral churn of 0..=2. `threshold` is 0.1 and `scale` 10 by
 * default.
 */
export declare function neutralChurnPenalty(neutralChurn: number, threshold?: number | undefined | null, scale?: number | undefined | null): number

/** Contribution to the meta model once both are neutralised to the features. */
export declare function neutralContribution(predictions: Float64Array, metaModel: Float64Array, features: Float64Array | Float32Array | Int8Array, target: Float64Array, topBottom?: number | undefined | null, mode?: 'strict' | 'per_model' | 'compat'): Promise<Array<MetricScore>>

/** Correlation with the target of gaussianised ranks neutralised to the features, -1..=1; nothing is ranked again. */
export declare function neutralCorrelation(predictions: Float64Array, features: Float64Array | Float32Array | Int8Array, target: Float64Array, topBottom?: number | undefined | null, mode?: 'strict' | 'per_model' | 'compat'): Promise<Array<MetricScore>>

/**
 * Each model less `proportion` (1) times its least squares fit by the features and a constant.
 *
 * `predictions`: shape `[rows, models]`; `features`: shape `[rows, features]`. One list for each model; one without a
 * residual is NaN.
 */
export declare function neutralize(predictions: Float64Array, features: Float64Array | Float32Array | Int8Array, rows: number, proportion?: number | undefined | null, mode?: 'strict' | 'per_model' | 'compat'): Promise<Array<Array<number>>>

/**
 * The neutralised portfolio of each model; NaN for a model that cannot be ranked.
 *
 * `predictions`: shape `[n, models]`; `neutralizers`: shape `[n, f]`; `sampleWeights`: shape `[n]`.
 */
export declare function neutralizedWeights(predictions: Float64Array, neutralizers: Float64Array, sampleWeights: Float64Array, centerAndNormalize?: boolean | undefined | null, mode?: 'strict' | 'per_model' | 'compat'): Promise<Array<Array<number>>>

/**
 * Scales a column; NaN stays NaN and counts nowhere. `how`: "center", "variance" (over the population sd), "standard",
 * "min_max" or "weight" (over the sum of absolute values).
 */
export declare function normalize(values: Float64Array, how: 'center' | 'variance' | 'standard' | 'min_max' | 'weight'): Float64Array

/** Numerai's correlation of one model with the target, -1..=1. NaN or infinite values are refused. */
export declare function numeraiCorr(predictions: Float64Array, target: Float64Array): number

/**
 * Numerai's correlation of many models, with the library's options. With a meta model for a target and `targetPow15`
 * false it is the correlation with the meta model (CWMM).
 *
 * `predictions`: shape `[n, models]`; `target`: shape `[n]`. `topBottom`: only so many of each model's lowest and
 * highest predictions.
 */
export declare function numeraiCorrWith(predictions: Float64Array, target: Float64Array, topBottom?: number | undefined | null, targetPow15?: boolean | undefined | null, mode?: 'strict' | 'per_model' | 'compat'): Promise<Array<MetricScore>>

/** The one-coin model: each worker is right with one probability. */
export declare function oneCoinDawidSkene(tasks: Uint32Array, workers: Uint32Array, labels: Uint32Array, iterations?: number | undefined | null, tolerance?: number | undefined | null): Promise<Aggregation>

/** A column of categories, coded. */
export interface OneHot {
  /** The distinct values, ascending; a NaN is the last. */
  categories: Array<number>
  /** For each row the number of its category. */
  codes: Array<number>
}

/**
 * The distinct values of a column, and which of them each row has: column k of the one-hot encoding is 1 where
 * `codes[row] === k`.
 */
export declare function oneHotEncode(values: Float64Array): OneHot

/** What an order gives. */
export interface OrderVerdict {
  /** Strength of the evidence: "asserted", "proved" or "final". */
  level: string
  /** Who may use the service. */
  consumer: string
  /** Who paid. */
  payer: string
  /** When the order was started, in seconds since 1970. */
  startedAt: bigint
  /** Last second it is good for; absent = forever. */
  validUntil?: bigint
  /** Hash of the transaction, as hex. */
  transaction: string
}

/**
 * What is left of each column after its projection on `by`. `columns`: shape `[n, k]`; `by`: shape `[n]`. Nothing is
 * centred.
 */
export declare function orthogonalize(columns: Float64Array, by: Float64Array): Array<Float64Array>

/** Output agreement: 1 for each item where the peer gave the same label, else 0. */
export declare function outputAgreement(answers: Uint32Array, peers: Uint32Array, labels: number): Float64Array

/** The outcome-weighted CRPS: members and observations count where they lie in `lower..=upper`. */
export declare function owcrpsEnsemble(observations: Float64Array, forecasts: Float64Array, lower: number, upper: number, weights?: Float64Array | undefined | null): Promise<Float64Array>

/** Pearson's correlation of each model with every other. `predictions`: shape `[rows, models]`. */
export declare function pairwiseCorrelation(predictions: Float64Array, rows: number, mode?: 'strict' | 'per_model' | 'compat'): Promise<Array<PairwiseCorrelation>>

/** How much a model resembles the others of its round. */
export interface PairwiseCorrelation {
  /** The largest correlation with another model (MCWNM). */
  max: number
  /** The mean correlation with the other models (APCWNM). */
  mean: number
  /** The model that the largest correlation is with. */
  nearest?: number
  /** Why there is no correlation, as an error code; absent where there is one. */
  reason?: string
}

/**
 * Peer truth serum: `1 / share - 1` for each item where the peer gave the same label, else -1. `shares`: the public
 * share of each label, above 0; those of both together unless given.
 */
export declare function peerTruthSerum(answers: Uint32Array, peers: Uint32Array, labels: number, shares?: Float64Array | undefined | null): Float64Array

/** The distribution function at the observations (probability integral transform); families as `crps`. */
export declare function pit(family: string, observations: Float64Array, parameters: Array<Float64Array>): Promise<Float64Array>

/** The rank of each observation in its ensemble, as a number in 0..=1; `seed`: 32 bytes, zeros unless given, breaks ties. */
export declare function pitEnsemble(observations: Float64Array, forecasts: Float64Array, seed?: Uint8Array | undefined | null): Promise<Float64Array>

/** How many probability integral transforms lie in each of `bins` (10) equal bins. */
export declare function pitHistogram(pit: Float64Array, bins?: number | undefined | null): Array<number>

/** `sign(x) * |x|^p` of each finite value; refused where the result correlates less than 0.9 with the values. */
export declare function power(values: Float64Array, p: number): Float64Array

/**
 * What a predictoor earns slot by slot, in tokens: it stakes `stake * p` on up and `stake * (1 - p)` on down, and the
 * right side gets its part of all stakes and the revenue. `probUp`: shape `[n]`, 0..=1; `truth`: whether each slot went
 * up.
 */
export declare function predictoorProfit(probUp: Float64Array, truth: Array<boolean>, terms: PredictoorTerms): Float64Array

/** What a predictoor stakes, and against whom, in tokens. */
export interface PredictoorTerms {
  /** Staked on each slot, split over both sides by the probability. */
  stake: number
  /** What all others stake on a slot. */
  othersStake: number
  /** The part of that which is right, 0..=1. */
  othersAccuracy: number
  /** What subscriptions bring to a slot. */
  revenue: number
}

/**
 * An agent's card, to be signed by the key it names: `publicKey` is 33 bytes (compressed SEC1), `sealingKey` the 32
 * bytes of an X25519 key where the agent takes sealed things, `issuedAt` seconds since 1970.
 */
export declare function prepareAgent(name: string, publicKey: Uint8Array, sealingKey: Uint8Array | undefined | null, issuedAt: bigint): Prepared

/**
 * Scores, settles and states it all as an era report, to be signed by the issuer: a receipt that commits to every input.
 *
 * `card`: id (hex) of the issuer's own card; `names`: one per model; `multipliers`: one per metric; `stakes`, `pot`,
 * `threshold`: bigints in the smallest unit; `clip`: 0.05 and `share`: "at_most_rate" unless given.
 */
export declare function prepareEraReport(issuer: string, issuedAt: bigint, card: string, round: string, data: EraData, metrics: Array<string>, names: Array<string>, multipliers: Array<number>, stakes: Array<bigint>, pot: bigint, clip?: number | undefined | null, threshold?: bigint | undefined | null, share?: 'whole_pot' | 'at_most_rate'): Promise<Prepared>

/**
 * A consumer's order, to be signed by the consumer: `card` is the id (hex) of the issuer's own card, `algorithm` the
 * 32-byte hash of the module to run, `transactionReceipt` the JSON of eth_getTransactionReceipt.
 */
export declare function prepareOrder(issuer: string, issuedAt: bigint, card: string, service: Service, algorithm: Uint8Array, transactionReceipt: string): Prepared

/** The quantile (pinball) score of forecasts of the quantile at level `alpha`, in (0, 1). */
export declare function quantileScore(observations: Float64Array, quantiles: Float64Array, alpha: number): Float64Array

/**
 * Ranks in (0, 1), `(r - 0.5) / n`; NaN stays NaN. `method`, for equal values: "average" (tie-kept), "first"
 * (tie-broken), "min", "max" or "dense".
 */
export declare function rank(values: Float64Array, method?: 'average' | 'first' | 'min' | 'max' | 'dense'): Float64Array

/** The ranked log score of forecasts of ordered categories; `p` has shape `[n, categories]`. */
export declare function rankedLogScore(categories: Uint32Array, p: Float64Array): Float64Array

/** What is known of one receipt. */
export interface ReceiptVerdict {
  /** Place in the bundle, from 0. */
  index: number
  /** Name of the schema. */
  kind: string
  /** Id of the receipt, as hex. */
  id: string
  /** Address of who signed it. */
  issuer: string
  /** The name on the issuer's card; for people only. */
  issuerName: string
  /** When, by the issuer's clock, in seconds since 1970. */
  issuedAt: bigint
  /** What stands behind the statement: "asserted", "sampled", "recomputed" or "proved". */
  strength: string
}

/** The address whose key signed the 32 bytes. */
export declare function recoverAddress(digest: Uint8Array, signature: Uint8Array): string

/**
 * Signed errors of a regression model: the next price less the one foretold. All arrays: shape `[n]`. `form`: "price"
 * when the model foretells the next price, "relative_change" when it foretells a part of the present one.
 */
export declare function regressionErrors(price: Float64Array, nextPrice: Float64Array, forecast: Float64Array, form: 'price' | 'relative_change'): Float64Array

/** A bin of a reliability diagram. */
export interface ReliabilityBin {
  /** Forecasts in it. */
  count: number
  /** Their mean. */
  forecast: number
  /** Share of the events that happened. */
  observed: number
  /** Lower end of the 90 % consistency band; NaN without resamples. */
  lower: number
  /** Upper end of the band. */
  upper: number
}

/**
 * Forecast probabilities against observed shares in `bins` (10) equal bins, with consistency bands from `resamples`
 * (1000) draws.
 *
 * `seed`: 32 bytes, zeros unless given; the same bands everywhere.
 */
export declare function reliabilityDiagram(events: Array<boolean>, p: Float64Array, bins?: number | undefined | null, resamples?: number | undefined | null, seed?: Uint8Array | undefined | null): Promise<Array<ReliabilityBin>>

/** Recomputes an era report from its inputs: they must be those it commits to, and every score must come out the same. */
export declare function replayEraReport(receipt: Uint8Array, data: EraData): Promise<void>

/**
 * A model's reputation: the mean of its scores in the 365 days up to `today`. `days`: the day of each score, counted
 * from any fixed day.
 */
export declare function reputation(days: Array<number>, scores: Float64Array, today: number): number

/** What an approved item earns from an approval rate on. */
export interface RewardTier {
  /** Lowest approval rate of the tier, 0..=1. */
  from: number
  /** Reward of each approved item. */
  reward: bigint
}

/**
 * Robust Bayesian truth serum for yes or no and three people or more. `forecasts`: the share of yes that each expects,
 * 0..=1.
 */
export declare function robustBayesianTruthSerum(answers: Array<boolean>, forecasts: Float64Array): Float64Array

/**
 * Why a round of Numerai Signals is not staked: "no_prior_submission", "churn" (0.15 or more), "turnover" (0.25 or
 * more), or null. Both absent: there was no submission in the week before.
 */
export declare function roundDisqualification(churn?: number | undefined | null, turnover?: number | undefined | null): string | null

/** What came of a slot, in the smallest unit of its token: `sum + revenue` is the payouts, `slashed` and `left`. */
export interface RoundSettlement {
  /** "paying" or "canceled". */
  status: string
  /** Stakes on up. */
  sumUp: bigint
  /** All stakes. */
  sum: bigint
  /** One payout for each prediction, in the order given. */
  payouts: Array<bigint>
  /** All stakes, when every one of them was wrong: to the fee collector. */
  slashed: bigint
  /** What nobody gets: the rest of the divisions, or revenue without a winner. */
  left: bigint
}

/** The ranked probability score of forecasts of ordered categories; `p` has shape `[n, categories]`. */
export declare function rpsScore(categories: Uint32Array, p: Float64Array): Float64Array

/** Metrics after each row, over the rows up to it. Inputs as for `directionMetrics`. */
export declare function runningMetrics(truth: Array<boolean>, probUp: Float64Array): Array<DirectionMetrics>

/** What a run gave, after the gate; for the data owner. */
export interface RunOutcome {
  /** Hash of the module, as hex. */
  algorithm: string
  /** Merkle root of the table, as hex. */
  input: string
  /** The released values, in declared order. */
  outputs: Array<SlotValues>
  /** Fuel used. */
  fuel: bigint
  /** What the algorithm logged. */
  log: Uint8Array
  /** Name and version of the executor. */
  executor: string
  /** The wall it ran behind: "process" or "in_process". */
  isolation: string
}

/**
 * Scores every model in every era on every metric, on all cores and off the event loop.
 *
 * `metrics`: any of "corr", "mmc", "bmc", "cwmm", "fnc", "max_exposure", "exposure", "churn". `mode`: "per_model" gives a
 * model that cannot be scored NaN and a reason, "strict" rejects, "compat" does as numerai-tools within each era.
 * `onProgress(done, total)` is called between eras; once `cancel` is set the call ends with `cancelled`.
 */
export declare function scoreEras(data: EraData, metrics: Array<string>, mode?: 'strict' | 'per_model' | 'compat', cache?: FeatureCache | undefined | null, onProgress?: (done: number, total: number) => void, cancel?: CancelToken | undefined | null): Promise<EraScores>

/**
 * Scores many models in one call, on another thread; the arrays are copied first.
 *
 * `predictions`: shape `[n, models]`, row-major; `target` and `metaModel`: shape `[n]`. `mode`: "per_model" gives a
 * model that cannot be scored a reason, "strict" rejects, "compat" does as numerai-tools.
 */
export declare function scoreModels(predictions: Float64Array, target: Float64Array, metaModel?: Float64Array | undefined | null, mode?: 'strict' | 'per_model' | 'compat'): Promise<Array<ModelScore>>

/** Statistics of a model's scores, one per era. */
export interface ScoreSummary {
  /** Eras with a score. */
  eras: number
  /** Eras without (NaN), which count nowhere. */
  missing: number
  /** Mean score. */
  mean: number
  /** Population standard deviation. */
  sd: number
  /** `mean / sd`. */
  sharpe: number
  /** The deepest fall of the cumulative sum below its highest value so far, 0 or more. */
  maxDrawdown: number
  /** Correlation of each score with the one before, -1..=1. */
  autocorrelation: number
}

/** Scott's pi of two people's labels, codes below `labels`. */
export declare function scottPi(a: Uint32Array, b: Uint32Array, labels: number): number

/** The score of a season. `scores`: one per round, NaN where there is none; `stakes`: bigints, in wei. */
export declare function seasonScore(scores: Array<number>, stakes: Array<bigint>): SeasonScore

/** A season. */
export interface SeasonScore {
  /** The mean over all rounds; a round without a score or a stake counts as 0. */
  score: number
  /** Rounds with a score and at least 1 NMR at risk. */
  qualifiedRounds: number
  /** Whether there are at least 20 of them. */
  isQualified: boolean
}

/** A service of a dataset: what its publisher offers, and on what terms. */
export interface Service {
  /** The chain of the contracts. */
  chainId: bigint
  /** Address of the dataset's data NFT. */
  nft: string
  /** Who owns the data NFT. */
  owner: string
  /** The datatoken that pays for the service. */
  datatoken: string
  /** Place of the service in the dataset's description, from 0. */
  index: bigint
  /** Id of the service. */
  id: string
  /** How long an order is good for, in seconds; 0 = forever. */
  timeout: bigint
  /** Who serves it and signs its fees; absent when no provider fee is asked. */
  provider?: string
}

/**
 * Settles a labelling campaign in integers: builders submit items, validators review them, `pot + cuts == paid +
 * remainder`.
 *
 * `collaterals`: what each participant staked, in the smallest unit, zero allowed; `items` in order of time, a later one with the
 * same content is a duplicate; a review's validator is not the item's builder and reviews it once. A pot too small is
 * split in proportion, by largest remainder.
 */
export declare function settleCampaign(terms: CampaignTerms, collaterals: Array<bigint>, items: Array<CampaignItem>, reviews: Array<CampaignReview>): CampaignSettlement

/** A settled pot, in the smallest unit of its token: `pot + burned == paid + remainder`. */
export interface Settlement {
  /** What there was to pay out. */
  pot: bigint
  /** One row for each score, in the order given. */
  rows: Array<SettlementRow>
  /** Sum of what was paid. */
  paid: bigint
  /** Sum of what was taken from stakes. */
  burned: bigint
  /** What nobody earned, and what was taken from stakes. */
  remainder: bigint
}

/** One staked score and what came of it. */
export interface SettlementRow {
  /** The score that was settled, to the nearest 1e-9. */
  score: number
  /** What was staked on it. */
  stake: bigint
  /** The score after payout factor and clip. */
  rate: number
  /** Paid out of the pot. */
  paid: bigint
  /** Taken from the stake. */
  burned: bigint
}

/**
 * Settles a pot in integers: scores (rounded to 1e-9) to rates, positive rates are paid, negative ones burn their
 * part of the stake.
 *
 * `stakes`, `pot` and `threshold`: bigints in the smallest unit. `clip`: bound of the rate as a part of the stake,
 * 0..=1. `threshold`: stake in total above which rates shrink. `share`: "whole_pot" or "at_most_rate".
 */
export declare function settlePot(pot: bigint, scores: Array<number>, stakes: Array<bigint>, clip: number, threshold: bigint | undefined | null, share: 'whole_pot' | 'at_most_rate'): Settlement

/**
 * Settles a slot of a Predictoor feed as its contract does: a winner gets
 * `floor(stake * (all stakes + revenue) / stakes of the winners)`.
 *
 * `up` and `stakes`: one entry for each prediction; bigints in the smallest unit. `revenue`: what subscriptions
 * brought. `truth`: what happened; absent for a slot that is cancelled.
 */
export declare function settleRound(up: Array<boolean>, stakes: Array<bigint>, revenue: bigint, truth?: boolean | undefined | null): RoundSettlement

/** A submission to Numerai Signals with the universe of its era. */
export interface SignalsEra {
  /** Tickers of the submission. */
  submissionIds: Array<string>
  /** Its predictions, 0..=1. */
  submission: Float64Array
  /** All tickers of the universe, each once. */
  universe: Array<string>
  /** Neutralizing columns, shape `[universe, f]`, row-major. */
  neutralizers: Float64Array
  /** Sampling weights, one per ticker of the universe. */
  sampleWeights: Float64Array
}

/** A declared output: `length` numbers (absent: a single one) between `lo` and `hi`, with `digits` decimal digits. */
export interface Slot {
  /** Name, unique in the run. */
  name: string
  /** Number of values; absent for a single number. */
  length?: number
  /** Smallest value, in whole units. */
  lo: bigint
  /** Largest value, in whole units. */
  hi: bigint
  /** Decimal digits kept. */
  digits: number
}

/** The released values of one slot. */
export interface SlotValues {
  /** Name of the slot. */
  name: string
  /** Its values, rounded to the declared digits. */
  values: Array<number>
}

/** The spherical score of forecasts of categories, -1..=0; `p` has shape `[n, categories]`. */
export declare function sphericalScore(categories: Uint32Array, p: Float64Array): Float64Array

/** The stake-weighted meta model, one value per row. `predictions`: shape `[n, models]`; `stakes`: one per model. */
export declare function stakeWeight(predictions: Float64Array, stakes: Float64Array): Float64Array

/** Summarises a model's scores by era; NaN where there is none. */
export declare function summarize(scores: Float64Array): ScoreSummary

/**
 * Surrogate scores from noisy labels. `scores`: the score of each forecast if no came true and if yes did, shape
 * `[n, 2]`, row-major; `noise`: the rates of a no turned to yes and of a yes turned to no.
 */
export declare function surrogateScores(scores: Float64Array, labels: Array<boolean>, noise: [number, number]): Float64Array

/**
 * Payouts of a round of one of Numerai's tournaments, in integers.
 *
 * `tournament`: "numerai" (multipliers of correlation and MMC), "crypto" (multiplier of MMC), or "signals" (no
 * multipliers, but `roundDay`, "YYYY-MM-DD": the rule changed on 2025-09-02). `metrics`: for each model a value per
 * multiplier, or null without a valid submission. `stakes` and `atRisk`: bigints, in wei. `retained`: the part of a
 * positive payout that is kept, for each model.
 */
export declare function tournamentPayouts(tournament: 'numerai' | 'signals' | 'crypto', multipliers: Array<number>, metrics: Array<Array<number> | null | undefined>, stakes: Array<bigint>, retained?: Array<number> | undefined | null, atRisk?: bigint | undefined | null, roundDay?: string | undefined | null): TournamentPayouts

/** The payouts of a round: stakes after it add up to the stakes before, plus `paid`, less `burned`. */
export interface TournamentPayouts {
  /** One row per model, in order. */
  rows: Array<SettlementRow>
  /** Stake at risk that the payout factor was taken from. */
  atRisk: bigint
  /** Sum of what is paid. */
  paid: bigint
  /** Sum of what is burned. */
  burned: bigint
}

/**
 * What a trader earns row by row, in the currency of the prices, with one position at a time. All arrays: shape `[n]`;
 * prices above 0.
 */
export declare function traderProfit(probUp: Float64Array, close: Float64Array, high: Float64Array, low: Float64Array, terms: TraderTerms): Float64Array

/** How a trader follows the probabilities. */
export interface TraderTerms {
  /** Put into a position, times 1 + confidence. */
  amount: number
  /** Fee of a trade, as a part of it, 0..=1. */
  fee: number
  /** A position is closed with profit once the price has moved by this part of it. */
  takeProfit: number
  /** A position is closed with loss once the price has moved by this part of it. */
  stopLoss: number
  /** Positions are opened and kept only above this confidence: `2 (p - 0.5)` for long, `2 (0.5 - p)` for short. */
  confidenceThreshold: number
}

/** Turnover of two portfolios: half the sum of the absolute differences of their weights over the common ids. */
export declare function turnover(firstIds: Array<string>, first: Float64Array, secondIds: Array<string>, second: Float64Array): number

/** The threshold-weighted CRPS: both sides clipped to `lower..=upper`. */
export declare function twcrpsEnsemble(observations: Float64Array, forecasts: Float64Array, lower: number, upper: number, estimator?: 'nrg' | 'fair' | 'pwm' | 'qd' | 'akr' | 'akr_circperm' | 'int', weights?: Float64Array | undefined | null): Promise<Float64Array>

/**
 * Checks headers, ids and values of a submission; a fault's code is the prefix of numerai-tools' message:
 * invalid_submission_headers, invalid_submission_ids, invalid_submission_values.
 *
 * `ids`: null where a cell is empty; `values`: NaN where one is.
 */
export declare function validateSubmission(tournament: 'numerai' | 'signals' | 'crypto', liveIds: Array<string | null | undefined>, headers: Array<string>, ids: Array<string | null | undefined>, values: Float64Array, requireDate?: boolean | undefined | null): ValidSubmission

/** What is kept of a submission. */
export interface ValidSubmission {
  /** Name of the column of ids. */
  idColumn: string
  /** Name of the column of predictions. */
  predictionColumn: string
  /** Name of the column of dates, where there is one. */
  dateColumn?: string
  /** Rows whose ids are live, in order of the ids. */
  rows: Array<number>
  /** Ids that are not live. */
  invalidIds: Array<string>
}

/**
 * The variogram score of order `p` (0.5). `observations`: shape `[n, dimensions]`; `forecasts`: `[n, members,
 * dimensions]`; `weights`: `[dimensions, dimensions]`.
 */
export declare function variogramScore(observations: Float64Array, forecasts: Float64Array, dimensions: number, p?: number | undefined | null, weights?: Float64Array | undefined | null): Promise<Float64Array>

/** What verifying a bundle found. */
export interface Verdict {
  /** Digest of the bundle, as hex. */
  digest: string
  /** One entry for each receipt, in the bundle's order. */
  receipts: Array<ReceiptVerdict>
}

/**
 * Verifies a bundle offline: form, digest, and each receipt's signature, links and evidence.
 *
 * Rejects with the first fault found; its `check` is "format", "digest", "signature", "link" or "evidence".
 */
export declare function verifyBundle(bundle: Uint8Array): Promise<Verdict>

/** Checks an era report: the issuer signed it, and every amount follows from the scores it states. */
export declare function verifyEraReport(receipt: Uint8Array): EraReportVerdict

/**
 * Checks that a transaction receipt (JSON of eth_getTransactionReceipt) shows a paid, unexpired order of this
 * service by this user.
 *
 * `profile`: "strict" or "compat" (as the original contracts take it). `allowAsserted`: whether "strict" takes the
 * word of whoever hands over the transaction receipt. `now`: seconds since 1970.
 */
export declare function verifyOrder(transactionReceipt: string, service: Service, user: string, profile: 'strict' | 'compat', allowAsserted: boolean, now: bigint): OrderVerdict

/** Returns when the 32 bytes were signed by the key of `signer`, throws an error of kind `signature` otherwise. */
export declare function verifySignature(digest: Uint8Array, signature: Uint8Array, signer: string): void

/** The version of the library. */
export declare function version(): string

/** The vertically re-scaled CRPS with weight 1 in `lower..=upper` and 0 elsewhere. */
export declare function vrcrpsEnsemble(observations: Float64Array, forecasts: Float64Array, lower: number, upper: number, weights?: Float64Array | undefined | null): Promise<Float64Array>

/** Worker agreement with aggregate: a majority vote, then one weighted by agreement with it. */
export declare function wawa(tasks: Uint32Array, workers: Uint32Array, labels: Uint32Array): Promise<Aggregation>

/** The weighted interval score of a median and central intervals; `lower` and `upper` have shape `[n, k]`, `alpha` `[k]`. */
export declare function weightedIntervalScore(observations: Float64Array, median: Float64Array, lower: Float64Array, upper: Float64Array, alpha: Float64Array): Float64Array

/** One entry of a row of weights or bonds. */
export interface YumaEntry {
  /** Whom it is on. */
  uid: number
  /** Its value, 0..=65535. */
  value: number
}

/** One epoch of Yuma consensus, as the chain computes it, to the last bit. `rao`: what the epoch emits. */
export declare function yumaEpoch(network: YumaNetwork, parameters: YumaParameters, rao: bigint): YumaEpoch

/** What an epoch gives, with one entry for each uid. Numbers are multiples of 2^-32, exact. */
export interface YumaEpoch {
  /** Whether the uid's weights are recent. */
  active: Array<boolean>
  /** Whether the uid may validate in the next epoch. */
  validatorPermit: Array<boolean>
  /** Part of all stake. */
  stake: Array<number>
  /** The weight that a majority of stake supports. */
  consensus: Array<number>
  /** What is left of a validator's weights after clipping. */
  validatorTrust: Array<number>
  /** Part that miners get for their rank. */
  incentive: Array<number>
  /** Part that validators get for their bonds. */
  dividends: Array<number>
  /** Bonds for the next epoch. */
  bonds: Array<Array<YumaEntry>>
  /** Emission for rank, in rao. */
  serverEmission: Array<bigint>
  /** Emission for bonds, in rao. */
  validatorEmission: Array<bigint>
  /** Emission for both, in rao; rounded by itself. */
  emission: Array<bigint>
}

/** Weights scaled so that the greatest is 65535: what the chain stores of a submission. Zeros stay. */
export declare function yumaMaxUpscale(weights: Array<number>): Array<number>

/**
 * A subnet's state before an epoch. Lists have one entry for each uid, at most 65535; rows of `weights` and `bonds` are
 * in the order stored.
 */
export interface YumaNetwork {
  /** The present block. */
  block: bigint
  /** Block of the last epoch; absent before the first. */
  lastEpoch?: bigint
  /** Blocks between epochs. */
  tempo: number
  /** The uid of the subnet's owner. */
  owner?: number
  /** Alpha staked, in rao. */
  alphaStake: Array<bigint>
  /** TAO staked, in rao. */
  taoStake: Array<bigint>
  /** Whether the uid may validate now. */
  validatorPermit: Array<boolean>
  /** Block of the uid's last weights. */
  lastUpdate: Array<bigint>
  /** Block of the uid's registration. */
  registered: Array<bigint>
  /** Weights as submitted; a uid that the subnet has not is passed over. */
  weights: Array<Array<YumaEntry>>
  /** Bonds as the last epoch left them. */
  bonds: Array<Array<YumaEntry>>
  /** With commit-reveal, the block of each uid's earliest live commit, or null; absent without commit-reveal. */
  commits?: Array<bigint | null>
}

/** Parameters of a subnet; what is absent is the chain's default. */
export interface YumaParameters {
  /** Blocks after which a uid without new weights is inactive. */
  activityCutoff?: bigint
  /** Least stake that counts, in rao. */
  stakeThreshold?: bigint
  /** What a rao of TAO counts for beside one of alpha, of 2^64 - 1 parts. */
  taoWeight?: bigint
  /** How many uids may validate. */
  maxValidators?: number
  /** The majority of stake that makes a consensus, of 65535 parts. */
  kappa?: number
  /** How far bonds follow clipped weights rather than submitted ones, of 65535 parts. */
  bondsPenalty?: number
  /** Part of old bonds that an epoch keeps, in parts per million. */
  bondsMovingAverage?: bigint
  /** Yuma3: bonds move towards the weights themselves. */
  yuma3?: boolean
  /** With Yuma3, every bond has its own moving average. */
  liquidAlpha?: boolean
  /** Least part of a new bond with liquid alpha, of 65535 parts. */
  alphaLow?: number
  /** Greatest part of a new bond with liquid alpha, of 65535 parts. */
  alphaHigh?: number
  /** Slope of liquid alpha, in hundredths. */
  alphaSteepness?: number
}

/**
 * A weighted vote whose weights follow each worker's agreement with the result, round by round.
 *
 * Skills start at `1 / labels + margin` (1e-5); each of `iterations` rounds (100) moves them by `rate` (1) of the way to
 * the agreement it found; after every `stepsToReduce` rounds (20) the rate is multiplied by `reduceFactor` (0.5).
 */
export declare function zeroBasedSkill(tasks: Uint32Array, workers: Uint32Array, labels: Uint32Array, iterations?: number | undefined | null, rate?: number | undefined | null, stepsToReduce?: number | undefined | null, reduceFactor?: number | undefined | null, margin?: number | undefined | null): Promise<Aggregation>
