"""Draws the PNG icons of the installable application from its SVG: ``python -m tests.ui.draw_icons``.

Run by hand when the drawing changes; the PNGs are kept in the repository. A maskable icon keeps the drawing
within the inner 60 %, since a telephone may cut the rest (W3C manifest, "maskable").
"""

from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.ui.browser import CHROMIUM, CHROMIUM_ARGS

ICONS = Path(__file__).parents[2] / "src/carnet/ui/static/ui/icons"
PAGE = "<body style='margin:0;background:{ground}'><div style='padding:{pad}px;width:{inner}px'>{svg}</div>"


def main() -> None:
    svg = (ICONS / "carnet.svg").read_text("utf-8")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        for size in (192, 512):
            for name, ground, share in (("carnet", "transparent", 1.0), ("carnet-maskable", "#f2f8f9", 0.6)):
                page = browser.new_page(viewport={"width": size, "height": size})
                inner = round(size * share)
                page.set_content(PAGE.format(ground=ground, pad=(size - inner) // 2, inner=inner, svg=svg))
                page.screenshot(path=ICONS / f"{name}-{size}.png", omit_background=True)
                page.close()
        browser.close()


if __name__ == "__main__":
    main()
