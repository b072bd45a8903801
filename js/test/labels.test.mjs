import assert from 'node:assert/strict'
import test from 'node:test'
import * as cm from '../index.mjs'
import { load } from './vectors.mjs'

const V = load('labels.json')
const codes = (values) => Uint32Array.from(values ?? [])
const floats = (values) => values && Float64Array.from(values)
const camel = (name) => name.replace(/_(.)/g, (_, c) => c.toUpperCase())

async function run(columns, c) {
  const a = [codes(columns.tasks), codes(columns.workers), codes(columns.labels)]
  switch (c.function) {
    case 'majority_vote': return cm.majorityVote(...a, floats(c.skills))
    case 'wawa': return cm.wawa(...a)
    case 'zero_based_skill': return cm.zeroBasedSkill(...a, undefined, undefined, c.steps_to_reduce)
    case 'one_coin_dawid_skene': return cm.oneCoinDawidSkene(...a, c.iterations, c.tolerance)
    case 'glad': return cm.glad(...a, c.iterations, c.tolerance)
    default: {
      const gold = codes(c.gold_tasks?.flatMap((task, i) => [task, c.gold_labels[i]]))
      return cm.dawidSkene(...a, c.iterations, c.tolerance, gold, floats(c.initial_errors), c.strategy)
    }
  }
}

for (const [at, c] of V.cases.entries()) {
  test(`labels ${at}: ${c.function}`, async () => {
    const found = await run(V, c)
    assert.deepEqual([...found.labels], c.expected.labels)
    const tolerance = c.function === 'glad' ? V.glad_tolerance : V.tolerance
    for (const [name, expected] of Object.entries(c.expected)) {
      const got = found[camel(name)]
      assert.equal(got.length, expected.length, name)
      for (const [i, x] of expected.entries()) {
        const near = x === null ? Number.isNaN(got[i]) : Math.abs(got[i] - x) <= tolerance * Math.max(1, Math.abs(x))
        assert.ok(near, `${name}: ${got[i]} is not ${x}`)
      }
    }
  })
}

for (const [at, c] of V.refused.entries()) {
  test(`refused ${at}: ${c.function}`, async () => {
    await assert.rejects(run(c, c), { code: c.code, kind: c.kind })
  })
}

test('a choice there is not', async () => {
  const a = [codes(V.tasks), codes(V.workers), codes(V.labels)]
  await assert.rejects(cm.majorityVote(...a, undefined, 'guess'), { code: 'invalid_text' })
})
