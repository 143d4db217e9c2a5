# shellcheck shell=bash
# Sourced by scripts that need npm packages: those that the folder's package-lock.json names.

# Whether the packages of FOLDER are installed as its lock file says.
npm_as_locked() {
	[ "$(sha256sum "$1/package-lock.json" | cut -d' ' -f1)" = "$(cat "$1/node_modules/.opg-lock" 2>/dev/null || true)" ]
}

# npm_packages FOLDER: installs them, unless that was done. No script of a package runs: none is needed.
npm_packages() {
	! npm_as_locked "$1" || return 0
	(cd "$1" && npm ci --ignore-scripts --no-progress --loglevel=error) || return 1
	sha256sum "$1/package-lock.json" | cut -d' ' -f1 >"$1/node_modules/.opg-lock"
}
