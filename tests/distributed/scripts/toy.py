"""An archive of word vectors on a host of its own; workers preload it into their catalogue."""

import hashlib
import io
import threading
import time
import zipfile
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType

from work import ANY, FINE, FOUL

from skembed.vectors import _catalogue, _loading
from skembed.vectors._catalogue import Archive, CatalogueEntry

ADDRESS = ("10.77.0.1", 8000)
WORDS = sorted({*FINE.split(), *FOUL.split(), *ANY.split()})
TEXT = "".join(f"{word} {i}.5 {i % 5}.25\n" for i, word in enumerate(WORDS))


def pack():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr(zipfile.ZipInfo("toy.2d.txt"), TEXT)
    return content.getvalue()


ARCHIVE = pack()
DIGEST = hashlib.sha256(ARCHIVE).hexdigest()
PLACE = Archive("http://{}:{}/toy.zip".format(*ADDRESS), DIGEST, 1)
CATALOGUE = MappingProxyType(_catalogue.CATALOGUE | {"toy.2d": CatalogueEntry(PLACE, "toy.2d.txt")})
for module in (_catalogue, _loading):
    module.CATALOGUE = CATALOGUE


class Handler(BaseHTTPRequestHandler):
    """Send the archive, late enough for others to ask meanwhile."""

    def do_GET(self):
        self.server.asked.append(self.client_address[0])
        time.sleep(1)
        self.send_response(200)
        self.send_header("Content-Length", str(len(ARCHIVE)))
        self.end_headers()
        self.wfile.write(ARCHIVE)

    def log_message(self, *args):
        pass


@contextmanager
def server():
    """Yield the addresses of those who have asked, as long as the server runs."""
    with ThreadingHTTPServer(ADDRESS, Handler) as running:
        running.asked = []
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        yield running.asked
        running.shutdown()
