import pytest

from shijian.core.errors import Refused
from shijian.seals import services
from shijian.seals.testing import NAME, NOW, make_keys


@pytest.fixture
def home(settings, tmp_path):
    """A key folder and files of its own."""
    settings.KEYS_DIR = tmp_path / "keys"
    settings.FILES_DIR = tmp_path / "files"
    return tmp_path


@pytest.fixture(scope="module")
def keys():
    return make_keys()


@pytest.fixture
def seal(cast, home, keys):
    """A seal kept by `cast.keeper`, with a certificate of an issuer the node trusts, and a time-stamp service."""
    from shijian.seals.crypto import vault

    made = services.register_seal(
        organ=NAME, line="行政处罚专用章", kind="penalty", keeper=cast.keeper, deputy=None,
        in_use_from=NOW.date(), in_use_until=None, by=cast.keeper, now=NOW,
    )  # fmt: skip
    services.trust_issuer(keys.root.certificate, now=NOW)
    vault.keep("tsa", keys.stamps)
    services.add_key(made, keys.seal, by=cast.keeper, now=NOW)
    return made


@pytest.fixture
def refused():
    """`refused("words")`: the act is refused with a sentence that has these words."""
    return lambda words: pytest.raises(Refused, match=words)
