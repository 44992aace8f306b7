"""The slow, obvious encoder of the tests against the kernel and against known bytes."""

from hypothesis import given
from hypothesis import strategies as st

from glassboard import _kernel
from glassboard.testing import records


def test_the_check_value_of_crc32c():
    # The check value of CRC-32C in the catalogue of parametrised CRC algorithms.
    assert records.crc32c(b"123456789") == 0xE3069283


@given(st.binary(max_size=200))
def test_checksums_agree_with_the_kernel(data):
    assert records.crc32c(data) == _kernel.crc32c(data)
    assert records.masked_crc32c(data) == _kernel.masked_crc32c(data)
    assert records.frame(data) == _kernel.frame(data)


def test_the_first_record_of_a_file():
    # The first 36 bytes of a file by TensorFlow 2.2, with its wall time set to 1.
    head = "1800000000000000a37f4b22" + "09000000000000f03f" + "1a0d627261696e2e4576656e743a32"
    assert records.file_version(1.0)[:-4].hex() == head


@given(st.floats(width=32), st.integers(-(2**63), 2**63 - 1))
def test_scalars_agree_with_the_kernel(value, step):
    assert records.summary(3.5, step, records.scalar_value("a/b", value)) == _kernel.encode_scalars(
        [("a/b", step, 3.5, value)]
    )
