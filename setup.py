"Packaging for setuptools; every value comes from settings.ini."
from configparser import ConfigParser
from pathlib import Path
from setuptools import find_packages, setup

here = Path(__file__).parent
config = ConfigParser(delimiters=['='])
config.read(here/'settings.ini', encoding='utf-8')
cfg = config['DEFAULT']

def words(key): return cfg[key].split()

extras = {'notebooks': words('notebook_requirements'), 'losses': words('perceptual_requirements'),
          'adaptation': words('adaptation_requirements'), 'export': words('export_requirements'),
          'gallery': words('gallery_requirements'), 'provenance': words('provenance_requirements'), 'heic': words('heic_requirements'),
          'serve': words('serve_requirements'), 'video': words('video_requirements')}
extras['dev'] = [r for name in ('notebooks', 'losses', 'adaptation', 'export', 'gallery', 'provenance', 'heic', 'serve', 'video') for r in extras[name]] + words('dev_requirements')

setup(
    name=cfg['lib_name'], version=cfg['version'], description=cfg['description'], keywords=cfg['keywords'],
    author=cfg['author'], author_email=cfg['author_email'], url=cfg['git_url'], license='MIT',
    license_files=['LICENSE', 'forensic_recon/weights/LICENSE*'],
    long_description=(here/'README.md').read_text(encoding='utf-8'), long_description_content_type='text/markdown',
    packages=find_packages(include=['forensic_recon', 'forensic_recon.*']),
    package_data={'forensic_recon': ['weights/*', 'static/*', 'static/validation/*']}, include_package_data=True,
    python_requires=f">={cfg['min_python']}", install_requires=words('requirements'), extras_require=extras,
    entry_points={'console_scripts': words('console_scripts'), 'nbdev': [f"{cfg['lib_name']}={cfg['lib_name']}._modidx:d"]}, zip_safe=False,
    classifiers=['Development Status :: 3 - Alpha', 'Intended Audience :: Science/Research',
                 'Programming Language :: Python :: 3.11', 'Programming Language :: Python :: 3.12', 'Programming Language :: Python :: 3.13'])
