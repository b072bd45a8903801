// The same package for `import`: one instance, shared with `require`.
import countermark from './index.cjs'

export const {
  CancelToken,
  CountermarkError,
  Prepared,
  SecretKey,
  correlationContribution,
  eip191Digest,
  errorCodes,
  numeraiCorr,
  prepareAgent,
  prepareOrder,
  recoverAddress,
  runAlgorithm,
  scoreModels,
  settlePot,
  signWith,
  verifyBundle,
  verifyOrder,
  verifySignature,
  version,
} = countermark
export default countermark
