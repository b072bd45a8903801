#!/usr/bin/env node
'use strict'
// `countermark verify FILE [--json]`: exit 0 valid, 1 invalid, 2 usage.

const { open } = require('node:fs/promises')
const { CountermarkError, verifyBundle, version } = require('./index.cjs')

const [VALID, INVALID, USAGE] = [0, 1, 2]
// One byte over the largest bundle: enough for the core to refuse it, whatever the size of the file.
const MOST = (64 << 20) + 1

function usage(text) {
  process.stderr.write(`usage: countermark verify FILE [--json]\ncountermark: ${text}\n`)
  return USAGE
}

async function read(path) {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const bytes = Buffer.alloc(Math.min(size, MOST))
    let at = 0
    while (at < bytes.length) {
      const { bytesRead } = await file.read(bytes, at, bytes.length - at)
      if (bytesRead === 0) break
      at += bytesRead
    }
    return bytes.subarray(0, at)
  } finally {
    await file.close()
  }
}

function asJson({ digest, receipts }) {
  const rows = receipts.map((r) => ({
    index: r.index,
    kind: r.kind,
    id: r.id,
    issuer: r.issuer,
    issuer_name: r.issuerName,
    issued_at: Number(r.issuedAt),
    strength: r.strength,
  }))
  return JSON.stringify({ valid: true, digest, receipts: rows })
}

function asText({ digest, receipts }) {
  const rows = receipts.map((r) => `  ${r.index} ${r.kind} ${r.strength} ${r.issuer} ${r.issuerName}`)
  return [`valid: ${digest}`, ...rows].join('\n')
}

async function main(words) {
  const json = words.includes('--json')
  const [command, file, ...rest] = words.filter((word) => word !== '--json')
  if (command === '--version') {
    console.log(`countermark ${version()}`)
    return VALID
  }
  if (command !== 'verify' || file === undefined || rest.length > 0) return usage('name one bundle to verify')
  let bytes
  try {
    bytes = await read(file)
  } catch (error) {
    return usage(`cannot read ${file}: ${error.code}`)
  }
  try {
    const verdict = await verifyBundle(bytes)
    console.log(json ? asJson(verdict) : asText(verdict))
    return VALID
  } catch (error) {
    if (!(error instanceof CountermarkError)) throw error
    const { code, kind, check, message: text } = error
    console.log(
      json ? JSON.stringify({ valid: false, code, kind, check, text }) : `invalid: ${text} (${code}, check ${check})`,
    )
    return INVALID
  }
}

main(process.argv.slice(2)).then((status) => {
  process.exitCode = status
})
