"""`python -m tests.pictures [FOLDER]` takes the pictures of the web field for docs/pictures."""

from __future__ import annotations

import base64
import sys
from pathlib import Path

from tests.service.browser import chromium, resize, running, until

_COMMENT = "porteuse sida !!! mère musulmane voilée, pénible au téléphone, rappeler lundi"
_WIDTHS = (360, 1280)


def write(driver, text: str) -> None:
    """Write `text` into the comment and wait for the underlines."""
    area = driver.find_element("id", "commentaire")
    area.clear()
    area.send_keys(text)
    until(lambda: driver.execute_script("return document.getElementById('field').findings.length"))


def press(driver, selector: str) -> None:
    """Press what `selector` names inside the field."""
    script = "document.getElementById('field').shadowRoot.querySelector(arguments[0]).click()"
    driver.execute_script(script, selector)


def picture(driver, folder: Path, name: str, width: int) -> None:
    """Save the page as it stands, in full height, at `width`."""
    resize(driver, width, 700)
    height = driver.execute_script("return document.documentElement.scrollHeight")
    resize(driver, width, height)
    shot = driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})
    path = folder / f"{name}-{width}.png"
    path.write_bytes(base64.b64decode(shot["data"]))
    print(
        path,
        path.stat().st_size // 1024,
        "KB",
        driver.execute_script("return document.documentElement.scrollWidth"),
    )


def main(folder: Path) -> None:
    """Take all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    still = {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]}
    with running() as service, chromium() as driver:
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", still)
        for width in _WIDTHS:
            resize(driver, width, 900)
            driver.get(f"{service.url}/?lang=fr")
            write(driver, _COMMENT)
            if width == min(_WIDTHS):
                picture(driver, folder, "field-underlined", width)
            press(driver, ".bar button")
            picture(driver, folder, "field-card", width)
        resize(driver, 360, 900)
        press(driver, "[data-act=keep]")
        picture(driver, folder, "field-keep", 360)
        resize(driver, 1280, 900)
        driver.get(f"{service.url}/?lang=en")
        write(driver, "serait homosexuelle d'après sa mère")
        press(driver, ".bar button")
        picture(driver, folder, "field-english", 1280)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures"))
