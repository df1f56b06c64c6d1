"""Where a repository's objects live: S3 or a folder, behind one contract (`base`).

`s3` and `folder` hold objects, `retry` and `throttle` wrap any storage as another, `location` reads
addresses, and `open` makes a storage of one. `base.py` states the contract in words and
`tests/storage/contract.py` states it as tests.

May import: errors, clock, control. This is the only package that imports boto3 and botocore.
Must never know what the objects mean, nor say sentences to people.
"""
