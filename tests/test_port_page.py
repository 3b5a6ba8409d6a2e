"""The ports on the page about porting are those that the command writes."""

import pytest

from experiments import ports
from experiments.support import apart, recorded

pytestmark = pytest.mark.tensorflow


def test_the_page_has_scripts_and_each_port_is_the_same_program():
    assert set(ports.scripts()) == {"digits.py", "wave.py"}
    for port in recorded.read("ports").values():
        assert "Same program." in port["printed"]
        compile(port["port"], "port.py", "exec")


@pytest.mark.slow
@pytest.mark.parametrize("name", ports.COMMANDS)
def test_the_command_writes_what_the_page_shows(name):
    written = apart.call(ports.ported, name=name)
    assert written == recorded.read("ports")[name], "run python docs/experiments ports"
