"""One small file an actor: it binds messages to a step of the domain and says what may go wrong.

An actor holds the settings and the state that its domain step works on; only the latter goes into a checkpoint.
"""
