"""Units, people, roles as permission sets, data scope, certificates, and the decision who may do what."""
