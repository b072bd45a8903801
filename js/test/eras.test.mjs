import assert from 'node:assert/strict'
import test from 'node:test'
import * as cm from '../index.mjs'
import { camel, floats, load, near, unhex } from './vectors.mjs'

const V = load('eras.json')
const R = load('era_report.json')

/** The data of a case: that of all cases, with what the case changes. */
const columns = (base, c) => ({ ...base, ...Object.fromEntries(Object.entries(c).filter(([name]) => name in base)) })

function data(d) {
  const { eras, ids, features, meta_model: metaModel, benchmark } = d
  return new cm.EraData(floats(d.predictions), floats(d.target), {
    ...(eras && { eras }),
    ...(ids && { ids }),
    ...(metaModel && { metaModel: floats(metaModel) }),
    ...(benchmark && { benchmark: floats(benchmark) }),
    ...(features && { features: Int8Array.from(features.flat()) }),
  })
}

const settle = (scores, s) =>
  scores.settle(
    [...floats(s.multipliers)],
    s.stakes.map(BigInt),
    BigInt(s.pot),
    s.clip,
    s.threshold === null ? undefined : BigInt(s.threshold),
    s.share,
  )

async function run(c) {
  const d = columns(V.data, c)
  const rows = d.predictions.length
  const [p, t, m] = [d.predictions, d.target, d.meta_model].map(floats)
  const f = d.features && Int8Array.from(d.features.flat())
  const k = c.top_bottom ?? undefined
  switch (c.function) {
    case 'neutralize': return cm.neutralize(p, f, rows, floats([c.proportion])[0], c.mode)
    case 'feature_neutral_corr': return cm.featureNeutralCorr(p, f, t, c.mode)
    case 'neutral_correlation': return cm.neutralCorrelation(p, f, t, k, c.mode)
    case 'neutral_contribution': return cm.neutralContribution(p, m, f, t, k, c.mode)
    case 'feature_exposures': return cm.featureExposures(p, f, rows, c.mode)
    case 'settle': return settle(await cm.scoreEras(data(d), c.metrics, c.mode), c)
    default: return cm.scoreEras(data(d), c.metrics, c.mode)
  }
}

const reasons = (scores) =>
  scores.eras.flatMap((_, era) => Array.from({ length: scores.models }, (_, model) => scores.reason(era, model)))

const amounts = (settlement) =>
  JSON.parse(JSON.stringify(settlement, (_, value) => (typeof value === 'bigint' ? String(value) : value)))

for (const [at, c] of V.cases.entries()) {
  test(`eras ${at}: ${c.function}`, async () => {
    const found = await run(c)
    if (c.function === 'neutralize') {
      const nothing = Array(V.data.target.length).fill(null)
      return near(found, c.expected.map((column) => column ?? nothing), V.fnc_tolerance)
    }
    if (c.function === 'feature_exposures') return near(found, c.expected, V.tolerance)
    if (c.function !== 'score_eras') {
      near(found.map((s) => s.value), c.expected, V.fnc_tolerance)
      return assert.deepEqual(found.map((s) => s.reason ?? null), c.reasons)
    }
    assert.deepEqual(found.eras, c.expected.eras)
    assert.deepEqual(found.metrics, c.metrics)
    near(found.scores, c.expected.scores, V.fnc_tolerance)
    assert.deepEqual(reasons(found), c.expected.reasons.flat())
    for (const [i, s] of (c.expected.summaries ?? []).entries()) {
      const width = c.metrics.length
      near(found.summary(Math.floor(i / width), i % width), s, V.fnc_tolerance)
    }
    for (const s of c.settlements ?? []) near(amounts(settle(found, s)), s.expected, V.tolerance)
  })
}

for (const [at, c] of V.refused.entries()) {
  test(`refused ${at}: ${c.function}`, async () => {
    await assert.rejects(run(c), { code: c.code, kind: c.kind })
  })
}

test('features in every type, and kept', async () => {
  const d = V.data
  const [p, t, f] = [d.predictions, d.target, d.features].map(floats)
  const cache = new cm.FeatureCache(16)
  const first = await cm.featureNeutralCorr(p, f, t, 'per_model', cache)
  for (const array of [f, Float32Array.from(f), Int8Array.from(f)]) {
    assert.deepEqual(await cm.featureNeutralCorr(p, array, t, 'per_model', cache), first)
  }
  assert.ok(cache.hits >= 1 && cache.bytes > 0)
})

test('progress and cancel', async () => {
  const seen = []
  await cm.scoreEras(data(V.data), ['corr'], undefined, undefined, (done, total) => seen.push([done, total]))
  await new Promise(setImmediate)
  assert.deepEqual(seen.at(-1), [5, 5])
  const cancel = new cm.CancelToken()
  cancel.cancel()
  await assert.rejects(cm.scoreEras(data(V.data), ['corr'], undefined, undefined, undefined, cancel), { code: 'cancelled' })
})

test('an era that is no whole number', () => {
  assert.throws(() => new cm.EraData(floats([1]), floats([1]), { eras: [1.5] }), { code: 'out_of_range' })
  assert.throws(() => new cm.EraData([1], floats([1])), { code: 'ERR_INVALID_ARG_TYPE' })
})

const prepared = (d) =>
  cm.prepareEraReport(
    R.issuer, BigInt(R.issued_at), R.card, R.round, data(d), R.metrics, R.names, R.multipliers,
    R.stakes.map(BigInt), BigInt(R.pot), R.clip, BigInt(R.threshold), R.share,
  )

test('the golden report is made, checked and replayed', async () => {
  const draft = await prepared(R.data)
  assert.equal(draft.id, R.id)
  assert.deepEqual(Buffer.from(draft.digest), Buffer.from(unhex(R.digest)))
  const receipt = draft.finish(cm.SecretKey.fromSeed(unhex(R.seed)).signDigest(draft.digest))
  assert.deepEqual(Buffer.from(receipt), Buffer.from(unhex(R.receipt)))
  assert.deepEqual(amounts(cm.verifyEraReport(receipt)), R.verdict)
  await cm.replayEraReport(receipt, data(R.data))
})

for (const c of R.refused) {
  test(`report: ${c.id}`, async () => {
    const receipt = unhex(c.receipt ?? R.receipt)
    const checked = async () => {
      cm.verifyEraReport(receipt)
      await cm.replayEraReport(receipt, data({ ...R.data, ...c.data }))
    }
    await assert.rejects(checked(), { code: c.code, kind: c.kind, check: c.check ?? null })
  })
}
