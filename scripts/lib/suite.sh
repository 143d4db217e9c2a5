# shellcheck shell=bash
# Sourced by the scripts that run many models through the engine: scripts/conformance/run,
# scripts/differential/run and scripts/journeys/run. Needs common.sh and python.sh.

# run_suite NAME ARGUMENT…: runs scripts/NAME/NAME.py in its environment with the compiled example
# run_models, or with the one that `--runner FILE` names.
run_suite() {
	local name=$1 runner='' arguments=()
	shift
	while [ $# -gt 0 ]; do
		case $1 in
		--runner) runner=${2:?}; shift ;;
		*) arguments+=("$1") ;;
		esac
		shift
	done
	stage "Python packages"
	python_venv "$name" "scripts/$name/requirements.txt" || die "the Python packages can't be installed"
	if [ -z "$runner" ]; then
		stage "compiling the engine's host"
		cargo build "${OPG_CARGO_FLAGS[@]}" --example run_models
		runner=$OPG_TARGET_DIR/release/examples/run_models
	fi
	stage "$name"
	# One thread each: these programs would start as many as there are cores, and more.
	OMP_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1 \
		"$PYTHON" "scripts/$name/$name.py" --runner "$runner" ${arguments[@]+"${arguments[@]}"}
}
