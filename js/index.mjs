// The same package for `import`: one instance, shared with `require`.
import countermark from './index.cjs'

export const {
  CountermarkError,
  Prepared,
  SecretKey,
  correlationContribution,
  eip191Digest,
  errorCodes,
  numeraiCorr,
  prepareAgent,
  recoverAddress,
  scoreModels,
  settlePot,
  signWith,
  verifyBundle,
  verifySignature,
  version,
} = countermark
export default countermark
