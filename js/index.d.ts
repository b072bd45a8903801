/** A code the library can throw is one of `errorCodes()`; `kind` is the family it belongs to. */
export declare class CountermarkError extends Error {
  constructor(message: string, code: string, kind: string, check?: string | null, retryable?: boolean)
  readonly name: 'CountermarkError'
  /** Stable snake_case code, the same in every language. */
  readonly code: string
  /** `invalid`, `shape`, `range`, `signature`, `proof`, `refused`, `expired`, `limit`, `conflict`, `cancelled`,
   * `unsupported`, `unavailable` or `internal`. */
  readonly kind: string
  /** The verification check that refused, where one did: `format`, `digest`, `signature`, `link`, `evidence`. */
  readonly check: string | null
  /** Whether the same call may succeed later. */
  readonly retryable: boolean
}

/** A viem account, or anything shaped like it. */
export interface TypedDataAccount {
  signTypedData(typedData: any): Promise<`0x${string}`>
}

/** An ethers Signer, or anything shaped like it. */
export interface TypedDataSigner {
  signTypedData(domain: any, types: any, value: any): Promise<string>
}

/** Has a wallet sign a prepared statement and gives the bytes of the receipt. */
export declare function signWith(
  prepared: Prepared,
  signer: TypedDataAccount | TypedDataSigner,
): Promise<Uint8Array>

export interface RunOptions {
  /** 32 bytes, the only randomness the module gets. */
  seed: Uint8Array
  /** Bounds of the run; absent for the default ones. */
  limits?: Limits | null
  /** `process` (the default) runs in a child process, `in_process` does not. */
  isolation?: 'process' | 'in_process'
  /** Program and arguments of the child process; absent for this package's own. */
  worker?: Array<string>
  /** Stops the run. */
  signal?: AbortSignal
  /** Stops the run too. */
  cancel?: CancelToken
}

/**
 * Runs a WebAssembly module next to a table and passes its outputs through the gate.
 *
 * `columns`: names; `values`: shape [rows, columns], row-major; `slots`: the declared outputs, nothing else can leave.
 */
export declare function runAlgorithm(
  module: Uint8Array,
  columns: Array<string>,
  values: Float64Array,
  slots: Array<Slot>,
  options: RunOptions,
): Promise<RunOutcome>

/** A flag that stops a run. */
export declare class CancelToken {
  /** A token nobody has cancelled yet. */
  constructor()
  /** Asks the call that holds this token to stop. */
  cancel(): void
  /** Whether `cancel` was called. */
  isCancelled(): boolean
}

/** A statement on its way through a wallet: what to sign, and what the signature is put to. */
export declare class Prepared {
  /** The id the receipt will have, as hex. */
  get id(): string
  /** The 32 bytes to sign, for a signer of plain hashes. */
  get digest(): Uint8Array
  /** The same as EIP-712 typed data in JSON, for a wallet. */
  get typedData(): string
  /** The address that has to sign. */
  get issuer(): string
  /** Puts the wallet's 65 signature bytes to the statement; gives the bytes of the receipt. */
  finish(signature: Uint8Array): Uint8Array
}

/** A secp256k1 secret key. It is never printed, compared or serialised. */
export declare class SecretKey {
  /** From the 32 bytes of the scalar, big-endian. */
  static fromBytes(bytes: Uint8Array): SecretKey
  /** Derives a key from 32 secret bytes. */
  static fromSeed(seed: Uint8Array): SecretKey
  /** The Ethereum address, with its EIP-55 checksum. */
  get address(): string
  /** The public key: 33 bytes, compressed SEC1 form. */
  get publicKey(): Uint8Array
  /** Signs 32 bytes as they are: r, s and v, 65 bytes. */
  signDigest(digest: Uint8Array): Uint8Array
  /** Signs bytes as a wallet signs a personal message (EIP-191): r, s and v, 65 bytes. */
  signMessage(message: Uint8Array): Uint8Array
}

/** Contribution of one model to the meta model (MMC). NaN or infinite values are refused. */
export declare function correlationContribution(predictions: Float64Array, metaModel: Float64Array, target: Float64Array): number

