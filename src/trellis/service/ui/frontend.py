"""Assemble the front-end packages into the files that Trellis serves.

`python -m trellis.service.ui.frontend` reads the GOV.UK and Ministry of Justice packages that npm put in
node_modules and writes build/frontend/frontend/. GDS Transport, the crown and the GOV.UK crest are for services on
GOV.UK alone (GOV.UK Design System, "generic header"), so they are left behind.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import trellis

ROOT = Path(trellis.__file__).resolve().parents[2]
NODE_MODULES = ROOT / "node_modules"
BUILT = ROOT / "build" / "frontend"
PREFIX = "frontend"

GOVUK = "govuk-frontend/dist/govuk"
MOJ = "@ministryofjustice/frontend/moj"
STYLES = {"govuk-frontend.min.css": GOVUK, "moj-frontend.min.css": MOJ}
SCRIPTS = {"govuk-frontend.min.js": GOVUK, "moj-frontend.min.js": MOJ}

_SOURCE_MAP = re.compile(r"(/\*# sourceMappingURL=\S+ \*/|//# sourceMappingURL=\S+)")
_FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
_GDS_TRANSPORT = re.compile(r"""["']?GDS Transport["']?\s*,\s*arial""", re.IGNORECASE)
_CREST = re.compile(r"""url\(["']?/assets/images/govuk-crest\.svg["']?\)""")
_ASSET = re.compile(r"""url\(["']?/assets/(images/[^"')]+)["']?\)""")


def main() -> None:
    """Build, and say what was built."""
    print(f"Front end: {len(assemble())} files")


def assemble(packages: Path = NODE_MODULES, built: Path = BUILT) -> list[Path]:
    """Write the styles, scripts and the images they name under `built`; return the paths written.

    Raises FileNotFoundError with the mend when a package is missing.
    """
    if not (packages / GOVUK).is_dir() or not (packages / MOJ).is_dir():
        raise FileNotFoundError(f"The front-end packages are not in {packages}. Run `make setup` to fetch them.")
    target = built / PREFIX
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    written = []
    for name, package in STYLES.items():
        source = (packages / package / name).read_text(encoding="utf-8")
        written.append(_write(target / name, own_style(source)))
        written += [_copy(packages / package / "assets" / image, target / image) for image in images_named(source)]
    for name, package in SCRIPTS.items():
        source = (packages / package / name).read_text(encoding="utf-8")
        written.append(_write(target / name, without_source_map(source)))
    return written


def own_style(css: str) -> str:
    """Return a package's style sheet in Arial, without fonts, crest and source map, its addresses relative."""
    css = _FONT_FACE.sub("", without_source_map(css))
    css = _GDS_TRANSPORT.sub("arial", css)
    css = _CREST.sub("none", css)
    return _ASSET.sub(r"url(\1)", css)


def images_named(css: str) -> list[str]:
    """Return the images that a package's style sheet names, the crest apart, relative to its assets."""
    return sorted(set(_ASSET.findall(_CREST.sub("none", _FONT_FACE.sub("", css)))))


def without_source_map(text: str) -> str:
    """Return a script or style sheet without its pointer to a source map."""
    return _SOURCE_MAP.sub("", text)


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def _copy(source: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    return target


if __name__ == "__main__":
    main()
