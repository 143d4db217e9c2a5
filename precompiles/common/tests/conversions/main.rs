//! Numbers as contracts write them, and as tensors hold them.

mod digits;
mod fixed;
mod ieee;
mod rounding;
