"""How the docs are built: Sphinx, furo, MyST; every warning is an error."""

from __future__ import annotations

project = "eduid_core"
copyright = "2026, the eduid_core maintainers"
version = release = "26.11.0"
language = "en"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "eduid_core"

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_typehints = "none"
autodoc_member_order = "bysource"
