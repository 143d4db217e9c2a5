//! Compiled engines on disk.
//!
//! A compiled engine is machine code that this process will run, so a file of the cache is worth as
//! much as the node's own binary. Rules:
//! - The folder belongs to the user of the node and nobody else may enter it (0700); anything else is
//!   refused with what to do.
//! - Every file carries a keyed hash, BLAKE3 in its keyed mode of `name length ‖ name ‖ content`, the
//!   name saying engine, configuration and what it is: machine code, or the digests of the chunks that
//!   were verified to be the engine. BLAKE3 because some 20 MB are hashed at every start. The key is 32
//!   random bytes in a file of the same folder that only the owner reads (0600), made at first use. A
//!   file that is cut off, has rotted, was copied from another machine or renamed is discarded, and the
//!   engine compiled or verified again.
//! - Files are read to memory before they are checked, never mapped, and appear by renaming.
//! - wasmtime compares its own version, target, settings and features when it loads one.
//!
//! Limits: whoever can act as the node's user, or as root, can read the key, and could as well change
//! the node itself. The folder must not be shared between machines or users.

use crate::failure::HostFailure;
use std::{
	fs::{self, DirBuilder, File, OpenOptions},
	io::{self, Read, Write},
	os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
	path::{Path, PathBuf},
	sync::atomic::{AtomicU64, Ordering},
};

const MAGIC: &[u8; 8] = b"OPGENG2\n";
const MAC_BYTES: usize = 32;
const HEAD_BYTES: usize = MAGIC.len() + MAC_BYTES;
const KEY_BYTES: usize = 32;
const KEY_FILE: &str = "key";

/// What reading gave.
pub(crate) enum Found {
	/// The content that was written under that name.
	Content(Vec<u8>),
	/// No file.
	Nothing,
	/// A file that can't be trusted. It has been removed.
	Discarded(String),
}

/// The folder.
#[derive(Debug)]
pub(crate) struct CompileCache {
	folder: PathBuf,
	key: [u8; KEY_BYTES],
}

impl CompileCache {
	/// Opens the folder, making it and its key when they don't exist.
	pub(crate) fn open(folder: &Path) -> Result<Self, HostFailure> {
		let failed = |reason: String| HostFailure::CacheFolder { path: folder.into(), reason };
		DirBuilder::new()
			.recursive(true)
			.mode(0o700)
			.create(folder)
			.map_err(|e| failed(format!("can't be created: {e}")))?;
		let meta = fs::metadata(folder).map_err(|e| failed(e.to_string()))?;
		private(&meta, "folder", "700").map_err(&failed)?;
		let key = key(folder).map_err(failed)?;
		Ok(Self { folder: folder.into(), key })
	}

	/// Reads what was written under `name`.
	pub(crate) fn read(&self, name: &str) -> Found {
		let path = self.folder.join(name);
		let discard = |reason: String| {
			if let Err(e) = fs::remove_file(&path) {
				log::warn!(target: "engine", "{} can't be removed: {e}", path.display());
			}
			Found::Discarded(reason)
		};
		let (head, content) = match read_private::<HEAD_BYTES>(&path) {
			Ok(read) => read,
			Err(e) if e.kind() == io::ErrorKind::NotFound => return Found::Nothing,
			Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => {
				return discard("too short".into());
			},
			Err(e) => return discard(e.to_string()),
		};
		let (magic, mac) = head.split_at(MAGIC.len());
		if magic != MAGIC || !same(mac, &self.mac(name, &content)) {
			return discard("its keyed hash is wrong".into());
		}
		Found::Content(content)
	}

	/// Writes `content` under `name`, replacing what was there at once.
	pub(crate) fn write(&self, name: &str, content: &[u8]) -> Result<(), HostFailure> {
		let path = self.folder.join(name);
		let mac = self.mac(name, content);
		let write = || {
			let (temporary, mut file) = temporary(&self.folder)?;
			let written = file
				.write_all(MAGIC)
				.and_then(|()| file.write_all(&mac))
				.and_then(|()| file.write_all(content))
				.and_then(|()| fs::rename(&temporary, &path));
			if written.is_err() {
				// The error of writing is the one to tell.
				let _ = fs::remove_file(&temporary);
			}
			written
		};
		write().map_err(|e: io::Error| HostFailure::CacheFolder {
			path: path.clone(),
			reason: format!("can't be written: {e}"),
		})
	}

	/// Removes what was written under `name`.
	pub(crate) fn remove(&self, name: &str) {
		let path = self.folder.join(name);
		match fs::remove_file(&path) {
			Err(e) if e.kind() != io::ErrorKind::NotFound => {
				log::warn!(target: "engine", "{} can't be removed: {e}", path.display());
			},
			_ => {},
		}
	}

	fn mac(&self, name: &str, content: &[u8]) -> [u8; MAC_BYTES] {
		let mut hasher = blake3::Hasher::new_keyed(&self.key);
		hasher.update(&(name.len() as u64).to_le_bytes());
		hasher.update(name.as_bytes());
		hasher.update(content);
		hasher.finalize().into()
	}
}

/// Compares without an early end.
fn same(a: &[u8], b: &[u8]) -> bool {
	a.len() == b.len() && a.iter().zip(b).fold(0, |d, (x, y)| d | (x ^ y)) == 0
}

/// Checks that only the node's user can use a file or folder.
fn private(meta: &fs::Metadata, what: &str, mode: &str) -> Result<(), String> {
	// SAFETY: always succeeds and touches no memory.
	let me = unsafe { libc::geteuid() };
	if meta.uid() != me {
		return Err(format!("the {what} belongs to user {}, not to the node's ({me})", meta.uid()));
	}
	if meta.mode() & 0o077 != 0 {
		return Err(format!("the {what} is open to other users: remove it, or chmod {mode} it if nobody else could have written there"));
	}
	Ok(())
}

