//! The secret keys of the Ethereum development accounts, for the node to print and for tests to
//! sign with. They are public: never send anything of value to these accounts. Native only; the
//! runtime's code needs no keys.

/// Secret keys of [`crate::genesis::SUBSTRATE_ETH_ACCOUNTS`], hexadecimal, in the same order.
pub const SUBSTRATE_ETH_KEYS: [&str; 5] = [
	"5fb92d6e98884f76de468fa3f6278f8807c48bebc13595d45af5bdc4da702133",
	"8075991ce870b93a8870eca0c0f91913d12f47948ca0fd25b49c6fa7cdbeee8b",
	"0b6e18cafb6ed99687ec547bd28139cafdd2bffe70e6b688025de6b445aa5c5b",
	"39539ab1876910bbf3a223d84a29e28f1cb4e2e456503e7e91ed39b2e7223d68",
	"7dce9bc8babb68fec1409be38c8e1a52650206a7ed90ff956ae8a6d15eeaaef4",
];

/// Secret keys of [`crate::genesis::JUNK_ETH_ACCOUNTS`], hexadecimal, in the same order.
pub const JUNK_ETH_KEYS: [&str; 10] = [
	"ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
	"59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
	"5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a",
	"7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6",
	"47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a",
	"8b3a350cf5c34c9194ca85829a2df0ec3153be0318b5e2d3348e872092edffba",
	"92db14e403b83dfe3df233f83dfa3a0d7096f21ca9b0d6d6b8d88b2b4ec1564e",
	"4bbbf85ce3377467afe5d46f804f221813b2bb87f24d81f60f1fcdbf7cbf4356",
	"dbda1821b80551c9d65939329250298aa3472ba22feea921c0cf5d620ea67b97",
	"2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6",
];
