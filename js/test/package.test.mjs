import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import test from 'node:test'
import * as esm from '../index.mjs'

const cjs = createRequire(import.meta.url)('../index.cjs')

test('import and require give the same names', () => {
  const names = Object.keys(cjs)
  assert.deepEqual(Object.keys(esm).filter((name) => name !== 'default').sort(), names.sort())
  for (const name of names) assert.equal(esm[name], cjs[name])
})

test('the error class', () => {
  assert.throws(
    () => esm.SecretKey.fromBytes(new Uint8Array(1)),
    (error) => {
      assert.ok(error instanceof esm.CountermarkError && error instanceof Error)
      assert.equal(error.name, 'CountermarkError')
      assert.equal(error.message, 'secret key has length 1, expected 32')
      const { code, kind, check, retryable } = error
      assert.deepEqual({ code, kind, check, retryable }, {
        code: 'length_mismatch',
        kind: 'shape',
        check: null,
        retryable: false,
      })
      assert.match(error.stack, /package\.test\.mjs/)
      return true
    },
  )
})

test('codes are unique and of known kinds', () => {
  const codes = esm.errorCodes()
  assert.ok(codes.length > 50)
  assert.equal(new Set(codes.map((c) => c.code)).size, codes.length)
  const kinds =
    'invalid shape range signature proof refused expired limit conflict cancelled unsupported unavailable internal'
  assert.deepEqual(codes.filter((c) => !kinds.split(' ').includes(c.kind)), [])
})

test('version', () => {
  assert.equal(esm.version(), '0.1.0')
})

test('works in a worker thread', async () => {
  const { Worker } = await import('node:worker_threads')
  const code = `
    const cm = require(${JSON.stringify(createRequire(import.meta.url).resolve('../index.cjs'))})
    const { parentPort } = require('node:worker_threads')
    cm.verifyBundle(new Uint8Array(3)).catch((error) =>
      parentPort.postMessage([error instanceof cm.CountermarkError, error.code]))`
  const answer = await new Promise((resolve, reject) => {
    const worker = new Worker(code, { eval: true })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
  assert.deepEqual(answer, [true, 'truncated'])
})

test('an argument of the wrong type is a TypeError that names the function', () => {
  const cases = [
    ['numeraiCorr', () => esm.numeraiCorr([1, 2], [3, 4])],
    ['settlePot', () => esm.settlePot(1, [0.1], [1n], 1, null, 'whole_pot')],
    ['eip191Digest', () => esm.eip191Digest('text')],
    ['verifyOrder', () => esm.verifyOrder(5)],
    ['verifyBundle', () => esm.verifyBundle('text')],
  ]
  for (const [name, call] of cases) {
    assert.throws(call, (error) => {
      assert.ok(error instanceof TypeError, name)
      assert.equal(error.code, 'ERR_INVALID_ARG_TYPE')
      assert.match(error.message, new RegExp(`^${name} does not take`))
      return true
    })
  }
})
