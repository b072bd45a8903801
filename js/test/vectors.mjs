// The vectors that every language reads.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'

const folder = new URL('../../bindings/vectors/', import.meta.url)

export const golden = readFileSync(new URL('golden.cmrk', folder))
export const load = (name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'))
export const unhex = (text) => Uint8Array.from(Buffer.from(text.replace(/^0x/, ''), 'hex'))
export const camel = (name) => name.replace(/_(.)/g, (_, c) => c.toUpperCase())

/** Numbers of a vector, flat: null is NaN, "inf" and "-inf" are infinite. */
export function floats(values) {
  const number = (x) => (x === null ? NaN : Number(String(x).replace('inf', 'Infinity')))
  return values === undefined || values === null ? undefined : Float64Array.from([values].flat(Infinity), number)
}

/** Whether numbers, lists and objects of them are those of a vector. */
export function near(got, expected, tolerance, at = '') {
  if (expected === null) {
    assert.ok(got === undefined || Number.isNaN(got), `${at}: ${got} is not null`)
  } else if (typeof expected === 'number' || typeof got === 'number') {
    const [x] = floats(expected)
    const same = Object.is(got, x) || Math.abs(got - x) <= tolerance * Math.max(1, Math.abs(x))
    assert.ok(same, `${at}: ${got} is not ${x}`)
  } else if (typeof expected === 'object') {
    if (Array.isArray(expected)) assert.equal(got.length, expected.length, at)
    for (const [name, value] of Object.entries(expected)) near(got[camel(name)], value, tolerance, `${at}.${name}`)
  } else {
    assert.equal(got, expected, at)
  }
}
