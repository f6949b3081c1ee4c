"""Runs one Pulumi program for the language host: settings as JSON on standard input, the exit code as its verdict."""

import asyncio
import json
import os
import runpy
import signal
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor

import pulumi
from pulumi.runtime import reset_options, run_in_stack, set_all_config

MAXIMUM_CALLS = 128
"""Calls to the engine at a time; each registration waits in one until its resource is made."""

ENGINE_STOPPED = ("context canceled", "resource monitor shut down", "Resource monitor has terminated")
"""What calls end with when the engine stops after a resource failed; it has said why itself."""


def run(directory: str) -> None:
    runpy.run_path(directory, run_name="__main__")


def end_with_the_host() -> None:
    """End this process when the language host's end of standard input closes: nobody waits for the program any more."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(1)


def main() -> int:
    """Run the program. Returns 0, or 1 after the reason was given to the engine."""
    signal.signal(signal.SIGINT, lambda *_: os._exit(1))  # the engine's word to stop; a traceback would only be noise
    settings = json.loads(sys.stdin.readline())
    threading.Thread(target=end_with_the_host, daemon=True).start()
    sys.path.insert(0, settings["program_directory"])
    reset_options(**settings["options"])
    set_all_config(settings["config"], settings["secret_keys"])
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.set_default_executor(ThreadPoolExecutor(MAXIMUM_CALLS))
    try:
        loop.run_until_complete(run_in_stack(lambda: run(settings["program_directory"])))
    except Exception as error:  # noqa: BLE001 - a program may raise anything, and its author wants to see where
        if isinstance(error, pulumi.RunError):
            report = str(error)
        else:
            report = "the program failed with an unhandled exception:\n" + traceback.format_exc()
        if not any(sign in str(error) for sign in ENGINE_STOPPED):
            pulumi.log.error(report)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
