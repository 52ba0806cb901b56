"""Parameters of operating systems are texts."""

import pytest

from ganeti_lite.errors import TypeEnforcementError
from ganeti_lite.masterd.units._systems import check_texts


@pytest.mark.parametrize("value", [None, True, 8, 1.5, [], ["x"], {}])
def test_what_is_no_text_is_refused(value: object) -> None:
    """The error names the parameter, and not its value, which may be private."""
    check_texts({"size": "8", "name": ""}, None)
    with pytest.raises(TypeEnforcementError) as error:
        check_texts({"size": "8"}, {"word": value})
    assert error.value.args == ("OS parameter 'word' is not a text",)
