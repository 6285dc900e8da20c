"""What other modules add: the Chinese names of their audit verbs, in `AppConfig.ready()`."""

verbs: dict[str, str] = {}
