"""Keys, certificates and time stamps behind one port: files on this server, tokens, and the national algorithms."""
