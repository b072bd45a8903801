import assert from 'node:assert/strict'
import test from 'node:test'
import * as cm from '../index.mjs'
import { load } from './vectors.mjs'

const V = load('scoring.json')
const floats = (values) => Float64Array.from(values, (x) => x ?? NaN)
const target = floats(V.target)
const meta = floats(V.meta_model)
const near = (got, expected) => assert.ok(Math.abs(got - expected) <= V.tolerance, `${got} is not ${expected}`)

for (const { name, predictions, corr, mmc, code, kind } of V.models) {
  test(`model ${name}`, async () => {
    const p = floats(predictions)
    if (code === undefined) {
      near(cm.numeraiCorr(p, target), corr)
      near(cm.correlationContribution(p, meta, target), mmc)
      return
    }
    assert.throws(() => cm.numeraiCorr(p, target), { code, kind })
    assert.throws(() => cm.correlationContribution(p, meta, target), { code, kind })
    await assert.rejects(cm.scoreModels(p, target, meta, 'strict'), { name: 'CountermarkError', code, kind })
  })
}

test('many models in one call', async () => {
  const matrix = floats(V.target.flatMap((_, row) => V.models.map((m) => m.predictions[row])))
  const scores = await cm.scoreModels(matrix, target, meta, 'per_model')
  assert.equal(scores.length, V.models.length)
  for (const [j, { corr, mmc, code }] of V.models.entries()) {
    assert.equal(scores[j].reason, code)
    if (code === undefined) {
      near(scores[j].corr, corr)
      near(scores[j].mmc, mmc)
    } else assert.ok(Number.isNaN(scores[j].corr))
  }
})

test('subarrays are read in place', () => {
  const wide = Float64Array.of(NaN, ...meta, NaN)
  near(cm.numeraiCorr(wide.subarray(1, 9), target), V.models[0].corr)
})

test('lengths and modes are checked', async () => {
  assert.throws(() => cm.numeraiCorr(meta.subarray(1), target), { code: 'length_mismatch', kind: 'shape' })
  await assert.rejects(cm.scoreModels(meta.subarray(1), target), {
    message: 'predictions has length 7, expected 8',
  })
  await assert.rejects(cm.scoreModels(meta, target, null, 'lenient'), { code: 'invalid_text' })
  assert.throws(() => cm.numeraiCorr([1, 2], target), /Float64Array|TypedArray/)
})

for (const [at, c] of V.settlements.entries()) {
  test(`settlement ${at}`, () => {
    const threshold = c.threshold === null ? null : BigInt(c.threshold)
    const settle = () =>
      cm.settlePot(BigInt(c.pot), c.scores, c.stakes.map(BigInt), c.clip, threshold, c.share)
    if (c.code !== undefined) {
      assert.throws(settle, { code: c.code, kind: c.kind })
      return
    }
    const settled = settle()
    assert.deepEqual(settled.rows.map((r) => r.paid), c.paid.map(BigInt))
    assert.deepEqual(settled.rows.map((r) => r.burned), c.burned.map(BigInt))
    assert.equal(settled.remainder, BigInt(c.remainder))
    assert.equal(settled.pot + settled.burned, settled.paid + settled.remainder)
  })
}

test('amounts out of range', () => {
  const settle = (pot, score = 0.1) => () => cm.settlePot(pot, [score], [1n], 0.05, null, 'whole_pot')
  assert.throws(settle(-1n), { code: 'out_of_range', kind: 'range' })
  assert.throws(settle(2n ** 256n), { code: 'out_of_range' })
  assert.throws(settle(1n, NaN), { code: 'out_of_range' })
  assert.throws(settle(1), { code: 'ERR_INVALID_ARG_TYPE' })
})
