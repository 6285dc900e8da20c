"""The secret key: made once, changed without losing what is sealed with it."""

import pytest

from shijian.config import secret


def test_a_changed_key_leaves_the_former_one_readable_until_it_is_let_go(tmp_path):
    first = secret.key(tmp_path, "", testing=False)
    assert secret.former_keys(tmp_path, [], testing=False) == []
    secret.rotate(tmp_path)
    second = secret.key(tmp_path, "", testing=False)
    secret.rotate(tmp_path)
    assert len({first, second, secret.key(tmp_path, "", testing=False)}) == 3
    assert secret.former_keys(tmp_path, [], testing=False) == [second, first]
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "keys").iterdir())
    secret.forget(tmp_path)
    assert secret.former_keys(tmp_path, [], testing=False) == []


@pytest.mark.parametrize("given", [["one"], ["one", "two"]])
def test_keys_of_the_environment_stand_before_those_of_the_folder(tmp_path, given):
    secret.key(tmp_path, "", testing=False)
    secret.rotate(tmp_path)
    assert secret.former_keys(tmp_path, given, testing=False) == given
