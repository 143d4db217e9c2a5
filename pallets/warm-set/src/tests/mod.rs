mod charges;
mod mock;
mod pins;
mod random_steps;
mod recent;
