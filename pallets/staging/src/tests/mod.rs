//! Tests by behaviour.

mod buffers;
mod expiry;
mod mock;
mod random_calls;
mod refused;
