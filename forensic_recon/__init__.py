__version__ = "0.1.0"

from forensic_recon.core.quiet import be_quiet

be_quiet() # before any library that reports to its vendor is imported
