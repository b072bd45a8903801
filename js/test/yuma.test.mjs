import assert from 'node:assert/strict'
import test from 'node:test'
import * as cm from '../index.mjs'
import { load } from './vectors.mjs'

const V = load('yuma.json')
const camel = (name) => name.replace(/_(.)/g, (_, c) => c.toUpperCase())
const big = (x) => (x === null ? undefined : BigInt(x))
const rows = (matrix) => matrix.map((row) => row.map(([uid, value]) => ({ uid, value })))

const network = (n) => ({
  block: BigInt(n.block),
  lastEpoch: big(n.last_epoch),
  tempo: n.tempo,
  owner: n.owner ?? undefined,
  alphaStake: n.alpha_stake.map(BigInt),
  taoStake: n.tao_stake.map(BigInt),
  validatorPermit: n.validator_permit,
  lastUpdate: n.last_update.map(BigInt),
  registered: n.registered.map(BigInt),
  weights: rows(n.weights),
  bonds: rows(n.bonds),
  commits: n.commits?.map((c) => (c === null ? null : BigInt(c))),
})

const bigs = ['activity_cutoff', 'stake_threshold', 'tao_weight', 'bonds_moving_average']
const parameters = (p) =>
  Object.fromEntries(Object.entries(p).map(([name, x]) => [camel(name), bigs.includes(name) ? BigInt(x) : x]))

for (const c of V.epochs) {
  test(c.id, () => {
    const got = cm.yumaEpoch(network(c.network), parameters(c.parameters), BigInt(c.rao))
    const e = c.expected
    assert.deepEqual([got.active, got.validatorPermit], [e.active, e.validator_permit])
    for (const name of ['stake', 'consensus', 'validator_trust', 'incentive', 'dividends']) {
      assert.deepEqual(got[camel(name)], e[name].map((bits) => bits / 2 ** 32), name)
    }
    for (const name of ['server_emission', 'validator_emission', 'emission']) {
      assert.deepEqual(got[camel(name)], e[name].map(BigInt), name)
    }
    assert.deepEqual(got.bonds, rows(e.bonds))
  })
}

test('defaults are those of the chain', () => {
  const c = V.epochs.find((c) => c.parameters.max_validators === 128 && !c.parameters.yuma3)
  const run = (p) => cm.yumaEpoch(network(c.network), p, BigInt(c.rao))
  assert.deepEqual(run({}), run(parameters(c.parameters)))
})

test('scaled weights', () => {
  for (const c of V.upscale) assert.deepEqual(cm.yumaMaxUpscale(c.in), c.out)
})

test('bad inputs', () => {
  const good = V.epochs[1].network
  const n = good.alpha_stake.length
  const none = Array(n - 1).fill([])
  const run = (changes, p = {}) => () => cm.yumaEpoch(network({ ...good, ...changes }), p, 1n)
  assert.throws(run({ tao_stake: [] }), { code: 'length_mismatch', kind: 'shape' })
  assert.throws(run({ weights: good.weights.slice(1) }), { code: 'length_mismatch' })
  assert.throws(run({ owner: n }), { code: 'out_of_range', kind: 'range' })
  assert.throws(run({ bonds: [[[n, 1]], ...none] }), { code: 'out_of_range' })
  assert.throws(run({ weights: [[[1, 1], [1, 2]], ...none] }), { code: 'duplicate_id', kind: 'invalid' })
  assert.throws(run({ weights: [[[1, 65536]], ...none] }), { code: 'out_of_range' })
  assert.throws(run({ alpha_stake: Array(n).fill(2n ** 64n - 1n) }), { code: 'overflow' })
  assert.throws(run({}, { kappa: 65536 }), { code: 'out_of_range' })
  assert.throws(run({ block: -1 }), { code: 'out_of_range' })
})
