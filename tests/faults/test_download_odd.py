"""A server that is slow, has no end, or does not speak HTTP."""

import gzip
import threading
import time

import pytest


def silent_at_once(handler):
    handler.server.released.wait(60)


def silent_in_between(handler):
    handler.begin(Content_Length=len(handler.server.content))
    handler.wfile.write(handler.server.content[:100_000])
    handler.wfile.flush()
    handler.server.released.wait(60)


@pytest.mark.parametrize("answer", [silent_at_once, silent_in_between])
def test_a_server_that_falls_silent(
    server, good_answer, download, downloads, archive, wait_for_server, answer, check_whole
):
    wait_for_server(0.5)
    server.answers = [answer, good_answer]
    with pytest.raises(ConnectionError, match=r"could not be downloaded: .*127\.0\.0\.1 [df]"):
        download("toy.2d")
    wait_for_server(30)
    check_whole()


def test_a_slow_server_is_waited_for(
    server, download, downloads, archive, wait_for_server, check_whole
):
    """The timeout is for silence, not for the whole."""
    wait_for_server(3)

    def slow(handler):
        handler.begin(Content_Length=len(archive))
        step = len(archive) // 14
        for start in range(0, len(archive), step):
            handler.wfile.write(archive[start : start + step])
            time.sleep(0.25)

    server.answers = [slow]
    check_whole()


def endless(handler):
    handler.begin()
    for _ in range(300):  # 20 MB, to fill no disk if nobody stops it
        handler.wfile.write(b"PK" * (1 << 15))


def huge(handler):
    handler.begin(Content_Length=10**15)
    handler.wfile.write(handler.server.content)


def bomb(handler):
    handler.begin(Content_Encoding="gzip")
    handler.wfile.write(gzip.compress(b"PK" * 10_000_000, 1))


@pytest.mark.parametrize("answer", [endless, huge, bomb])
def test_an_answer_without_end(server, download, downloads, answer):
    server.answers = [answer]
    with pytest.raises(ConnectionError, match=r"the server sends [\d,]+ MB or more"):
        download("toy.2d")
    assert sum(path.stat().st_size for path in downloads.iterdir()) <= 2_000_000


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"220 FTP here\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nPK",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nPK",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nPKPKPK",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 300 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: \xff\xfe\r\n\r\n",
        b"HTTP/1.1 999 What\r\n\r\n",
    ],
)
def test_answers_that_are_not_http(
    server, good_answer, download, downloads, archive, raw, check_whole
):
    def answer(handler):
        handler.wfile.write(raw)

    server.answers = [answer, good_answer]
    with pytest.raises((ConnectionError, ValueError), match=r"could not be downloaded|SHA-256"):
        download("toy.2d")
    assert not (downloads / "toy.zip").exists()
    check_whole()


def test_a_server_that_packs_on_the_way(server, download, downloads, archive, check_whole):
    def packing(handler):
        packed = gzip.compress(archive)
        handler.begin(Content_Encoding="gzip", Content_Length=len(packed))
        handler.wfile.write(packed)

    server.answers = [packing]
    check_whole()


def test_all_who_want_an_archive_share_one_download(
    server, download, downloads, archive, check_whole
):
    outcomes = []

    def want(name):
        outcomes.append(len(download(name)))

    threads = [threading.Thread(target=want, args=(f"toy.{i % 2 + 1}d",)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(outcomes) == [2] * 4 + [10_000] * 4
    assert server.ranges == [None]
    check_whole()
