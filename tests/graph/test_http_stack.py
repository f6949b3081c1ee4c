"""Many threads that need the HTTP stack first, and at once, as the reads of one refresh do."""

import subprocess
import sys

from sandbox.workspace import ROOT

PROGRAM = """
import importlib._bootstrap_external as loader, threading, time
from association.graph.client import GraphClient
from association.graph.identity import choose_identity
from association.graph.login import Tokens

execute = loader.SourceFileLoader.exec_module
def slowly(self, module):
    if module.__name__.startswith("azure"):
        time.sleep(0.002)  # so that the threads meet in every module
    execute(self, module)
loader.SourceFileLoader.exec_module = slowly

guid = "7e6a0000-0000-4000-8000-00000000c0de"
settings = {"ARM_TENANT_ID": guid, "ARM_CLIENT_ID": guid, "ARM_CLIENT_SECRET": "x", "ARM_METADATA_HOSTNAME": "localhost:1"}
identity = choose_identity({}, settings)
graph, tokens = GraphClient.of(identity), Tokens(identity)
failures, start = set(), threading.Barrier(6)

def ask(number):
    start.wait()
    try:
        tokens.claims() if number % 2 else graph.get("/domains")
    except Exception as error:
        failures.add(type(error).__name__)

threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(sorted(failures))
"""


def test_the_first_requests_of_many_threads_fail_for_the_network_alone() -> None:
    """Without the lock, about every second process fails otherwise."""
    processes = [
        subprocess.Popen([sys.executable, "-c", PROGRAM], cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(5)
    ]
    said = {process.communicate(timeout=60)[0].strip() for process in processes}
    assert said == {"['GraphError']"}
