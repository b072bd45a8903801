'use strict'
// The package: the native functions, the error class they throw, and the adapter to outside wallets.

const { join } = require('node:path')
const { inspect } = require('node:util')
const { setErrorMaker, runAlgorithm: start, workerMain: _, ...native } = require('./native.cjs')

const WORKER = [process.execPath, join(__dirname, 'worker.cjs')]

class CountermarkError extends Error {
  constructor(message, code, kind, check = null, retryable = false) {
    super(message)
    Object.assign(this, { code, kind, check: check ?? null, retryable })
  }
}
Object.defineProperty(CountermarkError.prototype, 'name', { value: 'CountermarkError', configurable: true })

setErrorMaker(function make(...fields) {
  const error = new CountermarkError(...fields)
  Error.captureStackTrace(error, make)
  return error
})

// A key shows its address and refuses to be written out.
Object.assign(native.SecretKey.prototype, {
  toJSON() {
    throw new TypeError('a SecretKey is not serialised')
  },
  [inspect.custom]() {
    return `SecretKey(.. of ${this.address})`
  },
})

/** A viem account takes one argument, an ethers Signer three. */
async function signWith(prepared, signer) {
  const { domain, types: all, primaryType, message } = JSON.parse(prepared.typedData)
  // Both libraries derive the domain's type from the domain itself.
  const { EIP712Domain: _, ...types } = all
  const signature =
    signer.signTypedData.length === 1
      ? await signer.signTypedData({ domain, types, primaryType, message })
      : await signer.signTypedData(domain, types, message)
  return prepared.finish(Uint8Array.from(Buffer.from(signature.replace(/^0x/, ''), 'hex')))
}

/** A run in a child process, unless it is asked for in this one. */
async function runAlgorithm(module, columns, values, slots, options) {
  const { seed, limits, isolation = 'process', worker = WORKER, signal, cancel = new native.CancelToken() } = options
  const stop = () => cancel.cancel()
  if (signal?.aborted) stop()
  signal?.addEventListener('abort', stop, { once: true })
  try {
    return await start(module, columns, values, slots, limits, seed, isolation, worker, cancel)
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

module.exports = { ...native, runAlgorithm, CountermarkError, signWith }
