__version__ = "0.1.0"

from forensic_recon.core.quiet import be_quiet

be_quiet() # before any library that reports to its vendor is imported

from .core.moved import keep_old_names
keep_old_names()

# what the README uses, imported when it is asked for
_OFFERED = dict(load_restorer='restoration.reconstruct', reconstruct='restoration.reconstruct', reconstruct_samples='restoration.reconstruct',
                read_photo='imaging.photo', read_mask='imaging.photo', write_photo='imaging.photo', InputError='core.files')
__all__ = ['__version__', *_OFFERED]

def __getattr__(name):
    if name not in _OFFERED: raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
    from importlib import import_module
    return getattr(import_module(f'.{_OFFERED[name]}', __name__), name)

def __dir__(): return sorted({*globals(), *_OFFERED})
