"""A server that misbehaves: what is kept is the archive, or a part to go on from."""

import socket
import struct

import pytest


def cut_after(n_bytes, *, chunked=False, reset=False):
    """Return an answer that breaks off."""

    def answer(handler):
        start, content = handler.start_of_range(), handler.server.content
        told = {"Transfer_Encoding": "chunked"} if chunked else {}
        handler.protocol_version = "HTTP/1.1"
        handler.begin(206 if start else 200, **(told or {"Content_Length": len(content) - start}))
        piece = content[start : start + n_bytes]
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
        handler.wfile.flush()
        if reset:
            no_farewell = struct.pack("ii", 1, 0)
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_farewell)
        handler.close_connection = True

    return answer


def page(status, kind="text/html", body=b"<!DOCTYPE html><title>Sign in</title>"):
    def answer(handler):
        handler.begin(status, Content_Type=kind, Content_Length=len(body))
        handler.wfile.write(body)

    return answer


def redirect(status, place):
    def answer(handler):
        handler.begin(status, Location=place.format(url=handler.server.url), Content_Length=0)

    return answer


def part_of(downloads, content):
    downloads.mkdir(parents=True, exist_ok=True)
    part = downloads / "toy.zip.part"
    part.write_bytes(content)
    return part


@pytest.mark.parametrize("how", [{}, {"chunked": True}, {"reset": True}])
@pytest.mark.parametrize("share", [0.0, 0.00001, 0.5, 0.99])
def test_a_connection_that_is_cut(
    server, good_answer, download, downloads, archive, share, how, check_whole
):
    server.answers = [cut_after(int(share * len(archive)), **how), good_answer]
    with pytest.raises(
        ConnectionError, match=r"toy\.2d could not be downloaded: .*continues where"
    ):
        download("toy.2d")
    assert not (downloads / "toy.zip").exists()
    part = downloads / "toy.zip.part"
    size = part.stat().st_size if part.exists() else 0
    assert not size or part.read_bytes() == archive[:size]
    check_whole()
    assert server.ranges == [None, f"bytes={size}-" if size else None]


def test_a_connection_that_is_cut_again_and_again(
    server, download, downloads, archive, check_whole
):
    server.answers = [cut_after(70_000)]
    for _ in range(20):
        try:
            download("toy.2d")
            break
        except ConnectionError:
            continue
    check_whole()
    starts = [int(wanted[6:-1]) for wanted in server.ranges[1:]]
    assert 3 <= len(server.ranges) < 10
    assert starts == sorted(set(starts))


def test_a_cut_that_nobody_can_see_is_told_by_the_checksum(
    server, good_answer, download, downloads, archive, check_whole
):
    def without_length(handler):
        handler.begin()
        handler.wfile.write(archive[:1000])

    server.answers = [without_length, good_answer]
    with pytest.raises(ValueError, match=r"expected SHA-256 \w+, found \w+ of 1,000 bytes, which"):
        download("toy.2d")
    assert list(downloads.iterdir()) == []
    check_whole()


def test_a_wrong_checksum(server, download, downloads, archive, check_whole):
    server.content = archive[:-1] + bytes([archive[-1] ^ 1])
    with pytest.raises(ValueError, match=r"toy\.zip: expected SHA-256 .* were deleted\. Try again"):
        download("toy.2d")
    assert list(downloads.iterdir()) == []
    server.content = archive
    check_whole()


@pytest.mark.parametrize("wrong", [b"PK something else", b"x" * 3_000_000])
def test_a_part_of_something_else(server, download, downloads, archive, wrong, check_whole):
    part_of(downloads, wrong)
    with pytest.raises(ValueError, match="expected SHA-256"):
        download("toy.2d")
    assert list(downloads.iterdir()) == []
    check_whole()


def test_a_damaged_archive_is_fetched_anew(server, download, downloads, archive, check_whole):
    downloads.mkdir(parents=True)
    (downloads / "toy.zip").write_bytes(archive[:-1])
    server.answers.insert(0, page(503))
    with pytest.raises(ConnectionError, match=r"toy\.zip is there, but not the published archive"):
        download("toy.2d")
    check_whole()


@pytest.mark.parametrize("status", [200, 206, 403, 404, 429, 500, 503])
@pytest.mark.parametrize("done", [0, 5000])
def test_a_page_instead_of_the_archive(
    server, good_answer, download, downloads, archive, status, done, check_whole
):
    """What has arrived earlier survives it."""
    part_of(downloads, archive[:done])
    server.answers = [page(status), good_answer]
    wrong_kind = "sent no zip archive but text/html that begins .*DOCTYPE.*a sign-in page or"
    if status == 206 and done:  # told apart by nothing but the checksum
        with pytest.raises(ValueError, match="expected SHA-256"):
            download("toy.2d")
        assert list(downloads.iterdir()) == []
    else:
        with pytest.raises(ConnectionError, match=wrong_kind if status < 300 else str(status)):
            download("toy.2d")
        assert (downloads / "toy.zip.part").read_bytes() == archive[:done]
    check_whole()


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"error": "quota"}'),
        ("application/zip", b"\n"),
        ("application/octet-stream", b"P"),
        ("application/zip", b""),
    ],
)
def test_other_wrong_bodies(
    server, good_answer, download, downloads, archive, kind, body, check_whole
):
    server.answers = [page(200, kind, body), good_answer]
    message = "sent no zip archive but|broke off after 0 bytes|expected SHA-256"
    with pytest.raises((ConnectionError, ValueError), match=message):
        download("toy.2d")
    assert not (downloads / "toy.zip").exists()
    check_whole()


def test_a_server_that_goes_on_elsewhere(
    server, good_answer, download, downloads, archive, check_whole
):
    def from_the_start(handler):
        size = len(archive)
        handler.begin(206, Content_Range=f"bytes 0-{size - 1}/{size}", Content_Length=size)
        handler.wfile.write(archive)

    part_of(downloads, archive[:5000])
    server.answers = [from_the_start, good_answer]
    with pytest.raises(
        ConnectionError, match="asked for the bytes from 5000 on and sends 'bytes 0"
    ):
        download("toy.2d")
    assert (downloads / "toy.zip.part").read_bytes() == archive[:5000]
    check_whole()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("done", [0, 5000])
def test_redirects_are_followed(
    server, good_answer, download, downloads, archive, status, done, check_whole
):
    part_of(downloads, archive[:done])
    server.answers = [redirect(status, "{url}?a"), redirect(status, "/b/toy.zip"), good_answer]
    check_whole()
    assert server.ranges == [f"bytes={done}-" if done else None] * 3


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("{url}", "Exceeded 30 redirects"),
        ("file:///etc/passwd", "No connection adapters were found for"),
        ("http://127.0.0.1:1/toy.zip", r"the connection to 127\.0\.0\.1 failed"),
        ("http://[", "Invalid IPv6 URL"),
        ("ftp://127.0.0.1/toy.zip", "No connection adapters were found for"),
    ],
)
def test_redirects_to_nowhere(server, download, downloads, place, message):
    server.answers = [redirect(302, place)]
    with pytest.raises(ConnectionError, match=rf"could not be downloaded: {message}"):
        download("toy.2d")
    assert not (downloads / "toy.zip").exists()
