import assert from 'node:assert/strict'
import test from 'node:test'
import * as cm from '../index.mjs'
import { load } from './vectors.mjs'

const V = load('predictoor.json')
const floats = (values) => Float64Array.from(values)
const probUp = floats(V.prob_up)
const camel = (name) => name.replace(/_(.)/g, (_, c) => c.toUpperCase())

function near(got, expected) {
  assert.equal(got.length, expected.length)
  for (const [i, x] of expected.entries()) {
    assert.ok(Math.abs(got[i] - x) <= V.tolerance * Math.max(1, Math.abs(x)), `${got[i]} is not ${x}`)
  }
}

const fields = (got, expected) =>
  near(Object.keys(expected).map((name) => got[camel(name)]), Object.values(expected))

for (const [at, c] of V.rounds.entries()) {
  test(`round ${at}`, () => {
    const settle = () => cm.settleRound(c.up, c.stakes.map(BigInt), BigInt(c.revenue), c.truth)
    if (c.code !== undefined) {
      assert.throws(settle, { code: c.code, kind: c.kind })
      return
    }
    const s = settle()
    assert.equal(s.status, c.status)
    assert.deepEqual(s.payouts, c.payouts.map(BigInt))
    for (const name of ['sum_up', 'sum', 'slashed', 'left']) assert.equal(s[camel(name)], BigInt(c[name]))
  })
}

test('accuracy of a feed', () => {
  const a = V.accuracy
  const accuracy = (canceled) => {
    const starts = a.starts.map(BigInt)
    return cm.feedAccuracy(starts, floats(a.staked_up), floats(a.staked), a.truth, canceled, BigInt(a.day))
  }
  fields(accuracy(a.canceled), a.expected)
  assert.throws(() => accuracy([]), { code: 'length_mismatch', kind: 'shape' })
})

test('metrics', () => {
  const running = cm.runningMetrics(V.truth, probUp)
  assert.equal(running.length, V.metrics.length)
  V.metrics.forEach((expected, i) => fields(running[i], expected))
  fields(cm.directionMetrics(V.truth, probUp), V.metrics.at(-1))
  const r = V.regression
  const errors = (forecast, form) =>
    cm.regressionErrors(floats(r.price), floats(r.next_price), floats(forecast), form)
  near(errors(r.forecast, 'relative_change'), r.errors)
  near(errors(r.price_forecast, 'price'), r.price_errors)
})

test('profits', () => {
  const terms = (from, ...names) => Object.fromEntries(names.map((name) => [camel(name), from[name]]))
  const p = terms(V.predictoor, 'stake', 'others_stake', 'others_accuracy', 'revenue')
  near(cm.predictoorProfit(probUp, V.truth, p), V.predictoor.profit)
  const t = V.trader
  const rest = terms(t, 'amount', 'fee', 'take_profit', 'stop_loss', 'confidence_threshold')
  near(cm.traderProfit(probUp, floats(t.close), floats(t.high), floats(t.low), rest), t.profit)
})

test('bad inputs', () => {
  const one = floats([0.5])
  assert.throws(() => cm.directionMetrics([], floats([])), { code: 'too_few_rows' })
  assert.throws(() => cm.directionMetrics([true], floats([NaN])), { code: 'non_finite' })
  assert.throws(() => cm.directionMetrics([true], floats([1.1])), { code: 'out_of_range', kind: 'range' })
  assert.throws(() => cm.runningMetrics([true], floats([0.1, 0.2])), { code: 'length_mismatch' })
  assert.throws(() => cm.regressionErrors(one, one, one, 'absolute'), { code: 'invalid_text' })
  assert.throws(() => cm.settleRound([true], [-1n], 0n, null), { code: 'out_of_range' })
  const terms = { stake: -1, othersStake: 1, othersAccuracy: 0.5, revenue: 0 }
  assert.throws(() => cm.predictoorProfit(one, [true], terms), { code: 'out_of_range' })
})
