//! One file for each subsystem: the `Config` of its pallets, with a unit and a reason for each
//! constant.

pub mod balances;
pub mod consensus;
pub mod credit;
pub mod models;
pub mod revive;
pub mod schedule;
pub mod staging;
pub mod system;
