"""A server on this machine that serves an archive well, badly, or not at all."""

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextlib.contextmanager
def serve(content, behavior="well", context=None):
    """Yield the URL of `content`; `behavior` says what the server does when asked for it.

    "well" sends it; a number answers with that HTTP status; "cut" announces all and sends half;
    "short" sends half without announcing; "portal" sends the page of a network that asks one to log
    in; "garbage" sends no HTTP; "stall" sends half and falls silent; "silent" accepts the connection
    and never answers. With `context`, an ssl.SSLContext, it speaks https.
    """
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            if behavior == "silent":
                over.wait()
                return
            if behavior == "garbage":
                self.wfile.write(b"220 mail at your service\r\n")
                return
            if isinstance(behavior, int):
                self.send_error(behavior)
                return
            sent = content[: len(content) // 2]
            if behavior == "well":
                sent = content
            elif behavior == "portal":
                sent = b"<!DOCTYPE html><title>Log in to the campus network</title>"
            self.send_response(200)
            if behavior != "short":
                announced = sent if behavior == "portal" else content
                self.send_header("Content-Length", str(len(announced)))
            self.end_headers()
            self.wfile.write(sent)
            self.wfile.flush()
            if behavior == "stall":
                over.wait()

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    try:
        scheme = "https" if context else "http"
        yield f"{scheme}://127.0.0.1:{server.server_port}/archive.tar.gz"
    finally:
        over.set()
        server.shutdown()
        server.server_close()
