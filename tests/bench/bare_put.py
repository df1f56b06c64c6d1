"""The least that storing bytes can cost: PUTs of 16 MiB from memory, four at a time.

    python -m tests.bench.bare_put ENDPOINT BUCKET PREFIX BYTES

Takes its keys from the environment as boto3 does, and prints the seconds from the first PUT to
the last answer.
"""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from tests.end_to_end.places import s3_client
from tests.seaweed import S3Place

THREADS = 4
BODY = 16 << 20


def main(endpoint: str, bucket: str, prefix: str, total: int) -> float:
    keys = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
    client = s3_client(S3Place(endpoint, *keys, bucket, prefix))
    body = os.urandom(BODY)
    sizes = [BODY] * (total // BODY) + [total % BODY]

    def put(number: int) -> None:
        client.put_object(Bucket=bucket, Key=f"{prefix}/{number}", Body=body[: sizes[number]])

    client.head_bucket(Bucket=bucket)
    with ThreadPoolExecutor(THREADS) as pool:
        started = time.perf_counter()
        for done in [pool.submit(put, number) for number in range(len(sizes))]:
            done.result()
        return time.perf_counter() - started


if __name__ == "__main__":
    print(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
