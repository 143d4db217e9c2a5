# shellcheck shell=bash
# Sourced by every script here: where things lie, how cargo is called, how progress is told.
#
# Variables that a person may set:
#   OPG_TARGET_DIR        build folder; it outlives the checkout
#   WASM_BUILD_TOOLCHAIN  rustup toolchain that compiles the runtime; scripts/setup chooses one

OPG_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
OPG_CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/opg-chain
OPG_TARGET_DIR=${OPG_TARGET_DIR:-$OPG_CACHE/target}
export CARGO_TARGET_DIR=$OPG_TARGET_DIR
OPG_NODE=$OPG_TARGET_DIR/release/opg-node
OPG_ETHEREUM_RPC=$OPG_TARGET_DIR/release/opg-ethereum-rpc

# The toolchain that compiles the runtime, as scripts/setup recorded it. `default` means cargo's own,
# and then the variable stays unset: a plain `cargo build` and the scripts share their artefacts.
OPG_TOOLCHAIN_RECORD=$OPG_CACHE/wasm-toolchain
use_recorded_toolchain() {
	[ -z "${WASM_BUILD_TOOLCHAIN:-}" ] && [ -s "$OPG_TOOLCHAIN_RECORD" ] || return 0
	local toolchain
	toolchain=$(<"$OPG_TOOLCHAIN_RECORD")
	[ "$toolchain" = default ] || export WASM_BUILD_TOOLCHAIN=$toolchain
}
use_recorded_toolchain

# One feature set and one profile for running, testing and CI: the SDK is compiled once.
OPG_CARGO_FLAGS=(--release --locked --workspace)

say() { printf '%s\n' "$*"; }
warn() { printf 'warning: %s\n' "$*" >&2; }
die() {
	printf 'error: %s\n' "$*" >&2
	exit 1
}

# Seconds since the script began, as 3 min 05 s.
elapsed() {
	if [ "$SECONDS" -lt 60 ]; then printf '%d s' "$SECONDS"
	else printf '%d min %02d s' $((SECONDS / 60)) $((SECONDS % 60))
	fi
}

# Headline of a part of a long script.
stage() { printf '\n==> [%s] %s\n' "$(elapsed)" "$*"; }

# Prints the comment at the head of a script, which is its help.
usage() { sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$1"; }

# Whether version $1 is at least $2.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n1)" = "$2" ]; }

# Compiles the node and the Ethereum RPC. Prints nothing but cargo's own progress.
build_node() { (cd "$OPG_ROOT" && cargo build "${OPG_CARGO_FLAGS[@]}" --bins); }

# Cargo names what it builds of a checkout by paths inside the checkout, and compares files by time:
# the artefacts of another, later one in the same build folder would pass for this one's. So sources
# become new when the build folder changes hands.
own_build_folder() {
	local record=$OPG_TARGET_DIR/.checkout
	[ "$(cat "$record" 2>/dev/null || true)" != "$OPG_ROOT" ] || return 0
	mkdir -p "$OPG_TARGET_DIR"
	(cd "$OPG_ROOT" && git ls-files -z | xargs -0 touch -c)
	printf '%s\n' "$OPG_ROOT" >"$record"
}

# What every script does first on a machine that may be new.
make_ready() {
	stage "setup"
	"$OPG_ROOT/scripts/setup"
	use_recorded_toolchain
	own_build_folder
}
