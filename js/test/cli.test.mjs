import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { golden, load } from './vectors.mjs'

const cli = fileURLToPath(new URL('../cli.cjs', import.meta.url))
const file = fileURLToPath(new URL('../../bindings/vectors/golden.cmrk', import.meta.url))
const run = (...words) => spawnSync(process.execPath, [cli, ...words], { encoding: 'utf8' })

test('valid', () => {
  const { status, stdout } = run('verify', file, '--json')
  assert.equal(status, 0)
  const { valid, digest, receipts } = JSON.parse(stdout)
  assert.deepEqual([valid, digest, receipts[0].issuer_name], [true, load('forgeries.json').digest, 'owner'])
  assert.match(run('verify', file).stdout, /^valid: 0x/)
})

test('invalid', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countermark-'))
  try {
    const bad = join(folder, 'bad.cmrk')
    writeFileSync(bad, golden.subarray(0, -1))
    const { status, stdout } = run('verify', bad, '--json')
    assert.equal(status, 1)
    const { valid, code, check } = JSON.parse(stdout)
    assert.deepEqual([valid, code, check], [false, 'truncated', 'format'])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('usage', () => {
  for (const words of [[], ['verify'], ['verify', 'a', 'b'], ['sign', file], ['verify', '/no/such/file']]) {
    const { status, stderr } = run(...words)
    assert.equal(status, 2)
    assert.match(stderr, /usage/)
  }
})
