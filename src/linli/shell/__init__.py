"""Composes: settings, URLs, API, command line, middleware, home and the desks. Imports everyone; imported by nobody."""
