//! The counters of fuel and call stack: what they count, in two implementations of WebAssembly, and
//! what the check of an engine lets through.

mod checked;
mod counted;
mod machine;
mod random;
