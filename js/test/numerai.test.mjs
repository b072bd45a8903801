import assert from 'node:assert/strict'
import test from 'node:test'
import * as cm from '../index.mjs'
import { load } from './vectors.mjs'

const V = load('numerai.json')
const floats = (values) => Float64Array.from(values, (x) => x ?? NaN)
/** Columns as a row-major matrix. */
const matrix = (columns) => floats(columns[0].flatMap((_, row) => columns.map((c) => c[row])))
const columns = V.models.map((m) => m.predictions)
const models = matrix(columns)
const first = floats(columns[0])
const target = floats(V.target)
const meta = floats(V.meta_model)
const neutralizers = matrix(V.neutralizers)
const weights = floats(V.sample_weights)
const stakes = floats(V.stakes)

function near(got, expected) {
  const [a, b] = [[got].flat(2), [expected].flat(2)]
  assert.equal(a.length, b.length)
  for (const [i, x] of a.entries()) {
    const y = b[i] ?? NaN
    assert.ok(Math.abs(x - y) <= V.tolerance || (Number.isNaN(x) && Number.isNaN(y)), `${x} is not ${y}`)
  }
}

const values = (scores) => scores.map((s) => s.value)

test('primitives', async () => {
  for (const c of V.rank) near([...cm.rank(floats(c.values), c.method)], c.expected)
  near([...cm.gaussian(floats(V.rank[0].expected))], V.gaussian)
  near([...cm.power(meta, 1.5)], V.power)
  assert.throws(() => cm.power(Float64Array.of(1), 1.5), { code: 'power_decorrelates', kind: 'range' })
  for (const c of V.normalize) near([...cm.normalize(meta, c.how)], c.expected)
  for (const c of V.correlation) near(cm.correlation(target, first, c.method, c.top_bottom), c.expected)
  near([...cm.orthogonalize(first, meta)[0]], V.orthogonalize)
  near([...cm.stakeWeight(models, stakes)], V.stake_weight)
  const best = await cm.maxFeatureCorrelation(first, matrix([columns[1], V.target, columns[2]]))
  near([best.feature, best.value], V.max_feature_correlation.expected)
  const pairs = await cm.pairwiseCorrelation(models, target.length, 'strict')
  near(pairs.map((p) => [p.max, p.mean]), V.pairwise_correlation)
  const s = cm.summarize(floats(V.summary.scores))
  near([s.eras, s.mean, s.sd, s.sharpe, s.maxDrawdown, s.autocorrelation], V.summary.expected)
  assert.deepEqual(cm.oneHotEncode(Float64Array.of(0.5, 0.25, 0.5)), { categories: [0.25, 0.5], codes: [1, 0, 1] })
})

for (const mode of ['strict', 'per_model', 'compat']) {
  test(`scores, ${mode}`, async () => {
    for (const c of V.numerai_corr_with) {
      near(values(await cm.numeraiCorrWith(models, target, c.top_bottom, c.target_pow15, mode)), c.expected)
    }
    const two = matrix([columns[0], columns[2]])
    for (const c of V.correlation_contribution_with) {
      near(values(await cm.correlationContributionWith(two, meta, target, c.top_bottom, mode)), c.expected)
    }
    near(await cm.neutralizedWeights(models, neutralizers, weights, true, mode), V.neutralized_weights)
    near(values(await cm.alpha(models, neutralizers, weights, target, mode)), V.alpha)
    const mpc = await cm.metaPortfolioContribution(models, stakes, neutralizers, weights, target, mode)
    near(values(mpc), V.meta_portfolio_contribution)
  })
}

test('a gap costs what the mode says', async () => {
  const broken = models.slice()
  broken[3 * columns.length + 1] = NaN
  const each = await cm.alpha(broken, neutralizers, weights, target)
  assert.equal(each[1].reason, 'non_finite')
  near([each[0].value, each[2].value], [V.alpha[0], V.alpha[2]])
  await assert.rejects(cm.alpha(broken, neutralizers, weights, target, 'strict'), { code: 'non_finite' })
  await assert.rejects(cm.numeraiCorrWith(models, target, 13), { code: 'too_few_rows', kind: 'shape' })
  await assert.rejects(cm.alpha(models.subarray(1), neutralizers, weights, target), { code: 'length_mismatch' })
  assert.throws(() => cm.correlation(target, meta, 'spearman', 3), { code: 'invalid_text' })
})

