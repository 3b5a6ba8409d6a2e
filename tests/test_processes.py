"""Child processes, and why they failed."""

from legacy_cnn.processes.child import Child


def test_an_error_that_is_not_utf_8():
    program = "import sys; sys.stderr.buffer.write(b'caf\\xe9 is closed'); sys.exit(1)"
    with Child(["-c", program]) as child:
        assert child.failure() == "caf\N{REPLACEMENT CHARACTER} is closed"
