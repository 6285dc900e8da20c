"""No domain: errors, identifiers, scope, working-day calendar, time limits, files, pages and their components."""
