mod charges;
pub(crate) mod mock;
mod pins;
mod random_steps;
mod recent;
