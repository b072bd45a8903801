// Verifies a bundle and scores an array. Usage: node verify_and_score.mjs [BUNDLE]
import { readFile } from 'node:fs/promises'
// In a project of your own: import { numeraiCorr, verifyBundle } from 'countermark'
import { numeraiCorr, verifyBundle } from '../../js/index.mjs'

const golden = new URL('../../bindings/vectors/golden.cmrk', import.meta.url)
const verdict = await verifyBundle(await readFile(process.argv[2] ?? golden))
console.log('digest', verdict.digest)
for (const { kind, issuerName, strength } of verdict.receipts) console.log(`${kind} by ${issuerName}: ${strength}`)

const target = Float64Array.of(0, 0.25, 0.5, 0.5, 0.5, 0.75, 1, 0.5)
const predictions = Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8)
console.log('numerai_corr', numeraiCorr(predictions, target))
