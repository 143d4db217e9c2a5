//! The OPG node. Everything is in the library, so that tests can use its parts.

fn main() -> polkadot_sdk::sc_cli::Result<()> {
	opg_node::command::run()
}
