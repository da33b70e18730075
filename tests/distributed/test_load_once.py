"""One model in each process, and what there is without Dask. These tests need no cluster."""

import os
import platform
import shutil
import sys
import threading
import time

import pytest

import skembed
from skembed import persistence
from skembed.distributed import load_once


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "words.skembed"
    skembed.save(skembed.KerasTokenizer().fit(["sun and moon"]), path)
    return path


def test_threads_that_ask_at_once_share_one_load(path, monkeypatch):
    load, loads, found = persistence.load, [], []

    def slow(path):
        loads.append(path)
        time.sleep(0.1)
        return load(path)

    monkeypatch.setattr(persistence, "load", slow)
    threads = [threading.Thread(target=lambda: found.append(load_once(path))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(found) == 4
    assert len({*map(id, found)}) == len(loads) == 1


def test_a_file_that_was_replaced_is_loaded_anew(path, tmp_path):
    first = load_once(path)
    other = tmp_path / "other.skembed"
    skembed.save(skembed.KerasTokenizer().fit(["rain"]), other)
    os.replace(other, path)
    assert load_once(path).get_vocabulary() != first.get_vocabulary()
    assert load_once(str(path)) is load_once(path)


def test_a_relative_path(path, monkeypatch):
    monkeypatch.chdir(path.parent)
    assert load_once(path.name) is load_once(path)


def test_no_file(path):
    path.unlink()
    message = rf"There is no model .*words\.skembed on {platform.node()}\. Put it on a disk"
    with pytest.raises(FileNotFoundError, match=message):
        load_once(path)


def test_a_file_that_is_no_model(path):
    shutil.copy(__file__, path)
    with pytest.raises(ValueError, match=r"words\.skembed"):
        load_once(path)


def test_a_client_needs_dask(monkeypatch):
    monkeypatch.delitem(sys.modules, "skembed.distributed._dask", raising=False)
    monkeypatch.setitem(sys.modules, "dask", None)
    message = r'^Client needs Dask, which is not installed: pip install "dask\[distributed\]"\.$'
    with pytest.raises(ImportError, match=message):
        skembed.distributed.Client("tcp://127.0.0.1:8786")
    with pytest.raises(AttributeError, match=r"'skembed\.distributed' has no attribute 'Clients'"):
        _ = skembed.distributed.Clients
