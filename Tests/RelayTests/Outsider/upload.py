"""Uploads a parcel with a tus client that nobody here wrote: a part of it, then, as another process would, the rest."""

import sys

from tusclient import client

url, token, manifest, body, chunk = sys.argv[1:]
headers = {"Authorization": "Bearer " + token}
with open(manifest, encoding="utf-8", newline="") as file:
    note = file.read()


def uploader(at=None):
    return client.TusClient(url, headers=headers).uploader(
        file_path=body,
        chunk_size=int(chunk),
        metadata={"filename": "parcel.age", "manifest": note},
        upload_checksum=True,
        url=at,
    )


first = uploader()
first.upload_chunk()
place = first.url
rest = uploader(at=place)
print(rest.offset)
rest.upload()
print(uploader(at=place).offset)
