import assert from 'node:assert/strict'
import test from 'node:test'
import { inspect } from 'node:util'
import * as cm from '../index.mjs'
import { load, unhex } from './vectors.mjs'

const KEYS = load('keys.json')

for (const k of KEYS.keys) {
  test(`address and public key of ${k.address}`, () => {
    const key = cm.SecretKey.fromBytes(unhex(k.private_key))
    assert.equal(key.address, k.address)
    assert.deepEqual(key.publicKey, unhex(k.public_key_compressed))
  })
}

for (const c of KEYS.eip191) {
  test(`personal message ${c.digest.slice(0, 10)}`, () => {
    const key = cm.SecretKey.fromBytes(unhex(c.private_key))
    const [message, signature] = [unhex(c.message), unhex(c.signature)]
    const digest = cm.eip191Digest(message)
    assert.deepEqual(digest, unhex(c.digest))
    assert.deepEqual(key.signMessage(message), signature)
    assert.deepEqual(key.signDigest(digest), signature)
    assert.equal(cm.recoverAddress(digest, signature), c.address)
    cm.verifySignature(digest, signature, c.address)
    assert.throws(() => cm.verifySignature(digest, signature, `0x${'11'.repeat(20)}`), {
      code: 'signature_mismatch',
      kind: 'signature',
      check: 'signature',
    })
  })
}

for (const { what, private_key: key, code, kind } of KEYS.bad) {
  test(`refuses a ${what}`, () => {
    assert.throws(() => cm.SecretKey.fromBytes(unhex(key)), { name: 'CountermarkError', code, kind })
  })
}

test('a key keeps its secret', () => {
  const key = cm.SecretKey.fromBytes(new Uint8Array(32).fill(0x11))
  assert.equal(inspect(key), `SecretKey(.. of ${key.address})`)
  assert.throws(() => JSON.stringify({ key }), TypeError)
  assert.deepEqual(Object.getOwnPropertyNames(key), [])
})

test('a key from a seed', () => {
  const seed = new Uint8Array(32).fill(1)
  assert.equal(cm.SecretKey.fromSeed(seed).address, cm.SecretKey.fromSeed(seed).address)
  assert.notEqual(cm.SecretKey.fromSeed(seed).address, cm.SecretKey.fromBytes(seed).address)
  assert.throws(() => cm.SecretKey.fromSeed(new Uint8Array(3)), { message: 'seed has length 3, expected 32' })
})
