from linli.shell.pages.errors import csrf_failure

__all__ = ["csrf_failure"]  # named by the settings
