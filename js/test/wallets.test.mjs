// The same receipt bytes whoever signs: this library's key, viem's account, or ethers' wallet.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Wallet } from 'ethers'
import { privateKeyToAccount } from 'viem/accounts'
import * as cm from '../index.mjs'
import { load, unhex } from './vectors.mjs'

const ORDER = load('orders.json')
const secret = `0x${'42'.repeat(32)}`
const key = cm.SecretKey.fromBytes(unhex(secret))
const { chain_id: chainId, index, timeout, ...rest } = ORDER.service
const service = { ...rest, chainId: BigInt(chainId), index: BigInt(index), timeout: BigInt(timeout) }

const statements = {
  agent: () => cm.prepareAgent('owner', key.publicKey, null, 1_800_000_000n),
  unicode: () => cm.prepareAgent('Ünï ☂', key.publicKey, Uint8Array.from({ length: 32 }, (_, i) => i), 0n),
  order: () =>
    cm.prepareOrder(
      key.address,
      BigInt(ORDER.now),
      ORDER.card,
      service,
      unhex(ORDER.algorithm),
      JSON.stringify(ORDER.transaction_receipt),
    ),
}

for (const [name, prepare] of Object.entries(statements)) {
  const own = () => prepare().finish(key.signDigest(prepare().digest))
  test(`viem signs: ${name}`, async () => {
    assert.deepEqual(await cm.signWith(prepare(), privateKeyToAccount(secret)), own())
  })
  test(`ethers signs: ${name}`, async () => {
    assert.deepEqual(await cm.signWith(prepare(), new Wallet(secret)), own())
  })
}

test('another wallet is refused', async () => {
  const other = new Wallet(`0x${'43'.repeat(32)}`)
  await assert.rejects(cm.signWith(statements.agent(), other), { code: 'signature_mismatch', check: 'signature' })
})

test('bad cards', () => {
  const refused = (name, publicKey, sealingKey, code) =>
    assert.throws(() => cm.prepareAgent(name, publicKey, sealingKey, 0n), { code })
  refused('', key.publicKey, null, 'agent_name_invalid')
  refused('x', key.publicKey.subarray(1), null, 'length_mismatch')
  refused('x', key.publicKey, new Uint8Array(31), 'length_mismatch')
  assert.throws(() => cm.prepareAgent('x', key.publicKey, null, -1n), { code: 'out_of_range' })
  assert.throws(() => cm.prepareAgent('x', key.publicKey, null, 2n ** 64n), { code: 'out_of_range' })
})
