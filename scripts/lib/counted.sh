# shellcheck shell=bash
# Sourced by scripts/test: counts checks and the test results of cargo's binaries.

PASSED=0
FAILED=0
FAILURES=()

passed() { PASSED=$((PASSED + 1)); }
failed() { # WHAT
	FAILED=$((FAILED + 1))
	FAILURES+=("$1")
	printf 'FAILED: %s\n' "$1"
}

# check NAME COMMAND…: one check, passed when the command ends with 0.
check() {
	local name=$1
	shift
	if "$@"; then
		passed
		printf 'ok: %s\n' "$name"
	else
		failed "$name"
	fi
}

# count_results NAME LOG STATUS: adds up the result lines of a test binary's output.
count_results() {
	local name=$1 log=$2 status=$3 ok bad
	ok=$(sed -n 's/^test result: .* \([0-9]*\) passed; .*/\1/p' "$log" | awk '{ n += $1 } END { print n + 0 }')
	bad=$(sed -n 's/^test result: .* passed; \([0-9]*\) failed; .*/\1/p' "$log" | awk '{ n += $1 } END { print n + 0 }')
	PASSED=$((PASSED + ok))
	if [ "$bad" -gt 0 ]; then
		FAILED=$((FAILED + bad))
		FAILURES+=("$name: $bad failed")
	elif [ "$status" -ne 0 ]; then
		failed "$name: ended with status $status"
	fi
}

# The closing line, and the status of the whole.
conclude() {
	local failure
	for failure in ${FAILURES[@]+"${FAILURES[@]}"}; do printf 'failed: %s\n' "$failure"; done
	printf '\n%d passed, %d failed\n' "$PASSED" "$FAILED"
	[ "$FAILED" -eq 0 ] && [ "$PASSED" -gt 0 ]
}
