# shellcheck shell=bash
# Sourced by scripts/setup and scripts/engine: makes a WebAssembly target usable.
#
#   ensure_wasm_target wasm32v1-none             the runtime's target
#   ensure_wasm_target wasm32-unknown-unknown    the engine guest's target, std built with its flags
#
# Both set OPG_WASM_TOOLCHAIN to the name of the rustup toolchain that has the target (empty: the
# plain `cargo`), and say on standard error which way was chosen. Calling them again costs nothing.
#
# The runtime's target comes from rustup where rustup can install it. Where it can't, and for the
# guest always, Debian's compiler with Debian's library source is linked as the toolchain `opg` and
# the target's libraries are built once from that source, as any no-host target is built. The guest
# never uses rustup's prebuilt std: it contains bulk-memory instructions, which the engine must not
# have, and the guest's blob is reproducible with one compiler only.

# Name of the linked toolchain, and the version of the compiler that guest blobs are made with.
OPG_TOOLCHAIN=opg
OPG_GUEST_RUSTC=1.96.0

# What Debian calls the compiler, its source, its LLVM tools, and the linker they need.
OPG_DEBIAN_PACKAGES=(rustc-web cargo-web rust-web-src rust-web-llvm lld-22)

# Code generation of the guest and of the std that is linked into it. `mvp` first: no bulk memory,
# no reference types; then the features that numeric profile 1 is made of.
OPG_GUEST_CODEGEN_FLAGS=(
	-Ctarget-cpu=mvp
	-Ctarget-feature=+mutable-globals,+sign-ext,+nontrapping-fptoint,+simd128,+relaxed-simd
	--cfg 'getrandom_backend="unsupported"'
)

_opg_say() { printf '%s\n' "$*" >&2; }

_opg_cache() { printf '%s/opg-chain' "${XDG_CACHE_HOME:-$HOME/.cache}"; }

# _opg_has TOOLCHAIN TARGET: whether that toolchain has the target's libraries.
_opg_has() {
	local dir
	dir=$(rustc ${1:+"+$1"} --print target-libdir --target "$2" 2>/dev/null) || return 1
	compgen -G "$dir/libcore-*.rlib" >/dev/null
}

# Runs a command as root, if there is a way.
_opg_as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"
	elif command -v sudo >/dev/null; then sudo -n "$@"
	else return 1
	fi
}

# Links Debian's compiler as the toolchain `opg`. Installs its packages when they are missing.
_opg_link_debian() {
	local source=/usr/lib/rustlib/src/rust/library root=/usr
	if ! [ -x /usr/bin/rustc ] || ! [ -e "$source/core/src/lib.rs" ]; then
		_opg_say "installing ${OPG_DEBIAN_PACKAGES[*]}"
		_opg_as_root apt-get install -y --no-install-recommends "${OPG_DEBIAN_PACKAGES[@]}" >&2 || {
			_opg_say "error: can't install Debian's compiler: apt-get install ${OPG_DEBIAN_PACKAGES[*]}"
			return 1
		}
	fi
	# A target's libraries must lie in the toolchain's own folder. Where that is read-only, a private
	# toolchain is Debian's with another sysroot.
	if ! [ -w /usr/lib/rustlib ]; then
		root=$(_opg_cache)/toolchain
		mkdir -p "$root/bin" "$root/lib/rustlib"
		local entry
		for entry in /usr/lib/rustlib/*; do
			[ -e "$root/lib/rustlib/${entry##*/}" ] || ln -s "$entry" "$root/lib/rustlib/"
		done
		ln -sf /usr/bin/cargo "$root/bin/cargo"
		local tool
		for tool in rustc rustdoc; do
			printf '#!/bin/sh\nexec /usr/bin/%s --sysroot "%s" "$@"\n' "$tool" "$root" >"$root/bin/$tool"
			chmod +x "$root/bin/$tool"
		done
	fi
	command -v rustup >/dev/null || {
		_opg_say "error: rustup is missing; it is what names toolchains (https://rustup.rs)"
		return 1
	}
	[ "$(rustc "+$OPG_TOOLCHAIN" --print sysroot 2>/dev/null)" = "$root" ] ||
		rustup toolchain link "$OPG_TOOLCHAIN" "$root" >&2
}

