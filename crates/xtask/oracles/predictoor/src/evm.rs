//! A chain in memory: deploys, calls and reads.

use crate::abi;
use revm::{
    Context, DatabaseCommit as _, ExecuteEvm as _, MainBuilder as _, MainContext as _,
    context::{BlockEnv, TxEnv, result::ExecutionResult},
    database::{CacheDB, EmptyDB},
    primitives::{Address, Bytes, Log, TxKind, U256, hardfork::SpecId},
};

#[derive(Clone)]
pub(crate) struct Chain(CacheDB<EmptyDB>);

/// What a call did: its answer and logs, or why it reverted.
pub(crate) type Outcome = Result<(Vec<U256>, Vec<Log>), String>;

/// A transaction that costs nothing.
fn free(caller: Address, kind: TxKind, data: Vec<u8>) -> TxEnv {
    let (data, gas_limit) = (Bytes::from(data), 1_000_000_000);
    TxEnv { caller, kind, data, gas_limit, gas_price: 0, chain_id: Some(1), ..TxEnv::default() }
}

impl Chain {
    pub(crate) fn new() -> Self {
        Self(CacheDB::new(EmptyDB::new()))
    }

    fn run(&mut self, tx: TxEnv, now: u64, keep: bool) -> ExecutionResult {
        let mut evm = Context::mainnet()
            .with_db(&mut self.0)
            .modify_cfg_chained(|cfg| {
                cfg.set_spec_and_mainnet_gas_params(SpecId::SHANGHAI);
                cfg.disable_nonce_check = true;
                cfg.tx_gas_limit_cap = Some(u64::MAX);
            })
            .with_block(BlockEnv {
                number: U256::ONE,
                timestamp: U256::from(now),
                gas_limit: u64::MAX,
                basefee: 0,
                ..BlockEnv::default()
            })
            .build_mainnet();
        let done = evm.transact(tx).unwrap_or_else(|e| panic!("the transaction is invalid: {e}"));
        if keep {
            self.0.commit(done.state);
        }
        done.result
    }

    /// Creates a contract and answers its address.
    pub(crate) fn deploy(&mut self, from: Address, code: &[u8], args: Vec<abi::Arg>) -> Address {
        let data = [code, &abi::arguments(args)].concat();
        match self.run(free(from, TxKind::Create, data), 1, true) {
            result @ ExecutionResult::Success { .. } => result.created_address().expect("a contract"),
            other => panic!("a contract does not deploy: {other:?}"),
        }
    }

    fn outcome(result: ExecutionResult) -> Outcome {
        match result {
            ExecutionResult::Success { output, logs, .. } => Ok((abi::words(output.data()), logs)),
            ExecutionResult::Revert { output, .. } => Err(abi::revert_text(&output)),
            ExecutionResult::Halt { reason, .. } => Err(format!("halt: {reason:?}")),
        }
    }

    /// Calls a contract.
    pub(crate) fn send(
        &mut self,
        now: u64,
        from: Address,
        to: Address,
        signature: &str,
        args: Vec<abi::Arg>,
    ) -> Outcome {
        Self::outcome(self.run(free(from, TxKind::Call(to), abi::call(signature, args)), now, true))
    }

    /// Calls a contract and forgets what it changed.
    pub(crate) fn read(&mut self, now: u64, to: Address, signature: &str, args: Vec<abi::Arg>) -> Outcome {
        let tx = free(Address::ZERO, TxKind::Call(to), abi::call(signature, args));
        Self::outcome(self.run(tx, now, false))
    }
}