/** What a wallet hashes for a personal message (EIP-191), 32 bytes. */
export declare function eip191Digest(message: Uint8Array): Uint8Array

/** A code that an error can carry, with the kind it belongs to. */
export interface ErrorCode {
  /** The code, snake_case, unique in the library. */
  code: string
  /** The kind. */
  kind: string
}

/** All codes an error can carry. */
export declare function errorCodes(): Array<ErrorCode>

/** Bounds of a run. */
export interface Limits {
  /** Instructions. */
  fuel: bigint
  /** Linear memory in bytes. */
  memoryBytes: bigint
  /** Wall clock in milliseconds. */
  wallMs: bigint
  /** Bytes of log kept. */
  logBytes: number
}

/** The scores of one model. */
export interface ModelScore {
  /** Numerai's correlation, -1..=1; NaN where there is a reason. */
  corr: number
  /** Contribution to the meta model; NaN where there is a reason or no meta model. */
  mmc: number
  /** Why there is no score, as an error code; absent where there is one. */
  reason?: string
}

/** Numerai's correlation of one model with the target, -1..=1. NaN or infinite values are refused. */
export declare function numeraiCorr(predictions: Float64Array, target: Float64Array): number

/** What an order gives. */
export interface OrderVerdict {
  /** Strength of the evidence: "asserted", "proved" or "final". */
  level: string
  /** Who may use the service. */
  consumer: string
  /** Who paid. */
  payer: string
  /** When the order was started, in seconds since 1970. */
  startedAt: bigint
  /** Last second it is good for; absent = forever. */
  validUntil?: bigint
  /** Hash of the transaction, as hex. */
  transaction: string
}

/**
 * An agent's card, to be signed by the key it names: `publicKey` is 33 bytes (compressed SEC1), `sealingKey` the 32
 * bytes of an X25519 key where the agent takes sealed things, `issuedAt` seconds since 1970.
 */
export declare function prepareAgent(name: string, publicKey: Uint8Array, sealingKey: Uint8Array | undefined | null, issuedAt: bigint): Prepared

/**
 * A consumer's order, to be signed by the consumer: `card` is the id (hex) of the issuer's own card, `algorithm` the
 * 32-byte hash of the module to run, `transactionReceipt` the JSON of eth_getTransactionReceipt.
 */
export declare function prepareOrder(issuer: string, issuedAt: bigint, card: string, service: Service, algorithm: Uint8Array, transactionReceipt: string): Prepared

/** What is known of one receipt. */
export interface ReceiptVerdict {
  /** Place in the bundle, from 0. */
  index: number
  /** Name of the schema. */
  kind: string
  /** Id of the receipt, as hex. */
  id: string
  /** Address of who signed it. */
  issuer: string
  /** The name on the issuer's card; for people only. */
  issuerName: string
  /** When, by the issuer's clock, in seconds since 1970. */
  issuedAt: bigint
  /** What stands behind the statement: "asserted", "sampled", "recomputed" or "proved". */
  strength: string
}

/** The address whose key signed the 32 bytes. */
export declare function recoverAddress(digest: Uint8Array, signature: Uint8Array): string

/** What a run gave, after the gate; for the data owner. */
export interface RunOutcome {
  /** Hash of the module, as hex. */
  algorithm: string
  /** Merkle root of the table, as hex. */
  input: string
  /** The released values, in declared order. */
  outputs: Array<SlotValues>
  /** Fuel used. */
  fuel: bigint
  /** What the algorithm logged. */
  log: Uint8Array
  /** Name and version of the executor. */
  executor: string
  /** The wall it ran behind: "process" or "in_process". */
  isolation: string
}

/**
 * Scores many models in one call, on another thread; the arrays are copied first.
 *
 * `predictions`: shape `[n, models]`, row-major; `target` and `metaModel`: shape `[n]`. `mode`: "per_model" gives a
 * model that cannot be scored a reason, "strict" rejects, "compat" does as numerai-tools.
 */
