import io

import pytest

from tracker.wsgi import application


@pytest.mark.parametrize("charset", ["rot13", "zlib", "idna", "base64", "no-such", "utf-8", "latin-1", ""])
def test_no_charset_that_a_request_can_name_crashes_it(charset, db):
    answers = []
    body = b'{"name": "x"}'
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/api/v1/products/",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "CONTENT_TYPE": f"application/json; charset={charset}",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http",
    }

    b"".join(application(environ, lambda status, _: answers.append(status)))

    assert answers == ["401 Unauthorized"]
