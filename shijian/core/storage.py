from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed names and Brotli copies; source maps are not shipped, so references to them are left as they are."""

    patterns = tuple(
        (extension, tuple(each for each in found if "sourceMappingURL" not in str(each)))
        for extension, found in HashedFilesMixin.patterns
        if extension == "*.css"
    )
