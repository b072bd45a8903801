import assert from 'node:assert/strict'
import test from 'node:test'
import * as cm from '../index.mjs'
import { camel, floats, load, near } from './vectors.mjs'

const V = load('peers.json')
const codes = (values) => Uint32Array.from(values.flat())

// Arguments in order; "#" marks floats, "@" codes.
const ARGUMENTS = {
  cohen_kappa: ['@a', '@b', 'labels', 'weights'],
  scott_pi: ['@a', '@b', 'labels'],
  fleiss_kappa: ['@table', 'categories'],
  krippendorff_alpha: ['#ratings', 'units', 'level'],
  bayesian_truth_serum: ['@answers', '#forecasts', 'labels', 'alpha'],
  robust_bayesian_truth_serum: ['answers', '#forecasts'],
  peer_truth_serum: ['@answers', '@peers', 'labels', '#shares'],
  output_agreement: ['@answers', '@peers', 'labels'],
  correlated_agreement: ['@a', '@b', 'labels'],
  determinant_mutual_information: ['@a', '@b', 'labels', 'split'],
  surrogate_scores: ['#scores', 'labels', 'noise'],
}

function argument(c, name) {
  switch (name) {
    case 'categories': return c.table[0]?.length ?? 0
    case 'units': return c.ratings[0].length
  }
  if (name.startsWith('#')) return floats(c[name.slice(1)])
  return (name.startsWith('@') ? codes(c[name.slice(1)]) : c[name]) ?? undefined
}

const run = (c) => cm[camel(c.function)](...ARGUMENTS[c.function].map((name) => argument(c, name)))

for (const [at, c] of V.cases.entries()) {
  test(`peers ${at}: ${c.function}`, () => {
    const found = run(c)
    if (typeof found === 'bigint') assert.equal(found, BigInt(c.expected))
    else near(found, c.expected, V.tolerance)
  })
}

for (const [at, c] of V.refused.entries()) {
  test(`refused ${at}: ${c.function}`, () => {
    assert.throws(() => run(c), { code: c.code, kind: c.kind })
  })
}
