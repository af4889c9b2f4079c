"""Files go to a folder or to object storage, by one variable."""

import socket
import subprocess
import sys
import time

import boto3
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from tracker.settings.storage import storage


@pytest.fixture
def s3(tmp_path):
    """A server that speaks S3, with one bucket. It does not check credentials."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "localbucket", "--port", str(port), str(tmp_path)])
    _wait_for(port)
    url = f"http://127.0.0.1:{port}"
    client = boto3.client("s3", endpoint_url=url, aws_access_key_id="k", aws_secret_access_key="s", region_name="eu-de")
    client.create_bucket(Bucket="tillbook")
    yield f"s3+http://key:se%2Fcret@127.0.0.1:{port}/tillbook?region=eu-de"
    server.terminate()
    server.wait()


def _wait_for(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)


@pytest.mark.two_processes
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_upload_comes_back_from_object_storage(s3, tmp_path):
    bucket = storages.create_storage(storage(s3, tmp_path))

    name = bucket.save("imports/products.csv", ContentFile(b"sku,name\n1,Mug\n"))
    again = bucket.save("imports/products.csv", ContentFile(b"another"))

    assert bucket.open(name).read() == b"sku,name\n1,Mug\n"
    assert again != name
    bucket.delete(name)
    assert not bucket.exists(name)


def test_without_a_variable_files_lie_under_var(tmp_path):
    folder = storages.create_storage(storage("", tmp_path))

    folder.save("a.txt", ContentFile(b"x"))

    assert (tmp_path / "files" / "a.txt").read_bytes() == b"x"


def test_key_and_secret_may_hold_any_character(tmp_path):
    options = storage("s3://k%40y:se%2Fcret@s3.example.com/box?region=eu-de", tmp_path)["OPTIONS"]

    assert (options["access_key"], options["secret_key"]) == ("k@y", "se/cret")
    assert (options["endpoint_url"], options["bucket_name"], options["region_name"]) == ("https://s3.example.com", "box", "eu-de")


@pytest.mark.parametrize("url", ["s3://s3.example.com/box", "s3://k:s@s3.example.com", "ftp://x/y", "box"])
def test_an_address_that_cannot_be_is_refused_at_start(url, tmp_path):
    with pytest.raises(ImproperlyConfigured, match="STORAGE_URL"):
        storage(url, tmp_path)
