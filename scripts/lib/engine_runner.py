"""Runs models through the engine: jobs for the host's example `run_models`, results by id.

What a job and a result hold is told in precompiles/engine/host/examples/run_models.rs.
"""

import json
import subprocess


class RunnerFailed(Exception):
    """The runner ended without a result for every job."""


def run(binary, jobs, engine=None, threads=2):
    """Runs `jobs`, dictionaries with different ids, and returns `{id: result}`."""
    command = [str(binary), "--threads", str(threads)]
    if engine is not None:
        command += ["--engine", str(engine)]
    lines = "".join(json.dumps(job) + "\n" for job in jobs)
    done = subprocess.run(command, input=lines, stdout=subprocess.PIPE, text=True)
    results = {}
    for line in done.stdout.splitlines():
        result = json.loads(line)
        results[result["id"]] = result
    missing = [job["id"] for job in jobs if job["id"] not in results]
    if done.returncode != 0 or missing:
        first = f", the first one of {missing[0]}" if missing else ""
        raise RunnerFailed(
            f"the runner ended with status {done.returncode}; {len(missing)} results are missing{first}"
        )
    return results
