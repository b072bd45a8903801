import assert from 'node:assert/strict'
import test from 'node:test'
import * as cm from '../index.mjs'
import { load, unhex } from './vectors.mjs'

const V = load('campaign.json')
const cut = ({ below, part }) => ({ below, part })

function run({ terms: t, collaterals, items, reviews }) {
  const terms = {
    pot: BigInt(t.pot),
    quorum: t.quorum,
    approval: t.approval,
    tiers: t.tiers.map(({ from, reward }) => ({ from, reward: BigInt(reward) })),
    reviewReward: BigInt(t.review_reward),
    builderCut: cut(t.builder_cut),
    validatorCut: cut(t.validator_cut),
  }
  const contents = items.map(({ builder, content }) => ({ builder, content: unhex(content) }))
  return cm.settleCampaign(terms, collaterals.map(BigInt), contents, reviews)
}

const told = (settlement) =>
  JSON.parse(JSON.stringify(settlement, (_, value) => (typeof value === 'bigint' ? String(value) : value)))

for (const c of V.cases) {
  test(`campaign: ${c.id}`, () => {
    const expected = structuredClone(c.expected)
    for (const row of expected.rows) if (row.tier === null) delete row.tier
    assert.deepEqual(told(run(c)), expected)
  })
}

for (const c of V.refused) {
  test(`refused: ${c.id}`, () => {
    assert.throws(() => run(c), { code: c.code, kind: c.kind })
  })
}
