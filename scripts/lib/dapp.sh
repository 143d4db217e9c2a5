# shellcheck shell=bash
# Sourced after common.sh: what the example dApp needs to be built and driven in a browser.

DAPP=$OPG_ROOT/docs/examples/digits-dapp

# The dApp's npm packages, as locked.
dapp_packages() {
	local lock
	lock=$(sha256sum "$DAPP/package-lock.json" | cut -d' ' -f1)
	[ "$lock" != "$(cat "$DAPP/node_modules/.opg-lock" 2>/dev/null || true)" ] || return 0
	stage "npm packages of ${DAPP#"$OPG_ROOT"/}"
	(cd "$DAPP" && npm ci --no-progress --loglevel=error) || return 1
	printf '%s\n' "$lock" >"$DAPP/node_modules/.opg-lock"
}

# Path of a Chromium; nothing when there is none. $CHROMIUM names another one.
find_chromium() {
	if [ -n "${CHROMIUM:-}" ]; then
		command -v "$CHROMIUM"
		return
	fi
	local name
	for name in chromium chromium-browser google-chrome google-chrome-stable; do
		if command -v "$name"; then return; fi
	done
	return 1
}

# Installs Chromium on Debian and its relatives, where it isn't there.
ensure_chromium() {
	! find_chromium >/dev/null || return 0
	[ -z "${CHROMIUM:-}" ] || die "CHROMIUM=$CHROMIUM is no program"
	local root=()
	if [ "$(id -u)" != 0 ]; then root=(sudo); fi
	command -v apt-get >/dev/null && { [ ${#root[@]} = 0 ] || command -v sudo >/dev/null; } ||
		die "no Chromium: install it, or name another one with CHROMIUM=PATH"
	stage "installing Chromium"
	"${root[@]}" apt-get update -qq
	DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install -y -qq --no-install-recommends chromium >/dev/null
	find_chromium >/dev/null || die "Chromium was installed and isn't there"
}
