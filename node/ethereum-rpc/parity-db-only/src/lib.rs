//! No RocksDB, under the name of the package that has one.
//!
//! `pallet-revive-eth-rpc` enables the feature `rocksdb` of the SDK's service for the whole workspace,
//! though it opens no such database itself, and the node keeps its database in ParityDB. RocksDB would
//! be ten minutes of C++ on two cores, a C++ compiler and libclang on every machine, and a second
//! database for users to choose by mistake. Here is what `sc-client-db` and `sp-database` name of it; a
//! node started with `--database rocksdb` says why it doesn't start.

use kvdb::{DBKeyValue, DBTransaction, DBValue, KeyValueDB};
use std::{collections::HashMap, convert::Infallible, io, path::Path};

/// Settings of a database.
#[derive(Clone, Debug)]
pub struct DatabaseConfig {
	/// Whether to create one that is missing.
	pub create_if_missing: bool,
	/// MiB of memory, by column.
	pub memory_budget: HashMap<u32, usize>,
	/// Number of columns.
	pub columns: u32,
}

impl DatabaseConfig {
	/// Settings of a database of so many columns.
	pub fn with_columns(columns: u32) -> Self {
		Self { create_if_missing: true, memory_budget: HashMap::new(), columns }
	}
}

/// A database that is never open.
pub struct Database(Infallible);

impl Database {
	/// Opens nothing.
	///
	/// # Errors
	/// Always: `NotFound` where there is none and none is to be created, in words by which `sc-client-db`
	/// knows it (it goes on to ParityDB or to creating one); `Unsupported` else.
	pub fn open<P: AsRef<Path>>(config: &DatabaseConfig, path: P) -> io::Result<Self> {
		let path = path.as_ref();
		if !config.create_if_missing && !path.exists() {
			return Err(io::Error::new(
				io::ErrorKind::NotFound,
				format!("no database at {}: create_if_missing is false", path.display()),
			));
		}
		Err(io::Error::new(
			io::ErrorKind::Unsupported,
			format!(
				"a RocksDB at {} can't be opened: this node is built with ParityDB only; start it with \
				 --database paritydb",
				path.display()
			),
		))
	}

	// Nothing of the following is ever called: there is no value of this type.

	/// Compacts a column.
	pub fn force_compact(&self, _col: u32) -> io::Result<()> {
		match self.0 {}
	}

	/// Adds a column.
	pub fn add_column(&mut self) -> io::Result<()> {
		match self.0 {}
	}

	/// Reads a value.
	pub fn get(&self, _col: u32, _key: &[u8]) -> io::Result<Option<DBValue>> {
		match self.0 {}
	}

	/// Reads a column.
	pub fn iter(&self, _col: u32) -> Box<dyn Iterator<Item = io::Result<DBKeyValue>> + '_> {
		match self.0 {}
	}

	/// Begins a transaction.
	pub fn transaction(&self) -> DBTransaction {
		match self.0 {}
	}

	/// Writes a transaction.
	pub fn write(&self, _transaction: DBTransaction) -> io::Result<()> {
		match self.0 {}
	}
}

impl KeyValueDB for Database {
	fn get(&self, _col: u32, _key: &[u8]) -> io::Result<Option<DBValue>> {
		match self.0 {}
	}

	fn get_by_prefix(&self, _col: u32, _prefix: &[u8]) -> io::Result<Option<DBValue>> {
		match self.0 {}
	}

	fn write(&self, _transaction: DBTransaction) -> io::Result<()> {
		match self.0 {}
	}

	fn iter<'a>(&'a self, _col: u32) -> Box<dyn Iterator<Item = io::Result<DBKeyValue>> + 'a> {
		match self.0 {}
	}

	fn iter_with_prefix<'a>(
		&'a self,
		_col: u32,
		_prefix: &'a [u8],
	) -> Box<dyn Iterator<Item = io::Result<DBKeyValue>> + 'a> {
		match self.0 {}
	}
}
