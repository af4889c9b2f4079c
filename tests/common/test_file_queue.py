"""The broker of the embedded default: a message is taken whole, once, oldest first, and stays under VAR_DIR."""

import threading
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from common.file_queue import Transport


@pytest.fixture
def channel_at(tmp_path: Path):
    folders = {name: str(tmp_path / name) for name in ("data_folder_in", "processed_folder", "control_folder")}
    options = folders | {"data_folder_out": folders["data_folder_in"]}
    connections = []

    def open_channel():
        connections.append(Connection("filesystem://", transport=Transport, transport_options=options))
        return connections[-1].channel()

    yield open_channel
    for connection in connections:
        connection.release()


def taken(channel, queue="celery"):
    while True:
        try:
            yield channel._get(queue)["n"]
        except Empty:
            return


def test_gives_the_oldest_message_first(channel_at):
    channel = channel_at()
    for number in range(5):
        channel._put("celery", {"n": number})

    assert list(taken(channel)) == [0, 1, 2, 3, 4]


def test_keeps_queues_apart(channel_at):
    channel = channel_at()
    channel._put("other", {"n": 1})

    with pytest.raises(Empty):
        channel._get("celery")
    assert channel._size("other") == 1


def test_does_not_take_a_message_that_is_still_being_written(channel_at):
    channel = channel_at()
    (channel.data_folder_in / "1_x.celery.msg.half").write_text('{"n":')

    with pytest.raises(Empty):
        channel._get("celery")
    assert channel._size("celery") == 0


def test_gives_each_message_to_one_worker_only(channel_at):
    sender = channel_at()
    for number in range(200):
        sender._put("celery", {"n": number})
    got: list[int] = []
    workers = [threading.Thread(target=lambda channel: got.extend(taken(channel)), args=[channel_at()]) for _ in range(4)]

    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(got) == list(range(200))


def test_waits_for_a_list_of_queues_that_another_process_has_only_just_made(channel_at):
    channel = channel_at()
    table = channel.control_folder / "celery.exchange"
    table.touch()
    threading.Timer(0.05, table.write_text, ['[["celery", "", "celery"]]']).start()

    assert [bound.queue for bound in channel.get_table("celery")] == ["celery"]


def test_makes_its_folders_where_there_are_none(channel_at):
    channel = channel_at()

    assert channel._size("celery") == 0
    assert channel._purge("celery") == 0


def test_leaves_nothing_behind(channel_at, tmp_path):
    channel = channel_at()
    channel._put("celery", {"n": 1})
    channel._get("celery")

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
