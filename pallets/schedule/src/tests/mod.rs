mod bounds;
mod create;
mod deliveries;
mod failures;
mod inputs;
mod mock;
mod random_steps;
mod turns;
