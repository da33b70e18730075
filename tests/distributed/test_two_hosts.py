"""Word vectors between two hosts: network namespaces with an address each, joined by a cable."""

import json
import re
import subprocess
import uuid
from contextlib import contextmanager

import pytest

pytest.importorskip("distributed")
pytestmark = pytest.mark.cluster

HIDE = ("sh", "-c", 'mount -t tmpfs hidden "$0" && exec "$@"')
WORKER = [
    "-m",
    "distributed.cli.dask_worker",
    "tcp://10.77.0.1:8786",
    "--host",
    "10.77.0.2",
    "--nworkers",
    "3",
]
QUIETLY = ["--nthreads", "1", "--no-dashboard", "--preload", "toy", "--death-timeout", "60"]


def command(*words):
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"{' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


class Host:
    """A network namespace with one interface.

    Attributes
    ----------
    inside : tuple of str
        Words to put before a command that shall run there.
    """

    def __init__(self, name, address):
        self.name, self.address = name, address
        self.inside = ("ip", "netns", "exec", name)

    def connect(self):
        command("ip", "-n", self.name, "address", "add", f"{self.address}/24", "dev", self.name)
        for interface in ("lo", self.name):
            command("ip", "-n", self.name, "link", "set", interface, "up")

    @property
    def received_bytes(self):
        told = command("ip", "-n", self.name, "-s", "-json", "link", "show", self.name)
        return json.loads(told)[0]["stats64"]["rx"]["bytes"]


@contextmanager
def two_hosts():
    """Yield two hosts that reach each other and nothing else.

    Raises
    ------
    OSError
        If there is no ``ip``, or no permission.
    """
    stem = f"sk{uuid.uuid4().hex[:8]}"
    hosts = Host(f"{stem}a", "10.77.0.1"), Host(f"{stem}b", "10.77.0.2")
    made = []
    try:
        for host in hosts:
            command("ip", "netns", "add", host.name)
            made.append(host)
        first, second = (host.name for host in hosts)
        command("ip", "-n", first, "link", "add", first, "type", "veth", "peer", second)
        command("ip", "-n", first, "link", "set", second, "netns", second)
        for host in hosts:
            host.connect()
        yield hosts
    finally:
        for host in made:
            command("ip", "netns", "delete", host.name)


@pytest.fixture(scope="module")
def hosts():
    """Two hosts, as far as a network knows."""
    try:
        with two_hosts() as made:
            yield made
    except OSError as error:
        pytest.skip(f"no network namespaces can be made here: {error}")


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Return a folder that only the first host sees, and one for the second."""
    own, theirs = tmp_path_factory.mktemp("own"), tmp_path_factory.mktemp("theirs")
    return own, theirs


@pytest.fixture(scope="module")
def told(hosts, folders, start, run_script):
    """Return what the driver on the first host tells of three workers on the second."""
    (first, second), (own, theirs) = hosts, folders
    inside = (*second.inside, *HIDE, str(own))
    start(*WORKER, *QUIETLY, before=inside, SKEMBED_CACHE=str(theirs / "cache"))
    arguments = (first.name, own, theirs)
    cache = str(own / "cache")
    return run_script("on_two_hosts.py", *arguments, before=first.inside, SKEMBED_CACHE=cache)


def test_a_name_is_found_there_and_no_vectors_travel(told):
    assert told["glove"] is True
    assert 1_000 < told["bytes_per_task"] < 1_000_000  # of 80 MB


def test_a_file_that_is_not_there_is_one_error(told, folders):
    path = re.escape(str(folders[0] / "toy.txt"))
    caches = re.escape(str(folders[1] / "cache"))
    assert re.match(
        rf"FileNotFoundError: The pickled word vectors came from {path}, which is not on \S+, and "
        rf"are not in its cache \({caches}\) either\. Put the file there\. Or load it there once",
        told["file"],
    )
    assert re.match(
        rf"FileNotFoundError: Expected a file of word vectors at {path}, found", told["path"]
    )
    assert re.match(
        rf"FileNotFoundError: The pickled word vectors are those of a vocabulary from {path}\. "
        rf"They are not in the cache of \S+ \({caches}\)",
        told["vocabulary"],
    )


def test_a_file_is_found_by_content_where_it_was_loaded_once(told):
    assert told["file_loaded_there"] is True


def test_vectors_made_in_memory_travel_whole(told):
    assert told["made"] is True


def test_processes_that_ask_at_once_fetch_once(told):
    assert told["asked"] == ["10.77.0.1", "10.77.0.2"]  # the driver, and one of three workers
    (row,) = {tuple(row) for row in told["downloaded"]}
    assert row[0] % 1 == 0.5


def test_each_source_is_kept_once(told, folders):
    """GloVe, the file and the download."""
    vectors = folders[1] / "cache" / "vectors"
    assert len(list(vectors.glob("*.words"))) == 3
    assert not list(vectors.glob(".*"))
