//! The signing key of a command.

use crate::model::failure::Failure;
use std::{fmt, str::FromStr};
use subxt_signer::{sr25519::Keypair, SecretUri};

/// A secret URI (`//Alice`, a mnemonic or a seed, with derivations), or `@FILE` that holds one.
/// Its debug form hides it.
#[derive(Clone)]
pub struct Suri(String);

impl fmt::Debug for Suri {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str("Suri(…)")
	}
}

impl FromStr for Suri {
	type Err = std::convert::Infallible;

	fn from_str(text: &str) -> Result<Self, Self::Err> {
		Ok(Self(text.into()))
	}
}

impl Suri {
	/// The sr25519 key pair. Errors never show the secret.
	pub fn key(&self) -> Result<Keypair, Failure> {
		let text = match self.0.strip_prefix('@') {
			Some(path) => std::fs::read_to_string(path)
				.map_err(|error| Failure::file(path.as_ref(), "read", &error))?,
			None => self.0.clone(),
		};
		let wrong = || {
			Failure::new(
				"Key",
				"the secret URI can't be read",
				"pass //Alice, a mnemonic or a 0x… seed, each with derivations, or @FILE",
			)
		};
		let uri = SecretUri::from_str(text.trim()).map_err(|_| wrong())?;
		Keypair::from_uri(&uri).map_err(|_| wrong())
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn keys_are_read_and_never_shown() {
		let alice = Suri("//Alice".into());
		assert_eq!(
			alice.key().unwrap().public_key().to_account_id().to_string(),
			"5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
		);
		assert!(!format!("{alice:?}").contains("Alice"));
		let file = tempfile::NamedTempFile::new().unwrap();
		std::fs::write(file.path(), "//Alice\n").unwrap();
		let at = Suri(format!("@{}", file.path().display()));
		assert_eq!(at.key().unwrap().public_key().0, alice.key().unwrap().public_key().0);
		let secret = "only three words";
		let failure = Suri(secret.into()).key().unwrap_err();
		assert!(!failure.to_text().contains(secret));
		assert_eq!(Suri("@/nowhere".into()).key().unwrap_err().code, "File");
	}
}
