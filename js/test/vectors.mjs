// The vectors that every language reads.
import { readFileSync } from 'node:fs'

const folder = new URL('../../bindings/vectors/', import.meta.url)

export const golden = readFileSync(new URL('golden.cmrk', folder))
export const load = (name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'))
export const unhex = (text) => Uint8Array.from(Buffer.from(text.replace(/^0x/, ''), 'hex'))
