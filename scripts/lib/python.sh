# shellcheck shell=bash
# Sourced by scripts that need Python packages: a virtual environment for each list of pinned ones.

# python_venv NAME REQUIREMENTS: makes or renews the environment NAME in the cache folder, when the
# list has changed, and sets PYTHON to its interpreter.
python_venv() {
	local venv=$OPG_CACHE/$1-venv wanted
	wanted=$(sha256sum "$2" | cut -d' ' -f1)
	if [ "$(cat "$venv/.opg-requirements" 2>/dev/null || true)" != "$wanted" ]; then
		python3 -m venv --clear "$venv" &&
			"$venv/bin/pip" install --quiet --disable-pip-version-check -r "$2" &&
			printf '%s\n' "$wanted" >"$venv/.opg-requirements" || return 1
	fi
	PYTHON=$venv/bin/python
}
