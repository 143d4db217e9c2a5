//! One file for each behaviour. Every step checks the invariants of all pallets and that the
//! issuance is conserved to the unit.

mod batch;
mod batch_refused;
mod batches;
mod beneficiaries;
mod credits;
mod fuel;
mod infer;
pub(crate) mod mock;
mod payment;
mod pipelines;
mod proofs;
mod random_calls;
mod reads;
mod receipts;
mod refused;
mod sources;
mod special_values;
mod state;
