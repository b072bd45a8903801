import assert from 'node:assert/strict'
import test from 'node:test'
import * as cm from '../index.mjs'
import { golden, load, unhex } from './vectors.mjs'

const F = load('forgeries.json')

test('the golden bundle', async () => {
  const verdict = await cm.verifyBundle(golden)
  assert.equal(verdict.digest, F.digest)
  assert.deepEqual(verdict.receipts.map((r) => r.index), [...verdict.receipts.keys()])
  const [first] = verdict.receipts
  assert.deepEqual([first.kind, first.issuerName, first.strength], ['agent', 'owner', 'proved'])
  assert.equal(typeof first.issuedAt, 'bigint')
})

for (const { id, code, check, bytes } of F.forgeries) {
  test(`forgery: ${id}`, async () => {
    const parts = bytes.map((p) => (typeof p === 'string' ? unhex(p) : golden.subarray(...p)))
    await assert.rejects(cm.verifyBundle(Buffer.concat(parts)), { name: 'CountermarkError', code, check })
  })
}

test('every truncation is refused', async () => {
  for (let end = 0; end < golden.length; end += 97) {
    await assert.rejects(cm.verifyBundle(golden.subarray(0, end)), (e) => ['format', 'digest'].includes(e.check))
  }
})

test('flipped bits are refused', async () => {
  for (let at = 0; at < golden.length; at += 83) {
    const flipped = Uint8Array.from(golden)
    flipped[at] ^= 1 << (at % 8)
    await assert.rejects(cm.verifyBundle(flipped), (e) => ['format', 'digest'].includes(e.check))
  }
})

test('oversized and trailing', async () => {
  const big = new Uint8Array((64 << 20) + 1)
  big.set(golden)
  await assert.rejects(cm.verifyBundle(big), { code: 'limit_exceeded', kind: 'limit' })
  await assert.rejects(cm.verifyBundle(Buffer.concat([golden, Buffer.of(0)])), { code: 'trailing_bytes' })
})

test('changing the bytes during the call changes nothing', async () => {
  const bytes = Uint8Array.from(golden)
  const verdict = cm.verifyBundle(bytes)
  bytes.fill(0)
  assert.equal((await verdict).digest, F.digest)
})