# _opg_build_libraries TARGET BUILD_STD FEATURES FLAG…: builds the target's libraries from the
# toolchain's source and puts them, with a note of how they were built, where rustc looks for them.
_opg_build_libraries() {
	local target=$1 crates=$2 features=$3; shift 3
	local sysroot dir note work separator
	sysroot=$(rustc "+$OPG_TOOLCHAIN" --print sysroot)
	dir=$sysroot/lib/rustlib/$target/lib
	note="$(rustc "+$OPG_TOOLCHAIN" -V); $crates; $features; $*"
	[ "$(cat "$dir/opg-built-with" 2>/dev/null)" = "$note" ] && return 0

	_opg_say "building $crates for $target from $sysroot/lib/rustlib/src (about half a minute)"
	work=$(mktemp -d)
	mkdir -p "$work/src"
	printf '[package]\nname = "target-libs"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n' >"$work/Cargo.toml"
	printf '#![no_std]\n' >"$work/src/lib.rs"
	# Arguments are separated by 0x1f, so that those with quotes in them survive.
	separator=$'\x1f'
	local flags="-Cembed-bitcode=yes${separator}--remap-path-prefix=$sysroot/lib/rustlib/src/rust=/rust"
	flags+="${separator}--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}/registry/src=/registry"
	local flag
	for flag in "$@"; do flags+=$separator$flag; done
	(
		cd "$work" || exit 1
		unset RUSTFLAGS CARGO_BUILD_TARGET CARGO_BUILD_RUSTFLAGS
		RUSTC_BOOTSTRAP=1 CARGO_ENCODED_RUSTFLAGS=$flags CARGO_TARGET_DIR=$work/target \
			cargo "+$OPG_TOOLCHAIN" build --quiet --release --target "$target" \
			"-Zbuild-std=$crates" ${features:+"-Zbuild-std-features=$features"} >&2
	) || { rm -rf "$work"; _opg_say "error: the libraries of $target don't build"; return 1; }
	rm -rf "$dir"
	mkdir -p "$dir"
	cp "$work/target/$target/release/deps/"lib*.rlib "$dir/"
	rm -f "$dir"/libtarget_libs-*
	printf '%s\n' "$note" >"$dir/opg-built-with"
	rm -rf "$work"
}

# ensure_wasm_target TARGET: see the head of this file.
ensure_wasm_target() {
	local target=$1
	case $target in
	wasm32v1-none)
		if _opg_has "" "$target" || {
			command -v rustup >/dev/null &&
				timeout 120 rustup target add "$target" >/dev/null 2>&1 && _opg_has "" "$target"
		}; then
			OPG_WASM_TOOLCHAIN=$(rustup show active-toolchain 2>/dev/null | cut -d' ' -f1)
			_opg_say "$target: rustup's, toolchain ${OPG_WASM_TOOLCHAIN:-default}"
			return 0
		fi
		_opg_link_debian || return 1
		_opg_build_libraries "$target" core,alloc compiler-builtins-mem || return 1
		;;
	wasm32-unknown-unknown)
		_opg_link_debian || return 1
		# Small sorts: the large ones, for each type that is sorted, were 5 % of the blob.
		_opg_build_libraries "$target" std,panic_abort optimize_for_size "${OPG_GUEST_CODEGEN_FLAGS[@]}" || return 1
		;;
	*)
		_opg_say "error: no such target here: $target"
		return 1
		;;
	esac
	# Read by the script that sourced this file.
	# shellcheck disable=SC2034
	OPG_WASM_TOOLCHAIN=$OPG_TOOLCHAIN
	_opg_say "$target: built from Debian's source, toolchain $OPG_TOOLCHAIN ($(rustc "+$OPG_TOOLCHAIN" -V))"
}
