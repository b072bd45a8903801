// Compiled by `tsc --strict`, never run: the declarations fit the way people use the package.
import { Wallet } from 'ethers'
import { privateKeyToAccount } from 'viem/accounts'
import {
  CancelToken,
  CountermarkError,
  SecretKey,
  errorCodes,
  numeraiCorr,
  prepareAgent,
  runAlgorithm,
  scoreModels,
  settlePot,
  signWith,
  verifyBundle,
  verifyOrder,
  type ModelScore,
  type OrderVerdict,
  type RunOutcome,
  type Service,
  type Verdict,
} from '../index.js'

export async function all(bytes: Uint8Array, service: Service): Promise<void> {
  const key: SecretKey = SecretKey.fromSeed(bytes)
  const signature: Uint8Array = key.signDigest(bytes)
  const verdict: Verdict = await verifyBundle(bytes)
  const issuedAt: bigint | undefined = verdict.receipts[0]?.issuedAt
  const corr: number = numeraiCorr(new Float64Array(8), new Float64Array(8))
  const scores: ModelScore[] = await scoreModels(new Float64Array(8), new Float64Array(8), null, 'compat')
  const { paid }: { paid: bigint } = settlePot(1n, [corr], [1n], 0.05, null, 'whole_pot')
  const prepared = prepareAgent('x', key.publicKey, null, issuedAt ?? 0n)
  const secret = `0x${'11'.repeat(32)}` as const
  const receipts: Uint8Array[] = [
    await signWith(prepared, privateKeyToAccount(secret)),
    await signWith(prepared, new Wallet(secret)),
    prepared.finish(signature),
  ]
  const order: OrderVerdict = verifyOrder('{}', service, key.address, 'strict', true, 0n)
  const slots = [{ name: 'mean', length: 2, lo: 0n, hi: 9n, digits: 2 }]
  const outcome: RunOutcome = await runAlgorithm(bytes, ['x'], new Float64Array(1), slots, {
    seed: bytes,
    isolation: 'in_process',
    signal: AbortSignal.timeout(1000),
  })
  new CancelToken().cancel()
  // @ts-expect-error amounts are bigints
  settlePot(1, [corr], [1n], 0.05, null, 'whole_pot')
  // @ts-expect-error arrays are Float64Arrays
  numeraiCorr([1, 2], [1, 2])
  // @ts-expect-error a mode is one of three words
  await scoreModels(new Float64Array(8), new Float64Array(8), null, 'lenient')
  console.log(scores, paid, receipts, order.validUntil, outcome.outputs[0]?.values, errorCodes()[0]?.kind)
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof CountermarkError ? error.code : undefined
}
