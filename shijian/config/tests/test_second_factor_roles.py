import pytest

from shijian.config.roles import require_known


def test_a_misspelt_role_stops_the_start():
    require_known([])
    require_known(["sysadmin", "auditor"])
    with pytest.raises(SystemExit, match="no role is called sysadmn"):
        require_known(["sysadmn"])
