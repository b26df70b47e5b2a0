"""The one media type of the description that schemathesis does not know how to write."""

import schemathesis


@schemathesis.serializer("application/offset+octet-stream")
def as_bytes(ctx, value):
    return value if isinstance(value, bytes) else str(value).encode()