test('rows by id', () => {
  const { ids, values: tables, max_filtered_ratio: ratio, expected } = V.align
  const given = tables.map((v) => (v === null ? null : floats(v)))
  assert.deepEqual(cm.align(ids, given, ratio), expected)
  assert.throws(() => cm.align(ids, given, 0.1), { code: 'too_few_rows' })
  assert.throws(() => cm.align([['a', 'a'], ['a', 'b']], [null, null], 0.5), { code: 'duplicate_id' })
  const both = V.churn.signals.flatMap((s) => [s.ids, floats(s.values)])
  near(cm.churn(...both), V.churn.expected)
  near(cm.churn(...both, V.churn.top_bottom), V.churn.expected_top_bottom)
  near(cm.turnover(...both), V.churn.turnover)
  for (const c of V.neutral_churn_penalty) near(cm.neutralChurnPenalty(c.churn), c.expected)
  assert.throws(() => cm.neutralChurnPenalty(2.5), { code: 'out_of_range', kind: 'range' })
  assert.equal(cm.roundDisqualification(0.1, 0.3), 'turnover')
  assert.equal(cm.roundDisqualification(), 'no_prior_submission')
  assert.equal(cm.roundDisqualification(0.1, 0.2), null)
})

test('churn against earlier weeks', async () => {
  const n = V.max_churn_and_turnover.tickers
  const each = (f) => Float64Array.from({ length: n }, (_, i) => f(i))
  const universe = Array.from({ length: n }, (_, i) => `T${String(i).padStart(3, '0')}`)
  const era = (week) => ({
    submissionIds: universe,
    submission: each((i) => ((i * 37 + week * 13 * (i % 5)) % n) / (n - 1)),
    universe,
    neutralizers: each((i) => (i % 7) / 10),
    sampleWeights: each((i) => 1 + (i % 3) / 10),
  })
  const worst = await cm.maxChurnAndTurnover(era(0), [era(1), era(2)])
  near([worst.churn, worst.turnover], V.max_churn_and_turnover.expected)
  const few = { ...era(0), submissionIds: ['T000'], submission: Float64Array.of(0.5) }
  await assert.rejects(cm.maxChurnAndTurnover(few, []), { code: 'invalid_submission_ids' })
  near(cm.meanNeutralChurn([0.1, null, 0.3]), 0.2)
  near(cm.accountScore(Float64Array.of(0.01, 0.05), Float64Array.of(3, 1)), 0.02)
})

for (const [at, c] of V.validate_submission.entries()) {
  test(`submission ${at}`, () => {
    const call = () =>
      cm.validateSubmission(c.tournament, c.live_ids, c.headers, c.ids, floats(c.values), c.require_date)
    if (c.code !== undefined) {
      assert.throws(call, { code: c.code, kind: 'invalid' })
      return
    }
    const { rows, invalidIds, idColumn, predictionColumn } = call()
    assert.deepEqual([rows, invalidIds, idColumn, predictionColumn], [c.rows, c.invalid_ids, 'id', 'prediction'])
  })
}

test('clean submissions', () => {
  for (const c of V.clean_submission) {
    const clean = cm.cleanSubmission(c.universe, c.ids, floats(c.values), c.remap, c.rank_and_fill)
    assert.deepEqual(clean.ids, c.expected_ids)
    near(clean.values, c.expected)
  }
  assert.throws(() => cm.cleanSubmission([], [], floats([])), { code: 'too_few_rows' })
})

for (const [at, c] of V.tournament_payouts.entries()) {
  test(`payouts ${at}`, () => {
    const risk = c.at_risk === null ? null : BigInt(c.at_risk)
    const stakes = c.stakes.map(BigInt)
    const p = cm.tournamentPayouts(c.tournament, c.multipliers, c.metrics, stakes, c.retained, risk, c.round_day)
    assert.deepEqual(p.rows.map((r) => String(r.paid)), c.paid)
    assert.deepEqual(p.rows.map((r) => String(r.burned)), c.burned)
    assert.deepEqual([String(p.paid), String(p.burned)], [c.total_paid, c.total_burned])
  })
}

test('bad payouts', () => {
  assert.throws(() => cm.tournamentPayouts('signals', [], [], []), { code: 'invalid_text' })
  assert.throws(() => cm.tournamentPayouts('numerai', [1], [], []), { code: 'length_mismatch' })
  assert.throws(() => cm.tournamentPayouts('crypto', [1], [[0.1]], [5n], null, 4n), { code: 'out_of_range' })
})

test('contributions and seasons', async () => {
  const { shapley, leave_one_out: leaveOneOut } = V.ensemble_contribution
  near((await cm.ensembleContribution(models, target)).values, shapley)
  near((await cm.ensembleContribution(models, target, null, 'leave_one_out')).values, leaveOneOut)
  const drawn = await cm.ensembleContribution(models, target, null, 'sampled_shapley', 2000, new Uint8Array(32))
  for (const [i, x] of drawn.values.entries()) assert.ok(Math.abs(x - shapley[i]) < 5 * drawn.standardErrors[i])
  await assert.rejects(cm.ensembleContribution(models, target, null, 'sampled_shapley'), { code: 'invalid_text' })
  const nmr = 10n ** 18n
  const season = cm.seasonScore([0.02, NaN, 0.04], [nmr, nmr, nmr])
  assert.deepEqual([season.qualifiedRounds, season.isQualified], [2, false])
  near([season.score, cm.reputation([0, 365], Float64Array.of(0.5, 0.01), 365)], [0.02, 0.01])
})
