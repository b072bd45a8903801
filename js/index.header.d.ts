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

