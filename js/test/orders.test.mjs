import assert from 'node:assert/strict'
import test from 'node:test'
import * as cm from '../index.mjs'
import { load, unhex } from './vectors.mjs'

const V = load('orders.json')

const service = (changes = {}) => {
  const { chain_id: chainId, index, timeout, provider, ...rest } = { ...V.service, ...changes }
  const big = { chainId: BigInt(chainId), index: BigInt(index), timeout: BigInt(timeout) }
  return { ...rest, ...big, provider: provider ?? undefined }
}

const verify = ({ change = {}, service: changes } = {}) =>
  cm.verifyOrder(
    change.transaction_receipt ?? JSON.stringify(V.transaction_receipt),
    service(changes),
    change.user ?? V.user,
    change.profile ?? 'strict',
    change.allow_asserted ?? true,
    BigInt(change.now ?? V.now),
  )

test('an order', () => {
  const { level, consumer, payer, startedAt, validUntil, transaction } = verify()
  assert.deepEqual(
    { level, consumer, payer, started_at: Number(startedAt), valid_until: Number(validUntil), transaction },
    V.verdict,
  )
})

for (const c of V.bad) {
  test(`refused: ${c.what}`, () => {
    assert.throws(() => verify(c), { name: 'CountermarkError', code: c.code })
  })
}

test('a prepared order names what a person approves', () => {
  const receipt = JSON.stringify(V.transaction_receipt)
  const prepare = (card) =>
    cm.prepareOrder(V.user, BigInt(V.now), card, service(), unhex(V.algorithm), receipt)
  const prepared = prepare(V.card)
  const { message } = JSON.parse(prepared.typedData)
  assert.equal(message.serviceId, V.service.id)
  assert.equal(message.id, prepared.id)
  assert.throws(() => prepare('0x12'), { code: 'invalid_text' })
})
