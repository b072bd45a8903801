'use strict'
// The package: the native functions, the error class they throw, and the adapter to outside wallets.

const { join } = require('node:path')
const { inspect } = require('node:util')
const { setErrorMaker, runAlgorithm, workerMain: _, ...native } = require('./native.cjs')
const start = typed('runAlgorithm', runAlgorithm)

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

// What the native layer says of an argument of the wrong type.
const WRONG_TYPE = /^(InvalidArg|(String|Number|Bigint|Object|Array|Boolean|Function|Uint8Array)Expected|ArrayBufferExpected)$/

/** What `call` gives, or the error that Node's own functions throw for an argument of the wrong type. */
function checked(name, given, call) {
  try {
    return call()
  } catch (cause) {
    if (!WRONG_TYPE.test(cause.code)) throw cause
    const kinds = given.map((value) => value?.constructor?.name ?? String(value)).join(', ')
    const error = new TypeError(`${name} does not take (${kinds}); see the types in index.d.ts`, { cause })
    throw Object.assign(error, { code: 'ERR_INVALID_ARG_TYPE' })
  }
}

function typed(name, call) {
  // Classes start with a capital; a proxy keeps `instanceof`.
  if (/^[A-Z]/.test(name)) {
    return new Proxy(call, { construct: (type, given) => checked(name, given, () => Reflect.construct(type, given)) })
  }
  return function (...given) {
    return checked(name, given, () => call.apply(this, given))
  }
}
for (const [name, value] of Object.entries(native)) native[name] = typed(name, value)

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
async function run(module, columns, values, slots, options) {
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

module.exports = { ...native, runAlgorithm: run, CountermarkError, signWith }
