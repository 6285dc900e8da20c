"""Settings, root URLs, roles and entry points; the only place that knows every module."""
