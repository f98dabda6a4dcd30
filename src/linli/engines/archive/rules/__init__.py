"""What a file is, whether it may be kept, and what makes a package whole; plain values and open files."""
from linli.engines.archive.rules.kinds import KINDS as KINDS
from linli.engines.archive.rules.kinds import MIME as MIME
from linli.engines.archive.rules.kinds import OFFICE as OFFICE
from linli.engines.archive.rules.kinds import PAPERS as PAPERS
from linli.engines.archive.rules.kinds import PICTURES as PICTURES
from linli.engines.archive.rules.kinds import Kind as Kind
from linli.engines.archive.rules.kinds import called as called
from linli.engines.archive.rules.kinds import kept_name as kept_name
from linli.engines.archive.rules.looking import PIECE as PIECE
from linli.engines.archive.rules.looking import looked_at as looked_at
from linli.engines.archive.rules.looking import pieces as pieces

FAULTS = (NO_FAULT := "", GONE := "gone", CHANGED := "changed", UNREADABLE := "unreadable")
"""What can be wrong with a kept package: nothing; its file is not there; its content is another; no key opens it."""
