"""Files kept and let go; packages made, and looked at again."""
from linli.engines.archive.access.disk import passing as passing
from linli.engines.archive.actions.files import clear_erased as clear_erased
from linli.engines.archive.actions.files import discard as discard
from linli.engines.archive.actions.files import keep as keep
from linli.engines.archive.actions.files import sweep as sweep
from linli.engines.archive.actions.packages import NODE as NODE
from linli.engines.archive.actions.packages import check as check
from linli.engines.archive.actions.packages import pack as pack
from linli.engines.archive.rules.bags import Section as Section
