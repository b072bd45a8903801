'use strict'
// The package: the native functions, the error class they throw, and the adapter to outside wallets.

const { inspect } = require('node:util')
const { setErrorMaker, ...native } = require('./native.cjs')

class CountermarkError extends Error {
  constructor(message, code, kind, check = null, retryable = false) {
    super(message)
    Object.assign(this, { code, kind, check: check ?? null, retryable })
  }
}
Object.defineProperty(CountermarkError.prototype, 'name', { value: 'CountermarkError', configurable: true })

setErrorMaker((...fields) => {
  const error = new CountermarkError(...fields)
  Error.captureStackTrace?.(error, CountermarkError)
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

module.exports = { ...native, CountermarkError, signWith }
