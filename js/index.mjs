// The same package for `import`: one instance, shared with `require`.
import countermark from './index.cjs'

export const {
  CancelToken,
  CountermarkError,
  Prepared,
  SecretKey,
  correlationContribution,
  directionMetrics,
  eip191Digest,
  errorCodes,
  feedAccuracy,
  numeraiCorr,
  predictoorProfit,
  prepareAgent,
  prepareOrder,
  recoverAddress,
  regressionErrors,
  runAlgorithm,
  runningMetrics,
  scoreModels,
  settlePot,
  settleRound,
  signWith,
  traderProfit,
  verifyBundle,
  verifyOrder,
  verifySignature,
  version,
} = countermark
export default countermark