export declare function scoreModels(predictions: Float64Array, target: Float64Array, metaModel?: Float64Array | undefined | null, mode?: 'strict' | 'per_model' | 'compat'): Promise<Array<ModelScore>>

/** A service of a dataset: what its publisher offers, and on what terms. */
export interface Service {
  /** The chain of the contracts. */
  chainId: bigint
  /** Address of the dataset's data NFT. */
  nft: string
  /** Who owns the data NFT. */
  owner: string
  /** The datatoken that pays for the service. */
  datatoken: string
  /** Place of the service in the dataset's description, from 0. */
  index: bigint
  /** Id of the service. */
  id: string
  /** How long an order is good for, in seconds; 0 = forever. */
  timeout: bigint
  /** Who serves it and signs its fees; absent when no provider fee is asked. */
  provider?: string
}

/** A settled pot, in the smallest unit of its token: `pot + burned == paid + remainder`. */
export interface Settlement {
  /** What there was to pay out. */
  pot: bigint
  /** One row for each score, in the order given. */
  rows: Array<SettlementRow>
  /** Sum of what was paid. */
  paid: bigint
  /** Sum of what was taken from stakes. */
  burned: bigint
  /** What nobody earned, and what was taken from stakes. */
  remainder: bigint
}

/** One staked score and what came of it. */
export interface SettlementRow {
  /** The score that was settled, to the nearest 1e-9. */
  score: number
  /** What was staked on it. */
  stake: bigint
  /** The score after payout factor and clip. */
  rate: number
  /** Paid out of the pot. */
  paid: bigint
  /** Taken from the stake. */
  burned: bigint
}

/**
 * Settles a pot in integers: scores (rounded to 1e-9) to rates, positive rates are paid, negative ones burn their
 * part of the stake.
 *
 * `stakes`, `pot` and `threshold`: bigints in the smallest unit. `clip`: bound of the rate as a part of the stake,
 * 0..=1. `threshold`: stake in total above which rates shrink. `share`: "whole_pot" or "at_most_rate".
 */
export declare function settlePot(pot: bigint, scores: Array<number>, stakes: Array<bigint>, clip: number, threshold: bigint | undefined | null, share: 'whole_pot' | 'at_most_rate'): Settlement

/** A declared output: `length` numbers (absent: a single one) between `lo` and `hi`, with `digits` decimal digits. */
export interface Slot {
  /** Name, unique in the run. */
  name: string
  /** Number of values; absent for a single number. */
  length?: number
  /** Smallest value, in whole units. */
  lo: bigint
  /** Largest value, in whole units. */
  hi: bigint
  /** Decimal digits kept. */
  digits: number
}

/** The released values of one slot. */
export interface SlotValues {
  /** Name of the slot. */
  name: string
  /** Its values, rounded to the declared digits. */
  values: Array<number>
}

/** What verifying a bundle found. */
export interface Verdict {
  /** Digest of the bundle, as hex. */
  digest: string
  /** One entry for each receipt, in the bundle's order. */
  receipts: Array<ReceiptVerdict>
}

/**
 * Verifies a bundle offline: form, digest, and each receipt's signature, links and evidence.
 *
 * Rejects with the first fault found; its `check` is "format", "digest", "signature", "link" or "evidence".
 */
export declare function verifyBundle(bundle: Uint8Array): Promise<Verdict>

/**
 * Checks that a transaction receipt (JSON of eth_getTransactionReceipt) shows a paid, unexpired order of this
 * service by this user.
 *
 * `profile`: "strict" or "compat" (as the original contracts take it). `allowAsserted`: whether "strict" takes the
 * word of whoever hands over the transaction receipt. `now`: seconds since 1970.
 */
export declare function verifyOrder(transactionReceipt: string, service: Service, user: string, profile: 'strict' | 'compat', allowAsserted: boolean, now: bigint): OrderVerdict

/** Returns when the 32 bytes were signed by the key of `signer`, throws an error of kind `signature` otherwise. */
export declare function verifySignature(digest: Uint8Array, signature: Uint8Array, signer: string): void

/** The version of the library. */
export declare function version(): string
