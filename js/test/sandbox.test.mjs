import assert from 'node:assert/strict'
import test from 'node:test'
import * as cm from '../index.mjs'
import { load, unhex } from './vectors.mjs'

const V = load('sandbox.json')
const slot = ({ lo, hi, ...rest }) => ({ ...rest, lo: BigInt(lo), hi: BigInt(hi) })
const limits = {
  fuel: BigInt(V.limits.fuel),
  memoryBytes: BigInt(V.limits.memory_bytes),
  wallMs: BigInt(V.limits.wall_ms),
  logBytes: V.limits.log_bytes,
}

const run = (wasm, changes = {}) => {
  const all = {
    columns: V.columns,
    values: Float64Array.from(V.rows.flat()),
    slots: [slot(V.slot)],
    limits,
    seed: unhex(V.seed),
    ...changes,
  }
  return cm.runAlgorithm(unhex(wasm), all.columns, all.values, all.slots, all)
}

for (const isolation of ['process', 'in_process']) {
  for (const { what, module, outputs, length, code, kind } of V.cases) {
    test(`${isolation}: ${what}`, async () => {
      const slots = [slot({ ...V.slot, length: length ?? V.slot.length })]
      const outcome = run(V.modules[module].wasm, { isolation, slots })
      if (code !== undefined) {
        await assert.rejects(outcome, { name: 'CountermarkError', code, kind })
        return
      }
      const ran = await outcome
      assert.deepEqual(ran.outputs, [{ name: V.slot.name, values: outputs }])
      assert.equal(ran.isolation, isolation)
    })
  }
}

test('what is not wasm', async () => {
  const { wasm, code, kind } = V.not_wasm
  await assert.rejects(run(wasm), { code, kind })
})

test('a missing worker is named', async () => {
  const { worker, code, kind } = V.missing_worker
  await assert.rejects(run(V.modules.mean.wasm, { worker }), { code, kind, message: /\/no\/such\/worker/ })
  await assert.rejects(run(V.modules.mean.wasm, { worker: [] }), { code })
})

test('arguments are checked', async () => {
  const mean = V.modules.mean.wasm
  await assert.rejects(run(mean, { values: Float64Array.of(1) }), { code: 'length_mismatch' })
  await assert.rejects(run(mean, { values: new Float64Array(48).fill(NaN) }), { code: 'non_finite_cell' })
  await assert.rejects(run(mean, { seed: new Uint8Array(3) }), { code: 'length_mismatch' })
  await assert.rejects(run(mean, { isolation: 'none' }), { code: 'invalid_text' })
  await assert.rejects(run(mean, { slots: [slot({ ...V.slot, lo: 9, hi: 1 })] }), { code: 'slot_invalid' })
})

test('an abort signal stops a run', async () => {
  const worker = [process.execPath, '-e', 'setTimeout(() => {}, 60000)']
  const start = Date.now()
  const stopped = run(V.modules.mean.wasm, { worker, signal: AbortSignal.timeout(300) })
  await assert.rejects(stopped, { code: 'cancelled', kind: 'cancelled' })
  assert.ok(Date.now() - start < 10_000)
  await assert.rejects(run(V.modules.mean.wasm, { signal: AbortSignal.abort() }), { code: 'cancelled' })
})
