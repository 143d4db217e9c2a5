//! One file for each behaviour. Every step checks the invariants and that the issuance is conserved
//! to the unit.

mod aside;
mod channels;
mod deposits;
mod eip712;
pub(crate) mod mock;
mod payouts;
mod races;
mod random_calls;
mod reads;
mod sponsors;
mod vouchers;