/// Reads a regular file that only the node's user can use; links aren't followed. Its first bytes come
/// apart, so that what follows needn't be moved.
fn read_private<const HEAD: usize>(path: &Path) -> io::Result<([u8; HEAD], Vec<u8>)> {
	let mut file = OpenOptions::new()
		.read(true)
		.custom_flags(libc::O_NOFOLLOW | libc::O_CLOEXEC)
		.open(path)?;
	let meta = file.metadata()?;
	if !meta.is_file() {
		return Err(io::Error::other("is no regular file"));
	}
	private(&meta, "file", "600").map_err(io::Error::other)?;
	let mut head = [0; HEAD];
	file.read_exact(&mut head)?;
	let mut bytes = Vec::with_capacity(usize::try_from(meta.len()).unwrap_or(0));
	file.read_to_end(&mut bytes)?;
	Ok((head, bytes))
}

/// A new file of our own with a name that nobody uses.
fn temporary(folder: &Path) -> io::Result<(PathBuf, File)> {
	static COUNT: AtomicU64 = AtomicU64::new(0);
	let n = COUNT.fetch_add(1, Ordering::Relaxed);
	let path = folder.join(format!(".{}-{n}.tmp", std::process::id()));
	// Left behind by a process with the same number that was killed.
	match fs::remove_file(&path) {
		Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
		_ => {},
	}
	let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
	Ok((path, file))
}

/// The folder's key; made when there is none.
fn key(folder: &Path) -> Result<[u8; KEY_BYTES], String> {
	let path = folder.join(KEY_FILE);
	let read = || match read_private::<0>(&path) {
		Ok((_, bytes)) => Ok(<[u8; KEY_BYTES]>::try_from(bytes).ok()),
		Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
		Err(e) => Err(format!("{}: {e}", path.display())),
	};
	if let Some(key) = read()? {
		return Ok(key);
	}
	let make = || -> io::Result<()> {
		let mut fresh = [0u8; KEY_BYTES];
		File::open("/dev/urandom")?.read_exact(&mut fresh)?;
		let (temporary, mut file) = temporary(folder)?;
		file.write_all(&fresh)?;
		// A link, not a rename: of two nodes that start at once the first one's key stays. A key of a
		// wrong length (a disk that was full) is replaced.
		let linked = match fs::hard_link(&temporary, &path) {
			Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
				match fs::metadata(&path)?.len() == KEY_BYTES as u64 {
					true => Ok(()),
					false => fs::rename(&temporary, &path),
				}
			},
			other => other,
		};
		match fs::remove_file(&temporary) {
			Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
			_ => linked,
		}
	};
	make().map_err(|e| format!("can't make a key: {e}"))?;
	read()?.ok_or_else(|| "the key was just made and can't be read".into())
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::os::unix::fs::PermissionsExt;

	fn content(cache: &CompileCache, name: &str) -> Option<Vec<u8>> {
		match cache.read(name) {
			Found::Content(bytes) => Some(bytes),
			_ => None,
		}
	}

	fn folder() -> tempfile::TempDir {
		let folder = tempfile::tempdir().expect("temporary folder");
		fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).expect("chmod");
		folder
	}

	#[test]
	fn what_was_written_is_read_by_the_next_process() {
		let dir = folder();
		let cache = CompileCache::open(dir.path()).expect("opens");
		assert!(matches!(cache.read("a"), Found::Nothing));
		cache.write("a", b"code").expect("writes");
		let again = CompileCache::open(dir.path()).expect("opens");
		assert_eq!(content(&again, "a").as_deref(), Some(&b"code"[..]));
		again.remove("a");
		assert!(matches!(cache.read("a"), Found::Nothing));
	}

	#[test]
	fn what_cannot_be_trusted_is_discarded() {
		let dir = folder();
		let cache = CompileCache::open(dir.path()).expect("opens");
		let path = dir.path().join("a");
		let spoil: [fn(&Path); 4] = [
			|p| {
				let mut bytes = fs::read(p).expect("reads");
				*bytes.last_mut().expect("not empty") ^= 1;
				fs::write(p, bytes).expect("writes");
			},
			|p| fs::write(p, b"OPGENG2\n").expect("writes"),
			|p| fs::set_permissions(p, fs::Permissions::from_mode(0o644)).expect("chmod"),
			|p| {
				let other = p.with_file_name("b");
				fs::rename(p, &other).expect("renames");
				std::os::unix::fs::symlink(&other, p).expect("links");
			},
		];
		for spoil in spoil {
			cache.write("a", b"code").expect("writes");
			spoil(&path);
			assert!(matches!(cache.read("a"), Found::Discarded(_)));
			assert!(matches!(cache.read("a"), Found::Nothing));
		}
		// Renamed: another engine's code under this engine's name.
		cache.write("a", b"code").expect("writes");
		fs::rename(&path, dir.path().join("c")).expect("renames");
		assert!(matches!(cache.read("c"), Found::Discarded(_)));
		// Another machine's key.
		cache.write("a", b"code").expect("writes");
		fs::write(dir.path().join(KEY_FILE), [7u8; KEY_BYTES]).expect("writes");
		let other = CompileCache::open(dir.path()).expect("opens");
		assert!(matches!(other.read("a"), Found::Discarded(_)));
	}

	#[test]
	fn an_open_folder_is_refused() {
		let dir = folder();
		fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).expect("chmod");
		let failure = CompileCache::open(dir.path()).expect_err("is refused");
		assert!(failure.to_string().contains("open to other users"), "{failure}");
	}
}
