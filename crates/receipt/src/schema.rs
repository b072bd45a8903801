//! The numbers of all document schemas, so that none is used twice.

/// A bundle of receipts and attachments.
pub const BUNDLE: u16 = 1;
/// A table of numbers.
pub const TABLE: u16 = 2;
/// An agent's card.
pub const AGENT: u16 = 10;
/// A consumer's order of a data service.
pub const ORDER: u16 = 20;
/// An owner's grant on an order.
pub const GRANT: u16 = 21;
/// The state of the datatoken contracts.
pub const DATATOKEN_STATE: u16 = 22;
/// A run of an algorithm next to private data.
pub const RUN: u16 = 30;
/// What a sandbox worker is given.
pub const RUN_JOB: u16 = 31;
/// What a sandbox worker answers.
pub const RUN_OUTCOME: u16 = 32;
/// A training transcript.
pub const TRAINING: u16 = 40;
/// A verifier's sampled re-execution of a training.
pub const VERIFICATION: u16 = 41;
/// Scores and their settlement.
pub const SCORE_REPORT: u16 = 50;
/// One number for each row: predictions, targets.
pub const SCORE_VECTOR: u16 = 51;
/// Scores over eras and their settlement.
pub const ERA_REPORT: u16 = 52;

/// The lower-case name of a receipt schema, or `None` when the number is none of a receipt.
pub const fn name_of(schema: u16) -> Option<&'static str> {
    Some(match schema {
        AGENT => "agent",
        ORDER => "order",
        GRANT => "grant",
        RUN => "run",
        TRAINING => "training",
        VERIFICATION => "verification",
        SCORE_REPORT => "score_report",
        ERA_REPORT => "era_report",
        _ => return None,
    })
}
