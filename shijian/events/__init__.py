"""Field findings: report, dispatch, handle, feed back, review, close; never an inspection."""
