//! Fuzz targets: what reads bytes of strangers, each as one function that panics on a defect or
//! records it with [`findings`].
//!
//! | module | target |
//! |---|---|
//! | [`load`] | bytes → the guest's decoder, checks, analysis |
//! | [`graphs`] | models → load and run, Cranelift against Pulley against native |
//! | [`tensors`] | SCALE encodings of tensors, signatures and reports; `.npy` files |
//! | [`calldata`] | calls of the inference precompile |
//!
//! [`generate`] and [`mutate`] make models; [`sandbox`] holds native executions to bounds.
//! `scripts/fuzz` runs the targets under libFuzzer; the tests run them on the committed corpus.

pub mod calldata;
pub mod findings;
pub mod generate;
pub mod graphs;
pub mod load;
pub mod mutate;
pub mod operators;
pub mod random;
pub mod sandbox;
pub mod tensors;
