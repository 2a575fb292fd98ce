"""Static files under names that change with their content: browsers keep them for ever, and never an old one."""

from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.storage import CompressedManifestStaticFilesStorage

_ANY_SCRIPT, _IMPORTS = HashedFilesMixin._js_module_import_aggregation_patterns  # type: ignore[attr-defined]


class CollectedStorage(CompressedManifestStaticFilesStorage):
    # Imports between our own modules, too: else a module would run twice, once under each of its names. Not those of
    # libraries, which also name in comments what is not there.
    patterns = (*HashedFilesMixin.patterns, ("js/*.js", _IMPORTS))
