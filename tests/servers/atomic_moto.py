"""Starts moto so that its conditional writes are atomic: moto itself checks a condition, then reads and hashes the body, then stores, with nothing in between."""
import io
import sys
import threading

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple

application = DomainDispatcherApplication(create_backend_app)
turn = threading.Lock()


def serve(environ, start_response):
    # The body is read before the turn is taken, so that a client that stalls holds up nobody.
    if environ.get("HTTP_TRANSFER_ENCODING") != "chunked":
        environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
    with turn:
        return list(application(environ, start_response))


run_simple("127.0.0.1", int(sys.argv[1]), serve, threaded=True)
