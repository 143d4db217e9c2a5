//! Tests by behaviour.

mod buffers;
mod expiry;
pub(crate) mod mock;
mod random_calls;
mod refused;
