"""The pages: what residents see, and the desk at which providers keep their listing."""
