"""People: accounts with passwords or of an OpenID provider, their roles, personal tokens; who may do what."""
